"""The suppliers of an organisation, as the invoices tell that a member may see; nothing else knows of them.

A supplier is known by the key that is kept with each invoice. What is cancelled counts nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, ExtractYear

from omloop.invoices.models import Invoice
from omloop.invoices.paying import PaymentState, with_payment
from omloop.invoices.queries import visible_to
from omloop.invoices.supplier import without_signs
from omloop.invoices.words import in_fours
from omloop.kernel.money import Money
from omloop.organisations.members import Member
from omloop.payees.models import AccountKind

PAGE = 50
"""Suppliers on one page of the list, who sent something last first."""
MOST = 100
"""Invoices on the page of a supplier, the newest first."""
OWED = Coalesce("payable", "with_vat") * Case(
    When(kind=Invoice.Kind.CREDIT_NOTE, then=Value(Decimal(-1))), default=Value(Decimal(1))
)
"""What one owes by an invoice: a credit note counts as a minus."""


@dataclass(frozen=True)
class Row:
    """A supplier in the list; `last` is his last invoice, by which his page is found."""

    last: Invoice
    count: int
    totals: list[Money]


@dataclass(frozen=True)
class Account:
    """A bank account as it stood on invoices of the supplier; `kind` in words."""

    iban: str
    count: int
    first_at: datetime
    last_at: datetime
    kind: str
    is_confirmed: bool

    @property
    def written(self) -> str:
        """In groups of four, as people write it."""
        return in_fours(self.iban).upper()


@dataclass(frozen=True)
class Year:
    """What came of a supplier in a calendar year, by invoice date."""

    year: int
    count: int
    totals: list[Money]


@dataclass(frozen=True)
class Known:
    """By what the invoices name a supplier: every name and number that was used."""

    names: list[str]
    kvk: list[str]
    vat: list[str]
    oin: list[str]
    gln: list[str]


def counted(member: Member, organisation_id: UUID) -> QuerySet[Invoice]:
    """The invoices that make up the suppliers of an organisation."""
    rows = visible_to(member).filter(organisation_id=organisation_id)
    return rows.exclude(state=Invoice.State.CANCELLED).exclude(supplier_key="")


def sent_by(member: Member, invoice: Invoice) -> QuerySet[Invoice]:
    """The invoices of the supplier of this one."""
    return counted(member, invoice.organisation_id).filter(supplier_key=invoice.supplier_key)


def suppliers(
    member: Member, organisation_id: UUID, *, words: str = "", start: int = 0
) -> tuple[list[Row], bool]:
    """A page of suppliers, and whether there are more; three queries, however many.

    `words` is part of a name, or of a number without its signs.
    """
    rows = _named(counted(member, organisation_id), words)
    per_key = rows.order_by().values("supplier_key").annotate(count=Count("id"), last=Max("received_at"))
    found = list(per_key.order_by("-last", "supplier_key")[start : start + PAGE + 1])
    keys = [each["supplier_key"] for each in found[:PAGE]]
    own = rows.filter(supplier_key__in=keys)
    last = own.order_by("supplier_key", "-received_at", "-id").distinct("supplier_key")
    lasts = {each.supplier_key: each for each in last}
    sums = _sums(own, "supplier_key")
    made = [
        Row(lasts[each["supplier_key"]], each["count"], sums[each["supplier_key"]]) for each in found[:PAGE]
    ]
    return made, len(found) > PAGE


def known_of(invoices: QuerySet[Invoice]) -> Known:
    """Names and numbers, each once; one query."""
    fields = ("supplier_name", "supplier_kvk", "supplier_vat", "supplier_oin", "supplier_gln")
    rows = list(invoices.order_by().values_list(*fields).distinct())
    return Known(*(_once(row[at] for row in rows) for at in range(len(fields))))


def accounts_of(invoices: QuerySet[Invoice]) -> list[Account]:
    """The bank accounts on the invoices, the last used first; one query."""
    rows = invoices.exclude(iban="").order_by().values("iban")
    found = rows.annotate(
        count=Count("id", distinct=True),
        first=Min("received_at"),
        last=Max("received_at"),
        kind=Max("payees__account__kind"),
        confirmed=Max("payees__account__confirmed_at"),
    )
    return [
        Account(
            each["iban"],
            each["count"],
            each["first"],
            each["last"],
            str(AccountKind(each["kind"] or AccountKind.ORDINARY).label),
            each["confirmed"] is not None,
        )
        for each in found.order_by("-last", "iban")
    ]


def years_of(invoices: QuerySet[Invoice]) -> list[Year]:
    """What came in each year, the last first; two queries."""
    dated = invoices.annotate(year=ExtractYear(Coalesce("issued_on", "import_date")))
    counts = dated.order_by().values("year").annotate(count=Count("id"))
    sums = _sums(dated, "year")
    return [Year(each["year"], each["count"], sums[each["year"]]) for each in counts.order_by("-year")]


@dataclass(frozen=True)
class Owed:
    """What an organisation has still to pay a supplier: ready to be paid, and blocked."""

    payable: list[Money]
    blocked: list[Money]


def owed_to(invoices: QuerySet[Invoice]) -> Owed:
    """What is left to pay, by currency; one query."""
    rows = with_payment(invoices).exclude(payment_state=PaymentState.PAID).exclude(payment_left=None)
    sums = rows.order_by().values("payment_state", "currency").annotate(total=Sum("payment_left"))
    found: dict[str, list[Money]] = {PaymentState.PAYABLE: [], PaymentState.BLOCKED: []}
    for each in sums.order_by("currency"):
        found[each["payment_state"]].append(Money(each["total"], each["currency"]))
    return Owed(found[PaymentState.PAYABLE], found[PaymentState.BLOCKED])


def newest_of(invoices: QuerySet[Invoice]) -> list[Invoice]:
    """The newest; one more than a page shows, where there are more."""
    return list(invoices.order_by("-received_at", "-id")[: MOST + 1])


def lines_of_statement(invoices: QuerySet[Invoice]) -> Iterable[tuple[Any, ...]]:
    """Invoice date, number, kind, state, due date, what is owed, currency, account, payment state and what is
    left to pay, in order."""
    fields = (
        *("issued_on", "number", "kind", "state", "due_on", "to_pay", "currency", "iban"),
        *("payment_state", "payment_left"),
    )
    dated = with_payment(invoices).annotate(to_pay=OWED).order_by(Coalesce("issued_on", "import_date"), "id")
    rows: Iterable[tuple[Any, ...]] = dated.values_list(*fields).iterator(2_000)
    return rows


def _named(rows: QuerySet[Invoice], words: str) -> QuerySet[Invoice]:
    if not words.strip():
        return rows
    number = without_signs(words)
    matches = Q(supplier_name__icontains=words.strip())
    if number:
        matches |= Q(supplier_key__contains=number) | Q(iban__icontains=number)
        matches |= Q(supplier_numbers__contains=[f"kvk:{number}"])
    return rows.filter(supplier_key__in=rows.filter(matches).order_by().values("supplier_key"))


def _sums(rows: QuerySet[Invoice], by: str) -> dict[Any, list[Money]]:
    """What is owed, by a field and by currency; of unknown amounts nothing."""
    totals = rows.order_by().values(by, "currency").annotate(total=Sum(OWED))
    found: dict[Any, list[Money]] = {}
    for each in totals.order_by(by, F("currency")):
        sums = found.setdefault(each[by], [])
        if each["total"] is not None:
            sums.append(Money(each["total"], each["currency"]))
    return found


def _once(texts: Iterable[str]) -> list[str]:
    return sorted({text for text in texts if text})
