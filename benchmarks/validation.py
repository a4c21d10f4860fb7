"""Checking one invoice, beside parsing and the XML Schema, and beside Saxon with the official rules."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from benchmarks.ground import Ground
from benchmarks.measuring import Measured, in_turns
from benchmarks.paper import invoice
from benchmarks.standards import examples, read_example, validate_by_saxon, validate_structure
from omloop import einvoice


def measure(ground: Ground) -> Iterator[Measured]:
    """20 lines, then very many; then a new process, where what it must load counts."""
    rounds = ground.size(20, 2)
    for lines, times in ((20, 5), (ground.size(1_000, 100), 1)):
        data = invoice(lines)
        document = einvoice.read(data)
        took = in_turns(
            {
                "read": partial(einvoice.read, data),
                "check": partial(einvoice.check, document),
                "schema": partial(validate_structure, data),
                "saxon": partial(validate_by_saxon, data),
            },
            rounds=rounds if lines == 20 else max(2, rounds // 4),
            times=times,
        )
        what, structure = f"check {lines:,} lines", "lxml parse and XML Schema"
        yield Measured(what=what, ours=took["check"], against=structure, beside=took["schema"])
        saxon = "Saxon, EN 16931"
        yield Measured(what=what, ours=took["check"], against=saxon, beside=took["saxon"], target=5)
        yield Measured(
            what=f"read {lines:,} lines", ours=took["read"], against=structure, beside=took["schema"]
        )
    yield from _examples(ground)
    yield _cold(ground)


def _examples(ground: Ground) -> Iterator[Measured]:
    """Sixty published examples, all rules of EN 16931, where the test set is at hand."""
    files = [read_example(file) for file in examples(ground.size(60, 3))]
    if not files:
        return
    documents = [einvoice.read(data) for data in files]
    took = in_turns(
        {
            "ours": lambda: [einvoice.check(each, profile="en16931-ubl") for each in documents],
            "all": lambda: [einvoice.check(each) for each in documents],
            "saxon": lambda: [validate_by_saxon(data) for data in files],
        },
        rounds=ground.size(8, 1),
        times=1,
    )
    what, saxon = f"check {len(files)} examples", "Saxon, EN 16931"
    yield Measured(what=what, ours=took["ours"], against=saxon, beside=took["saxon"], target=5)
    yield Measured(what=f"{what}, their profiles", ours=took["all"], against=saxon, beside=took["saxon"])


def _cold(ground: Ground) -> Measured:
    """`omloop validate` of one file, beside a Python that only loads lxml."""
    file = ground.folder / "invoice.xml"
    file.write_bytes(invoice())
    ours = [sys.executable, "-m", "omloop", "validate", str(file)]
    least = [sys.executable, "-c", "import lxml.etree"]
    took = in_turns(
        {name: partial(_run, words) for name, words in (("ours", ours), ("lxml", least))},
        rounds=ground.size(8, 1),
        times=1,
    )
    return Measured(
        what="omloop validate, new process",
        ours=took["ours"],
        against="Python that imports lxml",
        beside=took["lxml"],
    )


def _run(words: list[str]) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
