"""Rules of the scheme and receipt groups in which somebody stands, given to another (rules 5.1).

Rights never move: another comes into a group only where that gives him no right that he lacks.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from omloop.circulation.models import SchemeStep
from omloop.circulation.routing.handover import hand_over_rules, put_back_rules, rules_that_name
from omloop.circulation.who.eyes import actions_apart
from omloop.circulation.who.policies import RIGHT_FOR, rights_of
from omloop.kernel.ids import uuid7
from omloop.organisations.activity import not_ended
from omloop.organisations.members import Member
from omloop.organisations.models import Group, GroupMember, GroupRight
from omloop.organisations.refusals import RightsRefused
from omloop.organisations.rights import Right
from omloop.organisations.segregation import is_segregated
from omloop.organisations.services import grant, withdraw
from omloop.people.humans import accounts_of
from omloop.transfers.models import Item, Transfer
from omloop.transfers.rest import Found, Stay

Kind = Item.Kind


def find_rules(
    organisation_id: UUID, person_id: UUID, to_id: UUID, actor: Member, now: datetime
) -> list[Found]:
    """The rules that name him, each with what keeps it from going to the other, if anything."""
    rights = rights_of(organisation_id, [to_id], now=now).get(to_id, set())
    accounts = accounts_of([to_id]) - {person_id}
    is_own = _is_own(organisation_id, person_id, to_id, actor)
    apart = actions_apart(organisation_id)
    rules = rules_that_name(organisation_id, [person_id], now=now)
    steps = defaultdict(list)
    for step in SchemeStep.objects.filter(organisation_id=organisation_id, rule__in=rules):
        steps[step.rule_id].append(step)
    return [
        Found(
            Kind.RULE,
            rule.id,
            rule.name,
            Stay.OWN if is_own else _rule_stays(steps[rule.id], rights, person_id, accounts, apart),
        )
        for rule in rules
    ]


def _rule_stays(
    steps: list[SchemeStep],
    rights: set[str],
    person_id: UUID,
    accounts: frozenset[UUID],
    apart: Collection[str],
) -> Stay | None:
    """Of the steps that need different people one can't be his and another the other's (rules 3.5)."""
    his = {step.action for step in steps if step.person_id == person_id}
    if any(RIGHT_FOR[action] not in rights for action in his):
        return Stay.RIGHT_MISSING
    signs = any(step.person_id in accounts and step.action in apart for step in steps)
    return Stay.BARRED if signs and his.intersection(apart) else None


def find_groups(
    organisation_id: UUID, person_id: UUID, to_id: UUID, actor: Member, now: datetime
) -> list[Found]:
    """The organisation's own groups in which he stands, each with what keeps it from going, if anything."""
    held = GroupMember.objects.at(now).filter(
        not_ended(), organisation_id=organisation_id, person_id=person_id
    )
    groups = list(Group.objects.filter(id__in=held.values("group_id")).order_by("name"))
    carried = defaultdict(set)
    rights = GroupRight.objects.at(now).filter(organisation_id=organisation_id, group__in=groups)
    for group_id, right in rights.values_list("group_id", "right"):
        carried[group_id].add(right)
    held_by_other = rights_of(organisation_id, [to_id], now=now).get(to_id, set())
    keeps = _keeps_all(organisation_id, person_id, to_id, actor)
    if keeps is None and len(groups) == 1:
        keeps = Stay.LAST_GROUP
    return [
        Found(
            Kind.GROUP,
            group.id,
            group.name,
            keeps or (None if carried[group.id] <= held_by_other else Stay.GIVES_RIGHTS),
        )
        for group in groups
        if not group.default
    ]


def _keeps_all(organisation_id: UUID, person_id: UUID, to_id: UUID, actor: Member) -> Stay | None:
    if _is_own(organisation_id, person_id, to_id, actor):
        return Stay.OWN
    return None if actor.can(Right.MANAGE_MEMBERS, organisation_id) else Stay.MANAGE_MEMBERS


def _is_own(organisation_id: UUID, person_id: UUID, to_id: UUID, actor: Member) -> bool:
    """Whether the maker would change what concerns himself (rules 1.11)."""
    return actor.person_id in (person_id, to_id) and is_segregated(organisation_id)


def give_rules(
    transfer: Transfer, to_id: UUID, going: list[Found], *, actor: Member, now: datetime
) -> Iterator[Item]:
    """End these rules and add the same with the other; what is under way by them goes on as it was."""
    replaced = hand_over_rules(
        transfer.organisation_id,
        {transfer.person_id: to_id},
        only={each.id for each in going},
        actor=actor,
        now=now,
    )
    for old, new in replaced.items():
        yield _item(transfer, Kind.RULE, to_id, old, new)


def give_groups(
    transfer: Transfer, to_id: UUID, going: list[Found], *, actor: Member, now: datetime
) -> Iterator[Item]:
    """The other comes into these groups, unless he stood there already, and the person leaves them."""
    place = transfer.organisation_id
    for each in going:
        stood = _stands_in(each.id, to_id, now)
        grant(organisation_id=place, person_id=to_id, group=each.name, actor=actor, now=now)
        withdraw(organisation_id=place, person_id=transfer.person_id, group=each.name, actor=actor, now=now)
        yield _item(transfer, Kind.GROUP, to_id, each.id, None if stood else each.id)


def take_back_rules(transfer: Transfer, items: list[Item], *, actor: Member, now: datetime) -> set[UUID]:
    """Put back the rules that still hold as the transfer left them, but nobody those that concern himself;
    the items that are undone."""
    place, left = transfer.organisation_id, transfer.person_id
    replaced = {
        item.before_id: item.after_id
        for item in items
        if item.before_id and item.after_id and not _is_own(place, left, item.to_id, actor)
    }
    ended = put_back_rules(place, replaced, actor=actor, now=now) if replaced else set()
    return {item.id for item in items if item.after_id in ended}


def take_back_groups(transfer: Transfer, items: list[Item], *, actor: Member, now: datetime) -> set[UUID]:
    """He comes back into the groups, and the other leaves those that he came into; where both may be."""
    undone = set()
    for item in items:
        group = Group.objects.filter(id=item.before_id, ended_at=None).first()
        if group is None or _stands_in(group.id, transfer.person_id, now):
            continue
        about = {"organisation_id": item.organisation_id, "group": group.name, "actor": actor, "now": now}
        try:
            grant(person_id=transfer.person_id, **about)
        except RightsRefused:
            continue
        if item.after_id:
            withdraw(person_id=item.to_id, **about)
        undone.add(item.id)
    return undone


def _stands_in(group_id: UUID, person_id: UUID, now: datetime) -> bool:
    return bool(
        GroupMember.objects.at(now).filter(not_ended(), group_id=group_id, person_id=person_id).exists()
    )


def _item(transfer: Transfer, kind: str, to_id: UUID, before_id: UUID, after_id: UUID | None) -> Item:
    return Item(
        id=uuid7(),
        organisation_id=transfer.organisation_id,
        transfer=transfer,
        kind=kind,
        to_id=to_id,
        before_id=before_id,
        after_id=after_id,
    )
