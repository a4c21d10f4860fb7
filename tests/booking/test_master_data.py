"""Creditor numbers and periods from the package: seen first, renewed without doubles (rules 3.10)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from omloop.__main__ import main
from omloop.booking.models import Closing, Creditor
from omloop.booking.period_import import Said, plan_periods
from omloop.booking.periods import closed_months
from tests.booking.ledger import Ledger
from tests.circulation.reader import said, signed_in
from tests.coding.test_auditfile import AUDITFILE
from tests.coding.test_pages_chart import seen_in
from tests.strangers.victim import key_for
from tests.world import World

ASKED: dict[str, Any] = {"content_type": "application/json"}
TABLE = "crediteurnummer;naam;btw-nummer\n2000;Kuipers;NL001234567B01\n;Zonder nummer;\n2001;Hekwerk B.V.;"


def pages(world: World) -> str:
    return f"/organisations/{world.zwaluw.id}/booking/"


def numbers(ledger: Ledger) -> dict[str, str]:
    with ledger.company.system():
        return dict(Creditor.objects.values_list("supplier", "number"))


def test_creditor_numbers_are_seen_first_renewed_without_doubles_and_stand_in_the_next_export(
    ledger: Ledger, world: World
) -> None:
    sanne, page = signed_in(world.sanne), f"{pages(world)}creditors/"
    before = ledger.ready(number="1")
    ledger.book()
    shown = sanne.post(page, {"text": TABLE})
    assert "2 new, 0 changed" in said(shown) and "1 row is passed over" in said(shown)
    assert numbers(ledger) == {}
    assert sanne.post(page, {"text": TABLE, "seen": "older"}).status_code == 409
    sanne.post(page, {"text": TABLE, "seen": seen_in(shown)})
    assert numbers(ledger) == {"nl001234567b01": "2000", "hekwerk b.v.": "2001"}
    again = sanne.post(page, {"text": TABLE.replace("2001", "2009")})
    assert "0 new, 1 changed, 1 the same" in said(again) and "2001" in said(again)
    ledger.ready(number="2", supplier_vat="")
    assert "1 of these suppliers has no creditor number" in said(sanne.get(pages(world)))
    after = ledger.ready(number="3")
    ledger.book()
    assert [ledger.booking(each).creditor for each in (before, after)] == ["", "2000"]
    assert "Hekwerk" in said(sanne.get(page, {"q": "2001"}))
    by_name = sanne.post(page, {"text": "nummer;naam\n2005;KUIPERS Installatietechniek  B.V."})
    assert "1 new, 1 changed" in said(by_name), "invoices know him by VAT number, and one by name"
    assert "No columns were found" in said(sanne.post(page, {"text": "wat\n1"}))


def test_creditor_numbers_come_from_an_auditfile_and_by_api(ledger: Ledger, world: World) -> None:
    sanne, page = signed_in(world.sanne), f"{pages(world)}creditors/"
    shown = sanne.post(page, {"file": SimpleUploadedFile("x.xaf", AUDITFILE)})
    assert "2 new, 0 changed" in said(shown)
    program = Client(headers={"authorization": f"Bearer {key_for(world.sanne, world.zwaluw.id)}"})
    body = {
        "organisation": str(world.zwaluw.id),
        "creditors": [{"number": "7", "name": "Kuipers", "vat": "NL001234567B01"}],
    }
    counts = [
        program.put("/api/v1/creditors", body | more, **ASKED).json()
        for more in ({"preview": True}, {"preview": True}, {}, {})
    ]
    assert [(each["new"], each["same"]) for each in counts] == [(1, 0), (1, 0), (1, 0), (0, 1)]
    listed = program.get("/api/v1/creditors", {"organisation": world.zwaluw.id}).json()
    assert listed == [{"number": "7", "name": "Kuipers"}]


def test_periods_are_seen_first_and_open_again_with_a_reason_only(ledger: Ledger, world: World) -> None:
    ledger.close(date(2026, 2, 1))
    sanne, page = signed_in(world.sanne), f"{pages(world)}periods/import/"
    table = "maand;status\n2026-01;gesloten\n02-2026;open\n2026-13;open\n2026-03;misschien"
    shown = sanne.post(page, {"text": table})
    assert "1 close, 1 open again, 0 stay the same" in said(shown) and "2 rows can't be read" in said(shown)
    seen = {"text": table, "seen": seen_in(shown)}
    assert "Write why" in said(sanne.post(page, seen))
    with ledger.company.system():
        assert closed_months(world.zwaluw.id) == {date(2026, 2, 1)}
    sanne.post(page, seen | {"reason": "Zoals in het pakket"})
    with ledger.company.system():
        assert closed_months(world.zwaluw.id) == {date(2026, 1, 1)}
        assert Closing.objects.get(month=date(2026, 2, 1)).reason == "Zoals in het pakket"
    assert sanne.post(page, seen | {"reason": "x"}).status_code == 409
    told = sanne.post(page, {"file": SimpleUploadedFile("x.xaf", AUDITFILE)})
    assert "An auditfile does not tell this list" in said(told)


def test_a_program_renews_periods_and_twice_changes_nothing(ledger: Ledger, world: World) -> None:
    program = Client(headers={"authorization": f"Bearer {key_for(world.sanne, world.zwaluw.id)}"})
    months = [{"month": "2026-01", "state": "closed"}, {"month": "2026-02", "state": "closed"}]
    body = {"organisation": str(world.zwaluw.id), "periods": months}
    done = [program.put("/api/v1/periods", body, **ASKED).json() for _ in range(2)]
    assert done[0] == {"closes": ["2026-01", "2026-02"], "opens": [], "same": 0}
    assert done[1] == {"closes": [], "opens": [], "same": 2}
    opened = body | {"periods": [{"month": "2026-02", "state": "open"}]}
    assert program.put("/api/v1/periods", opened, **ASKED).status_code == 422
    assert program.put("/api/v1/periods", opened | {"preview": True}, **ASKED).json()["opens"] == ["2026-02"]
    assert program.put("/api/v1/periods", opened | {"reason": "Correctie"}, **ASKED).status_code == 200
    listed = program.get("/api/v1/periods", {"organisation": world.zwaluw.id}).json()
    assert listed == ["2026-01"]


@pytest.mark.parametrize("text", ["2026-03", "2026-03-31", "03-2026", "3/2026", "202603"])
def test_a_month_is_read_as_packages_write_it(text: str, ledger: Ledger, world: World) -> None:
    with ledger.company.system():
        plan = plan_periods(organisation_id=world.zwaluw.id, rows=[Said(text, "Ja")])
    assert plan.closes == [date(2026, 3, 1)]


def test_by_command_line_it_is_said_first_and_done_when_asked(
    ledger: Ledger, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    audit, periods = tmp_path / "audit.xaf", tmp_path / "periods.csv"
    audit.write_bytes(AUDITFILE)
    periods.write_text("month;state\n2026-01;closed\n")
    said_of = {
        ("accounts", audit): "1 new, 1 changed, 0 the same",
        ("centres", audit): "0 new, 1 changed, 1 the same",
        ("vat", audit): "1 new, 0 changed, 0 the same",
        ("creditors", audit): "2 new, 0 changed, 0 the same",
        ("bank-accounts", audit): "2 new, 0 known already",
        ("periods", periods): "1 close, 0 open again, 0 stay the same",
    }
    for (kind, file), told in said_of.items():
        words = ["masterdata", kind, str(file), "--organisation", world.zwaluw.kvk]
        for more in ([], ["--carry-out"], ["--carry-out"]):
            assert main([*words, *more]) == 0
        out = capsys.readouterr().out
        assert out.count(told) == 2, (kind, out)
    assert numbers(ledger) == {"nl001234567b01": "1", "contant": "3"}
    assert main(["masterdata", "periods", str(audit), "--organisation", world.zwaluw.kvk]) == 2
    assert "does not tell this list" in capsys.readouterr().err
