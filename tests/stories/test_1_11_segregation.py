"""Segregation of duties: nobody changes his own rights, and some things don't go together (rules 1.11)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from omloop.circulation.models import StepAction
from omloop.circulation.scheme.rules import NewStep, add_rule
from omloop.organisations.members import member_scope
from omloop.organisations.models import Organisation
from omloop.organisations.refusals import LastAdministrator, OwnRights, SeveralAdministrators
from omloop.organisations.rights import RIGHTS_OF, DefaultGroup, Right
from omloop.organisations.segregation import RISKY, risks_in_words, risky_combinations, set_segregation
from omloop.organisations.services import grant, set_limit, withdraw
from omloop.people.models import Person
from tests.world import World

ADMINISTRATOR, APPROVER = DefaultGroup.ADMINISTRATOR, DefaultGroup.APPROVER


def by(person: Person, service: Callable[..., Any], world: World, **values: Any) -> Any:
    with member_scope(person, now=timezone.now()) as member:
        return service(organisation_id=world.zwaluw.id, **values, actor=member, now=timezone.now())


def own_changes(world: World, person: Person) -> list[tuple[Callable[..., Any], dict[str, Any]]]:
    """What nobody does for himself."""
    return [
        (grant, {"person_id": person.id, "group": APPROVER}),
        (withdraw, {"person_id": person.id, "group": ADMINISTRATOR}),
        (set_limit, {"person_id": person.id, "amount": Decimal(1_000_000)}),
        (
            add_rule,
            {
                "name": "All to me",
                "priority": 99,
                "steps": [NewStep(action=StepAction.APPROVE, person_id=person.id)],
            },
        ),
    ]


def test_nobody_changes_his_own_rights_limit_or_scheme_rules(world: World) -> None:
    for service, values in own_changes(world, world.marit):
        with pytest.raises(OwnRights):
            by(world.marit, service, world, **values)


def test_another_administrator_does(world: World) -> None:
    by(world.marit, grant, world, person_id=world.sanne.id, group=ADMINISTRATOR)
    for service, values in own_changes(world, world.marit):
        by(world.sanne, service, world, **values)
    with member_scope(world.marit, now=timezone.now()) as marit:
        assert marit.can(Right.APPROVE, world.zwaluw.id)
        assert not marit.can(Right.MANAGE_MEMBERS, world.zwaluw.id)


def is_on(world: World) -> bool:
    with member_scope(world.marit, now=timezone.now()):
        return bool(Organisation.objects.get(id=world.zwaluw.id).checks_segregation)


def test_a_sole_administrator_can_switch_it_off_and_a_second_one_switches_it_on(world: World) -> None:
    by(world.marit, set_segregation, world, is_on=False)
    assert not is_on(world)
    by(world.marit, grant, world, person_id=world.marit.id, group=APPROVER)
    with pytest.raises(LastAdministrator):
        by(world.marit, withdraw, world, person_id=world.marit.id, group=ADMINISTRATOR)
    by(world.marit, grant, world, person_id=world.sanne.id, group=ADMINISTRATOR)
    assert is_on(world)
    with pytest.raises(OwnRights):
        by(world.marit, grant, world, person_id=world.marit.id, group=DefaultGroup.FINANCE)
    with pytest.raises(SeveralAdministrators):
        by(world.marit, set_segregation, world, is_on=False)


def test_risky_combinations_are_found_in_any_set_of_rights() -> None:
    assert risky_combinations(RIGHTS_OF[APPROVER] | RIGHTS_OF[DefaultGroup.FINANCE]) == [
        (Right.APPROVE, Right.BOOK)
    ]
    assert risky_combinations(Right.values) == list(RISKY)
    with override("nl"):
        words = risks_in_words([Right.APPROVE, Right.BOOK])
    assert words == [("akkoord geven", "boeken en bankrekeningen bevestigen")], "rules 2.9: that is with book"
    for group in DefaultGroup:
        assert risky_combinations(RIGHTS_OF[group]) == []
