"""A folder for the package: every export is put there once, results are read from it (rules 3.11)."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from omloop.__main__ import main
from omloop.audit.actors import OPERATOR
from omloop.booking import export_folder, result_files
from omloop.booking.export_folder import add_export_folder, put_exports, remove_export_folder
from omloop.booking.models import Batch
from omloop.booking.tasks import see_to_folder
from omloop.booking.xaf import xaf_of
from omloop.intake import files
from omloop.intake.models import Document
from omloop.mailbox import whole_files
from omloop.mailbox.refusals import FolderTaken, NoFolder
from omloop.organisations.holding import hold
from tests.booking.ledger import NOW, Ledger
from tests.circulation.reader import said, signed_in
from tests.stories.test_3_11_periods import book_as_system, confidential
from tests.world import World


@pytest.fixture
def outbox(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(whole_files, "PAUSE", 0.01)
    return add(ledger, tmp_path / "outbox")


def add(ledger: Ledger, path: Path) -> Path:
    place = ledger.company.organisation.id
    before = NOW - timedelta(hours=1)
    return add_export_folder(
        organisation_id=place, path=path, forms=["xaf", "ubl"], actor=OPERATOR, now=before
    )


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if each.is_file())


def put(ledger: Ledger) -> None:
    put_exports(ledger.company.organisation.id, now=NOW)


def test_every_export_is_put_there_once_and_a_confidential_one_never(ledger: Ledger, outbox: Path) -> None:
    confidential(ledger)
    invoice = ledger.ready(number="1")
    keep_bytes(ledger, invoice)
    book_as_system(ledger)
    put(ledger)
    assert names(outbox) == ["omloop-1-ubl.zip", "omloop-1.xaf"]
    with ledger.company.system():
        batch = Batch.objects.get(confidential=False)
        assert (outbox / "omloop-1.xaf").read_bytes() == xaf_of(batch)
        assert batch.delivered_at == NOW
    (outbox / "omloop-1.xaf").unlink()
    put(ledger)
    assert names(outbox) == ["omloop-1-ubl.zip"]
    ledger.reverse(invoice)
    put(ledger)
    assert names(outbox) == ["omloop-1-ubl.zip", "omloop-2.xaf"]


@pytest.mark.parametrize("moment", ["_name_files", "hold"])
def test_whoever_dies_in_between_puts_it_there_once(ledger: Ledger, outbox: Path, moment: str) -> None:
    keep_bytes(ledger, ledger.ready(number="1"))
    ledger.book()
    die = (
        "import os, django; django.setup(); from uuid import UUID; from django.utils import timezone\n"
        "from omloop.booking import export_folder\n"
        f"export_folder.{moment} = lambda *_: os.kill(os.getpid(), 9)\n"
        f"export_folder.put_exports(UUID({str(ledger.company.organisation.id)!r}), now=timezone.now())"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "omloop.config.settings"}
    assert subprocess.run([sys.executable, "-c", die], env=env, check=False).returncode == -9
    assert names(outbox) == [".omloop-1-ubl.zip.part", ".omloop-1.xaf.part"]
    put(ledger)
    assert names(outbox) == ["omloop-1-ubl.zip", "omloop-1.xaf"]


def test_results_that_the_package_puts_there_come_back_to_the_invoices(
    ledger: Ledger, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = ledger.ready(number="1"), ledger.ready(number="2")
    keep_bytes(ledger, good)
    keep_bytes(ledger, bad)
    ledger.book()
    results = outbox / export_folder.RESULTS
    leave(results / "a.csv", "entry;number;reason\n1-1;5811;\n1-2;;Crediteur onbekend\n9-1;1;\nx;1;\n")
    leave(results / "b.csv", "geen tabel")
    see_to_folder(str(ledger.company.organisation.id))
    assert ledger.booking(good).package_number == "5811"
    assert ledger.invoice(bad).booked_at is None
    assert names(results / "done") == ["a.csv", "a.csv.txt"] and names(results) == []
    assert "9-1\nx" in (results / "done" / "a.csv.txt").read_text()
    assert names(results / "refused") == ["b.csv", "b.csv.txt"]
    assert result_files.NO_TABLE in (results / "refused" / "b.csv.txt").read_text()


def test_a_folder_that_can_not_be_written_is_told_on_the_page_and_tried_again(
    ledger: Ledger, outbox: Path, world: World
) -> None:
    keep_bytes(ledger, ledger.ready(number="1"))
    ledger.book()
    moved = outbox.rename(outbox.with_name("elsewhere"))
    outbox.write_text("a file in the way")
    put(ledger)
    page = f"/organisations/{world.zwaluw.id}/booking/exports/"
    assert "The folder of exports can't be written" in said(signed_in(world.sanne).get(page))
    outbox.unlink()
    moved.rename(outbox)
    put(ledger)
    assert "can't be written" not in said(signed_in(world.sanne).get(page))
    assert "omloop-1.xaf" in names(outbox)


def test_the_operator_sets_it_by_command_line_and_no_other_folder_overlaps(
    ledger: Ledger, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--organisation", world.zwaluw.kvk, "--exports"]
    assert main(["folder", "add", *where, "--path", str(tmp_path / "a"), "--form", "afas"]) == 0
    main(["folder", "list"])
    assert f"{tmp_path / 'a'}  exports: afas" in capsys.readouterr().out
    assert main(["folder", "add", *where, "--form", "wat"]) == 2
    assert "choose among" in capsys.readouterr().err
    other: dict[str, Any] = {
        "organisation_id": world.beheer.id,
        "forms": ["xaf"],
        "actor": OPERATOR,
        "now": NOW,
    }
    with pytest.raises(FolderTaken):
        add_export_folder(path=tmp_path / "a" / "b", **other)
    assert main(["folder", "remove", *where]) == 0
    with pytest.raises(NoFolder):
        remove_export_folder(organisation_id=world.zwaluw.id, actor=OPERATOR, now=NOW)
    assert add_export_folder(path=tmp_path / "a" / "b", **other) == tmp_path / "a" / "b"


def leave(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (NOW.timestamp() - 86_400,) * 2)


def keep_bytes(ledger: Ledger, invoice: UUID) -> None:
    place = ledger.company.organisation.id
    with ledger.company.system():
        hold(place)
        digest = files.keep(place, str(invoice).encode())
        Document.objects.filter(invoice__id=invoice).update(sha256=digest)
