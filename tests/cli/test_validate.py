"""`omloop validate`: the e-invoice rules from the command line, without a database."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

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
    assert {tuple(each) for each in answers} == {
        ("file", "profile", "fatal", "warnings", "judged", "findings")
    }


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


def test_a_zip_file_is_looked_into(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ZipFile(folder / "all.zip", "w", ZIP_DEFLATED) as archive:
        archive.write(folder / "a.xml", "good.xml")
        archive.writestr("bad/b.xml", b"<Invoice/>")
    assert validate([folder / "all.zip"], as_json=True) == 1
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["file"].rpartition("all.zip/")[2], each["fatal"]) for each in answers] == [
        ("bad/b.xml", ["OML-XML-07"]),
        ("good.xml", []),
    ]


def test_a_damaged_zip_file_is_a_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 and then nothing")
    assert validate([folder / "broken.zip"], as_json=False) == 1
    assert "broken.zip" in capsys.readouterr().out


def test_another_profile_can_be_chosen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert validate([folder / "a.xml"], as_json=False, profile="en16931-ubl") == 0
    assert validate([folder / "a.xml"], as_json=False, profile="en16931-cii") == 1
    chosen, other = capsys.readouterr().out.splitlines()
    assert "en16931-ubl  fatal []" in chosen and "en16931-cii  fatal [OML-FILE-02]" in other


def test_a_report_says_where_and_what_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert validate([folder / "deeper"], as_json=False, as_report=True) == 1
    said = capsys.readouterr().out
    assert "broken (peppol-bis-3)" in said
    assert (
        "BR-02, fatal, line 2 /Invoice\n    The invoice number (BT-1) is missing. Fill in cbc:ID.\n    BT-1"
        in said
    )


def test_a_page_can_be_mailed_and_runs_nothing(folder: Path) -> None:
    (folder / "<b>.xml").write_bytes(b"<Invoice/>")
    assert validate([folder], as_json=False, html=folder / "report.html") == 1
    page = (folder / "report.html").read_text()
    assert "Het factuurnummer (BT-1) ontbreekt." in page and "The invoice number (BT-1) is missing." in page
    assert "&lt;b&gt;.xml" in page and "<script" not in page and "<b>" not in page


def test_several_processes_say_the_same_in_the_same_order(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert validate([folder], as_json=True, jobs=2) == 1
    together = capsys.readouterr().out
    assert validate([folder], as_json=True) == 1
    assert capsys.readouterr().out == together
