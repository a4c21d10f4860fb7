"""How an invoice is coded, and whether that is whole."""

from decimal import Decimal
from uuid import UUID

from omloop.coding.models import IS_CURRENT, CodingLine, LedgerAccount
from omloop.invoices.models import Invoice


def is_coded_here(organisation_id: UUID) -> bool:
    """Whether the organisation codes in Omloop: it has a ledger account to book on."""
    return LedgerAccount.objects.filter(IS_CURRENT, organisation_id=organisation_id).exists()


def lines_of(invoice: Invoice) -> list[CodingLine]:
    """The present coding of an invoice, in order, with what it names; one query."""
    rows = CodingLine.objects.filter(IS_CURRENT, organisation_id=invoice.organisation_id, invoice=invoice)
    return list(rows.select_related("ledger_account", "cost_centre", "cost_unit").order_by("position"))


def is_complete(invoice: Invoice) -> bool:
    """Whether all of the invoice is coded, on accounts that may be booked on (rules 3.2)."""
    lines = lines_of(invoice)
    if not lines or any(line.ledger_account.ended_at for line in lines):
        return False
    return bool(total_of(lines) == invoice.without_vat)


def total_of(lines: list[CodingLine]) -> Decimal:
    """What these lines are together, in the invoice's currency."""
    return sum((line.net for line in lines), Decimal(0))
