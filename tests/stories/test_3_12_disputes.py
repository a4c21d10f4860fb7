"""A disputed invoice: its reason, notes and outcome, out of reminders, in a list by age (rules 3.12)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from omloop.circulation.deciding.withdrawing import withdraw
from omloop.circulation.ending.cancelling import cancel
from omloop.circulation.refusals import DisputedSince
from omloop.disputes.models import Dispute
from omloop.disputes.queries import aged, buckets, disputed_for
from omloop.disputes.refusals import (
    AgreedOnNothing,
    AlreadyDisputed,
    DisputeIsOver,
    DisputeRefused,
    FollowUpIsPast,
    InvoiceCancelled,
    NothingSaid,
    PayableNotAPart,
)
from omloop.disputes.services import Claim, add_note, dispute, end_dispute
from omloop.kernel.money import Money
from omloop.notifications.digest import digest_of
from omloop.organisations.members import RightMissing, member_scope
from omloop.people.models import Person
from tests.circulation.company import THE_DAY_AFTER, Company
from tests.circulation.reader import said, signed_in
from tests.strangers.victim import key_for
from tests.world import World

NOW = THE_DAY_AFTER
TODAY = date(2026, 3, 3)


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


def begin(company: Company, person: Person, invoice: UUID, days_ago: int = 0, **claim: Any) -> Dispute:
    with member_scope(person, now=NOW) as member:
        made = Claim(**{"reason": "Te veel uren", **claim})
        return dispute(invoice, made, actor=member, now=NOW - timedelta(days=days_ago))


def test_sanne_disputes_by_the_page_keeps_notes_and_ends_it(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive(number="A-1")
    sanne, page = signed_in(world.sanne), f"/invoices/{invoice}/dispute/"
    assert "Dispute the invoice" in said(sanne.get(f"/invoices/{invoice}/"))
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    claim = {"reason": "Te veel uren", "payable": "1000.00", "expects_credit_note": "on"}
    wrong = sanne.post(page, {**claim, "payable": "5000"})
    assert wrong.status_code == 422 and "less than what is due by this invoice" in said(wrong)
    answer = sanne.post(page, {**claim, "follow_up_on": tomorrow})
    letter = sanne.get(answer.url)
    assert "We pay €1,000.00 of it" in said(letter).replace("€ ", "€").replace("\xa0", "")
    assert "Please send us a credit note." in unquote(letter.content.decode())
    with company.system():
        begun = Dispute.objects.get()
    noting, day = f"{page}{begun.id}/note/", f'value="{tomorrow}"'
    assert day in sanne.get(page).content.decode()
    kept = sanne.post(noting, {"text": "Gebeld met Kuipers", "follow_up_on": tomorrow}, follow=True)
    assert "Gebeld met Kuipers" in said(kept) and day in kept.content.decode()
    gone = sanne.post(noting, {"text": "Niets meer", "follow_up_on": ""}, follow=True)
    assert "Kept, without a day on which to look at it again." in said(gone)
    assert "Te veel uren" in said(sanne.get("/disputes/"))
    assert "Disputed" in said(signed_in(world.anna).get(f"/invoices/{invoice}/"))
    over = sanne.post(f"{page}{begun.id}/end/", {"outcome": "credited", "remark": "CN-7"}, follow=True)
    assert "no credit note of this invoice is known here" in said(over)
    assert "Nothing is disputed" in said(sanne.get("/disputes/"))
    words = said(sanne.get(page))
    assert "Earlier disputes" in words and "credit note received" in words and "CN-7" in words
    history = said(sanne.get(f"/invoices/{invoice}/?part=history"))
    assert "Disputed the invoice" in history and "Ended the dispute" in history


def test_only_the_right_dispute_informs_the_supplier(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    with pytest.raises(RightMissing):
        begin(company, world.anna, invoice)
    anna, page = signed_in(world.anna), f"/invoices/{invoice}/dispute/"
    assert anna.get(page).status_code == anna.post(page, {"reason": "Nee"}).status_code == 403
    assert anna.get("/disputes/").status_code == 403
    begin(company, world.sanne, invoice)
    words = said(anna.get(f"/invoices/{invoice}/"))
    assert "It is not paid, and nobody is reminded of it." in words and "To the dispute" not in words


def test_what_is_not_sound_is_refused(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    refused: list[tuple[dict[str, Any], type[DisputeRefused]]] = [
        ({"reason": " "}, NothingSaid),
        ({"payable": Decimal("1210.00")}, PayableNotAPart),
        ({"payable": Decimal(0)}, PayableNotAPart),
        ({"follow_up_on": TODAY}, FollowUpIsPast),
    ]
    for claim, refusal in refused:
        with pytest.raises(refusal):
            begin(company, world.sanne, invoice, **claim)
    begun = begin(company, world.sanne, invoice)
    with pytest.raises(AlreadyDisputed):
        begin(company, world.sanne, invoice)
    with member_scope(world.sanne, now=NOW) as member, pytest.raises(AgreedOnNothing):
        end_dispute(begun.id, outcome="agreed", actor=member, now=NOW)
    with member_scope(world.sanne, now=NOW) as member, pytest.raises(PayableNotAPart):
        end_dispute(begun.id, outcome="agreed", agreed=Decimal("1210.00"), actor=member, now=NOW)
    with member_scope(world.sanne, now=NOW) as member:
        end_dispute(begun.id, outcome="lapsed", actor=member, now=NOW)
    with member_scope(world.sanne, now=NOW) as member, pytest.raises(DisputeIsOver):
        add_note(begun.id, text="Nog iets", actor=member, now=NOW)
    begin(company, world.sanne, invoice)
    prepaid = company.arrive(payable=Decimal("210.00"))
    with pytest.raises(PayableNotAPart):
        begin(company, world.sanne, prepaid, payable=Decimal("210.00"))
    begin(company, world.sanne, prepaid, payable=Decimal("209.00"))


def test_a_cancelled_invoice_is_disputed_no_longer_and_cannot_be(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoice, page = company.arrive(), "/invoices/{}/dispute/".format
    begin(company, world.sanne, invoice)
    with member_scope(world.sanne, now=NOW) as member:
        cancel(invoice, reason="Nooit besteld", actor=member, now=NOW)
        assert not disputed_for(member).exists()
        assert Dispute.objects.get().outcome == "cancelled"
    sanne = signed_in(world.sanne)
    assert "Ended the dispute" in said(sanne.get(f"/invoices/{invoice}/?part=history"))
    words = said(sanne.get(page(invoice)))
    assert "This invoice is cancelled" in words and "What is wrong with it?" not in words
    with pytest.raises(InvoiceCancelled):
        begin(company, world.sanne, invoice)


def test_a_disputed_invoice_is_out_of_the_reminders_and_its_circulation_goes_on(
    company: Company, world: World
) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive(due_on=TODAY)
    for person, waits in ((world.anna, 1), (world.sanne, 0)):
        told = digest_of(person, at=NOW, since=None, now=NOW)
        assert told is not None and (told.waiting, told.fallen_due) == (waits, 1 - waits)
    begin(company, world.sanne, invoice)
    for person in (world.anna, world.sanne):
        told = digest_of(person, at=NOW, since=None, now=NOW)
        assert told is not None and told.is_empty
    assert company.decide(world.anna, invoice, "approve").invoice.state == "approved"


def test_a_rejection_leads_to_a_dispute_and_can_then_not_be_withdrawn(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    rejection = company.decide(world.anna, invoice, "reject", remark="Niet geleverd").decisions[0]
    assert "Rejected: what now?" in said(signed_in(world.sanne).get(f"/invoices/{invoice}/"))
    begin(company, world.sanne, invoice)
    with member_scope(world.anna, now=NOW) as member, pytest.raises(DisputedSince):
        withdraw(decision_id=rejection.id, actor=member, now=NOW)
    assert "Withdraw your decision" not in said(signed_in(world.anna).get(f"/invoices/{invoice}/"))


def test_the_list_counts_by_age_and_currency_the_oldest_first(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    kinds: list[tuple[int, dict[str, Any]]] = [
        (0, {}),
        (30, {"currency": "USD"}),
        (31, {"kind": "credit_note"}),
        (90, {}),
        (91, {}),
    ]
    for days, fields in kinds:
        invoice = company.arrive(number=f"D-{days}", **fields)
        begin(company, world.sanne, invoice, days, payable=Decimal(210))
    with member_scope(world.sanne, now=NOW) as member:
        rows = disputed_for(member)
        assert [line.days for line in aged(rows, today=TODAY)] == [91, 90, 31, 30, 0]
        found = [(each.first, each.count, each.sums) for each in buckets(rows, today=TODAY)]
    euros, dollars = Money(Decimal(1000), "EUR"), Money(Decimal(1000), "USD")
    assert found[0] == (0, 2, [euros, dollars])
    assert found[1:] == [
        (31, 1, [Money(Decimal(-1000), "EUR")]),
        (61, 1, [euros]),
        (91, 1, [euros]),
    ]


def test_by_key_one_disputes_notes_and_ends(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    keys = {each.id: key_for(each, company.organisation.id) for each in (world.anna, world.sanne)}

    def call(person: Person, path: str, **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {keys[person.id]}"}
        where: dict[str, Any] = {
            "path": f"/api/v1{path}",
            "headers": headers,
            "content_type": "application/json",
        }
        return Client().post(data=body, **where) if body else Client().get(**where)

    on = f"/invoices/{invoice}/dispute"
    claim = {"reason": "Te veel uren", "payable": "100.00"}
    statuses = [call(person, on, **claim).status_code for person in (world.anna, world.sanne, world.sanne)]
    assert statuses == [403, 201, 409]
    (listed,) = call(world.sanne, "/disputes").json()
    assert (listed["payable"], listed["outcome"]) == ("100.00", "")
    about = f"{on}s/{listed['id']}"
    assert call(world.sanne, f"{about}/notes", text="Gebeld").status_code == 200
    assert call(world.sanne, f"{about}/notes", text=" ").status_code == 422
    ended = call(world.sanne, f"{about}/end", outcome="agreed").json()
    assert (ended["outcome"], ended["agreed"]) == ("agreed", "100.00")
    assert call(world.sanne, f"{about}/end", outcome="agreed").status_code == 409
    assert call(world.anna, "/disputes").json() == []
