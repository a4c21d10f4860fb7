"""What is under way another way than the scheme of today would send it (rules 3.2)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, When

from omloop.circulation.models import Decision, SchemeRule, SchemeStep, Step
from omloop.circulation.routing.route import Reason
from omloop.circulation.scheme.codes import Codes
from omloop.circulation.scheme.facts import facts_of
from omloop.circulation.scheme.rules import first_match, rules_in_order
from omloop.circulation.who.succession import successions
from omloop.coding.models import CodingLine
from omloop.invoices.models import Invoice

COMING = Q(state__in=[Step.State.OPEN, Step.State.WAITING])
NOBODY_KNEW = (Reason.NO_RULE, Reason.NO_AMOUNT)
"""Why the fallback is asked whose invoice it is, at the start and not at the end of its steps."""
READ = 10_000
"""Steps under way that are looked at, those of rules that are over and of no rule first."""
NO_CODES = Codes(frozenset(), frozenset())
Asks = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Behind:
    """An invoice under way, the rule by which it goes (None: the administration was asked whose it is), and
    the one that matches today (None: the administration would be asked)."""

    invoice: Invoice
    came_by: SchemeRule | None
    today: SchemeRule | None

    @property
    def way(self) -> str:
        """From which rule to which: the same for all that were overtaken by the same change."""
        return ":".join(str(rule.id) if rule else "" for rule in (self.came_by, self.today))


@dataclass(frozen=True)
class _Going:
    """What an invoice goes by now: a rule, or a question that names somebody by now."""

    rule_id: UUID | None
    action: str
    person_id: UUID | None


def behind_scheme(place: UUID, *, now: datetime) -> list[Behind]:
    """What goes on there by a rule that is over, by none, or by another than matches today; the oldest first.

    Not what would be asked the same of the same people, nor what is still to be coded, which follows the
    scheme by itself, nor a credit note of which the approvers are asked (rules 2.11). As far as the scope
    shows it; a fixed number of queries.
    """
    current = list(rules_in_order(place, now))
    going = _going(place, {rule.id for rule in current})
    if not going:
        return []
    invoices = list(_narrow(place).filter(id__in=going).order_by("id"))
    came_by = SchemeRule.objects.in_bulk({each.rule_id for each in going.values() if each.rule_id})
    asks = _asks({*came_by, *(rule.id for rule in current)}, place)
    codes = _codes(invoices) if any(rule.ledger_account or rule.cost_centre for rule in current) else {}
    instead = successions([invoice.id for invoice in invoices])
    found = []
    for invoice in invoices:
        here, own = going[invoice.id], codes.get(invoice.id, NO_CODES)
        match = first_match(current, facts_of(invoice, own))
        behind = Behind(invoice, came_by.get(here.rule_id) if here.rule_id else None, match.rule)
        if _is_overtaken(behind, here, asks, instead.get(invoice.id, {}), current):
            found.append(behind)
    return found


def _is_overtaken(
    behind: Behind,
    here: _Going,
    asks: Mapping[UUID, Asks],
    instead: Mapping[UUID, UUID],
    current: Collection[SchemeRule],
) -> bool:
    """Whether the scheme of today would ask anything else; somebody's place may be another's by now (5.2)."""
    if behind.today is None:
        return behind.came_by is not None and behind.came_by not in current
    if behind.came_by == behind.today:
        return False
    asked = asks.get(here.rule_id, ()) if here.rule_id else _asked_alone(here)
    return _by(instead, asked) != _by(instead, asks[behind.today.id])


def _asked_alone(here: _Going) -> Asks:
    return ((1, 1, here.action, here.person_id, None, False, False),) if here.person_id else ()


def _by(instead: Mapping[UUID, UUID], asked: Asks) -> Asks:
    return tuple((*step[:3], instead.get(step[3], step[3]), *step[4:]) for step in asked)


def _going(place: UUID, current: Collection[UUID]) -> dict[UUID, _Going]:
    """By what each invoice goes that its scheme, or the lack of a rule, sent on its way; one query."""
    by_rule = Q(origin=Step.Origin.SCHEME, rule__isnull=False)
    asked_whose = Q(origin=Step.Origin.FALLBACK, reason__in=NOBODY_KNEW)
    coding = Step.objects.filter(
        COMING, organisation_id=place, invoice_id=OuterRef("invoice_id"), origin=Step.Origin.CODING
    )
    steps = Step.objects.filter(
        COMING,
        by_rule | asked_whose,
        ~Exists(coding),
        organisation_id=place,
        invoice__state=Invoice.State.CIRCULATING,
    )
    fields = ("invoice_id", "rule_id", "action", "person_id")
    still = [Case(When(rule_id__in=current, then=1), default=0)] if current else []
    steps = steps.order_by(*still, "invoice_id", "position")
    found: dict[UUID, _Going] = {}
    for invoice_id, *here in steps.values_list(*fields)[:READ]:
        found.setdefault(invoice_id, _Going(*here))
    return found


def _narrow(place: UUID) -> Any:
    """What a rule looks at, of invoices that go by the scheme whatever they credit."""
    approved = Decision.objects.standing().filter(
        organisation_id=place, invoice_id=OuterRef("credits_id"), action=Decision.Action.APPROVE
    )
    rows = Invoice.objects.filter(organisation_id=place).filter(
        Q(credits_id__isnull=True) | ~Exists(approved)
    )
    names = ("supplier_name", "supplier_kvk", "supplier_vat", "order_reference", "number", "kind")
    return rows.only("organisation_id", "compared_amount", *names)


def _asks(rules: Collection[UUID], place: UUID) -> dict[UUID, Asks]:
    """What each rule asks of whom, step by step."""
    fields = ("position", "part", "action", "person_id", "group_id", "needs_all", "per_line")
    rows = SchemeStep.objects.filter(organisation_id=place, rule__in=rules).order_by("position", "part")
    found: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    for rule_id, *step in rows.values_list("rule_id", *fields):
        found[rule_id].append(tuple(step))
    return {rule_id: tuple(steps) for rule_id, steps in found.items()}


def _codes(invoices: Iterable[Invoice]) -> dict[UUID, Codes]:
    """How these are coded now."""
    lines = CodingLine.objects.filter(invoice__in=list(invoices), ended_at=None)
    accounts, centres = defaultdict[UUID, set[str]](set), defaultdict[UUID, set[str]](set)
    for key, account, centre in lines.values_list("invoice_id", "ledger_account__code", "cost_centre__code"):
        accounts[key].add(account)
        centres[key] |= {centre} if centre else set()
    return {key: Codes(frozenset(accounts[key]), frozenset(centres[key])) for key in accounts}
