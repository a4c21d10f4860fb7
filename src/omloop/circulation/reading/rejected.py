"""Rejected invoices of which finance has to make something: it cancels or disputes them (rules 3.3)."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from omloop.circulation.models import Decision
from omloop.circulation.reading.sheet import signed
from omloop.disputes.queries import open_disputes
from omloop.invoices.models import Invoice
from omloop.invoices.queries import visible_to
from omloop.kernel.money import Money
from omloop.organisations.members import Member
from omloop.organisations.rights import Right


@dataclass(frozen=True)
class Rejected:
    """An invoice that was rejected, by whom and why, and what is to be done still."""

    invoice: Invoice
    decision: Decision | None
    amount: Money | None


def ends_invoices(member: Member) -> set[UUID]:
    """The organisations where he cancels or disputes."""
    return {*member.where(Right.CANCEL), *member.where(Right.DISPUTE)}


def left_rejected(member: Member, places: Collection[UUID], *, limit: int) -> list[Rejected]:
    """What was rejected there and is neither cancelled nor disputed, as far as he may see it and can end it;
    the longest waiting first; two queries however many."""
    rows: QuerySet[Invoice] = visible_to(member).filter(
        organisation_id__in=ends_invoices(member).intersection(places), state=Invoice.State.REJECTED
    )
    rows = rows.exclude(id__in=open_disputes().values("invoice_id")).select_related("organisation")
    invoices = list(rows.order_by("received_at", "id")[:limit])
    decisions = Decision.objects.standing().filter(invoice__in=invoices, action=Decision.Action.REJECT)
    by_invoice = {each.invoice_id: each for each in decisions.select_related("person").order_by("id")}
    return [
        Rejected(each, by_invoice.get(each.id), signed(each.with_vat, each.currency, each.kind))
        for each in invoices
    ]
