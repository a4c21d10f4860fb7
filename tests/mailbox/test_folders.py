"""A file in a watched folder is taken in when it is whole, and moved when that is committed (rules 2.1)."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.intake.models import Container, Delivery, Document
from omloop.mailbox import folders, whole_files
from omloop.mailbox.folders import add_folder, all_folders, look, remove_folder
from omloop.mailbox.refusals import FolderTaken, NoFolder
from omloop.organisations.members import system_scope
from tests.paper_mail import PDF, mail, zipped
from tests.world import World

LONG_AGO = 1_000_000_000


@pytest.fixture
def folder(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(whole_files, "PAUSE", 0.01)
    place = tmp_path / "post"
    return add_folder(organisation_id=world.zwaluw.id, path=place, actor=OPERATOR, now=timezone.now())


def put(folder: Path, name: str, data: bytes, *, age: float = LONG_AGO) -> None:
    (folder / name).write_bytes(data)
    if age:
        os.utime(folder / name, (age, age))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_whole_files_are_taken_in_and_moved_and_those_still_growing_are_left(
    world: World, folder: Path
) -> None:
    put(folder, "a.pdf", PDF)
    put(folder, "alles.zip", zipped(("b.pdf", PDF + b"b"), ("c.xml", b"<a/>")))
    put(folder, "groeit.pdf", PDF, age=0)
    put(folder, ".verborgen", PDF)
    (folder / "koppeling.pdf").symlink_to("/etc/passwd")
    look(world.zwaluw.id, now=timezone.now())
    assert names(folder / "done") == ["a.pdf", "alles.zip"]
    assert names(folder) == [".verborgen", "groeit.pdf", "koppeling.pdf"]
    with system_scope("test", world.zwaluw.id):
        assert sorted(Document.objects.values_list("filename", flat=True)) == ["a.pdf", "b.pdf", "c.xml"]
        assert set(Document.objects.values_list("channel", "received_from")) == {("folder", None)}


def test_what_can_not_be_taken_stands_apart_with_the_reason_beside_it(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "MAX_BYTES", 5_000)
    put(folder, "groot.pdf", PDF + b" " * 9_000)
    put(folder, "leeg.pdf", b"")
    put(folder, "niets.eml", mail())
    look(world.zwaluw.id, now=timezone.now())
    refused = folder / "refused"
    found = ["groot.pdf", "groot.pdf.txt", "leeg.pdf", "leeg.pdf.txt", "niets.eml", "niets.eml.txt"]
    assert names(refused) == found
    said = (refused / "niets.eml.txt").read_text()
    assert "geen factuur" in said
    assert "holds no invoice" in said
    with system_scope("test", world.zwaluw.id):
        assert not Document.objects.exists()
        assert Container.objects.get().state == "nothing_in_it"


def test_a_look_that_died_between_commit_and_move_leaves_nothing_twice(world: World, folder: Path) -> None:
    archive = zipped(("b.pdf", PDF + b"b"))
    for _ in range(3):
        put(folder, "a.pdf", PDF)
        put(folder, "b.zip", archive)
        program = (
            "import os, django; django.setup(); from django.utils import timezone; from uuid import UUID\n"
            "from omloop.mailbox import folders, whole_files; whole_files.PAUSE = 0\n"
            "folders.move = lambda *_: os.kill(os.getpid(), 9)\n"
            f"folders.look(UUID({str(world.zwaluw.id)!r}), now=timezone.now())"
        )
        died = subprocess.run([sys.executable, "-c", program], check=False)
        assert died.returncode == -9
    assert names(folder) == ["a.pdf", "b.zip"]
    look(world.zwaluw.id, now=timezone.now())
    assert names(folder / "done") == ["a.pdf", "b.zip"]
    with system_scope("test", world.zwaluw.id):
        assert (Document.objects.count(), Delivery.objects.count(), Container.objects.count()) == (2, 2, 1)


def test_a_file_of_a_name_that_is_there_keeps_its_own(world: World, folder: Path) -> None:
    for n in range(2):
        put(folder, "a.pdf", PDF + b"%d" % n)
        look(world.zwaluw.id, now=timezone.now())
    assert names(folder / "done") == ["a-2.pdf", "a.pdf"]


def test_a_folder_is_of_one_organisation_and_can_be_taken_away(world: World, folder: Path) -> None:
    now = datetime(2026, 11, 26, tzinfo=UTC)
    for taken in (folder, folder.parent, folder / "done"):
        with pytest.raises(FolderTaken):
            add_folder(organisation_id=world.vuurtoren.id, path=taken, actor=OPERATOR, now=now)
    with pytest.raises(NoFolder):
        add_folder(organisation_id=world.vuurtoren.id, path=Path("/dev/null/x"), actor=OPERATOR, now=now)
    own = add_folder(organisation_id=world.vuurtoren.id, path=None, actor=OPERATOR, now=now)
    assert own.parts[-2:] == ("inbox", "90001009")
    assert [(place.id, path) for place, path in all_folders()] == sorted(
        [(world.zwaluw.id, str(folder)), (world.vuurtoren.id, str(own))], key=lambda each: each[1]
    )
    remove_folder(organisation_id=world.zwaluw.id, actor=OPERATOR, now=now)
    put(folder, "a.pdf", PDF)
    look(world.zwaluw.id, now=now)
    assert names(folder) == ["a.pdf"]
    with pytest.raises(NoFolder):
        remove_folder(organisation_id=world.zwaluw.id, actor=OPERATOR, now=now)
