"""Whoever comes in his place answers for his cost centres too, if that is ticked (rules 5.1)."""

from omloop.circulation.recoding import after_coding
from omloop.coding.models import CostCentre
from omloop.invoices.models import Invoice
from omloop.transfers.models import What
from tests.circulation.company import THE_DAY_AFTER, at
from tests.coding.books import Books
from tests.transfers.handing import Handing
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
