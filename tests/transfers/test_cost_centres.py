"""Whoever comes in his place answers for his cost centres too, if that is ticked (rules 5.1)."""

from omloop.circulation.routing.recoding import after_coding
from omloop.coding.models import CostCentre
from omloop.invoices.models import Invoice
from omloop.organisations.members import member_scope
from omloop.transfers.models import Transfer, What
from omloop.transfers.rest import Stay
from omloop.transfers.services import ask_transfer, carry_out
from omloop.transfers.undoing import undo
from tests.circulation.company import THE_DAY_AFTER, Company, at
from tests.coding.books import Books
from tests.transfers.handing import MARCH_10, Handing
from tests.world import World


def owners(handing: Handing) -> dict[str, str]:
    with handing.company.system():
        rows = CostCentre.objects.select_related("owner").order_by("code")
        return {each.code: each.owner.name.split()[0] for each in rows if each.owner}


def test_cost_centres_go_when_ticked_and_come_back(handing: Handing, world: World) -> None:
    Books.of(handing.company)
    assert owners(handing) == {"4100": "Anna", "4200": "Bram"}
    handing.transfer(world.anna, world.sanne)
    assert owners(handing) == {"4100": "Anna", "4200": "Bram"}, "not ticked"
    run = handing.transfer(world.anna, world.sanne, What.COST_CENTRES)
    assert owners(handing) == {"4100": "Sanne", "4200": "Bram"}
    assert handing.undo(run) == (1, 0)
    assert owners(handing) == {"4100": "Anna", "4200": "Bram"}


def test_what_a_changed_coding_asks_anew_comes_to_who_came_in_his_place(
    handing: Handing, world: World
) -> None:
    company, books = handing.company, Books.of(handing.company)
    company.rule(("approve", world.anna), ("approve", world.bram))
    invoice = books.store()
    books.code(invoice, books.line("1000", centre="4100"))
    company.start(invoice, now=THE_DAY_AFTER)
    company.decide(world.anna, invoice, "approve")
    handing.transfer(world.anna, handing.newcomer("Carla Prins"))
    books.code(invoice, books.line("1000", centre="4200"), now=at("03-11"))
    with company.system() as system:
        found = Invoice.objects.get(id=invoice)
        after_coding(found, coded_by=world.sanne.id, actor=system, now=at("03-11"))
    assert handing.holder(invoice) == "carla"


def test_one_that_somebody_else_got_since_stays_with_him(handing: Handing, world: World) -> None:
    Books.of(handing.company)
    first = handing.transfer(world.anna, world.sanne, What.COST_CENTRES)
    handing.transfer(world.sanne, world.bram, What.COST_CENTRES)
    assert handing.undo(first) == (0, 1)
    assert owners(handing) == {"4100": "Bram", "4200": "Bram"}


def test_they_stay_where_the_other_is_no_active_member_who_may_answer(handing: Handing, world: World) -> None:
    """Carla works at Zwaluw alone, Piet only reads; who was deactivated since it was asked gets nothing."""
    Books.of(handing.company)
    beheer, both = Company(world, world.beheer), [world.zwaluw.id, world.beheer.id]
    Books.of(beheer)
    carla, piet = handing.newcomer("Carla Prins"), handing.newcomer("Piet Smit", "reader")
    handing.transfer(world.anna, piet, What.COST_CENTRES)
    handing.transfer(world.anna, carla, What.COST_CENTRES, places=both)
    assert owners(handing) == {"4100": "Carla", "4200": "Bram"}
    assert owners(Handing(beheer)) == {"4100": "Anna", "4200": "Bram"}
    with handing.marit() as marit:
        wish = handing.wish(world.bram, carla, What.INVOICES, What.COST_CENTRES)
        run = ask_transfer(wish=wish, actor=marit, now=MARCH_10)
    handing.company.deactivate(carla)
    with handing.marit() as marit:
        carry_out(run_id=run, actor=marit, now=MARCH_10)
        stayed = Transfer.objects.order_by("id").values_list("stayed", flat=True)
        assert [each["why"] for row in stayed for each in row] == [
            Stay.CANT_ANSWER, Stay.NO_MEMBER, Stay.NO_MEMBER
        ]  # fmt: skip


def test_a_run_over_several_organisations_is_made_and_undone_where_its_maker_may(
    handing: Handing, world: World
) -> None:
    Books.of(handing.company)
    beheer = Company(world, world.beheer)
    Books.of(beheer)
    both = [world.zwaluw.id, world.beheer.id]
    run = handing.transfer(world.anna, world.sanne, What.COST_CENTRES, places=both)
    assert owners(handing)["4100"] == owners(Handing(beheer))["4100"] == "Sanne"
    beheer.grant(world.bram, "administrator")
    with member_scope(world.bram, now=MARCH_10) as bram:
        assert undo(run_id=run, actor=bram, now=MARCH_10) == (1, 0)
    assert (owners(handing)["4100"], owners(Handing(beheer))["4100"]) == ("Sanne", "Anna")
    handing.transfer(world.bram, world.anna, What.COST_CENTRES, places=both, by=world.bram)
    assert (owners(handing)["4200"], owners(Handing(beheer))["4200"]) == ("Bram", "Anna")
