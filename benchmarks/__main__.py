"""`python -m benchmarks [NAME...] [--quick]`: measure, and print a table."""

import argparse
from collections.abc import Iterator
from importlib import import_module

from benchmarks.ground import ground
from benchmarks.measuring import Measured

NAMES = (
    "imports", "worklist", "validation", "resolution", "gate", "moving", "archive", "transfer", "pdfs",
    "finding",
)  # fmt: skip
WIDTHS = (34, 12, 34, 12, 8, 8)
HEAD = ("what", "takes", "beside", "takes", "speed", "target")


def main() -> None:
    """Measure all, or what was named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure speed, as ratios.")
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that it works")
    options = parser.parse_args()
    print(row(HEAD))
    with ground(is_quick=options.quick) as place:
        for name in options.names or NAMES:
            for measured in measure(name, place):
                print(as_text(measured), flush=True)


def measure(name: str, place: object) -> Iterator[Measured]:
    """Run one benchmark; imported here, for it needs Django on its feet."""
    found: Iterator[Measured] = import_module(f"benchmarks.{name}").measure(place)
    return found


def as_text(measured: Measured) -> str:
    """A line of the table; speed is ours as a part of what stands beside it."""
    target = "" if measured.target is None else f"≥ {measured.target:.2g}"
    cells = (
        measured.what,
        milliseconds(measured.ours),
        measured.against,
        milliseconds(measured.beside),
        f"{measured.faster:.2f}" if measured.faster >= 0.1 else f"{measured.faster:.2g}",
        target,
    )
    return row(cells) + measured.verdict


def milliseconds(seconds: float) -> str:
    """With three digits that count."""
    return f"{seconds * 1000:.3g} ms" if seconds >= 1e-4 else f"{seconds * 1e6:.3g} µs"


def row(cells: tuple[str, ...]) -> str:
    """Cells in their columns."""
    return " ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))


if __name__ == "__main__":
    main()
