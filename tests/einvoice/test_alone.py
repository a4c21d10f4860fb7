"""The package stands alone, and its page of the docs says what it does."""

import os
import re
import subprocess
import sys
from pathlib import Path

from omloop.einvoice import read, write
from tests.einvoice.examples import INVOICE

PAGE = Path(__file__).parents[2] / "docs" / "einvoice.md"
_LOADED = """
import sys
from omloop.einvoice import PROFILES, check, read, write
document = read(open(sys.argv[1], "rb").read())
for profile in PROFILES:
    if profile.endswith("ubl"):
        check(document, profile=profile)
write(document)
print("\\n".join(sys.modules))
"""


def test_it_loads_neither_django_nor_another_room(tmp_path: Path) -> None:
    (tmp_path / "invoice.xml").write_bytes(write(INVOICE))
    words = [sys.executable, "-c", _LOADED, str(tmp_path / "invoice.xml")]
    loaded = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    rooms = {name.split(".")[1] for name in loaded if name.startswith("omloop.")}
    assert rooms == {"einvoice", "kernel"}
    assert not {"django", "psycopg", "facturx", "saxonche"} & set(loaded)


def test_the_examples_of_its_page_run(tmp_path: Path) -> None:
    (tmp_path / "invoice.xml").write_bytes(write(INVOICE))
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    program = "\n".join(examples)
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "valid peppol-bis-3 EN 16931 UBL 1.3.16, Peppol BIS Billing 3.0.21" in done.stdout
    assert len(examples) == 3 and read((tmp_path / "changed.xml").read_bytes()).buyer_reference == "Anna"
