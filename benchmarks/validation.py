"""Checking one invoice, beside parsing and the XML Schema, and beside Saxon with the official rules.

Both sides parse the same bytes and try the XML Schema. Where EN 16931 is named, both try all its rules and
no others; ours ends with findings in two languages, Saxon's with its report as text, which nobody reads here.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from benchmarks.ground import Ground
from benchmarks.measuring import Measured, in_turns
from benchmarks.paper import invoice
from benchmarks.standards import examples, read_example, validate_by_saxon, validate_structure
from omloop import einvoice

_FIRST_CHECK = """
import sys
from omloop.einvoice import check, read
print(check(read(open(sys.argv[1], "rb").read())).verdict)
"""


def measure(ground: Ground) -> Iterator[Measured]:
    """20 lines, then very many; then a new process, where what it must load counts."""
    rounds = ground.size(20, 2)
    for lines, times in ((20, 5), (ground.size(1_000, 100), 1)):
        data = invoice(lines)
        document = einvoice.read(data)
        took = in_turns(
            {
                "read": partial(einvoice.read, data),
                "check": partial(einvoice.check, document, profile="en16931-ubl"),
                "all": partial(einvoice.check, document),
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
        yield Measured(what=f"{what}, Peppol", ours=took["all"], against=saxon, beside=took["saxon"])
        yield Measured(
            what=f"read {lines:,} lines", ours=took["read"], against=structure, beside=took["schema"]
        )
    yield from _examples(ground)
    yield from _cold(ground)


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


def _cold(ground: Ground) -> Iterator[Measured]:
    """One file in a new process, by the package and by the command, beside a Python that only loads lxml."""
    file = ground.folder / "invoice.xml"
    file.write_bytes(invoice())
    words = {
        "package": ["-c", _FIRST_CHECK, str(file)],
        "command": ["-m", "omloop", "validate", str(file)],
        "lxml": ["-c", "import lxml.etree"],
    }
    took = in_turns(
        {name: partial(_run, [sys.executable, *said]) for name, said in words.items()},
        rounds=ground.size(8, 1),
        times=1,
    )
    least = "Python that imports lxml"
    for what, name in (("import and first check", "package"), ("omloop validate, new process", "command")):
        yield Measured(what=what, ours=took[name], against=least, beside=took["lxml"])


def _run(words: list[str]) -> None:
    # With the bytecode that the first start of an installation leaves behind.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=environment)
