"""The scheme of an organisation: prioritised rules that say which steps an invoice takes (rules 3.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from django.db.models import QuerySet

from omloop.audit.services import record
from omloop.circulation.models import SchemeRule, SchemeStep, StepAction
from omloop.circulation.refusals.scheme import MixedStep, RuleIsOver, RuleWithoutSteps
from omloop.circulation.routing.route import Reason
from omloop.circulation.scheme.codes import Codes, codes_of
from omloop.circulation.scheme.facts import Facts, facts_of
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
    check_steps(steps)


def check_steps(steps: Sequence[NewStep]) -> None:
    """Raise RuleWithoutSteps or MixedStep for steps that make no rule."""
    if not any(step.action == StepAction.APPROVE for step in steps):
        raise RuleWithoutSteps
    if any(step.together and not _can_stand_together(before, step) for before, step in pairwise(steps)):
        raise MixedStep


def _can_stand_together(before: NewStep, step: NewStep) -> bool:
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
    """The rule of the scheme at a moment for an invoice, as `first_match` finds it.

    `codes` are those on its coding, where it is none that is stored; else as it was coded at that moment.
    """
    facts = facts_of(invoice, codes_of(invoice, at) if codes is None else codes)
    return first_match(rules_in_order(invoice.organisation_id, at), facts)


def rules_in_order(organisation_id: UUID, at: datetime) -> "QuerySet[SchemeRule]":
    """The rules that hold at a moment as they are tried: by priority, of equals the oldest first."""
    rules: QuerySet[SchemeRule] = SchemeRule.objects.at(at).filter(organisation_id=organisation_id)
    return rules.order_by("-priority", "id")


def first_match(rules: Iterable[SchemeRule], facts: Facts) -> Match:
    """The first of these rules that matches.

    An amount that can't be compared stops at the first rule that asks for one: it might have been for this
    invoice, so people decide.
    """
    amount = facts.amount
    for rule in rules:
        if not facts.fit(rule):
            continue
        asks_amount = rule.amount_from is not None or rule.amount_to is not None
        if asks_amount and amount is None:
            return Match(None, Reason.NO_AMOUNT)
        if amount is None or is_between(amount, rule.amount_from, rule.amount_to):
            return Match(rule)
    return Match(None, Reason.NO_RULE)


def is_between(amount: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    """Whether low <= amount <= high; no bound, no limit."""
    return (low is None or low <= amount) and (high is None or amount <= high)


def _record(name: str, rule: SchemeRule, actor: Member, now: datetime, more: dict[str, str]) -> None:
    detail = {"rule": str(rule.id), "priority": rule.priority, **more}
    record(name, actor=actor, chain_id=rule.organisation_id, subject_id=rule.id, at=now, detail=detail)
