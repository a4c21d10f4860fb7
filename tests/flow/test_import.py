"""`omloop import`: as the operator runs it, a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from omloop.organisations.members import system_scope
from tests.paper import broken_file, file
from tests.paper_mail import mail, zipped
from tests.pdf.nasty import blank
from tests.world import World


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "omloop", "import", *map(str, arguments)],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def post(tmp_path: Path) -> Path:
    """A folder with a good, a broken and an unreadable file, one of them deeper."""
    (tmp_path / "deeper").mkdir()
    (tmp_path / "a.xml").write_bytes(file("good"))
    (tmp_path / "b.xml").write_bytes(broken_file("bad"))
    (tmp_path / "deeper" / "c.pdf").write_bytes(blank())
    return tmp_path


def test_a_folder_is_taken_in_file_by_file(world: World, post: Path) -> None:
    good, bad, scan = lines(run(post, "--organisation", "90001001", "--json"))
    assert [each["outcome"] for each in (good, bad, scan)] == ["accepted", "accepted", "accepted"]
    assert {"rule": "BR-CO-15", "flag": "fatal"} in bad["findings"]
    assert scan["findings"] == []
    assert Path(scan["file"]).name == "c.pdf"
    with system_scope("test", world.zwaluw.id):
        states = dict(Invoice.objects.values_list("document_id", "state"))
        assert {str(key): state for key, state in states.items()} == {
            good["document"]: Invoice.State.CIRCULATING,
            bad["document"]: Invoice.State.HELD,
        }


def test_again_everything_is_known(world: World, post: Path) -> None:
    first = lines(run(post, "--organisation", "90001001", "--json"))
    again = lines(run(post, "--organisation", "90001001", "--json"))
    assert [each["outcome"] for each in again] == ["known"] * 3
    assert [each["document"] for each in again] == [each["document"] for each in first]


def test_a_job_is_left_for_the_scan_and_none_for_what_went_on_at_once(
    world: World, post: Path, owner: Callable[[], psycopg.Connection]
) -> None:
    lines(run(post, "--organisation", "90001001", "--json"))
    with owner() as connection:
        left = connection.execute("SELECT task_name FROM procrastinate_jobs").fetchall()
    assert left == [("recognition.recognise",)]


def test_the_operator_says_when_it_was_received(world: World, post: Path) -> None:
    lines(run(post, "--organisation", "90001001", "--json", "--received-at", "2026-03-29T23:30:00+01:00"))
    with system_scope("test", world.zwaluw.id):
        assert {str(each) for each in Document.objects.values_list("import_date", flat=True)} == {
            "2026-03-30"
        }


def test_people_read_a_line_a_file(world: World, post: Path) -> None:
    done = run(post / "b.xml", "--organisation", "9000 1001")
    assert done.returncode == 0
    assert "accepted" in done.stdout
    assert "b.xml" in done.stdout
    assert "BR-CO-15 (fatal)" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--organisation", "12345678"], "no organisation has KvK 12345678"),
        (["--organisation", "90001001", "--received-at", "2026-04-03T09:00"], "has no offset"),
        (["--organisation", "90001001", "--received-at", "yesterday"], "is no moment"),
    ],
)
def test_a_wrong_question_is_answered_with_a_sentence(
    world: World, post: Path, arguments: list[str], sentence: str
) -> None:
    done = run(post, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_path_that_is_not_there_is_named(world: World, tmp_path: Path) -> None:
    done = run(tmp_path / "nothing.xml", "--organisation", "90001001")
    assert done.returncode == 2
    assert "nothing.xml does not exist" in done.stderr


def test_what_is_in_a_zip_has_a_line_each_and_what_can_not_be_opened_ends_in_1(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / "post.zip").write_bytes(zipped(("a.xml", file("good")), ("brief.docx", b"brief")))
    taken, left = lines(run(tmp_path / "post.zip", "--organisation", "90001001", "--json"))
    assert (taken["file"].rpartition("/")[2], taken["outcome"]) == ("post.zip > a.xml", "accepted")
    assert (left["outcome"], left["document"]) == ("left", None)
    (tmp_path / "empty.eml").write_bytes(mail())
    empty = run(tmp_path / "empty.eml", "--organisation", "90001001")
    assert (empty.returncode, "holds no files" in empty.stdout) == (1, True)


def test_a_folder_is_watched_from_the_command_line(world: World, tmp_path: Path) -> None:
    def folder(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "omloop", "folder", *words]
        return subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, check=False)

    place = str(tmp_path / "scans")
    assert folder("add", "--organisation", "90001001", "--path", place).stdout.strip() == place
    assert place in folder("list").stdout
    assert folder("add", "--organisation", "90001009", "--path", place).returncode == 2
    assert folder("remove", "--organisation", "90001001").returncode == 0
    assert folder("list").stdout == ""
    assert folder("add").returncode == 2
