"""The scheme of an organisation: prioritised rules that say which steps an invoice takes (rules 3.1)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from omloop.audit.services import record
from omloop.circulation.models import SchemeRule, SchemeStep, StepAction
from omloop.circulation.refusals import RuleWithoutSteps
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.tenancy.history import since


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Which invoices a rule is for; what is left empty matches everything.

    `supplier` is a name, KvK or VAT number, compared without case and spaces around it. Amounts are with
    VAT in the organisation's currency, both ends included; a credit note counts by its size (rules 3.6).
    """

    kind: str = ""
    supplier: str = ""
    order_reference: str = ""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class NewStep:
    """A step of a rule to be: an action, and either a person or a group."""

    action: str
    person_id: UUID | None = None
    group_id: UUID | None = None


@dataclass(frozen=True)
class Match:
    """The rule for an invoice, or None with the reason why the fallback is asked."""

    rule: SchemeRule | None
    reason: str = ""


NO_RULE = "no_rule"
NO_AMOUNT = "no_amount"


def add_rule(
    *,
    organisation_id: UUID,
    name: str,
    priority: int,
    steps: Sequence[NewStep],
    conditions: Conditions = Conditions(),
    actor: Member,
    now: datetime,
) -> SchemeRule:
    """Add a rule to the scheme; it counts for invoices that start from now on.

    Raises RightMissing without *manage schemes*, RuleWithoutSteps when nobody is asked to approve.
    """
    actor.demand(Right.MANAGE_SCHEMES, organisation_id)
    if not any(step.action == StepAction.APPROVE for step in steps):
        raise RuleWithoutSteps
    hold(organisation_id)
    rule: SchemeRule = SchemeRule.objects.create(
        organisation_id=organisation_id, name=name, priority=priority, valid=since(now), **asdict(conditions)
    )
    SchemeStep.objects.bulk_create(
        SchemeStep(organisation_id=organisation_id, rule=rule, position=position, **asdict(step))
        for position, step in enumerate(steps, start=1)
    )
    _record("scheme.rule_added", rule, actor, now)
    return rule


def end_rule(*, rule: SchemeRule, actor: Member, now: datetime) -> None:
    """End a rule; what is under way by it goes on as it was (rules 3.2)."""
    actor.demand(Right.MANAGE_SCHEMES, rule.organisation_id)
    hold(rule.organisation_id)
    if SchemeRule.objects.filter(id=rule.id).end(now):
        _record("scheme.rule_ended", rule, actor, now)


def matching_rule(invoice: Invoice, at: datetime) -> Match:
    """The rule of highest priority that matches; of equals the oldest.

    An amount that can't be compared (unknown, or in another currency) stops at the first rule that asks
    for one: it might have been for this invoice, so people decide.
    """
    amount = invoice.with_vat if invoice.currency == invoice.organisation.currency else None
    rules = SchemeRule.objects.at(at).filter(organisation_id=invoice.organisation_id)
    for rule in rules.order_by("-priority", "id"):
        if not matches_names(rule, invoice):
            continue
        asks_amount = rule.amount_from is not None or rule.amount_to is not None
        if asks_amount and amount is None:
            return Match(None, NO_AMOUNT)
        if amount is None or is_between(abs(amount), rule.amount_from, rule.amount_to):
            return Match(rule)
    return Match(None, NO_RULE)


def matches_names(rule: SchemeRule, invoice: Invoice) -> bool:
    """Whether kind, supplier and order reference of the rule fit the invoice."""
    suppliers = (invoice.supplier_name, invoice.supplier_kvk, invoice.supplier_vat)
    return (
        rule.kind in ("", invoice.kind)
        and _fold(rule.supplier) in ("", *map(_fold, suppliers))
        and _fold(rule.order_reference) in ("", _fold(invoice.order_reference))
    )


def is_between(amount: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    """Whether low <= amount <= high; no bound, no limit."""
    return (low is None or low <= amount) and (high is None or amount <= high)


def clashing_rules(rule: SchemeRule, *, at: datetime) -> list[SchemeRule]:
    """The other rules of the same priority that can match the same invoice, to report when one is saved."""
    others = SchemeRule.objects.at(at).filter(organisation_id=rule.organisation_id, priority=rule.priority)
    return [other for other in others.exclude(id=rule.id).order_by("id") if can_both_match(rule, other)]


def can_both_match(one: SchemeRule, other: SchemeRule) -> bool:
    """Whether an invoice is possible that fits both rules."""
    fields = ("kind", "supplier", "order_reference")
    pairs = [(_fold(getattr(one, field)), _fold(getattr(other, field))) for field in fields]
    if any(left and right and left != right for left, right in pairs):
        return False
    lows = [rule.amount_from for rule in (one, other) if rule.amount_from is not None]
    highs = [rule.amount_to for rule in (one, other) if rule.amount_to is not None]
    return not lows or not highs or max(lows) <= min(highs)


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _record(name: str, rule: SchemeRule, actor: Member, now: datetime) -> None:
    detail = {"rule": str(rule.id), "priority": rule.priority}
    record(name, actor=actor, chain_id=rule.organisation_id, subject_id=rule.id, at=now, detail=detail)
