"""A sample of an organisation's invoices with what an auditor needs to judge each (rules 7.8)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from omloop.audit.services import record
from omloop.circulation.models import Decision
from omloop.invoices.models import Invoice, InvoiceLine
from omloop.invoices.queries import visible_to
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.people.models import names_of
from omloop.reports.drawing import Item, draw_by_amount, draw_evenly
from omloop.reports.grounds import Ground, Limit, Span, grounds_in, limits_in

METHODS = {"evenly": draw_evenly, "by_amount": draw_by_amount}
TO_DECIDE = (Right.CHECK, Right.APPROVE, Right.CIRCULATE)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What to draw from: import dates, first and last counted; how many, how, and with which seed."""

    first_on: date
    last_on: date
    count: int
    method: str
    seed: str


@dataclass(frozen=True)
class Judged:
    """A decision with what its maker might do at that very instant."""

    decision: Decision
    name: str
    for_name: str
    grounds: list[Ground]
    limit: Limit | None


@dataclass(frozen=True)
class Drawn:
    """An invoice of the sample; `number` is its place in the file."""

    number: int
    invoice: Invoice
    lines: list[InvoiceLine]
    decisions: list[Judged] = field(default_factory=list)


@dataclass(frozen=True)
class Sample:
    """What was drawn, in which order, and from how many.

    `weighed` of them could be weighed. `confidential` is how many were confidential, None when whoever
    draws may not see those: then nothing says whether there are any (rules 2.12).
    """

    organisation: Organisation
    wish: Wish
    population: int
    weighed: int
    confidential: int | None
    drawn: list[Drawn]


def draw(*, organisation: Organisation, wish: Wish, actor: Member, now: datetime) -> Sample:
    """Draw a sample, and note in the audit trail that it was taken out.

    Raises RightMissing without *view all* and *export*. Seven queries and two events' worth however many
    are drawn.
    """
    for right in (Right.VIEW_ALL, Right.EXPORT):
        actor.demand(right, organisation.id)
    hold(organisation.id)
    rows = visible_to(actor).filter(
        organisation=organisation, import_date__gte=wish.first_on, import_date__lte=wish.last_on
    )
    population = list(rows.values_list("id", "with_vat", "currency", "confidential"))
    items = [
        Item(each, amount if currency == organisation.currency else None)
        for each, amount, currency, _confidential in population
    ]
    drawn = METHODS[wish.method](items, wish.count, wish.seed)
    secret = sum(confidential for *_rest, confidential in population)
    _record(organisation, wish, len(drawn), actor, now)
    return Sample(
        organisation=organisation,
        wish=wish,
        population=len(items),
        weighed=sum(bool(item.amount) for item in items),
        confidential=secret if actor.can(Right.VIEW_CONFIDENTIAL, organisation.id) else None,
        drawn=_described(organisation, drawn),
    )


def _described(organisation: Organisation, drawn: Collection[UUID]) -> list[Drawn]:
    mine: dict[str, Any] = {"organisation": organisation, "invoice_id__in": drawn}
    invoices = Invoice.objects.filter(organisation=organisation, id__in=drawn).select_related("document")
    by_id = invoices.in_bulk()
    lines: dict[UUID, list[InvoiceLine]] = defaultdict(list)
    for line in InvoiceLine.objects.filter(**mine).order_by("position"):
        lines[line.invoice_id].append(line)
    made = Decision.objects.filter(**mine).select_related("step", "invoice").order_by("decided_at", "id")
    judged = _judged(organisation, list(made))
    return [
        Drawn(number, by_id[each], lines[each], judged.get(each, [])) for number, each in enumerate(drawn, 1)
    ]


def _judged(organisation: Organisation, decisions: list[Decision]) -> dict[UUID, list[Judged]]:
    if not decisions:
        return {}
    first, last = (edge(each.decided_at for each in decisions) for edge in (min, max))
    span = Span(first, Span.of_instant(last).until)
    grounds, limits = grounds_in(organisation.id, span, TO_DECIDE), limits_in(organisation.id, span)
    people = {each.person_id for each in decisions} | {d.for_person_id for d in decisions if d.for_person_id}
    names = names_of(people)
    found: dict[UUID, list[Judged]] = defaultdict(list)
    for each in decisions:
        behalf = names[each.for_person_id] if each.for_person_id else ""
        found[each.invoice_id].append(
            Judged(each, names[each.person_id], behalf, _then(grounds, each), _limit(limits, each))
        )
    return found


def _then(rows: Iterable[Any], decision: Decision) -> list[Any]:
    """Those of the decider that held when he decided."""
    return [
        row for row in rows if row.person_id == decision.person_id and row.held.contains(decision.decided_at)
    ]


def _limit(limits: Iterable[Limit], decision: Decision) -> Limit | None:
    """His limit for this type of invoice, else the one for all types (rules 1.4); None: any amount."""
    held = [limit for limit in _then(limits, decision) if limit.kind in ("", decision.invoice.kind)]
    return max(held, key=lambda limit: limit.kind, default=None)


def _record(organisation: Organisation, wish: Wish, drawn: int, actor: Member, now: datetime) -> None:
    detail = {
        "first_on": wish.first_on.isoformat(),
        "last_on": wish.last_on.isoformat(),
        "method": wish.method,
        "seed": wish.seed,
        "drawn": drawn,
    }
    record(
        "sample.drawn",
        actor=actor,
        chain_id=organisation.id,
        subject_id=organisation.id,
        at=now,
        detail=detail,
    )
