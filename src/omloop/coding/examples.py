"""The earlier invoices of a supplier from which a coding is proposed (rules 3.2, 2.12)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from omloop.coding.attributing import MOST_LINES
from omloop.coding.learning import AS_ORDERED, EXAMPLES, Booked, Example, Told
from omloop.coding.models import IS_CURRENT, CodingLine, CostUnit
from omloop.invoices.models import Invoice, InvoiceLine

NEWEST = 400
"""Coding lines of the supplier among which examples are found, by an index."""


def examples_for(invoice: Invoice) -> tuple[list[Told], list[Example[CodingLine]]]:
    """What this invoice says line by line, and the examples for it, the newest first; three queries.

    Only of the same supplier, not more confidential, not rejected or cancelled, and with codes that may still
    be booked on. An invoice with very many lines is no example line by line.
    """
    ids = _newest(invoice)
    told = _told([invoice.id, *ids])
    rows = CodingLine.objects.filter(IS_CURRENT, organisation_id=invoice.organisation_id, invoice__in=ids)
    by_invoice: dict[UUID, list[CodingLine]] = defaultdict(list)
    for row in rows.select_related("invoice", "ledger_account", "cost_centre", "cost_unit").order_by(
        "position"
    ):
        by_invoice[row.invoice_id].append(row)
    found = [_example(by_invoice[each], told.get(each, [])) for each in ids]
    return told.get(invoice.id, []), [
        each for each in found if all(one.row.is_current for one in each.booked)
    ]


def of_supplier(invoice: Invoice) -> Q:
    """Of the same supplier, and not more confidential than the invoice."""
    own = Q(organisation_id=invoice.organisation_id, supplier=invoice.supplier_key)
    return own if invoice.confidential else own & Q(confidential=False)


def is_as_ordered(row: CodingLine) -> bool:
    """Whether its cost unit is the one that the order of its invoice names."""
    order = row.invoice.order_reference.strip().casefold()
    return bool(order and row.cost_unit and row.cost_unit.code.casefold() == order)


def unit_ordered(invoice: Invoice) -> UUID | None:
    """The cost unit that the order of this invoice names, if it may be booked on."""
    order = invoice.order_reference.strip()
    units = CostUnit.objects.filter(IS_CURRENT, organisation_id=invoice.organisation_id, code__iexact=order)
    return units.values_list("id", flat=True).first() if order else None


def _newest(invoice: Invoice) -> list[UUID]:
    """The invoices of the supplier that were coded last."""
    ended = (Invoice.State.REJECTED, Invoice.State.CANCELLED)
    rows = CodingLine.objects.filter(IS_CURRENT, of_supplier(invoice)).exclude(invoice=invoice)
    rows = rows.exclude(invoice__state__in=ended).order_by("-created_at", "-id")
    return list(dict.fromkeys(rows.values_list("invoice_id", flat=True)[:NEWEST]))[:EXAMPLES]


def _told(invoice_ids: Collection[UUID]) -> dict[UUID, list[Told]]:
    """The lines of each as the supplier wrote them; nothing of one with more than are looked at."""
    rows = InvoiceLine.objects.filter(invoice__in=invoice_ids, position__lte=MOST_LINES + 1)
    found: dict[UUID, list[Told]] = defaultdict(list)
    for row in rows.order_by("position"):
        found[row.invoice_id].append(Told(row.name or row.description, row.net or Decimal(0)))
    return {key: lines for key, lines in found.items() if len(lines) <= MOST_LINES}


def _example(rows: Sequence[CodingLine], told: Sequence[Told]) -> Example[CodingLine]:
    booked = tuple(Booked(_key(row), row.net, row) for row in rows)
    return Example(rows[0].invoice_id, tuple(told), booked, rows[0].invoice.order_reference.strip())


def _key(row: CodingLine) -> tuple[object, ...]:
    unit = AS_ORDERED if is_as_ordered(row) else row.cost_unit_id
    return row.ledger_account_id, row.cost_centre_id, unit, row.vat_code
