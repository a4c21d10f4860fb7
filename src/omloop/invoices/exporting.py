"""The invoices that a filter shows, as a table for a spreadsheet (rules 2.8)."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from omloop.audit.services import record
from omloop.invoices.finding import Sought, all_found
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member, RightMissing
from omloop.organisations.rights import Right
from omloop.web.spreadsheets import as_csv, write_xlsx

MOST = 50_000
"""Rows in one file."""
AT_ONCE = 2_000
CENT = Decimal("0.01")
COLUMNS = (
    "organisation__name", "supplier_name", "supplier_kvk", "supplier_vat", "number", "kind", "state",
    "import_date", "issued_on", "due_on", "without_vat", "vat", "with_vat", "payable", "currency", "iban",
    "order_reference", "buyer_reference",
)  # fmt: skip


class TooManyRows(ValueError):
    """The filter shows more than fits in one file."""


def export(
    sought: Sought, places: Collection[UUID], suffix: str, *, actor: Member, now: datetime
) -> IO[bytes]:
    """A file, `csv` or `xlsx`, of what is found where he may export; each organisation's trail says how many.

    One query for the rows, one for their number. Raises RightMissing where he may export nowhere, and
    TooManyRows.
    """
    allowed = actor.where(Right.EXPORT) & set(places)
    if not allowed:
        raise RightMissing(Right.EXPORT, min(places))
    hold(allowed)
    found = all_found(actor, sought, allowed).filter(organisation__in=allowed)
    if found.order_by()[: MOST + 1].count() > MOST:
        raise TooManyRows
    written: Counter[UUID] = Counter()
    target = TemporaryFile()  # noqa: SIM115 - the answer closes it, once it is sent
    if suffix == "csv":
        target.write(as_csv(_head(), _rows(found, written)))
    else:
        write_xlsx(target, _head(), _rows(found, written))
    target.seek(0)
    for place, number in sorted(written.items()):
        detail = {"rows": number, "format": suffix}
        record("invoices.exported", actor=actor, chain_id=place, at=now, detail=detail)
    return target


def _head() -> list[str]:
    return [
        _("Organisation"), _("Supplier"), _("KvK number"), _("VAT number"), _("Number"), _("Kind"),
        _("Status"), _("Import date"), _("Invoice date"), _("Due date"), _("Total without VAT"), _("VAT"),
        _("Total with VAT"), _("To be paid"), _("Currency"), _("IBAN"), _("Order number"),
        _("Your reference"),
    ]  # fmt: skip


def _rows(found: QuerySet[Invoice], written: Counter[UUID]) -> Iterator[list[object]]:
    """A row an invoice; the amounts of a credit note are negative, so that a column can be added up."""
    kinds, states = dict(Invoice.Kind.choices), dict(Invoice.State.choices)
    for place, *values in found.values_list("organisation", *COLUMNS).iterator(AT_ONCE):
        written[place] += 1
        sign = -1 if values[5] == Invoice.Kind.CREDIT_NOTE else 1
        values[5], values[6] = str(kinds[values[5]]), str(states[values[6]])
        yield [_money(sign * each) if isinstance(each, Decimal) else each for each in values]


def _money(value: Decimal) -> Decimal:
    """In cents, unless it is finer."""
    rounded = value.quantize(CENT)
    return rounded if rounded == value else value.normalize()
