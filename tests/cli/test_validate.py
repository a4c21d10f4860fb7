"""`omloop validate`: the e-invoice rules from the command line, without a database."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from omloop.cli.validate import validate
from omloop.einvoice import write
from tests.einvoice.examples import INVOICE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good invoice, one without a number deeper down, and a file that is none."""
    (tmp_path / "a.xml").write_bytes(write(INVOICE))
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "b.xml").write_bytes(write(replace(INVOICE, number=None)))
    (tmp_path / "c.txt").write_bytes(b"hello")
    return tmp_path


def test_a_folder_is_walked_and_each_file_answered_with_one_json_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert validate([folder], as_json=True) == 1
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(Path(each["file"]).name, each["profile"], each["judged"]) for each in answers] == [
        ("a.xml", "peppol-bis-3", True),
        ("c.txt", "unreadable", True),
        ("b.xml", "peppol-bis-3", True),
    ]
    assert [each["fatal"] for each in answers] == [[], ["OML-XML-05"], ["BR-02", "OML-XSD-01"]]
    assert {tuple(each) for each in answers} == {("file", "profile", "fatal", "warnings", "judged")}


def test_a_clean_file_is_valid_and_exits_with_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert validate([folder / "a.xml"], as_json=False) == 0
    assert capsys.readouterr().out.endswith("a.xml  peppol-bis-3  fatal []  warnings []  valid\n")


def test_a_file_that_is_not_there_is_a_finding_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert validate([folder / "gone.xml", folder / "a.xml"], as_json=False) == 1
    gone, good = capsys.readouterr().out.splitlines()
    assert "OML-FILE-01" in gone and "fatal []" in good


def test_it_starts_without_django(folder: Path) -> None:
    program = (
        "import sys; from omloop.__main__ import main;"
        f"status = main(['validate', {str(folder / 'a.xml')!r}]);"
        "assert 'django' not in sys.modules and 'facturx' not in sys.modules; sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "peppol-bis-3" in done.stdout
