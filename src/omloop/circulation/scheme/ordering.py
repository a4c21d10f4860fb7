"""Which rule of the scheme is tried before which (rules 3.1)."""

from dataclasses import dataclass
from datetime import datetime

from omloop.circulation.models import SchemeRule
from omloop.circulation.refusals.scheme import RuleIsOver, StandsInRule
from omloop.circulation.scheme.rules import change_rule, conditions_of, steps_in
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.refusals import OwnRights
from omloop.organisations.rights import Right

STEP = 10
"""Between two priorities, so that a rule fits in later."""


@dataclass(frozen=True)
class Move:
    """A rule and the priority that it gets."""

    rule: SchemeRule
    priority: int


def move_rule(*, rule: SchemeRule, up: bool, actor: Member, now: datetime) -> int:
    """Try a rule before the one above it, or after the one below; how many rules changed.

    One rule gets another priority where a number is free between its new neighbours, else all are numbered
    anew. Raises as `change_rule`, and StandsInRule for the rule in which the actor stands himself.
    """
    actor.demand(Right.MANAGE_SCHEMES, rule.organisation_id)
    hold(rule.organisation_id)
    rules = list(
        SchemeRule.objects.at(now).filter(organisation_id=rule.organisation_id).order_by("-priority", "id")
    )
    if rule not in rules:
        raise RuleIsOver
    moves = _moves(rules, rules.index(rule), up)
    for move in moves:
        try:
            _renumber(move, actor, now)
        except OwnRights as own:
            raise StandsInRule(move.rule.name) from own
    return len(moves)


def _renumber(move: Move, actor: Member, now: datetime) -> None:
    change_rule(
        rule=move.rule,
        name=move.rule.name,
        priority=move.priority,
        steps=steps_in(move.rule),
        conditions=conditions_of(move.rule),
        actor=actor,
        now=now,
    )


def _moves(rules: list[SchemeRule], place: int, up: bool) -> list[Move]:
    target = place - 1 if up else place + 1
    if not 0 <= target < len(rules):
        return []
    order = [*rules[:place], *rules[place + 1 :]]
    order.insert(target, rules[place])
    above = order[target - 1].priority if target else order[1].priority + 2 * STEP
    below = order[target + 1].priority if target + 1 < len(order) else order[-2].priority - 2 * STEP
    if above - below > 1:
        return [Move(rules[place], (above + below) // 2)]
    numbered = [Move(rule, (len(order) - number) * STEP) for number, rule in enumerate(order)]
    return [move for move in numbered if move.rule.priority != move.priority]
