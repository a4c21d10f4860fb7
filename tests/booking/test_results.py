"""What the package made of an export comes back to the invoices (rules 3.11)."""

from typing import Any
from uuid import UUID

from django.test import Client

from omloop.booking.models import Batch, Booking
from tests.booking.ledger import Ledger
from tests.circulation.reader import said, signed_in
from tests.strangers.victim import key_for
from tests.world import World

ASKED: dict[str, Any] = {"content_type": "application/json"}


def program_of(world: World) -> Client:
    return Client(headers={"authorization": f"Bearer {key_for(world.sanne, world.zwaluw.id)}"})


def test_a_program_reports_what_was_taken_and_refused_and_twice_changes_nothing(
    ledger: Ledger, world: World
) -> None:
    good, bad = ledger.ready(number="1"), ledger.ready(number="2")
    (batch,) = ledger.book()
    program, address = program_of(world), f"/api/v1/exports/{batch.id}/results"
    results = [
        {"entry": "1-1", "outcome": "booked", "number": "2026-0701"},
        {"entry": str(bad), "outcome": "failed", "reason": "Crediteur geblokkeerd"},
        {"entry": "9-9", "outcome": "booked"},
    ]
    done = program.post(address, {"results": results}, **ASKED).json()
    assert (done["booked"], done["failed"]) == (1, 1)
    assert done["passed_over"] == [{"entry": "9-9", "why": "unknown"}]
    again = program.post(address, {"results": results[:2]}, **ASKED).json()
    assert again == {"booked": 0, "failed": 0, "passed_over": []}
    late = [
        {"entry": str(bad), "outcome": "booked"},
        {"entry": "1", "outcome": "booked", "number": "2026-0702"},
    ]
    done = program.post(address, {"results": late}, **ASKED).json()
    assert (done["booked"], done["passed_over"]) == (1, [{"entry": str(bad), "why": "ended"}])
    wordless = {"results": [{"entry": "1", "outcome": "failed"}]}
    assert program.post(address, wordless, **ASKED).status_code == 422
    entries = program.get(f"/api/v1/exports/{batch.id}/entries").json()
    assert [(each["entry"], each["package_number"], each["ending"]) for each in entries] == [
        ("1-1", "2026-0702", ""),
        ("1-2", "", "Crediteur geblokkeerd"),
    ]
    assert ledger.invoice(good).booked_at is not None


def test_sanne_pastes_the_results_and_what_was_refused_goes_along_next_time_with_its_reason(
    ledger: Ledger, world: World
) -> None:
    good, bad = ledger.ready(number="1"), ledger.ready(number="2")
    (batch,) = ledger.book()
    sanne, pages = signed_in(world.sanne), f"/organisations/{world.zwaluw.id}/booking/"
    page = f"{pages}exports/{batch.id}/"
    told = sanne.post(f"{page}results/", {"text": "wat;hoe\n1;2"}, follow=True)
    assert "No columns were found" in said(told)
    rows = "boekstuk;journaalpost;melding\n1-1;5811;\n1-2;;Crediteur onbekend\n7-7;1;"
    told = sanne.post(f"{page}results/", {"text": rows}, follow=True)
    assert "1 entry is taken. 1 is refused." in said(told) and "7-7: not in this export" in said(told)
    assert "in the package as 5811" in said(sanne.get(page))
    assert "5811" in said(sanne.get(f"/invoices/{good}/?part=data"))
    assert "Crediteur onbekend" in said(sanne.get(f"/invoices/{bad}/?part=data"))
    listed = said(sanne.get(pages, {"kind": "full", "up_to": "2026-12-31"}))
    assert "booked before, counts no more: Crediteur onbekend" in listed
    (second,) = ledger.book()
    assert invoices(ledger, second) == [bad]


def test_what_another_entry_stands_on_can_not_fail(ledger: Ledger, world: World) -> None:
    invoice = ledger.coded()
    ledger.company.start(invoice)
    (pre,) = ledger.book("pre")
    ledger.company.decide(world.anna, invoice, "approve")
    ledger.book()
    failed = {"results": [{"entry": "1", "outcome": "failed", "reason": "Dicht"}]}
    done = program_of(world).post(f"/api/v1/exports/{pre.id}/results", failed, **ASKED).json()
    assert done["passed_over"] == [{"entry": "1", "why": "not_possible"}]


def invoices(ledger: Ledger, batch: Batch) -> list[UUID]:
    with ledger.company.system():
        return list(Booking.objects.filter(batch=batch).values_list("invoice_id", flat=True))
