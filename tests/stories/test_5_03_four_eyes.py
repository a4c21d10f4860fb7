"""Two approvals stay two people, whatever is transferred; rights and limits don't move (rules 3.5, 5.3)."""

import pytest

from omloop.circulation.models import Assignment
from omloop.circulation.routing.handover import unfit
from omloop.circulation.scheme.rules import NewStep
from omloop.circulation.who.crowd import Crowd
from omloop.circulation.who.policies import Standing, rights_of
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.payees.models import AccountCheck, SupplierAccount
from omloop.payees.services import note_payee
from omloop.people.models import SameHuman
from omloop.recognition.models import Typing
from omloop.tenancy.history import since
from omloop.transfers.models import What
from omloop.transfers.services import find_rest
from omloop.transfers.wish import Conflict
from tests.circulation.company import BEFORE, THE_DAY_AFTER, Company, at
from tests.coding.books import Books
from tests.stories.test_3_05_four_eyes import wants
from tests.transfers.handing import MARCH_10, Handing
from tests.world import World

IBAN = "NL02ABNA0123456789"


@pytest.fixture
def handing(world: World) -> Handing:
    return Handing(Company(world, world.zwaluw))


def test_both_must_sign_and_one_is_transferred_to_the_other(handing: Handing, world: World) -> None:
    """Before anybody has, after the other has, as substitute, and by another account of his."""
    company, carla = handing.company, handing.newcomer("Carla Prins")
    second = handing.newcomer("Bram2 Willems")
    SameHuman.objects.create(
        one_id=min(world.bram.id, second.id),
        other_id=max(world.bram.id, second.id),
        marked_by=world.marit.id,
        environment_id=world.noordgroep_id,
        valid=since(BEFORE),
    )
    company.rule(("approve", world.anna), ("approve", world.bram))
    company.rule(("approve", second), ("approve", world.anna), supplier="De Raaf", name="R-2", priority=2)
    company.rule(("approve", carla), ("approve", world.anna), supplier="Stand-in", name="R-3", priority=3)
    neither, signed = company.arrive(number="1"), company.arrive(number="2", supplier_name="De Raaf")
    company.decide(second, signed, "approve")
    company.absent(carla, "03-09", "03-20", world.bram)
    represented = company.arrive(number="3", supplier_name="Stand-in")

    preview = handing.preview(world.anna, world.bram)
    assert handing.clashes(preview) == {Conflict.BARRED: 3} and preview.going == 0
    handing.transfer(world.anna, world.bram)
    assert handing.holder(neither) == handing.holder(signed) == "anna"

    run = handing.transfer(world.anna, world.bram, instead={Conflict.BARRED: carla})
    assert handing.holder(neither) == handing.holder(signed) == "carla"
    assert len(handing.items(run)) == 2, "Carla signs the third herself, so it stays with Anna"
    company.decide(carla, neither, "approve", now=at("03-11"))
    assert handing.holder(neither) == "bram"
    company.decide(world.bram, neither, "approve", now=at("03-12"))
    assert company.invoice(neither).state == company.invoice(represented).state.replace(
        "circulating", "approved"
    )


def test_who_typed_an_invoice_does_not_get_it_to_approve(handing: Handing, world: World) -> None:
    company = handing.company
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    with company.system():
        hold(company.organisation.id)
        Typing.objects.create(
            organisation=company.organisation,
            invoice_id=invoice,
            typed_by=world.bram,
            typed_at=BEFORE,
            changed={},
        )
    assert handing.clashes(handing.preview(world.anna, world.bram)) == {Conflict.BARRED: 1}
    handing.transfer(world.anna, world.bram)
    assert handing.holder(invoice) == "anna"
    with company.system():
        held = rights_of(company.organisation.id, [world.bram.id], now=at("03-10"))
        found = unfit(company.organisation.id, {world.anna.id: world.bram.id}, held)
        task = Assignment.objects.select_related("step").get(invoice_id=invoice, ended_at=None)
        crowd = Crowd(company.organisation.id, [task], [world.bram.id], at("03-10"))
        assert crowd.standing(task, world.bram.id) == Standing.BARRED
    assert found[world.anna.id] == Standing.BARRED


def test_who_checked_the_bank_account_does_not_get_its_invoice_to_approve(
    handing: Handing, world: World
) -> None:
    """Only the one that waited for the check: a later one goes over (rules 2.9)."""
    company = handing.company
    company.rule(("approve", world.anna))
    waited, later = company.arrive(iban=IBAN), company.arrive(iban=IBAN)
    with company.system():
        hold(company.organisation.id)
        note_payee(Invoice.objects.get(id=waited), now=BEFORE)
        account = SupplierAccount.objects.get()
        own = {"organisation": company.organisation, "account": account, "kind": account.kind}
        said = {
            "how": "Gebeld",
            "checked_on": BEFORE.date(),
            "recorded_by": world.sanne,
            "recorded_at": BEFORE,
        }
        AccountCheck.objects.create(**own, **said, confirmed_by=world.bram, confirmed_at=BEFORE)
        note_payee(Invoice.objects.get(id=later), now=at("03-09"))
    assert handing.clashes(handing.preview(world.anna, world.bram)) == {Conflict.BARRED: 1}
    with company.system():
        held = rights_of(company.organisation.id, [world.bram.id], now=at("03-10"))
        found = unfit(company.organisation.id, {world.anna.id: world.bram.id}, held)
    assert found[world.anna.id] == Standing.BARRED
    handing.transfer(world.anna, world.bram)
    assert [handing.holder(each) for each in (waited, later)] == ["anna", "bram"]


def test_above_the_limit_it_is_chosen_whether_it_counts_as_a_check(handing: Handing, world: World) -> None:
    company, carla = handing.company, handing.newcomer("Carla Prins")
    company.rule(("approve", world.anna))
    company.limit(world.bram, "1000.00")
    small, large = company.arrive(with_vat="900.00"), company.arrive(number="2", with_vat="1210.00")
    unsaid = company.arrive(number="3", with_vat=None)
    preview = handing.preview(world.anna, world.bram)
    assert handing.clashes(preview) == {Conflict.ABOVE_LIMIT: 2} and preview.going == 1
    run = handing.transfer(world.anna, world.bram)
    assert [handing.holder(each) for each in (small, large, unsaid)] == ["bram", "anna", "anna"]
    handing.undo(run)
    handing.transfer(world.anna, world.bram, instead={Conflict.ABOVE_LIMIT: world.bram})
    assert [handing.holder(each) for each in (small, large, unsaid)] == ["bram", "bram", "bram"]
    outcome = company.decide(world.bram, large, "approve", now=at("03-11"))
    assert outcome.counted_as_check and handing.holder(large) == "finance"
    handing.transfer(world.bram, world.anna, instead={Conflict.ABOVE_LIMIT: carla})
    assert handing.holder(small) == "anna"


def test_a_part_is_compared_with_the_limit_by_its_share(handing: Handing, world: World) -> None:
    """€605 of €1,210 is Anna's (rules 3.8), open and to come."""
    company, books, carla = handing.company, Books.of(handing.company), handing.newcomer("Carla Prins")
    company.rule(NewStep(action="approve", per_line=True))
    company.rule(("check", world.bram), NewStep(action="approve", per_line=True), name="Later", priority=2,
                 order_reference="PO-1")  # fmt: skip
    for number, order in (("1", ""), ("2", "PO-1")):
        invoice = books.store(number=number, order_reference=order)
        books.code(invoice, books.line("500", centre="4100"), books.line("500", "4500", "4200"))
        company.start(invoice, now=THE_DAY_AFTER)
    company.limit(carla, "700.00")
    assert handing.clashes(handing.preview(world.anna, carla)) == {}
    company.limit(carla, "600.00")
    assert handing.clashes(handing.preview(world.anna, carla)) == {Conflict.ABOVE_LIMIT: 2}


def test_what_was_signed_and_what_a_rule_asks_stay_two_people(handing: Handing, world: World) -> None:
    """Both signed; and with four eyes over all steps a check and an approval of one rule count too."""
    company = handing.company
    company.grant(world.sanne, "checker")
    company.rule(("check", world.anna), ("approve", world.bram), name="R-1", kind="credit_note", priority=2)
    company.rule(("approve", world.anna), ("approve", world.bram), ("check", world.sanne))
    invoice = company.arrive()
    company.decide(world.anna, invoice, "approve")
    company.decide(world.bram, invoice, "approve")
    assert handing.clashes(handing.preview(world.anna, world.bram)) == {Conflict.BARRED: 1}

    def staying() -> list[str]:
        with handing.marit() as marit:
            wish = handing.wish(world.anna, world.bram, What.RULES)
            found = find_rest(company.organisation, wish, actor=marit, now=MARCH_10)
            return sorted(each.name for each in found if each.stays == "barred")

    assert staying() == ["R-07"]
    wants(company, "all")
    assert staying() == ["R-07", "R-1"]
