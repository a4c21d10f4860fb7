"""What is typed again is compared anew, and held where no rate is known (rules 3.6, 3.7)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from omloop.circulation.deciding.withdrawing import withdraw, withdrawable
from omloop.circulation.models import Assignment, Decision
from omloop.circulation.refusals import NotInCirculation
from omloop.circulation.who.asked_once import answer_asked
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.recognition.models import Typing
from omloop.recognition.services import type_again
from tests.circulation.company import THE_DAY_AFTER, Company, at
from tests.circulation.reader import said, signed_in
from tests.stories.test_3_06_limits import counts, judged
from tests.world import World

RunJobs = Callable[[], None]


@pytest.fixture
def company(world: World) -> Company:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    company.limit(world.anna, "500")
    return company


def typed(company: Company, amount: int = 100, **fields: Any) -> UUID:
    """An invoice that Marit typed, on its way."""
    invoice = company.store(with_vat=Decimal(amount), payable=Decimal(amount), **fields)
    with company.system():
        hold(company.organisation.id)
        Typing.objects.create(
            organisation=company.organisation,
            invoice_id=invoice,
            typed_by=company.world.marit,
            typed_at=THE_DAY_AFTER,
            changed={},
        )
    company.start(invoice)
    return invoice


def retype(company: Company, invoice: UUID, amount: int = 100, **fields: Any) -> None:
    """Sanne types it again; the job comes later."""
    with member_scope(company.world.sanne, now=THE_DAY_AFTER) as sanne:
        values = {"with_vat": Decimal(amount), **fields}
        type_again(Invoice.objects.get(id=invoice), values, actor=sanne, now=THE_DAY_AFTER)


def stands(company: Company, invoice: UUID) -> tuple[str, Decimal | None, list[UUID | str]]:
    """Its state, the amount that counts, and who is asked."""
    found = company.invoice(invoice)
    with company.system():
        tasks = Assignment.objects.filter(invoice_id=invoice, ended_at=None)
        return found.state, found.compared_amount, [task.holder_id or task.fallback for task in tasks]


def test_an_approval_between_typing_again_and_its_job_is_above_every_limit(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    raised, untouched = typed(company), typed(company)
    retype(company, raised, 90_000)
    early = company.decide(world.anna, raised, "approve", now=at("03-04"))
    assert early.counted_as_check
    assert not company.decide(world.anna, untouched, "approve").counted_as_check
    run_jobs()
    assert stands(company, raised) == ("circulating", Decimal(90_000), ["above_limit"])


def test_who_made_it_and_is_named_twice_in_a_row_is_asked_to_check_alone(
    company: Company, world: World
) -> None:
    company.grant(world.marit, "approver")
    company.rule(("check", world.marit), ("approve", world.marit), supplier="Twee", priority=2)
    made, arrived = typed(company, supplier_name="Twee"), company.arrive(supplier_name="Twee")
    tasks = [company.task(each) for each in (made, arrived)]
    with member_scope(world.marit, now=THE_DAY_AFTER):
        answers = [answer_asked(each, person_id=world.marit.id, now=THE_DAY_AFTER) for each in tasks]
    assert answers == ["check", "approve"]
    company.decide(world.marit, made, "check")
    assert stands(company, made)[2] == ["barred"], "somebody else approves"


def test_in_a_currency_without_a_rate_it_is_held_on_its_way_until_there_is_one(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    company.rule(("check", world.bram), ("approve", world.anna), supplier="Twee", priority=2)
    approved, half_way, back = typed(company), typed(company, supplier_name="Twee"), typed(company)
    company.decide(world.anna, approved, "approve")
    company.decide(world.bram, half_way, "check")
    for invoice in (approved, half_way, back):
        retype(company, invoice, currency="USD")
    run_jobs()
    assert {stands(company, each)[0] for each in (approved, half_way, back)} == {"held"}
    assert stands(company, half_way) == ("held", None, [])
    retype(company, back, 90, currency="EUR")
    company.rate("2.00")
    run_jobs()
    anna, bram = world.anna.id, world.bram.id
    assert stands(company, approved) == ("circulating", Decimal(200), [anna])
    assert stands(company, half_way) == ("circulating", Decimal(200), [bram]), "he checked euros"
    assert stands(company, back) == ("circulating", Decimal(90), [anna])
    assert company.task(approved).why["sent"] == {"retyped_by": str(world.sanne.id)}


def test_what_still_stands_counts_again_once_there_is_a_rate(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    """Its date is no part of what was approved, and yet no rate is known of that day."""
    company.rate("2.00")
    invoice = typed(company, currency="USD", issued_on=date(2026, 2, 1))
    company.decide(world.anna, invoice, "approve")
    retype(company, invoice, issued_on=date(2025, 12, 31))
    run_jobs()
    assert stands(company, invoice) == ("held", None, [])
    with member_scope(world.anna, now=at("03-04")) as anna, pytest.raises(NotInCirculation):
        decision = Decision.objects.get(invoice_id=invoice)
        assert withdrawable(decision.invoice, anna, now=at("03-04")) is None
        withdraw(decision_id=decision.id, actor=anna, now=at("03-04"))
    retype(company, invoice, issued_on=date(2026, 1, 31))
    run_jobs()
    assert stands(company, invoice) == ("approved", Decimal(200), [])


def test_what_was_held_for_a_rate_goes_on_when_it_is_typed_again_in_the_own_currency(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    invoice = typed(company, currency="USD")
    retype(company, invoice, currency="GBP")
    run_jobs()
    assert stands(company, invoice) == ("held", None, [])
    retype(company, invoice, currency="EUR")
    run_jobs()
    assert stands(company, invoice) == ("circulating", Decimal(100), [world.anna.id])
    page = said(signed_in(world.sanne).get(f"/invoices/{invoice}/?part=history"))
    assert "Its amount can be compared now, so it goes on" in page


def test_letting_errors_pass_says_nothing_of_a_rate(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    invoice = company.store(currency="USD", state="held")
    judged(company, invoice, fatal=1)
    sanne, address = signed_in(world.sanne), f"/invoices/{invoice}/?part=validation"
    for reason in ("Held because of errors", "Held: no exchange rate is known"):
        assert reason in said(sanne.get(address))
        sanne.post(f"/invoices/{invoice}/let-pass/", {"reason": "It is right"})
        run_jobs()
    assert stands(company, invoice) == ("circulating", None, [world.anna.id])
    failed = company.store(state="held")
    judged(company, failed)
    assert "Held: circulation could not start" in said(sanne.get(f"/invoices/{failed}/?part=validation"))


def test_under_reverse_charge_the_amount_excludes_vat_under_either_setting(company: Company) -> None:
    """The supplier leaves VAT off such an invoice, so that what stands on it is without."""
    shifted = {"with_vat": Decimal(1000), "without_vat": Decimal(1000), "vat": Decimal(0)}
    for counts_vat in (True, False):
        counts(company, counts_vat=counts_vat)
        assert company.invoice(company.arrive(**shifted)).compared_amount == Decimal(1000)
