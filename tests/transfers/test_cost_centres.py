"""Whoever comes in his place answers for his cost centres too, if that is ticked (rules 5.1)."""

from omloop.coding.models import CostCentre
from omloop.transfers.models import What
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


def test_one_that_somebody_else_got_since_stays_with_him(handing: Handing, world: World) -> None:
    Books.of(handing.company)
    first = handing.transfer(world.anna, world.sanne, What.COST_CENTRES)
    handing.transfer(world.sanne, world.bram, What.COST_CENTRES)
    assert handing.undo(first) == (0, 1)
    assert owners(handing) == {"4100": "Bram", "4200": "Bram"}
