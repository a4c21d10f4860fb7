"""Rules of the scheme: who may make them, and of whom they need to ask something (rules 3.1)."""

import pytest

from omloop.circulation.models import SchemeRule
from omloop.circulation.refusals.scheme import RuleWithoutSteps
from omloop.circulation.scheme.rules import NewStep, add_rule, end_rule
from omloop.organisations.members import RightMissing, member_scope
from tests.circulation.company import Company, at
from tests.world import World


def test_only_who_manages_schemes_adds_and_ends_rules(company: Company, world: World) -> None:
    rule_id = company.rule(("approve", world.anna))
    step = NewStep(action="approve", person_id=world.anna.id)
    with member_scope(world.sanne, now=at("01-05")) as sanne:
        with pytest.raises(RightMissing):
            add_rule(
                organisation_id=world.zwaluw.id,
                name="R",
                priority=1,
                steps=[step],
                actor=sanne,
                now=at("01-05"),
            )
        with pytest.raises(RightMissing):
            end_rule(rule=SchemeRule.objects.get(id=rule_id), actor=sanne, now=at("01-05"))
    with member_scope(world.marit, now=at("01-05")) as marit:
        end_rule(rule=SchemeRule.objects.get(id=rule_id), actor=marit, now=at("01-05"))
        assert not SchemeRule.objects.at(at("01-06")).exists()
        assert SchemeRule.objects.at(at("01-04")).exists()


def test_a_rule_needs_somebody_who_approves(company: Company, world: World) -> None:
    with pytest.raises(RuleWithoutSteps):
        company.rule(("check", world.anna))
