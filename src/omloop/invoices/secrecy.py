"""Suppliers whose invoices are confidential before anyone sees them (rules 2.12)."""

from datetime import datetime

from django.db.models import Q, QuerySet

from omloop.audit.services import record
from omloop.intake.models import Document
from omloop.intake.services import make_confidential
from omloop.invoices.models import ConfidentialSupplier, Invoice
from omloop.invoices.supplier import key_of, numbers_of
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.tenancy.scope import confidential_shown


class NoSupplier(ValueError):
    """The invoice names nobody, so there is no supplier to mark."""


def hide_if_secret(document: Document, invoice: Invoice) -> None:
    """Make the document confidential where its supplier is; before its invoice is stored."""
    invoice.organisation_id = document.organisation_id
    if document.confidential:
        return
    with confidential_shown([document.organisation_id]):
        is_secret = marks_of(invoice).exists()
    if is_secret:
        make_confidential(document)


def marks_of(invoice: Invoice) -> QuerySet[ConfidentialSupplier]:
    """What marks the supplier of an invoice as confidential now: by his key or any official number."""
    key = key_of(vat=invoice.supplier_vat, kvk=invoice.supplier_kvk, name=invoice.supplier_name)
    same = Q(numbers__overlap=numbers_of(invoice))
    if key:
        same |= Q(supplier=key)
    rows: QuerySet[ConfidentialSupplier] = ConfidentialSupplier.objects.filter(
        same, organisation_id=invoice.organisation_id, ended_at=None
    )
    return rows


def mark_supplier(invoice: Invoice, *, actor: Member, now: datetime) -> None:
    """From now on what this invoice's supplier sends is confidential; what came before stays as it is.

    Twice does no harm. Raises RightMissing without *view confidential*, and NoSupplier.
    """
    actor.demand(Right.VIEW_CONFIDENTIAL, invoice.organisation_id)
    if not invoice.supplier_key:
        raise NoSupplier(str(invoice.id))
    hold(invoice.organisation_id)
    mark = ConfidentialSupplier(
        organisation_id=invoice.organisation_id,
        confidential=True,
        supplier=invoice.supplier_key,
        numbers=invoice.supplier_numbers,
        name=invoice.supplier_name,
        marked_by_id=actor.person_id,
        marked_at=now,
    )
    if marks_of(invoice).exists():
        return
    ConfidentialSupplier.objects.bulk_create([mark], ignore_conflicts=True)
    _record("supplier.made_confidential", invoice, actor, now)


def unmark_supplier(invoice: Invoice, *, actor: Member, now: datetime) -> None:
    """From now on what this invoice's supplier sends is confidential no more; what came stays so.

    Twice does no harm. Raises RightMissing without *view confidential*.
    """
    actor.demand(Right.VIEW_CONFIDENTIAL, invoice.organisation_id)
    hold(invoice.organisation_id)
    if marks_of(invoice).update(ended_by_id=actor.person_id, ended_at=now):
        _record("supplier.confidentiality_ended", invoice, actor, now)


def _record(name: str, invoice: Invoice, actor: Member, now: datetime) -> None:
    record(name, actor=actor, chain_id=invoice.organisation_id, subject_id=invoice.id, at=now)
