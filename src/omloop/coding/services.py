"""Coding an invoice, and remembering how a supplier is coded (rules 3.2, 3.7)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.coding.changing import Change, NewLine, compare
from omloop.coding.dividing import shares_behind
from omloop.coding.models import (
    IS_CURRENT,
    CodingLine,
    CodingTemplate,
    CostCentre,
    CostUnit,
    LedgerAccount,
    TemplateLine,
)
from omloop.coding.queries import lines_of
from omloop.coding.refusals import (
    AlreadyBooked,
    AmountUnknown,
    CodingDoesNotAddUp,
    NoLines,
    NoSupplier,
    NotToBeCoded,
    TemplateIsOver,
    TooManyLines,
    UnknownCode,
)
from omloop.intake.services import storable
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right

MOST_LINES = 120
"""Of one invoice: eight fields each fit into the thousand that a form may have."""


def code(*, invoice: Invoice, lines: Sequence[NewLine], actor: Member, now: datetime) -> Change:
    """Make this the coding of an invoice: lines that stay as they were keep their rows, others are ended.

    Amounts are in the invoice's currency, with its signs. Nothing is written when nothing changes. Raises
    RightMissing without *code*, NotToBeCoded, AlreadyBooked, NoLines, TooManyLines, AmountUnknown,
    CodingDoesNotAddUp and UnknownCode.
    """
    actor.demand(Right.CODE, invoice.organisation_id)
    invoice = lock_invoice(invoice)
    _refuse_state(invoice)
    _refuse_sum(invoice, lines)
    _refuse_unknown(invoice.organisation_id, lines)
    change = _replace(invoice, lines, actor, now)
    if change.pairs:
        _record(invoice, change, actor, now)
    return change


def remember(*, invoice: Invoice, actor: Member, now: datetime) -> CodingTemplate:
    """Keep the present coding of an invoice as the template of its supplier, in place of an earlier one.

    The shares are the simplest ones behind the amounts of its lines. The template is as confidential as the
    invoice (rules 2.12). Raises RightMissing without *code*, NoLines, and NoSupplier when the invoice names
    none.
    """
    actor.demand(Right.CODE, invoice.organisation_id)
    invoice = lock_invoice(invoice)
    lines, supplier = lines_of(invoice), invoice.supplier_key
    _refuse_nothing(lines, supplier)
    shares = shares_behind([line.net for line in lines])
    return _keep(
        invoice.organisation_id,
        supplier,
        invoice.supplier_name,
        [NewLine(net=share, **said(line)) for line, share in zip(lines, shares, strict=True)],
        actor,
        now,
        subject=invoice.id,
        confidential=invoice.confidential,
    )


def keep_template(
    *,
    organisation_id: UUID,
    supplier: str,
    supplier_name: str,
    lines: Sequence[NewLine],
    actor: Member,
    now: datetime,
) -> CodingTemplate:
    """Keep a template of a supplier without an invoice to take it from; `net` of a line is its share.

    `supplier` is a key of `supplier.key_of`. Raises RightMissing without *code*, NoLines, NoSupplier and
    UnknownCode.
    """
    actor.demand(Right.CODE, organisation_id)
    hold(organisation_id)
    _refuse_nothing(lines, supplier)
    _refuse_unknown(organisation_id, lines)
    return _keep(organisation_id, supplier, supplier_name, lines, actor, now)


def change_template(
    *, template: CodingTemplate, lines: Sequence[NewLine], actor: Member, now: datetime
) -> CodingTemplate:
    """Put these lines in the place of a template's; what it was proposed for stays as it is.

    Raises RightMissing without *code*, NoLines, UnknownCode, and TemplateIsOver when somebody was before.
    """
    actor.demand(Right.CODE, template.organisation_id)
    hold(template.organisation_id)
    if not lines:
        raise NoLines
    _refuse_unknown(template.organisation_id, lines)
    _end_template(template, now)
    return _keep(
        template.organisation_id,
        template.supplier,
        template.supplier_name,
        lines,
        actor,
        now,
        confidential=template.confidential,
    )


def end_template(*, template: CodingTemplate, actor: Member, now: datetime) -> None:
    """Nothing is proposed by it any more. Raises RightMissing without *code*, and TemplateIsOver."""
    actor.demand(Right.CODE, template.organisation_id)
    hold(template.organisation_id)
    _end_template(template, now)
    record(
        "coding.forgotten",
        actor=actor,
        chain_id=template.organisation_id,
        subject_id=template.id,
        at=now,
        detail={"template": str(template.id)},
    )


def _refuse_nothing(lines: Sequence[object], supplier: str) -> None:
    if not lines:
        raise NoLines
    if not supplier:
        raise NoSupplier


def _end_template(template: CodingTemplate, now: datetime) -> None:
    if not CodingTemplate.objects.filter(IS_CURRENT, id=template.id).update(ended_at=now):
        raise TemplateIsOver(str(template.id))


def _keep(
    organisation_id: UUID,
    supplier: str,
    supplier_name: str,
    lines: Sequence[NewLine],
    actor: Member,
    now: datetime,
    *,
    subject: UUID | None = None,
    confidential: bool = False,
) -> CodingTemplate:
    own = {"organisation_id": organisation_id, "confidential": confidential}
    CodingTemplate.objects.filter(IS_CURRENT, supplier=supplier, **own).update(ended_at=now)
    template: CodingTemplate = CodingTemplate.objects.create(
        supplier=supplier, supplier_name=supplier_name, kept_by_id=actor.person_id, created_at=now, **own
    )
    TemplateLine.objects.bulk_create(
        TemplateLine(template=template, position=place, share=line.net, **said(line), **own)
        for place, line in enumerate(lines, 1)
    )
    record(
        "coding.remembered",
        actor=actor,
        chain_id=organisation_id,
        subject_id=subject or template.id,
        at=now,
        detail={"template": str(template.id)},
    )
    return template


def lock_invoice(invoice: Invoice) -> Invoice:
    """Hold its organisation and lock it, as the gate does: no decision falls while its coding changes."""
    hold(invoice.organisation_id)
    locked: Invoice = Invoice.objects.select_for_update(no_key=True).get(id=invoice.id)
    return locked


def said(line: CodingLine | TemplateLine | NewLine) -> dict[str, Any]:
    """What a line says besides its amount, to write it into another."""
    names = ("ledger_account_id", "cost_centre_id", "cost_unit_id", "vat_code", "description")
    return {name: getattr(line, name) for name in names}


def _refuse_state(invoice: Invoice) -> None:
    if invoice.state in (Invoice.State.REJECTED, Invoice.State.CANCELLED):
        raise NotToBeCoded(str(invoice.id))
    if invoice.booked_at is not None:
        raise AlreadyBooked(str(invoice.id))


def _refuse_sum(invoice: Invoice, lines: Sequence[NewLine]) -> None:
    if not lines:
        raise NoLines
    if len(lines) > MOST_LINES:
        raise TooManyLines(str(len(lines)))
    if invoice.without_vat is None:
        raise AmountUnknown(str(invoice.id))
    total = sum((line.net for line in lines), Decimal(0))
    if total != invoice.without_vat:
        raise CodingDoesNotAddUp(lines=total, invoice=invoice.without_vat, currency=invoice.currency or "EUR")


def _refuse_unknown(organisation_id: UUID, lines: Sequence[NewLine]) -> None:
    _refuse_ended(LedgerAccount, organisation_id, {line.ledger_account_id for line in lines})
    _refuse_ended(CostCentre, organisation_id, {line.cost_centre_id for line in lines})
    _refuse_ended(CostUnit, organisation_id, {line.cost_unit_id for line in lines})


def _refuse_ended(model: type[models.Model], organisation_id: UUID, ids: Collection[UUID | None]) -> None:
    named = {each for each in ids if each}
    if not named:
        return
    there = model._default_manager.filter(IS_CURRENT, organisation_id=organisation_id, id__in=named)
    if unknown := named - set(there.values_list("id", flat=True)):
        raise UnknownCode(", ".join(sorted(map(str, unknown))))


def _replace(invoice: Invoice, lines: Sequence[NewLine], actor: Actor, now: datetime) -> Change:
    """End what went, write what came, and put all in the order of the new coding."""
    kept, pairs = compare(lines_of(invoice), lines)
    made = [
        (before, None if place is None else write_line(invoice, lines[place], place + 1, actor, now))
        for before, place in pairs
    ]
    ended = CodingLine.objects.filter(id__in=[before.id for before, _ in pairs if before])
    ended.update(ended_at=now)
    _put_in_order({line.id: place + 1 for line, place in kept if line.position != place + 1})
    CodingLine.objects.bulk_create(after for _, after in made if after)
    return Change(tuple(line for line, _ in kept), tuple(made))


def _put_in_order(positions: dict[UUID, int]) -> None:
    """Out of the way of all places first, for no two lines may stand at one."""
    if not positions:
        return
    moving = CodingLine.objects.filter(id__in=positions)
    moving.update(position=models.F("position") + 1_000)
    places = [models.When(id=key, then=models.Value(place)) for key, place in positions.items()]
    moving.update(position=models.Case(*places))


def write_line(invoice: Invoice, line: NewLine, position: int, actor: Actor, now: datetime) -> CodingLine:
    """The row of a new line, not yet stored."""
    texts = {name: storable(getattr(line, name).strip()) for name in ("vat_code", "description")}
    return CodingLine(
        organisation_id=invoice.organisation_id,
        confidential=invoice.confidential,
        invoice=invoice,
        supplier=invoice.supplier_key,
        position=position,
        net=line.net,
        origin=line.origin,
        why=dict(line.why),
        period=line.period,
        typed_by_id=actor.person_id,
        created_at=now,
        **(said(line) | texts),
    )


def _record(invoice: Invoice, change: Change, actor: Member, now: datetime) -> None:
    record(
        "invoice.coded",
        actor=actor,
        chain_id=invoice.organisation_id,
        subject_id=invoice.id,
        at=now,
        detail={
            "ended": [str(line.id) for line in change.ended],
            "new": [str(line.id) for line in change.new],
            "changed": change.fields,
        },
    )
