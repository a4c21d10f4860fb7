"""What was paid, from a file of the bank or the bookkeeping package: a row for each invoice or transfer.

An invoice is named by its key, by the transfer that held it (12-3), or by its number where only one bears it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from omloop.coding.sheets import table_in
from omloop.invoices.models import Invoice
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.payments.models import STANDS, Payment
from omloop.payments.services import report_paid
from omloop.payments.statement import Debit, debits_in

HEADINGS = {
    "invoice": "invoice invoiceid invoicenumber transfer endtoendid factuur factuurnummer overboeking",
    "paid_on": "paidon date paymentdate datum betaald betaaldop betaaldatum",
    "reference": "reference statement kenmerk afschrift omschrijving",
}
"""What exports call the columns, in small letters without spaces and signs."""
FORMS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%Y%m%d")


class Fault(StrEnum):
    """Why a row is passed over."""

    NO_DATE = "no_date"
    UNKNOWN = "unknown"
    SEVERAL = "several"
    OTHER = "other"


@dataclass(frozen=True)
class Row:
    """A row of the file: its line, what names the invoice, when it was paid."""

    line: int
    invoice: str
    paid_on: date | None
    reference: str


@dataclass(frozen=True)
class Finding:
    """A row that is passed over, and what stands there."""

    line: int
    fault: Fault
    said: str


def report_file(
    *, organisation_id: UUID, text: str, actor: Member, now: datetime
) -> tuple[int, list[Finding]]:
    """Report all that the file names as paid; for how many it is new, and the rows that are passed over.

    The same file twice changes nothing. Raises RightMissing without *book*, TooLarge, NoCodes, NotPaidYet.
    """
    actor.demand(Right.BOOK, organisation_id)
    rows = [_row(*each) for each in table_in(text, HEADINGS, needs={"invoice", "paid_on"})]
    known = _Known(organisation_id, rows)
    findings: list[Finding] = []
    reports: dict[tuple[date, str], set[UUID]] = {}
    for row in rows:
        found = known.of(row.invoice)
        if row.paid_on is None or isinstance(found, Fault):
            fault = found if isinstance(found, Fault) else Fault.NO_DATE
            findings.append(Finding(row.line, fault, row.invoice[:80]))
        else:
            reports.setdefault((row.paid_on, row.reference), set()).update(found)
    told = 0
    for (paid_on, reference), keys in reports.items():
        said: dict[str, Any] = {"paid_on": paid_on, "reference": reference}
        told += report_paid(organisation_id=organisation_id, invoice_ids=keys, **said, actor=actor, now=now)
    return told, findings


def report_statement(
    *, organisation_id: UUID, data: bytes, actor: Member, now: datetime
) -> tuple[int, list[Finding]]:
    """Report the transfers of payment files that a bank statement holds; for how many invoices it is new.

    Passed over is what has the name of a transfer, and another amount or account. Other debits are none of
    ours. The same statement twice changes nothing. Raises RightMissing without *book*, NoStatement and
    NotPaidYet.
    """
    actor.demand(Right.BOOK, organisation_id)
    known = _transfers(organisation_id)
    findings: list[Finding] = []
    reports: dict[tuple[date, str], set[UUID]] = {}
    for place, debit in enumerate(debits_in(data), 1):
        found = known.get((debit.is_file, debit.name))
        if found is None:
            continue
        if found.is_of(debit):
            reports.setdefault((debit.paid_on, debit.reference), set()).update(found.invoices)
        else:
            findings.append(Finding(place, Fault.OTHER, debit.name[:80]))
    told = 0
    for (paid_on, reference), keys in reports.items():
        said: dict[str, Any] = {"paid_on": paid_on, "reference": reference}
        told += report_paid(organisation_id=organisation_id, invoice_ids=keys, **said, actor=actor, now=now)
    return told, findings


@dataclass
class _Transfer:
    """What a payment file ordered under a name."""

    iban: str
    amount: Decimal
    invoices: set[UUID]

    def is_of(self, debit: Debit) -> bool:
        """Whether the bank speaks of this one, as far as it says."""
        same_account = not debit.iban or not self.iban or debit.iban == self.iban
        return same_account and (debit.amount is None or debit.amount == self.amount)


def _transfers(organisation_id: UUID) -> dict[tuple[bool, str], _Transfer]:
    """The transfers of its payment files (False) by their names, and whole files (True) by their keys."""
    rows = Payment.objects.filter(organisation_id=organisation_id, batch__isnull=False)
    found: dict[tuple[bool, str], _Transfer] = {}
    for each in rows.select_related("batch"):
        names = (False, f"{each.batch.name}-{each.transfer}", each.iban), (True, each.batch.id.hex, "")
        for is_file, name, iban in names:
            part = found.setdefault((is_file, name), _Transfer(iban, Decimal(0), set()))
            part.amount += each.amount
            if each.ended_at is None:
                part.invoices.add(each.invoice_id)
    return found


class _Known:
    """The invoices that rows name, in two queries."""

    def __init__(self, organisation_id: UUID, rows: Iterable[Row]) -> None:
        names = {row.invoice for row in rows}
        ordered = Payment.objects.filter(STANDS, organisation_id=organisation_id, batch__isnull=False)
        self._transfers: dict[str, set[UUID]] = {}
        for each in ordered.select_related("batch"):
            self._transfers.setdefault(f"{each.batch.name}-{each.transfer}", set()).add(each.invoice_id)
        own = Invoice.objects.filter(organisation_id=organisation_id)
        self._numbers: dict[str, set[UUID]] = {}
        for key, number in own.filter(number__in=names).values_list("id", "number"):
            self._numbers.setdefault(number, set()).add(key)
        keys = own.filter(id__in=filter(None, map(_key, names))).values_list("id", flat=True)
        self._keys = {str(key): {key} for key in keys}

    def of(self, name: str) -> set[UUID] | Fault:
        """What a name means: a key, a transfer, or a number that one invoice bears."""
        found = self._keys.get(name.lower()) or self._transfers.get(name) or self._numbers.get(name)
        if found is None or not name:
            return Fault.UNKNOWN
        return Fault.SEVERAL if name not in self._transfers and len(found) > 1 else found


def _row(line: int, cells: dict[str, str]) -> Row:
    paid_on, reference = _day(cells.get("paid_on", "")), cells.get("reference", "")[:140]
    return Row(line, cells.get("invoice", ""), paid_on, reference)


def _day(text: str) -> date | None:
    for form in FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, without a clock
        except ValueError:
            continue
    return None


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
