"""Limits and the scheme compare one amount: with VAT or without, in its own currency (rules 3.6)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from omloop.audit.models import AuditEvent
from omloop.circulation.models import CirculationSettings, ExchangeRate
from omloop.circulation.routing.configuring import Configuration, configure, settings_of
from omloop.circulation.routing.rates import OwnCurrency, set_rate, waiting_for_rate
from omloop.invoices.models import Invoice, Validation
from omloop.organisations.holding import hold
from omloop.organisations.members import RightMissing, member_scope
from tests.circulation.company import ARRIVAL, BEFORE, Company
from tests.circulation.reader import said, signed_in
from tests.world import World

RunJobs = Callable[[], None]


@pytest.fixture
def company(world: World) -> Company:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.bram), priority=9, amount_from=Decimal(1100), name="large")
    company.rule(("approve", world.anna))
    return company


def counts(company: Company, **wanted: object) -> None:
    with member_scope(company.world.marit, now=BEFORE) as marit:
        configure(
            organisation_id=company.organisation.id,
            wanted=Configuration(**wanted),  # type: ignore[arg-type]
            actor=marit,
            now=BEFORE,
        )


def test_with_vat_unless_the_organisation_says_without(company: Company, world: World) -> None:
    amounts = {"with_vat": Decimal(1210), "without_vat": Decimal(1000)}
    assert company.task(company.arrive(**amounts)).holder == world.bram
    counts(company, counts_vat=False)
    later = company.arrive(**amounts)
    assert company.task(later).holder == world.anna
    assert company.invoice(later).compared_amount == Decimal(1000)


def test_what_is_under_way_keeps_its_amount(company: Company, world: World) -> None:
    company.limit(world.bram, "1100")
    task = company.task(company.arrive(with_vat=Decimal(1210), without_vat=Decimal(1000)))
    counts(company, counts_vat=False)
    assert company.decide(world.bram, task, "approve").counted_as_check


def test_a_credit_note_counts_by_its_size(company: Company, world: World) -> None:
    credit = company.arrive(kind="credit_note", with_vat=Decimal("-1210.00"))
    assert company.invoice(credit).compared_amount == Decimal(1210)


def test_without_a_rate_it_is_held_and_with_one_it_goes_on(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    invoice = company.arrive(currency="USD", with_vat=Decimal(1200), issued_on=date(2026, 2, 27))
    assert company.invoice(invoice).state == "held"
    judged(company, invoice)
    assert company.rate("0.90", from_on=date(2026, 3, 1)) == 1, "it looks, and waits again"
    run_jobs()
    assert company.invoice(invoice).state == "held"
    assert company.rate("0.905", from_on=date(2026, 2, 1)) == 1
    run_jobs()
    assert company.invoice(invoice).compared_amount == Decimal("1086.00")
    assert company.task(invoice).holder == world.anna
    with company.system():
        names = list(AuditEvent.objects.filter(subject_id=invoice).values_list("name", flat=True))
    assert names.count("invoice.held_for_rate") == 2
    assert "circulation.started" in names


def test_the_last_rate_of_its_day_or_before_counts(company: Company) -> None:
    for amount, day in (("0.80", 1), ("0.85", 10), ("0.86", 10), ("0.99", 28)):
        company.rate(amount, from_on=date(2026, 2, day))
    invoice = company.arrive(currency="USD", with_vat=Decimal(100), issued_on=date(2026, 2, 27))
    assert company.invoice(invoice).compared_amount == Decimal("86.00")


def test_what_is_let_pass_without_a_rate_is_above_every_limit(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    company.limit(world.anna, "999999")
    company.rule(("approve", world.anna), priority=10, supplier="Helder", name="any amount")
    invoice = company.arrive(currency="USD", supplier_name="Helder")
    judged(company, invoice)
    page = signed_in(world.sanne).get(f"/invoices/{invoice}/?part=validation")
    assert "Held: no exchange rate is known" in said(page)
    signed_in(world.sanne).post(f"/invoices/{invoice}/let-pass/", {"reason": "Marit knows the rate"})
    run_jobs()
    assert company.invoice(invoice).compared_amount is None
    assert company.decide(world.anna, invoice, "approve").counted_as_check


def test_the_own_currency_has_no_rate_and_only_who_manages_settings_sets_one(
    company: Company, world: World
) -> None:
    with pytest.raises(OwnCurrency):
        company.rate("1", currency="EUR")
    with member_scope(world.sanne, now=ARRIVAL) as sanne, pytest.raises(RightMissing):
        set_rate(
            organisation_id=company.organisation.id,
            currency="USD",
            rate=Decimal(1),
            from_on=date(2026, 1, 1),
            actor=sanne,
            now=ARRIVAL,
        )
    with company.system():
        assert not ExchangeRate.objects.exists()


def test_the_page_saves_each_change_once_with_history(company: Company, world: World) -> None:
    marit, address = signed_in(world.marit), f"/organisations/{company.organisation.id}/circulation/"
    assert "None yet" not in said(marit.get(address))
    for _again in range(2):
        marit.post(address, {"four_eyes": "all", "answers_by_mail": "on"})
    with company.system():
        found = settings_of(company.organisation.id)
        assert CirculationSettings.objects.count() == 1
        event = AuditEvent.objects.get(name="organisation.circulation_set")
    assert found == Configuration(four_eyes="all", counts_vat=False, answers_by_mail=True)
    assert event.detail["changed"]["counts_vat"] == [True, False]
    answer = marit.post(f"{address}rate/", {"currency": "eur", "rate": "1", "from_on": "2026-01-01"})
    assert answer.status_code == 422
    assert "own currency" in said(answer)
    marit.post(f"{address}rate/", {"currency": "usd", "rate": "0.91", "from_on": "2026-01-01"})
    assert "0.91" in said(marit.get(address))
    assert signed_in(world.sanne).get(address).status_code == 403
    assert signed_in(world.otto).get(address).status_code == 404


def test_invoices_that_errors_hold_do_not_wait_for_a_rate(company: Company) -> None:
    broken = company.store(currency="USD", state="held")
    judged(company, broken, fatal=1)
    with company.system():
        assert not waiting_for_rate(company.organisation.id).exists()
    assert company.rate("0.9") == 0
    assert company.invoice(broken).state == "held"


def judged(company: Company, invoice_id: object, fatal: int = 0) -> None:
    """Validation said this of its document."""
    with company.system():
        hold(company.organisation.id)
        invoice = Invoice.objects.get(id=invoice_id)
        Validation.objects.create(
            organisation=company.organisation,
            document_id=invoice.document_id,
            validated_at=ARRIVAL,
            is_judged=True,
            fatal=fatal,
            warnings=0,
            findings=[],
        )
