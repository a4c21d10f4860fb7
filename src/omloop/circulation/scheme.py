"""The scheme of an organisation: prioritised rules that say which steps an invoice takes (rules 3.1)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from omloop.audit.services import record
from omloop.circulation.codes import Codes, fold
from omloop.circulation.facts import Facts, facts_of
from omloop.circulation.models import SchemeRule, SchemeStep, StepAction
from omloop.circulation.refusals import MixedStep, RuleIsOver, RuleWithoutSteps
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.organisations.segregation import refuse_own, refuse_own_groups
from omloop.tenancy.history import since


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Which invoices a rule is for; what is left empty matches everything.

    `supplier` is a name, KvK or VAT number, compared without case and spaces around it. An account or cost
    centre is a code, and one line of the invoice on it is enough. Amounts are those that limits compare, both
    ends included (rules 3.6).
    """

    kind: str = ""
    supplier: str = ""
    order_reference: str = ""
    ledger_account: str = ""
    cost_centre: str = ""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class NewStep:
    """A step of a rule to be: an action, and a person, a group (anyone, or everyone), or the owners of lines.

    `together`: asked at the same time as the one before, and both are needed (rules 3.9).
    """

    action: str
    person_id: UUID | None = None
    group_id: UUID | None = None
    needs_all: bool = False
    per_line: bool = False
    together: bool = False


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

    Raises RightMissing without *manage schemes*, OwnRights when it names the actor or a group of his (rules
    1.11), RuleWithoutSteps when nobody is asked to approve, MixedStep when a step asks for two things.
    """
    _begin(organisation_id, steps, actor)
    rule = _write(organisation_id, name, priority, steps, conditions, now)
    _record("scheme.rule_added", rule, actor, now, {})
    return rule


def change_rule(
    *,
    rule: SchemeRule,
    name: str,
    priority: int,
    steps: Sequence[NewStep],
    conditions: Conditions,
    actor: Member,
    now: datetime,
) -> SchemeRule:
    """End a rule and add what it is from now on; what is under way by it goes on as it was (rules 3.2).

    Raises as `add_rule`, and RuleIsOver when somebody else changed or ended it meanwhile.
    """
    _begin(rule.organisation_id, [*steps_in(rule), *steps], actor)
    _end(rule, now)
    new = _write(rule.organisation_id, name, priority, steps, conditions, now)
    _record("scheme.rule_replaced", new, actor, now, {"replaces": str(rule.id)})
    return new


def end_rule(*, rule: SchemeRule, actor: Member, now: datetime) -> None:
    """End a rule; what is under way by it goes on as it was (rules 3.2). Raises as `change_rule`."""
    _demand(rule.organisation_id, steps_in(rule), actor)
    _end(rule, now)
    _record("scheme.rule_ended", rule, actor, now, {})


def steps_in(rule: SchemeRule) -> list[NewStep]:
    """The steps of a rule, as they would be added again."""
    rows = SchemeStep.objects.filter(organisation_id=rule.organisation_id, rule=rule)
    return [as_new(step) for step in rows.order_by("position", "part")]


def as_new(step: SchemeStep) -> NewStep:
    """A step as it would be added again."""
    return NewStep(
        action=step.action,
        person_id=step.person_id,
        group_id=step.group_id,
        needs_all=step.needs_all,
        per_line=step.per_line,
        together=step.part > 1,
    )


def conditions_of(rule: SchemeRule) -> Conditions:
    """Which invoices a rule is for."""
    return Conditions(**{field.name: getattr(rule, field.name) for field in fields(Conditions)})


def _begin(organisation_id: UUID, steps: Sequence[NewStep], actor: Member) -> None:
    _demand(organisation_id, steps, actor)
    if not any(step.action == StepAction.APPROVE for step in steps):
        raise RuleWithoutSteps
    if any(step.together and not can_stand_together(before, step) for before, step in pairwise(steps)):
        raise MixedStep


def can_stand_together(before: NewStep, step: NewStep) -> bool:
    """Whether two can be asked at the same time: for the same, and not beside the owners of lines."""
    return before.action == step.action and not (before.per_line or step.per_line)


def _demand(organisation_id: UUID, steps: Sequence[NewStep], actor: Member) -> None:
    actor.demand(Right.MANAGE_SCHEMES, organisation_id)
    hold(organisation_id)
    for step in steps:
        if step.person_id is not None:
            refuse_own(actor, step.person_id, organisation_id)
        if step.group_id is not None:
            refuse_own_groups(actor, [step.group_id], organisation_id)


def _end(rule: SchemeRule, now: datetime) -> None:
    if not SchemeRule.objects.filter(id=rule.id).end(now):
        raise RuleIsOver


def _write(
    organisation_id: UUID,
    name: str,
    priority: int,
    steps: Sequence[NewStep],
    conditions: Conditions,
    now: datetime,
) -> SchemeRule:
    rule: SchemeRule = SchemeRule.objects.create(
        organisation_id=organisation_id, name=name, priority=priority, valid=since(now), **asdict(conditions)
    )
    SchemeStep.objects.bulk_create(lay_out(rule, steps))
    return rule


def lay_out(rule: SchemeRule, steps: Sequence[NewStep]) -> list[SchemeStep]:
    """The rows of these steps: the next position, or the next part of the same one."""
    rows: list[SchemeStep] = []
    for step in steps:
        last = rows[-1] if rows else None
        is_part = step.together and last is not None
        rows.append(
            SchemeStep(
                organisation_id=rule.organisation_id,
                rule=rule,
                position=(last.position if last else 0) + (0 if is_part else 1),
                part=last.part + 1 if last and is_part else 1,
                action=step.action,
                person_id=step.person_id,
                group_id=step.group_id,
                needs_all=step.needs_all,
                per_line=step.per_line,
            )
        )
    return rows


def matching_rule(invoice: Invoice, at: datetime, *, codes: Codes | None = None) -> Match:
    """The rule of highest priority that matches; of equals the oldest.

    `codes` are those on its coding, where it is none that is stored; else as it was coded at that moment.
    An amount that can't be compared stops at the first rule that asks for one: it might have been for this
    invoice, so people decide.
    """
    return match_facts(invoice.organisation_id, facts_of(invoice, at, codes=codes), at)


def match_facts(organisation_id: UUID, facts: Facts, at: datetime) -> Match:
    """The same, of what the rules look at."""
    amount = facts.amount
    rules = SchemeRule.objects.at(at).filter(organisation_id=organisation_id)
    for rule in rules.order_by("-priority", "id"):
        if not facts.fit_names(rule) or not facts.codes.fit(rule):
            continue
        asks_amount = rule.amount_from is not None or rule.amount_to is not None
        if asks_amount and amount is None:
            return Match(None, NO_AMOUNT)
        if amount is None or is_between(amount, rule.amount_from, rule.amount_to):
            return Match(rule)
    return Match(None, NO_RULE)


def is_between(amount: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    """Whether low <= amount <= high; no bound, no limit."""
    return (low is None or low <= amount) and (high is None or amount <= high)


def clashing_rules(rule: SchemeRule, *, at: datetime) -> list[SchemeRule]:
    """The other rules of the same priority that can match the same invoice, to report when one is saved."""
    others = SchemeRule.objects.at(at).filter(organisation_id=rule.organisation_id, priority=rule.priority)
    return [other for other in others.exclude(id=rule.id).order_by("id") if can_both_match(rule, other)]


def can_both_match(one: SchemeRule, other: SchemeRule) -> bool:
    """Whether an invoice is possible that fits both rules; its lines can be on several accounts."""
    fields = ("kind", "supplier", "order_reference")
    pairs = [(fold(getattr(one, field)), fold(getattr(other, field))) for field in fields]
    if any(left and right and left != right for left, right in pairs):
        return False
    lows = [rule.amount_from for rule in (one, other) if rule.amount_from is not None]
    highs = [rule.amount_to for rule in (one, other) if rule.amount_to is not None]
    return not lows or not highs or max(lows) <= min(highs)


def takes_all_of(one: SchemeRule, other: SchemeRule) -> bool:
    """Whether every invoice that fits the other rule fits this one too."""
    fields = ("kind", "supplier", "order_reference", "ledger_account", "cost_centre")
    if any(fold(getattr(one, field)) not in ("", fold(getattr(other, field))) for field in fields):
        return False
    low, high = one.amount_from, one.amount_to
    is_low = low is None or (other.amount_from is not None and low <= other.amount_from)
    return is_low and (high is None or (other.amount_to is not None and other.amount_to <= high))


def _record(name: str, rule: SchemeRule, actor: Member, now: datetime, more: dict[str, str]) -> None:
    detail = {"rule": str(rule.id), "priority": rule.priority, **more}
    record(name, actor=actor, chain_id=rule.organisation_id, subject_id=rule.id, at=now, detail=detail)
