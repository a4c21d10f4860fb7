"""What a person may do, read afresh whenever a scope opens (rules 1.3-1.5)."""

from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.organisations.members import member_scope
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.services import withdraw
from omloop.tenancy.scope import tenant_scope
from tests.world import World


def test_an_approver_approves_in_his_organisations_and_nowhere_else(world: World) -> None:
    with member_scope(world.anna, now=timezone.now()) as anna:
        assert anna.where(Right.APPROVE) == {world.zwaluw.id, world.beheer.id}
        assert not anna.can(Right.BOOK, world.zwaluw.id)
        assert not anna.can(Right.APPROVE, world.vuurtoren.id)


def test_an_environment_administrator_has_no_right_in_an_organisation_by_that(world: World) -> None:
    with member_scope(world.marit, now=timezone.now()) as marit:
        assert marit.environments == {world.noordgroep_id}
        assert not marit.can(Right.VIEW_ALL, world.zwaluw.id)


def test_a_right_withdrawn_is_gone_at_the_next_request(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        withdraw(
            organisation_id=world.zwaluw.id,
            person_id=world.anna.id,
            group=DefaultGroup.APPROVER,
            actor=OPERATOR,
            now=timezone.now(),
        )
    with member_scope(world.anna, now=timezone.now()) as anna:
        assert anna.where(Right.APPROVE) == {world.beheer.id}
