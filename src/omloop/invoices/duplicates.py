"""Finding that an invoice came before: at intake and before booking, in one statement (rules 2.5).

A duplicate has the same supplier by any of his official numbers, and the same number as it is compared. A
possible one has the same IBAN, number and amount. Both within 12 months; a credit note is another series.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from omloop.audit.services import record
from omloop.invoices.models import Duplicate, Invoice
from omloop.organisations.members import Member
from omloop.tenancy.scope import confidential_shown

UNDER_THE_NUMBER = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
LOOK = """
SELECT x.id, y.id, y.is_certain FROM invoices_invoice x CROSS JOIN LATERAL (
    SELECT y.id, y.received_at, y.supplier_numbers && x.supplier_numbers AS is_certain
    FROM invoices_invoice y
    WHERE y.organisation_id = x.organisation_id AND y.number_key = x.number_key AND y.kind = x.kind
      AND y.id <> x.id AND y.state <> 'cancelled'
      AND coalesce(y.issued_on, y.import_date) > coalesce(x.issued_on, x.import_date) - interval '1 year'
      AND coalesce(y.issued_on, y.import_date) < coalesce(x.issued_on, x.import_date) + interval '1 year'
      AND (y.supplier_numbers && x.supplier_numbers OR (
           x.iban <> '' AND upper(replace(y.iban, ' ', '')) = upper(replace(x.iban, ' ', ''))
           AND y.currency = x.currency
           AND coalesce(y.payable, y.with_vat) = coalesce(x.payable, x.with_vat)))
      {more}
    ORDER BY is_certain DESC, y.received_at, y.id LIMIT 1) y
WHERE x.id = ANY (%s) AND x.number_key <> ''"""
CAME_FIRST = """
      AND NOT EXISTS (SELECT FROM invoices_duplicate d WHERE d.invoice_id = x.id AND d.outcome = 'original')
      AND (EXISTS (SELECT FROM invoices_duplicate d WHERE d.invoice_id = x.id AND d.outcome = '')
           OR (y.received_at, y.id) < (x.received_at, x.id) AND NOT EXISTS (
               SELECT FROM invoices_duplicate d WHERE d.invoice_id = y.id AND d.outcome <> 'original'))"""
"""Before booking: of two that look the same only the later waits, and not where finance has decided."""


@dataclass(frozen=True)
class First:
    """The invoice that came first; not certain: by IBAN, number and amount alone."""

    invoice_id: UUID
    is_certain: bool


def hold_if_duplicate(invoice: Invoice, *, actor: Member, now: datetime) -> Duplicate | None:
    """Hold an invoice that looks like one that came before, with a link to that; the first is left alone.

    Two that come at the same instant queue for their number, so that one is the first and the other is held.
    Call it when the invoice is stored whole, before its circulation starts. Raises nothing; twice does no
    harm.
    """
    if not invoice.number_key or Duplicate.objects.filter(invoice=invoice).exists():
        return None
    with connection.cursor() as cursor:
        cursor.execute(UNDER_THE_NUMBER, [f"{invoice.organisation_id} {invoice.number_key}"])
    first = _look([invoice.organisation_id], [invoice.id], "").get(invoice.id)
    if first is None:
        return None
    found: Duplicate = Duplicate.objects.create(
        organisation_id=invoice.organisation_id,
        confidential=invoice.confidential,
        invoice=invoice,
        first_id=first.invoice_id,
        is_certain=first.is_certain,
        found_at=now,
    )
    Invoice.objects.filter(id=invoice.id).update(state=Invoice.State.HELD)
    invoice.state = Invoice.State.HELD
    record(
        "invoice.held_as_duplicate",
        actor=actor,
        chain_id=invoice.organisation_id,
        subject_id=invoice.id,
        at=now,
        detail={"first": str(first.invoice_id), "certain": first.is_certain},
    )
    return found


def firsts_among(invoices: Collection[Invoice]) -> dict[UUID, First]:
    """Of these invoices those that came before, each with the first; for who is about to book. One query."""
    places = {each.organisation_id for each in invoices}
    return _look(places, [each.id for each in invoices], CAME_FIRST)


def is_undecided(invoice: Invoice) -> bool:
    """Whether it is held as a duplicate, and nobody has decided yet."""
    rows = Duplicate.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    return bool(rows.filter(outcome=Duplicate.Outcome.UNDECIDED).exists())


def _look(places: Collection[UUID], ids: Collection[UUID], more: str) -> dict[UUID, First]:
    """Confidential ones count too: who may not see the first is told only that finance holds it."""
    with confidential_shown(places), connection.cursor() as cursor:
        cursor.execute(LOOK.format(more=more), [list(ids)])
        return {key: First(first, is_certain) for key, first, is_certain in cursor.fetchall()}
