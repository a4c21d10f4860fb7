"""What a supplier sent, as a table for a spreadsheet."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from omloop.audit.services import record
from omloop.invoices.models import Invoice
from omloop.invoices.paying import PaymentState
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.suppliers.queries import lines_of_statement
from omloop.web.spreadsheets import as_csv

CENT = Decimal("0.01")


def statement(invoice: Invoice, invoices: QuerySet[Invoice], *, actor: Member, now: datetime) -> bytes:
    """A row an invoice, by date; a credit note is negative, so that the column can be added up.

    Raises RightMissing without *export*; the trail says who took it out.
    """
    actor.demand(Right.EXPORT, invoice.organisation_id)
    hold(invoice.organisation_id)
    rows = [_row(*line) for line in lines_of_statement(invoices)]
    detail = {"rows": len(rows), "format": "csv"}
    record(
        "supplier.statement_exported",
        actor=actor,
        chain_id=invoice.organisation_id,
        subject_id=invoice.id,
        at=now,
        detail=detail,
    )
    return as_csv(_head(), rows)


def _row(
    issued_on: date | None,
    number: str,
    kind: str,
    state: str,
    due_on: date | None,
    owed: Decimal | None,
    currency: str,
    iban: str,
    payment: str,
    left: Decimal | None,
) -> list[object]:
    return [
        issued_on,
        number,
        str(Invoice.Kind(kind).label),
        str(Invoice.State(state).label),
        due_on,
        _cents(owed),
        currency,
        iban,
        str(PaymentState(payment).label),
        Decimal("0.00") if payment == PaymentState.PAID else _cents(left),
    ]


def _cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(CENT)


def _head() -> list[str]:
    return [
        _("Invoice date"), _("Number"), _("Kind"), _("Status"), _("Due date"), _("To be paid"), _("Currency"),
        _("IBAN"), _("Payment status"), _("Left to pay"),
    ]  # fmt: skip
