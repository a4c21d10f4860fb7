"""Credit notes and the invoices that they are about (rules 2.11)."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from omloop.invoices.models import Duplicate, Invoice
from omloop.invoices.queries import visible_to
from omloop.invoices.supplier import number_key
from omloop.organisations.members import Member
from omloop.tenancy.scope import confidential_shown

OFFERED = 50
"""Invoices of the supplier that one can choose from, the newest first."""


def find_credited(credit_note: Invoice) -> UUID | None:
    """The invoice that a credit note names (BT-25), of the same supplier.

    Of several the newest, but one that may be a duplicate of another comes last.
    """
    wanted = number_key(credit_note.preceding_number)
    if credit_note.kind != Invoice.Kind.CREDIT_NOTE or not wanted:
        return None
    with confidential_shown([credit_note.organisation_id]):
        undecided = Duplicate.objects.filter(invoice=OuterRef("id"), outcome=Duplicate.Outcome.UNDECIDED)
        found = of_same_supplier(credit_note).filter(number_key=wanted)
        found = found.order_by(Exists(undecided), "-received_at", "-id")
        key: UUID | None = found.values_list("id", flat=True).first()
    return key


def waiting_for(invoice: Invoice) -> list[Invoice]:
    """The credit notes that came before this invoice and name it; in a scope that shows confidential ones."""
    if invoice.kind != Invoice.Kind.INVOICE or not invoice.number_key:
        return []
    early = Invoice.objects.filter(
        _same_supplier(invoice),
        organisation_id=invoice.organisation_id,
        kind=Invoice.Kind.CREDIT_NOTE,
        credits_id=None,
    )
    early = early.exclude(preceding_number="").exclude(state=Invoice.State.CANCELLED).order_by("id")
    return [each for each in early if number_key(each.preceding_number) == invoice.number_key]


def of_same_supplier(invoice: Invoice) -> QuerySet[Invoice]:
    """The invoices of the same supplier that are not cancelled; no credit notes."""
    rows: QuerySet[Invoice] = Invoice.objects.filter(
        _same_supplier(invoice), organisation_id=invoice.organisation_id, kind=Invoice.Kind.INVOICE
    )
    return rows.exclude(state=Invoice.State.CANCELLED)


def _same_supplier(invoice: Invoice) -> Q:
    same = Q(supplier_numbers__overlap=invoice.supplier_numbers)
    return same | Q(supplier_key=invoice.supplier_key) if invoice.supplier_key else same


def credited_by(credit_note: Invoice, member: Member) -> Invoice | None:
    """The invoice that a credit note is about, if he may see it."""
    if credit_note.credits_id is None:
        return None
    own = visible_to(member).filter(organisation_id=credit_note.organisation_id)
    found: Invoice | None = own.filter(id=credit_note.credits_id).first()
    return found


def credit_notes_of(invoice: Invoice, member: Member) -> list[Invoice]:
    """The credit notes about an invoice that he may see, in the order in which they came."""
    rows = visible_to(member).filter(organisation_id=invoice.organisation_id, credits_id=invoice.id)
    return list(rows.exclude(state=Invoice.State.CANCELLED).order_by("received_at", "id"))


def offered_to_credit(credit_note: Invoice, member: Member) -> list[Invoice]:
    """The invoices of the supplier that he may see, for who chooses by hand."""
    same = of_same_supplier(credit_note).values("id")
    return list(visible_to(member).filter(id__in=same).order_by("-received_at", "-id")[:OFFERED])
