"""Files made to cost much: refused, or broken, within 200 MB above what Python itself takes."""

import json
import subprocess
import sys
from pathlib import Path

from omloop.einvoice import write
from tests.einvoice.examples import INVOICE
from tests.einvoice.test_manifest import FOLDER

_START, _, _REST = write(INVOICE).partition(b"<cbc:ID>")
_BOMBS = {
    "a million tags beside each other": b"<a/>" * 900_000,
    "a million tags below each other": (b"<a>" * 38 + b"</a>" * 38) * 9_000,
    "lines of which none is right": (b"<cac:InvoiceLine>" + b"<a/>" * 5_000 + b"</cac:InvoiceLine>") * 90,
    "a part with many attributes": b"<a " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"/>",
    "a text of many sections": b"<cbc:ID>" + b"<![CDATA[x]]>" * 100_000 + b"</cbc:ID>",
    "many spaces of names": b"<a " + b" ".join(b'xmlns:a%d="u"' % n for n in range(50_000)) + b"/>",
}
_CHILD = """
import resource, sys
from omloop.einvoice import Unreadable, check, read
pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + 200 * 1024**2
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
for file in sys.argv[1:]:
    try:
        said = check(read(open(file, "rb").read())).fatal
    except Unreadable as refused:
        said = refused.findings
    print(said[0].rule)
"""


def test_no_hostile_file_takes_200_megabytes(tmp_path: Path) -> None:
    files = []
    for number, middle in enumerate(_BOMBS.values()):
        files.append(tmp_path / f"{number}.xml")
        files[-1].write_bytes(_START + middle + b"<cbc:ID>" + _REST)
    (tmp_path / "prolog.xml").write_bytes(b"<!--" + b"x" * 20_000_000 + b"-->" + _START + b"<cbc:ID>" + _REST)
    files.append(tmp_path / "prolog.xml")
    if FOLDER.is_dir():
        entries = json.loads((FOLDER / "manifest.json").read_text())["entries"]
        files += [FOLDER / entry["file"] for entry in entries if entry["expected"] == "refuse"]
    done = subprocess.run([sys.executable, "-c", _CHILD, *files], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    rules = done.stdout.split()
    assert rules[: len(_BOMBS) + 1] == [
        *("OML-XML-06", "OML-XSD-01", "OML-XSD-01", "OML-XML-06", "OML-XSD-01", "OML-XSD-01", "OML-XML-08")
    ]
    assert len(rules) == len(files) and all(rule.startswith("OML-") for rule in rules)
