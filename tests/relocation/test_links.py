"""Shares between companies that a move parts end that day; what was stays to be asked (rules 1.6, 6.3)."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from omloop.organisations.members import member_scope
from omloop.organisations.models import Organisation, Share
from omloop.organisations.shares import Part, set_parents
from omloop.tenancy.scope import tenant_scope
from tests.relocation.removal import Choice, Removal
from tests.world import make_organisation


def own(removal: Removal, company: Organisation, *parts: Part) -> None:
    with member_scope(removal.marit, now=timezone.now()) as marit:
        set_parents(organisation_id=company.id, parts=parts, actor=marit, now=timezone.now())


def shares(removal: Removal, moment: object) -> set[tuple[str, str, int]]:
    """Who owned what of whom at that moment, by name."""
    with tenant_scope(None, [], removal.everywhere()):
        rows = Share.objects.at(moment).values_list(
            "organisation__name", "parent__name", "parent_name", "percent"
        )
        return {(company, parent or name, int(percent)) for company, parent, name, percent in rows}


def test_shares_between_what_goes_and_what_stays_end_on_that_day(removal: Removal) -> None:
    world = removal.world
    daughter = make_organisation(world.noordgroep_id, "Mees B.V.", "90001003", world.marit)
    own(
        removal,
        world.zwaluw,
        Part(Decimal(60), parent_id=world.beheer.id),
        Part(Decimal(40), parent_name="R. Zwaluw"),
    )
    own(removal, daughter, Part(Decimal(100), parent_id=world.zwaluw.id))
    before = shares(removal, timezone.now())
    assert len(before) == 3
    removal.propose()
    moved_at = removal.move().executed_at
    assert moved_at
    assert shares(removal, timezone.now()) == {("Zwaluw Techniek B.V.", "R. Zwaluw", 40)}
    assert shares(removal, moved_at - timedelta(microseconds=1)) == before


def test_companies_that_go_together_stay_linked(removal: Removal) -> None:
    world = removal.world
    own(removal, world.zwaluw, Part(Decimal(60), parent_id=world.beheer.id))
    before = shares(removal, timezone.now())
    removal.propose(world.zwaluw, world.beheer)
    removal.choose(marit=Choice.BOTH)
    removal.move()
    assert shares(removal, timezone.now()) == before
