"""The page of one customer: what he was sent, and what that comes to; and the same as a file."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, QuerySet, Sum, When
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from omloop.audit.services import record
from omloop.invoices.words import in_fours
from omloop.kernel.money import Money
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.sending.lists import SalesRow
from omloop.sending.models import Customer, Kind, SalesInvoice
from omloop.sending.queries import visible_to
from omloop.web.spreadsheets import as_csv

MOST = 100
"""Invoices on the page, what changed last first."""
SIGNED = Case(When(kind=Kind.CREDIT_NOTE, then=-F("payable")), default=F("payable"))


@dataclass(frozen=True)
class Year:
    """What he was sent in a calendar year, by invoice date, in one currency."""

    year: int
    count: int
    total: Money


@dataclass(frozen=True)
class CustomerPage:
    """A customer with his invoices; `most`: there are more than these."""

    customer: Customer
    iban: str
    rows: list[SalesRow]
    most: int
    years: list[Year]
    sends: bool
    exports: bool


def customer_page(customer: Customer, member: Member) -> CustomerPage:
    """Read the page, in two queries."""
    invoices = visible_to(member).filter(organisation_id=customer.organisation_id, customer=customer)
    rows = list(invoices.order_by("-changed_at", "id")[: MOST + 1])
    return CustomerPage(
        customer=customer,
        iban=in_fours(customer.iban).upper(),
        rows=[SalesRow.of(each) for each in rows[:MOST]],
        most=MOST if len(rows) > MOST else 0,
        years=_years(invoices),
        sends=member.can(Right.SEND, customer.organisation_id),
        exports=member.can(Right.EXPORT, customer.organisation_id),
    )


def statement(customer: Customer, *, actor: Member, now: datetime) -> bytes:
    """What he was sent, a row an invoice, by date; a credit note is negative, so that it adds up.

    Raises RightMissing without *export*; the trail says who took it out.
    """
    actor.demand(Right.EXPORT, customer.organisation_id)
    hold(customer.organisation_id)
    invoices = visible_to(actor).filter(organisation_id=customer.organisation_id, customer=customer)
    sent = invoices.exclude(number="").annotate(owed=SIGNED).order_by("issued_on", "id")
    head = [_("Invoice date"), _("Number"), _("Kind"), _("Status"), _("Due date"), _("Amount"), _("Currency")]
    rows = [
        [
            each.issued_on,
            each.number,
            str(each.get_kind_display()),
            str(each.get_state_display()),
            each.due_on,
            each.owed,
            each.currency,
        ]
        for each in sent
    ]
    record(
        "customer.statement_exported",
        actor=actor,
        chain_id=customer.organisation_id,
        subject_id=customer.id,
        at=now,
        detail={"rows": len(rows), "format": "csv"},
    )
    return as_csv(head, rows)


def _years(invoices: "QuerySet[SalesInvoice]") -> list[Year]:
    sent = invoices.exclude(number="").exclude(payable=None).annotate(year=ExtractYear("issued_on"))
    sums = sent.order_by("-year", "currency").values("year", "currency")
    found = sums.annotate(count=Count("id"), total=Sum(SIGNED))
    return [Year(each["year"], each["count"], Money(each["total"], each["currency"])) for each in found]
