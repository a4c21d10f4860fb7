"""The scheme of one organisation copied to another: from then on they are two (rules 3.1)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from omloop.circulation.models import SchemeRule
from omloop.circulation.refusals.scheme import SchemeNotEmpty
from omloop.circulation.scheme.rules import NewStep, add_rule, conditions_of, steps_in
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Group
from omloop.organisations.refusals import OwnRights
from omloop.organisations.rights import Right


def copy_scheme(*, source_id: UUID, target_id: UUID, actor: Member, now: datetime) -> list[SchemeRule]:
    """Add the rules of one organisation to another that has none; gives those that could not be copied.

    People keep their names, groups are found by theirs. A rule stays behind when a group of it is unknown
    there, or when it names the actor himself (rules 1.11). Raises RightMissing and SchemeNotEmpty.
    """
    for place in (source_id, target_id):
        actor.demand(Right.MANAGE_SCHEMES, place)
    hold(target_id)
    if SchemeRule.objects.at(now).filter(organisation_id=target_id).exists():
        raise SchemeNotEmpty
    groups = _same_groups(source_id, target_id)
    left = []
    for rule in SchemeRule.objects.at(now).filter(organisation_id=source_id).order_by("-priority", "id"):
        if not _copy(rule, target_id, groups, actor, now):
            left.append(rule)
    return left


def _copy(rule: SchemeRule, target_id: UUID, groups: dict[UUID, UUID], actor: Member, now: datetime) -> bool:
    steps = [_step_there(step, groups) for step in steps_in(rule)]
    known = [step for step in steps if step is not None]
    if len(known) < len(steps):
        return False
    try:
        add_rule(
            organisation_id=target_id,
            name=rule.name,
            priority=rule.priority,
            steps=known,
            conditions=conditions_of(rule),
            actor=actor,
            now=now,
        )
    except OwnRights:
        return False
    return True


def _step_there(step: NewStep, groups: dict[UUID, UUID]) -> NewStep | None:
    if step.group_id is None:
        return step
    there = groups.get(step.group_id)
    return replace(step, group_id=there) if there else None


def _same_groups(source_id: UUID, target_id: UUID) -> dict[UUID, UUID]:
    """The groups of the one that the other has too, by default or by name."""
    there = {
        (group.default, group.name.casefold()): group.id
        for group in Group.objects.filter(organisation_id=target_id, ended_at=None)
    }
    here = Group.objects.filter(organisation_id=source_id)
    pairs = {group.id: there.get((group.default, group.name.casefold())) for group in here}
    return {group: same for group, same in pairs.items() if same}
