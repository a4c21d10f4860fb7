"""Proposing a coding: as on the credited invoice, by template, or as earlier ones (rules 2.11, 3.2)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from omloop.audit.services import record
from omloop.coding.changing import NewLine
from omloop.coding.dividing import NothingToDivideBy, divide, shares_behind
from omloop.coding.examples import examples_for, is_as_ordered, of_supplier, unit_ordered
from omloop.coding.learning import follow
from omloop.coding.models import IS_CURRENT, CodingLine, CodingTemplate, TemplateLine
from omloop.coding.queries import is_coded_here, lines_of
from omloop.coding.services import lock_invoice, said, write_line
from omloop.invoices.models import Invoice
from omloop.organisations.members import system_member

WITH_NAMES = ("ledger_account", "cost_centre", "cost_unit")
Earlier = TemplateLine | CodingLine


def propose(invoice: Invoice, *, now: datetime) -> list[CodingLine]:
    """Write a proposed coding for an invoice without one; its lines, none when nothing is known.

    The proposal has the proportions of the invoice that a credit note is about or of the template, else it
    follows earlier invoices, with the signs of the invoice itself. It comes only from what is not more
    confidential than the invoice (rules 2.12), and only when all that it names may still be booked on. May
    run twice.
    """
    if invoice.without_vat is None or not is_coded_here(invoice.organisation_id):
        return []
    invoice = lock_invoice(invoice)
    if lines_of(invoice):
        return []
    proposed = suggested(invoice)
    if not proposed:
        return []
    system = system_member("coding", invoice.organisation_id)
    lines = [write_line(invoice, line, place, system, now) for place, line in enumerate(proposed, 1)]
    CodingLine.objects.bulk_create(lines)
    record(
        "invoice.coding_proposed",
        actor=system,
        chain_id=invoice.organisation_id,
        subject_id=invoice.id,
        at=now,
        detail={"origin": proposed[0].origin, **proposed[0].why},
    )
    return lines_of(invoice)


def propose_anew(invoice: Invoice, *, now: datetime) -> list[CodingLine]:
    """Propose once more, by what is known now, unless somebody coded it himself; what was proposed stays
    where nothing is known."""
    lines = lines_of(lock_invoice(invoice))
    if any(line.typed_by_id for line in lines) or not suggested(invoice):
        return lines
    CodingLine.objects.filter(id__in=[line.id for line in lines]).update(ended_at=now)
    return propose(invoice, now=now)


def suggested(invoice: Invoice) -> list[NewLine]:
    """What would be proposed for this invoice, by what this scope may see; nothing is written."""
    if invoice.without_vat is None or not (invoice.supplier_key or invoice.credits_id):
        return []
    return _from_credited(invoice) or _from_template(invoice) or _from_history(invoice)


def _from_credited(invoice: Invoice) -> list[NewLine]:
    """As on the invoice that a credit note is about (rules 2.11); its own amounts have the other sign."""
    credited = Invoice.objects.filter(organisation_id=invoice.organisation_id, id=invoice.credits_id).first()
    if credited is None or (credited.confidential and not invoice.confidential):
        return []
    rows = lines_of(credited)
    why = {"invoice": str(credited.id), "credits": "true"}
    shares = shares_behind([row.net for row in rows])
    return _divided(invoice, rows, shares, CodingLine.Origin.HISTORY, why)


def _from_template(invoice: Invoice) -> list[NewLine]:
    templates = CodingTemplate.objects.filter(IS_CURRENT, of_supplier(invoice))
    template = templates.order_by("-confidential").first()
    if template is None:
        return []
    rows = list(template.lines.select_related(*WITH_NAMES).order_by("position"))
    shares = [row.share for row in rows]
    return _divided(invoice, rows, shares, CodingLine.Origin.TEMPLATE, {"template": str(template.id)})


def _from_history(invoice: Invoice) -> list[NewLine]:
    """As the last invoices of the supplier say, text by text or in proportion."""
    told, examples = examples_for(invoice)
    followed = follow(told, invoice.without_vat or Decimal(0), invoice.order_reference.strip(), examples)
    if followed is None:
        return []
    ordered = unit_ordered(invoice) if any(is_as_ordered(row) for row, _ in followed.parts) else None
    if ordered is None and any(is_as_ordered(row) for row, _ in followed.parts):
        return []
    why = {"invoice": str(followed.example), "times": str(followed.times)}
    why |= {"by_line": "true"} if followed.by_line else {}
    return [
        NewLine(
            net=net,
            origin=CodingLine.Origin.HISTORY,
            why=why,
            **(said(row) | ({"cost_unit_id": ordered} if is_as_ordered(row) else {})),
        )
        for row, net in followed.parts
    ]


def _divided(
    invoice: Invoice,
    rows: Sequence[Earlier],
    shares: Iterable[Decimal],
    origin: CodingLine.Origin,
    why: dict[str, str],
) -> list[NewLine]:
    if not all(row.is_current for row in rows):
        return []
    try:
        amounts = divide(invoice.without_vat or Decimal(0), list(shares))
    except NothingToDivideBy:
        return []
    return [
        NewLine(net=net, origin=origin, why=why, **said(row)) for row, net in zip(rows, amounts, strict=True)
    ]
