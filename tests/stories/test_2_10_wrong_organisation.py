"""Rules 2.10 and 3.3, told for a bookkeeper: what does not belong here ends here, and leaves its trace."""

from collections.abc import Callable
from datetime import date
from urllib.parse import unquote
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from omloop.booking.accruals import unbooked
from omloop.circulation.deciding.withdrawing import withdraw
from omloop.circulation.ending.cancelling import cancel
from omloop.circulation.ending.sending_on import send_on
from omloop.circulation.models import Assignment, Step
from omloop.circulation.refusals.ending import CancelledSince, EndsWithoutReason, NotToBeCancelled, PreBooked
from omloop.circulation.refusals.ending import SameOrganisation as SamePlace
from omloop.intake.models import Document
from omloop.invoices.models import Invoice, Misdelivery
from omloop.organisations.members import RightMissing, member_scope, system_scope
from tests.booking.ledger import Ledger
from tests.circulation.company import THE_DAY_AFTER, Company
from tests.circulation.reader import said, signed_in
from tests.incoming import come_in, post
from tests.strangers.victim import key_for
from tests.world import World

NOW = THE_DAY_AFTER


@pytest.fixture
def company(world: World) -> Company:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    return company


def nothing_waits(company: Company, invoice: UUID) -> bool:
    with company.system():
        tasks = Assignment.objects.filter(invoice=invoice, ended_at=None)
        steps = Step.objects.filter(invoice=invoice, state__in=["open", "waiting"])
        return not tasks.exists() and not steps.exists()


def test_a_wrongly_delivered_file_reaches_the_right_organisation_with_the_date_of_that_day(
    company: Company, world: World
) -> None:
    here = come_in(world.zwaluw)
    sanne = signed_in(world.sanne)
    page = said(sanne.get(f"/invoices/{here}/"))
    assert "It belongs to another organisation" in page and world.beheer.name in page
    post(sanne, here, "send-on", chosen=world.beheer.id)
    with system_scope("test", world.beheer.id):
        there = Document.objects.get()
        trace = Misdelivery.objects.get()
        assert there.import_date == timezone.localdate()
        assert (trace.place, trace.import_date) == (world.zwaluw.name, date(2026, 3, 2))
    assert company.invoice(here).state == "cancelled" and nothing_waits(company, here)
    words = said(sanne.get(f"/invoices/{here}/"))
    assert f"It belongs to {world.beheer.name}, and was sent on" in words
    assert "Anna de Vries was asked; then the invoice was cancelled" in words
    assert "Sent on to the organisation" in said(sanne.get(f"/invoices/{here}/?part=history"))


def test_both_keep_the_trace_and_the_right_one_circulates_it(
    company: Company, world: World, run_jobs: Callable[[], None]
) -> None:
    here = come_in(world.zwaluw)
    with member_scope(world.sanne, now=NOW) as sanne:
        with pytest.raises(SamePlace):
            send_on(here, to_id=world.zwaluw.id, actor=sanne, now=NOW)
        send_on(here, to_id=world.beheer.id, actor=sanne, now=NOW)
    run_jobs()
    with system_scope("test", world.beheer.id):
        there = Invoice.objects.get()
        assert (there.import_date, there.state) == (date(2026, 3, 3), "circulating")
    words = said(signed_in(world.sanne).get(f"/invoices/{there.id}/?part=data"))
    assert f"Arrived at {world.zwaluw.name} first" in words
    assert "There it came in by command line; Sanne Bakker sent it on." in words
    history = said(signed_in(world.sanne).get(f"/invoices/{there.id}/?part=history"))
    assert "Sent on from another organisation" in history


def test_it_takes_the_right_to_add_in_both_and_who_has_it_here_alone_is_refused(
    company: Company, world: World
) -> None:
    here = come_in(world.zwaluw)
    company.grant(world.marit, "finance")
    marit = signed_in(world.marit)
    assert post(marit, here, "send-on", chosen=world.vuurtoren.id).status_code == 404
    assert post(marit, here, "send-on", chosen=world.beheer.id).status_code == 403
    with member_scope(world.anna, now=NOW) as anna, pytest.raises(RightMissing):
        send_on(here, to_id=world.beheer.id, actor=anna, now=NOW)
    with system_scope("test", world.beheer.id):
        assert not Document.objects.exists()
    assert company.invoice(here).state == "circulating"


def test_a_wrong_name_goes_back_to_the_supplier_by_who_may_dispute(company: Company, world: World) -> None:
    here = come_in(world.zwaluw)
    sanne = signed_in(world.sanne)
    post(sanne, here, "cancel", reason="Op naam van Zwaluw Onderhoud", has_wrong_name="1")
    words = said(sanne.get(f"/invoices/{here}/"))
    assert "Returned to the supplier: wrong name" in words
    assert "Please send us a credit note, and a new invoice to Zwaluw Techniek B.V." in words
    assert "Op naam van Zwaluw Onderhoud" in unquote(sanne.get(f"/invoices/{here}/").content.decode())
    assert "Please send us" not in said(signed_in(world.anna).get(f"/invoices/{here}/"))
    assert company.invoice(here).state == "cancelled" and nothing_waits(company, here)


def test_finance_cancels_what_was_rejected_and_the_rejection_stays(company: Company, world: World) -> None:
    here = come_in(world.zwaluw)
    rejection = company.decide(world.anna, here, "reject", remark="Niet besteld").decisions[0]
    sanne = signed_in(world.sanne)
    assert post(sanne, here, "cancel", reason=" ").status_code == 422
    assert post(world.anna, here, "cancel", reason="Weg").status_code == 403
    post(sanne, here, "cancel", reason="Leverancier trekt hem in")
    words = said(sanne.get(f"/invoices/{here}/"))
    assert "Leverancier trekt hem in" in words and "Niet besteld" in words
    assert "Cancelled, with a reason" in said(sanne.get(f"/invoices/{here}/?part=history"))
    with member_scope(world.anna, now=NOW) as anna, pytest.raises(CancelledSince):
        withdraw(decision_id=rejection.id, actor=anna, now=NOW)
    assert post(sanne, here, "cancel", reason="Nog eens").status_code == 409
    assert "2026-0418" in said(sanne.get("/invoices/?state=cancelled"))
    assert "2026-0418" not in said(sanne.get("/invoices/?state=rejected"))


def test_what_is_approved_or_in_an_export_is_not_cancelled(world: World) -> None:
    ledger = Ledger.of(Company(world, world.zwaluw))
    approved, on_its_way = ledger.approved(), ledger.coded()
    ledger.book("pre", only=[on_its_way])
    with member_scope(world.sanne, now=NOW) as sanne:
        with pytest.raises(NotToBeCancelled):
            cancel(approved, reason="Weg", actor=sanne, now=NOW)
        with pytest.raises(PreBooked):
            cancel(on_its_way, reason="Weg", actor=sanne, now=NOW)
        with pytest.raises(EndsWithoutReason):
            cancel(approved, reason=" ", actor=sanne, now=NOW)


def test_a_cancelled_invoice_is_no_cost_at_month_end(company: Company, world: World) -> None:
    here = come_in(world.zwaluw)
    with company.system():
        assert unbooked(world.zwaluw, date(2026, 3, 31)).count() == 1
    post(world.sanne, here, "cancel", reason="Weg")
    with company.system():
        assert unbooked(world.zwaluw, date(2026, 3, 31)).count() == 0


def test_a_program_cancels_too_and_is_told_why_not(company: Company, world: World) -> None:
    here = come_in(world.zwaluw)
    key = {"Authorization": f"Bearer {key_for(world.sanne, world.zwaluw.id)}"}
    address = f"/api/v1/invoices/{here}/cancel"

    def send(reason: str) -> tuple[int, str]:
        answer = Client().post(address, {"reason": reason}, content_type="application/json", headers=key)
        return answer.status_code, answer.content.decode()

    assert send(" ")[0] == 422
    assert send("Dubbel besteld") == (200, '{"state": "cancelled"}')
    assert send("Nog eens")[0] == 409
    with company.system():
        assert Invoice.objects.get(id=here).cancellation.reason == "Dubbel besteld"


def test_a_file_that_comes_again_after_its_end_stands_on_a_list(company: Company, world: World) -> None:
    rejected, cancelled = come_in(world.zwaluw, "R-1"), come_in(world.zwaluw, "C-1")
    come_in(world.zwaluw, "R-1")
    sanne = signed_in(world.sanne)
    assert "Nothing came again" in said(sanne.get("/documents/again/"))
    company.decide(world.anna, rejected, "reject", remark="Niet besteld")
    with member_scope(world.sanne, now=NOW) as member:
        cancel(cancelled, reason="Weg", actor=member, now=NOW)
    for number in ("R-1", "C-1"):
        assert come_in(world.zwaluw, number, now=timezone.now()) in (rejected, cancelled)
    assert "Came again" in said(sanne.get("/invoices/"))
    words = said(sanne.get("/documents/again/"))
    assert (
        words.count("Kuipers Installatietechniek B.V.") == 2 and "Cancelled" in words and "Rejected" in words
    )
    assert "Nothing came again" in said(signed_in(world.otto).get("/documents/again/"))
