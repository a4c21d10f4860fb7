"""The routing of an invoice computed again from what was stored, beside what was decided (rules 3.14)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from omloop.audit.models import AuditEvent
from omloop.circulation.models import Assignment, SchemeRule, Step
from omloop.circulation.routing.route import Route, replay_route, stored_route
from omloop.circulation.routing.why import explain, read_names
from omloop.circulation.routing.why_away import Names
from omloop.circulation.scheme.facts import Facts, facts_at, from_json
from omloop.circulation.scheme.rules import first_match, rules_in_order
from omloop.invoices.models import Invoice

CHOICES = ("circulation.started", "circulation.followed_scheme", "circulation.rerouted")
"""The events that say by which rule an invoice goes."""


@dataclass(frozen=True)
class Replayed:
    """A decision of the routing: when, what it was, what it is computed anew, and why in words."""

    at: datetime
    stored: str
    again: str
    why: list[str]

    @property
    def agrees(self) -> bool:
        """Whether the same comes of it."""
        return self.stored == self.again


def replay(invoice: Invoice) -> Iterator[Replayed]:
    """The choice of the rule, then where each task went, in the order in which it was decided."""
    yield from _rule(invoice)
    mine = {"organisation_id": invoice.organisation_id, "invoice": invoice}
    tasks = list(Assignment.objects.filter(**mine).order_by("id"))
    names = read_names(task.why for task in tasks)
    for task in tasks:
        stored, again = (_told(find(task.why), names) for find in (stored_route, replay_route))
        yield Replayed(task.opened_at, stored, again, explain(task.why, names))


def _rule(invoice: Invoice) -> Iterator[Replayed]:
    steps = Step.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    matched = {str(step.id): step.matched_on for step in steps.exclude(matched_on=None)}
    events = AuditEvent.objects.filter(
        chain_id=invoice.organisation_id, subject_id=invoice.id, name__in=CHOICES
    )
    for event in events.order_by("id"):
        if event.detail.get("coding"):
            continue
        data = matched.get(event.detail.get("step", ""))
        facts = from_json(data) if data else facts_at(invoice, event.at)
        yield Replayed(event.at, _stored(event), _again(invoice.organisation_id, facts, event.at), [])


def _stored(event: AuditEvent) -> str:
    if event.detail.get("credits"):
        return _("who approved the credited invoice")
    chosen = event.detail["rule"]
    return _named(SchemeRule.objects.get(id=UUID(chosen)) if chosen else None)


def _again(organisation_id: UUID, facts: Facts, at: datetime) -> str:
    if facts.approvers:
        return _("who approved the credited invoice")
    return _named(first_match(rules_in_order(organisation_id, at), facts).rule)


def _named(rule: SchemeRule | None) -> str:
    return f"{_('Rule %(rule)s') % {'rule': rule.name}} [{rule.id}]" if rule else _("no rule matches")


def _told(route: Route, names: Names) -> str:
    """Who holds it, for whom, and why the fallback: all that a route says."""
    holder = route.holder_id or route.group_id
    told = names[holder] if holder else "?"
    if route.for_person_id:
        told = _("%(holder)s for %(name)s") % {"holder": told, "name": names[route.for_person_id]}
    marks = [route.fallback, "uncovered" if route.is_uncovered else ""]
    return " ".join([told, *(f"({mark})" for mark in marks if mark)])
