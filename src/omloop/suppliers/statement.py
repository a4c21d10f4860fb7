"""What a supplier sent, as a table for a spreadsheet."""

from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from omloop.audit.services import record
from omloop.invoices.models import Invoice
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
    kinds, states = dict(Invoice.Kind.choices), dict(Invoice.State.choices)
    rows = [
        [
            issued_on,
            number,
            str(kinds[kind]),
            str(states[state]),
            due_on,
            None if owed is None else owed.quantize(CENT),
            currency,
            iban,
        ]
        for issued_on, number, kind, state, due_on, owed, currency, iban in lines_of_statement(invoices)
    ]
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


def _head() -> list[str]:
    return [
        _("Invoice date"), _("Number"), _("Kind"), _("Status"), _("Due date"), _("To be paid"), _("Currency"),
        _("IBAN"),
    ]  # fmt: skip
