"""An undo gives back what was taken, and no more than that (rules 6.3)."""

from datetime import datetime, timedelta

from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.audit.models import AuditEvent
from omloop.environments.models import EnvironmentRole
from omloop.organisations.departures import ENDED, restore_memberships
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.organisations.models import GroupMember, Membership
from omloop.organisations.rights import DefaultGroup
from omloop.organisations.services import grant, withdraw
from omloop.relocation.moves import proposing
from omloop.relocation.moves.situation import Situation
from omloop.tenancy.scope import tenant_scope
from tests.relocation.removal import FROM, TO, Choice, Removal
from tests.world import BEGINNING

HOUR = timedelta(hours=1)


def read_until(removal: Removal, until: datetime) -> None:
    """Sanne only reads at Zwaluw, until then."""
    with tenant_scope(None, [removal.world.zwaluw.id]):
        place = {
            "organisation_id": removal.world.zwaluw.id,
            "person_id": removal.world.sanne.id,
            "actor": OPERATOR,
        }
        grant(group=DefaultGroup.READER, until=until, now=BEGINNING, **place)
        withdraw(group=DefaultGroup.FINANCE, now=timezone.now(), **place)


def move_away(removal: Removal) -> None:
    removal.propose()
    removal.move()


def move_back(removal: Removal) -> None:
    """Both agree to it; whoever left comes back."""
    with removal.at(removal.marit) as party:
        back = proposing.propose_undo(plan=party.plan, actor=party.member, now=timezone.now())
    removal.plan_id = back.id
    removal.choose(by=removal.yusuf, yusuf=Choice.BOTH)
    removal.ask(by=removal.yusuf)
    removal.consent(removal.marit, TO)
    removal.consent(removal.yusuf, FROM)
    removal.run_jobs()
    assert removal.plan().state == "done", removal.plan().stopped_because


def test_who_read_until_a_day_reads_until_that_day_again(removal: Removal) -> None:
    until = timezone.now() + timedelta(days=200)
    read_until(removal, until)
    move_away(removal)
    move_back(removal)
    with tenant_scope(None, [removal.world.zwaluw.id]):
        held = GroupMember.objects.at(timezone.now()).get(person=removal.world.sanne)
        assert held.valid.upper == until
    with member_scope(removal.world.sanne, now=timezone.now()) as sanne:
        assert sanne.can("view_all", removal.world.zwaluw.id)
    with member_scope(removal.world.sanne, now=until + HOUR) as sanne:
        assert not sanne.can("view_all", removal.world.zwaluw.id)


def test_whose_last_day_has_passed_meanwhile_does_not_come_back(removal: Removal) -> None:
    read_until(removal, timezone.now() + HOUR)
    move_away(removal)
    with removal.at(removal.marit) as party:
        back = proposing.propose_undo(plan=party.plan, actor=party.member, now=timezone.now())
    world, now = removal.world, timezone.now()
    later, back = now + 2 * HOUR, removal.plan(back.id)
    with tenant_scope(None, [world.zwaluw.id], removal.everywhere()):
        ended_at = back.undoes.executed_at  # type: ignore[union-attr]
        assert ended_at
        hold(world.zwaluw.id)
        assert world.sanne.id in Situation(back, now).returning[world.zwaluw.id]
        assert world.sanne.id not in Situation(back, later).returning[world.zwaluw.id]
        restore_memberships(
            [world.zwaluw.id],
            [world.sanne.id, world.bram.id],
            resting=(),
            ended_at=ended_at,
            actor=OPERATOR,
            now=later,
        )
        assert not Membership.objects.at(later).filter(person=world.sanne).exists()
        assert Membership.objects.at(later).filter(person=world.bram).exists()


def test_who_was_deactivated_in_the_old_environment_meanwhile_stays_so(removal: Removal) -> None:
    world = removal.world
    move_away(removal)
    with tenant_scope(None, [], [world.noordgroep_id]):
        roles = EnvironmentRole.objects.filter(person=world.bram, valid__upper_inf=True)
        assert roles.update(is_active=False) == 1
    move_back(removal)
    with tenant_scope(None, [world.zwaluw.id]):
        assert not Membership.objects.at(timezone.now()).get(person=world.bram).is_active
        assert Membership.objects.at(timezone.now()).get(person=world.anna).is_active
    with member_scope(world.bram, now=timezone.now()) as bram:
        assert not bram.rights.get(world.zwaluw.id)


def test_the_trail_keeps_the_end_that_a_place_had(removal: Removal) -> None:
    until = timezone.now() + timedelta(days=200)
    read_until(removal, until)
    move_away(removal)
    with tenant_scope(None, [removal.world.zwaluw.id]):
        event = AuditEvent.objects.get(name=ENDED, subject_id=removal.world.sanne.id)
        assert list(event.detail["until"].values()) == [until.isoformat()]
