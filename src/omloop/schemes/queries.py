"""What the pages show of a scheme: its rules at a moment, and who changed what (rules 3.1)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from omloop.audit.models import AuditEvent
from omloop.circulation.models import SchemeRule, SchemeStep
from omloop.organisations.members import Member, RightMissing
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.people.models import names_of
from omloop.schemes.wording import ShownStep, read_names, show_conditions, show_steps

LAST_CHANGES = 20


@dataclass(frozen=True)
class ShownRule:
    """A rule with its conditions and steps in words; `steps` as they are stored."""

    rule: SchemeRule
    conditions: list[str]
    shown: list[ShownStep]
    steps: list[SchemeStep]


@dataclass(frozen=True)
class Change:
    """A change of the scheme: what happened to the rule of this name, and how it reads different now."""

    at: datetime
    by_id: UUID | None
    by: str
    what: str
    name: str
    was: list[str] = field(default_factory=list)
    became: list[str] = field(default_factory=list)


def find_place(member: Member, organisation_id: UUID, *, to_change: bool) -> Organisation:
    """The organisation whose scheme he sees, or changes; Http404 where he is a stranger, RightMissing.

    Whoever circulates invoices, and is asked where no rule is, sees by which rules they go.
    """
    place: Organisation | None = Organisation.objects.filter(id=organisation_id, id__in=member.rights).first()
    if place is None:
        raise Http404
    if member.can(Right.CIRCULATE, organisation_id) and not to_change:
        return place
    if not member.can(Right.MANAGE_SCHEMES, organisation_id):
        raise RightMissing(Right.MANAGE_SCHEMES, organisation_id)
    return place


def rules_at(place: Organisation, moment: datetime) -> list[ShownRule]:
    """The rules that hold at a moment, in the order in which they are tried; four queries."""
    rules = SchemeRule.objects.at(moment).filter(organisation=place)
    return _shown(list(rules.order_by("-priority", "id")), place)


def rules_by_id(place: Organisation, ids: Collection[UUID]) -> dict[UUID, ShownRule]:
    """These rules, also those that are over."""
    rows = list(SchemeRule.objects.filter(organisation=place, id__in=ids))
    return {shown.rule.id: shown for shown in _shown(rows, place)}


def _shown(rules: list[SchemeRule], place: Organisation) -> list[ShownRule]:
    steps: dict[UUID, list[SchemeStep]] = defaultdict(list)
    rows = SchemeStep.objects.filter(organisation=place, rule__in=rules).order_by("position", "part")
    for step in rows:
        steps[step.rule_id].append(step)
    names = read_names(step for each in steps.values() for step in each)
    return [
        ShownRule(
            rule,
            show_conditions(rule, place.currency),
            show_steps(steps[rule.id], names),
            steps[rule.id],
        )
        for rule in rules
    ]


def end_of(day: date, place: Organisation) -> datetime:
    """The last instant of a day where the organisation is."""
    after = datetime.combine(day + timedelta(days=1), time(), tzinfo=place.zone)
    return after - timedelta(microseconds=1)


def changes_of(place: Organisation) -> list[Change]:
    """The last changes of the scheme, newest first; in six queries however many."""
    events = AuditEvent.objects.filter(chain_id=place.id, name__startswith="scheme.rule_")
    found = list(events.order_by("-at", "-id")[:LAST_CHANGES])
    names = names_of({event.person_id for event in found if event.person_id})
    ids = {UUID(event.detail[key]) for event in found for key in ("rule", "replaces") if key in event.detail}
    rules = rules_by_id(place, ids)
    return [_change(event, names, rules) for event in found if UUID(event.detail["rule"]) in rules]


def _change(event: AuditEvent, names: dict[UUID, str], rules: dict[UUID, ShownRule]) -> Change:
    rule = rules[UUID(event.detail["rule"])]
    old = rules.get(UUID(event.detail["replaces"])) if "replaces" in event.detail else None
    by = names.get(event.person_id, "") if event.person_id else ""
    what = {
        "scheme.rule_added": _("added"),
        "scheme.rule_replaced": _("changed"),
        "scheme.rule_ended": _("ended"),
    }[event.name]
    was, became = (_reading(old), _reading(rule)) if old else ([], _reading(rule))
    if event.name == "scheme.rule_ended":
        was, became = became, []
    return Change(
        event.at,
        event.person_id,
        by,
        what,
        rule.rule.name,
        [line for line in was if line not in became],
        [line for line in became if line not in was],
    )


def _reading(shown: ShownRule) -> list[str]:
    """A rule as a list of phrases, so that what differs can be told."""
    return [
        shown.rule.name,
        _("priority %(priority)s") % {"priority": shown.rule.priority},
        *(shown.conditions or [_("all invoices")]),
        *(f"{number}. {step}" for number, step in enumerate(shown.shown, start=1)),
    ]
