"""The payment files that one may see, and their bytes."""

from uuid import UUID

from django.db.models import QuerySet

from omloop.booking.states import sees_books
from omloop.organisations.members import Member
from omloop.payments.models import PaymentBatch
from omloop.payments.sepa import File, Part, pain_of


def files_of(member: Member, right: str | None = None) -> "QuerySet[PaymentBatch]":
    """The payment files of where he sees what is booked; confidential ones by the policy."""
    rows: QuerySet[PaymentBatch] = PaymentBatch.objects.filter(organisation__in=sees_books(member, right))
    return rows.select_related("organisation", "made_by")


def bytes_of(batch: PaymentBatch) -> bytes:
    """The file of a batch, from its frozen rows: also of what did not go through later."""
    rows = batch.payments.order_by("transfer", "id")
    parts = [
        Part(
            row.transfer,
            row.amount,
            row.iban,
            row.supplier_name,
            row.invoice_number,
            row.payment_reference,
        )
        for row in rows
    ]
    return pain_of(_head(batch), parts)


def _head(batch: PaymentBatch) -> File:
    key: UUID = batch.id
    debtor = batch.debtor
    return File(
        key.hex,
        batch.name,
        batch.made_at,
        batch.execution_on,
        debtor["name"],
        debtor["iban"],
        debtor["bic"],
    )
