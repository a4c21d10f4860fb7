"""What is wrong with a scheme: clashes, gaps, steps that nobody can do (rules 3.1, 3.5, 3.6)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import combinations
from uuid import UUID

from django.utils.translation import gettext as _

from omloop.circulation.models import SchemeRule, SchemeStep, StepAction
from omloop.circulation.scheme.overlap import Suppliers, can_both_match, read_suppliers, takes_all_of
from omloop.circulation.who.eyes import actions_apart
from omloop.circulation.who.policies import RIGHT_FOR, rights_of
from omloop.kernel.money import Money
from omloop.organisations.activity import active_people, not_ended
from omloop.organisations.models import ApprovalLimit, GroupMember, Organisation
from omloop.people.humans import humans_of
from omloop.schemes.gaps import KINDS, gaps_in
from omloop.schemes.wording import Names, read_names
from omloop.web import words


@dataclass(frozen=True)
class Drafted:
    """A rule as it is, or as it would be saved, with its steps in order."""

    rule: SchemeRule
    steps: Sequence[SchemeStep]

    def positions(self, action: str = "") -> list[list[SchemeStep]]:
        """The steps, the parts of each together; of one action where it is given."""
        found: dict[int, list[SchemeStep]] = defaultdict(list)
        for step in self.steps:
            if action in ("", step.action):
                found[step.position].append(step)
        return [found[position] for position in sorted(found)]


@dataclass(frozen=True)
class Finding:
    """Something to look at, in words; `rule_ids` are the rules that it is about."""

    text: str
    rule_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class People:
    """Who could be asked: active, with these rights and limits, standing in these groups, as these humans.

    `apart` are the actions of which no two on one invoice are by the same human.
    """

    active: set[UUID]
    rights: dict[UUID, set[str]]
    members: dict[UUID, list[UUID]]
    limits: dict[UUID, dict[str, Decimal]]
    humans: dict[UUID, UUID]
    names: Names
    apart: tuple[str, ...]

    def asked(self, step: SchemeStep) -> list[UUID]:
        """Who a step asks: the person, or the members of the group."""
        if step.person_id:
            return [step.person_id]
        return self.members[step.group_id] if step.group_id else []

    def able(self, step: SchemeStep) -> list[UUID]:
        """Who of those may do it."""
        return [who for who in self.asked(step) if not self.hindrance(who, step.action)]

    def hindrance(self, person_id: UUID, action: str) -> str:
        """Why he can't, in words; empty: he can."""
        name = {"name": self.names.get(person_id, "?")}
        if person_id not in self.active:
            return _("%(name)s is deactivated") % name
        if RIGHT_FOR[action] in self.rights.get(person_id, ()):
            return ""
        if action == StepAction.APPROVE:
            return _("%(name)s may not approve here") % name
        return _("%(name)s may not check here") % name

    def limit(self, person_id: UUID, kind: str) -> Decimal | None:
        """Up to how much he approves of this type of invoice; None: no limit."""
        own = self.limits.get(person_id, {})
        return own.get(kind, own.get(""))


def findings_of(place: Organisation, rules: Sequence[Drafted], *, now: datetime) -> list[Finding]:
    """All that is to be said of these rules together, the gravest first; nine queries however many."""
    people = _read_people(place, [step for rule in rules for step in rule.steps], now)
    suppliers = read_suppliers(place.id, [each.rule for each in rules])
    return [
        *(finding for rule in rules for finding in _unable(rule, people)),
        *_clashes(rules, suppliers),
        *(finding for rule in rules for finding in _eyes(rule, people)),
        *(finding for rule in rules for finding in _limits(rule, people, place.currency)),
        *_unreached(rules),
        *(Finding(text) for text in gaps_in([each.rule for each in rules], place.currency)),
    ]


def _clashes(rules: Sequence[Drafted], suppliers: Suppliers) -> Iterator[Finding]:
    for one, other in combinations([each.rule for each in rules], 2):
        if one.priority == other.priority and can_both_match(one, other, suppliers):
            text = _(
                "“%(one)s” and “%(other)s” have the same priority and both match some invoices: the older "
                "one wins. Give one of them another priority."
            ) % {"one": one.name, "other": other.name}
            yield Finding(text, (one.id, other.id))


def _unreached(rules: Sequence[Drafted]) -> Iterator[Finding]:
    """Rules that never get their turn, for one before them takes all that they match."""
    ordered = sorted((each.rule for each in rules), key=lambda rule: (-rule.priority, rule.id))
    for number, rule in enumerate(ordered):
        before = next((each for each in ordered[:number] if takes_all_of(each, rule)), None)
        if before is not None and before.priority != rule.priority:
            text = _("“%(rule)s” never gets its turn: “%(before)s” comes first and matches the same.") % {
                "rule": rule.name,
                "before": before.name,
            }
            yield Finding(text, (rule.id, before.id))


def _unable(drafted: Drafted, people: People) -> Iterator[Finding]:
    for step in drafted.steps:
        parts = {"rule": drafted.rule.name, "step": step.position}
        if step.person_id and (reason := people.hindrance(step.person_id, step.action)):
            text = _("“%(rule)s”, step %(step)s: %(reason)s, so the administration is asked.")
            yield Finding(text % {**parts, "reason": reason}, (drafted.rule.id,))
        if step.group_id and not people.able(step):
            text = _(
                "“%(rule)s”, step %(step)s: nobody in %(group)s can do this, so the administration is asked."
            )
            name = people.names.get(step.group_id, "?")
            yield Finding(text % {**parts, "group": name}, (drafted.rule.id,))


def _limits(drafted: Drafted, people: People, currency: str) -> Iterator[Finding]:
    """The last step that approves must be able to: above everybody's limit it counts as a check.

    Of a rule for invoices and credit notes each is judged by its own limits (rules 1.4).
    """
    rule = drafted.rule
    kinds = [rule.kind] if rule.kind else list(KINDS)
    above = {
        kind: limit
        for kind in kinds
        if (limit := _highest(drafted, people, kind)) is not None
        and (rule.amount_to is None or rule.amount_to > limit)
    }
    if len(above) == len(kinds) and len(set(above.values())) == 1:
        above = {rule.kind: next(iter(above.values()))}
    for kind, limit in above.items():
        parts = {"rule": rule.name, "limit": words.money(Money(limit, currency))}
        yield Finding(_goes_further(kind if kind != rule.kind else "") % parts, (rule.id,))


def _highest(drafted: Drafted, people: People, kind: str) -> Decimal | None:
    """Up to how much those who approve last can together; None: whatever it is, or nobody can."""
    approving = drafted.positions(StepAction.APPROVE)
    able = {who for step in (approving[-1] if approving else []) for who in people.able(step)}
    limits = [people.limit(who, kind) for who in able]
    known = [limit for limit in limits if limit is not None]
    return max(known, default=None) if len(known) == len(limits) else None


def _goes_further(kind: str) -> str:
    if kind == "invoice":
        return _(
            "“%(rule)s” goes further for invoices than who approves last: above %(limit)s his approval "
            "counts as a check and the administration is asked."
        )
    if kind == "credit_note":
        return _(
            "“%(rule)s” goes further for credit notes than who approves last: above %(limit)s his approval "
            "counts as a check and the administration is asked."
        )
    return _(
        "“%(rule)s” goes further than who approves last: above %(limit)s his approval counts as a check and "
        "the administration is asked."
    )


def _eyes(drafted: Drafted, people: People) -> Iterator[Finding]:
    """Steps that need different humans can't have them here (rules 3.5).

    Of a group that is needed as a whole those are passed over who approve before, when a step names them.
    """
    choices: list[set[UUID]] = []
    for step in drafted.steps:
        humans = {people.humans.get(who, who) for who in people.able(step)}
        if step.action not in people.apart or not humans:
            continue
        named = {human for choice in choices if len(choice) == 1 for human in choice}
        left = humans - named if step.needs_all else set()
        choices += [{human} for human in left] or [humans]
    if _can_differ(choices):
        return
    text = _(
        "“%(rule)s” has steps that need different people, and there are not enough who can do them. "
        "Name somebody else in one of the steps."
    )
    yield Finding(text % {"rule": drafted.rule.name}, (drafted.rule.id,))


def _can_differ(choices: Sequence[set[UUID]]) -> bool:
    """Whether one can be chosen from each set so that nobody is chosen twice."""
    chosen: dict[UUID, int] = {}

    def seat(number: int, asked: set[UUID]) -> bool:
        for human in choices[number] - asked:
            asked.add(human)
            if human not in chosen or seat(chosen[human], asked):
                chosen[human] = number
                return True
        return False

    return all(seat(number, set()) for number in range(len(choices)))


def _read_people(place: Organisation, steps: Sequence[SchemeStep], now: datetime) -> People:
    groups = {step.group_id for step in steps if step.group_id}
    members: dict[UUID, list[UUID]] = defaultdict(list)
    rows = GroupMember.objects.at(now).filter(not_ended(), organisation=place, group_id__in=groups)
    for group_id, person_id in rows.order_by("id").values_list("group_id", "person_id"):
        members[group_id].append(person_id)
    asked = {step.person_id for step in steps if step.person_id}
    asked |= {person for each in members.values() for person in each}
    limits: dict[UUID, dict[str, Decimal]] = defaultdict(dict)
    for limit in ApprovalLimit.objects.at(now).filter(organisation=place, person_id__in=asked):
        limits[limit.person_id][limit.kind] = limit.amount
    return People(
        active=active_people(place.id, asked),
        rights=rights_of(place.id, asked, now=now),
        members=members,
        limits=limits,
        humans={account: min(all_of_his) for account, all_of_his in humans_of(asked).items()},
        names=read_names(steps),
        apart=actions_apart(place.id),
    )
