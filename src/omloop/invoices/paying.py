"""What becomes of the money of an invoice: blocked for payment, payable, or paid (rules 3.10).

One expression in SQL, for the page of an invoice and for lists alike. The facts stand in rooms above and
below; they are reached by the names that they give to an invoice: `payees` (the account and its check),
`disputes`, `bookings` and `payments`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Least, Round
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from omloop.invoices.models import Invoice

OPEN = Q(ended_at__isnull=True)
NOTHING = Decimal(0)
DROPPED, CREDITED = "lapsed", "credited"
"""What can have come of a dispute, and says something of the money."""


class PaymentState(models.TextChoices):
    """Blocked for payment, payable, or paid."""

    BLOCKED = "blocked", _("blocked for payment")
    PAYABLE = "payable", _("payable")
    PAID = "paid", _("paid")


class Block(models.TextChoices):
    """Why an invoice can't be paid."""

    REJECTED = "rejected", _("rejected")
    CANCELLED = "cancelled", _("cancelled")
    NOT_APPROVED = "not_approved", _("not approved yet")
    PRE_BOOKED = "pre_booked", _("pre-booked only")
    NOT_BOOKED = "not_booked", _("not fully booked")
    ACCOUNT = "account", _("bank account not confirmed")
    DISPUTED = "disputed", _("disputed")
    DROPPED = "dropped", _("dropped by the supplier")
    CREDITED = "credited", _("its credit note is not booked yet")
    AMOUNT = "amount", _("its amount is unknown")


@dataclass(frozen=True)
class Payment:
    """Where an invoice stands: what may be paid of it now in its currency, minus for a credit note.

    `blocks` says why it is blocked; `part`: only a part is payable, for the rest is disputed; `agreed`: so
    much is owed as was agreed on; `batch_id`: a payment file that holds it; `paid_id`, `paid_on` and
    `reference` are of the last payment reported.
    """

    state: PaymentState
    blocks: tuple[Block, ...]
    left: Decimal
    part: bool = False
    agreed: bool = False
    batch_id: UUID | None = None
    paid_id: UUID | None = None
    paid_on: date | None = None
    reference: str = ""


def with_payment(rows: "QuerySet[Invoice]") -> "QuerySet[Any]":
    """Invoices with `payment_state`, `payment_left` and a column for each thing that blocks."""
    rows = rows.annotate(**_facts()).annotate(payment_left=F("payment_due") - F("payment_settled"))
    rows = rows.annotate(payment_over=LessThanOrEqual(F("payment_left") * F("payment_sign"), Value(NOTHING)))
    paid = Q(payment_over=True, payment_due=F("payment_whole"), payment_open=None)
    return rows.annotate(
        payment_state=Case(
            When(paid, then=Value(PaymentState.PAID.value)),
            When(Q(*_blocks().values(), _connector=Q.OR), then=Value(PaymentState.BLOCKED.value)),
            default=Value(PaymentState.PAYABLE.value),
            output_field=models.TextField(),
        )
    )


def in_payment_state(rows: "QuerySet[Invoice]", state: str) -> "QuerySet[Any]":
    """Those of them that stand so; what is surely another is left out before anything is summed.

    What is paid off is blocked only by a dispute.
    """
    if state == PaymentState.PAYABLE:
        rows = rows.filter(state=Invoice.State.APPROVED, booked_at__isnull=False, paid_off=False)
    if state == PaymentState.BLOCKED:
        rows = rows.filter(Q(paid_off=False) | Exists(_about("disputes")))
    return with_payment(rows).filter(payment_state=state)


def payment_of(invoice: Invoice) -> Payment:
    """Where one invoice stands; one query."""
    return payments_of([invoice.id])[invoice.id]


def payments_of(invoice_ids: Iterable[UUID]) -> dict[UUID, Payment]:
    """Where each of these stands; one query, however many."""
    rows = with_payment(Invoice.objects.filter(id__in=list(invoice_ids)))
    return {each.id: _read(each) for each in rows.annotate(**_last_paid())}


def owed_by(invoice: Invoice) -> Decimal | None:
    """What one owes by all of it, with VAT and without the sign of a credit note; None: unknown. One query.

    What was agreed when a dispute ended, else what the invoice asks (BT-115, after what was paid before).
    """
    found: Decimal | None = with_payment(Invoice.objects.filter(id=invoice.id)).values_list(
        "payment_owed", flat=True
    )[0]
    return found


def _read(each: Any) -> Payment:
    state = PaymentState(each.payment_state)
    left = each.payment_left if each.payment_left is not None else NOTHING
    return Payment(
        state,
        tuple(_blocks_of(each)) if state == PaymentState.BLOCKED else (),
        left,
        part=bool(each.payment_disputed and each.payment_part),
        agreed=each.payment_agreed is not None,
        batch_id=each.payment_open,
        paid_id=each.payment_paid_id,
        paid_on=each.payment_paid_on,
        reference=each.payment_said or "",
    )


def _blocks_of(each: Any) -> Iterable[Block]:
    if each.state == Invoice.State.REJECTED:
        yield Block.REJECTED
    elif each.state == Invoice.State.CANCELLED:
        yield Block.CANCELLED
    elif each.state != Invoice.State.APPROVED:
        yield Block.NOT_APPROVED
    if each.booked_at is None:
        yield Block.PRE_BOOKED if each.payment_pre_booked else Block.NOT_BOOKED
    if each.payment_unchecked:
        yield Block.ACCOUNT
    if each.payment_disputed and (not each.payment_part or each.payment_over):
        yield Block.DISPUTED
    if each.payment_outcome == DROPPED:
        yield Block.DROPPED
    if each.payment_credit and each.payment_over:
        yield Block.CREDITED
    if each.payment_whole is None:
        yield Block.AMOUNT


def _blocks() -> dict[str, Q]:
    return {
        "state": ~Q(state=Invoice.State.APPROVED),
        "booked": Q(booked_at=None),
        "account": Q(payment_unchecked=True),
        "disputed": Q(payment_disputed=True) & (Q(payment_part=None) | Q(payment_over=True)),
        "dropped": Q(payment_outcome=DROPPED),
        "credited": Q(payment_credit__gt=0, payment_over=True),
        "amount": Q(payment_whole=None),
    }


def _facts() -> dict[str, Any]:
    """Signs: a credit note is owed to us. Settled is also what stands in a file and is not paid yet."""
    sign = Case(When(kind=Invoice.Kind.CREDIT_NOTE, then=Value(-1)), default=Value(1))
    dispute = _about("disputes")
    confirmed = _rows("payees").filter(account__confirmed_at__isnull=False)
    standing = _about("payments")
    settled = standing.order_by().values("invoice").annotate(sum=Sum("amount")).values("sum")
    return {
        "payment_sign": sign,
        "payment_disputed": Exists(dispute),
        "payment_part": Subquery(dispute.values("payable")[:1]),
        **_ended_disputes(),
        "payment_whole": Round(F("payment_owed") * sign, precision=2),
        "payment_due": Round(
            (Least("payment_part", "payment_owed") - F("payment_credit")) * sign, precision=2
        ),
        "payment_settled": Coalesce(Subquery(settled), Value(NOTHING)),
        "payment_open": Subquery(standing.filter(paid_on=None).values("batch")[:1]),
        "payment_unchecked": ~Q(iban="") & ~Exists(confirmed),
        "payment_pre_booked": Exists(_about("bookings").filter(kind="pre")),
    }


def _ended_disputes() -> dict[str, Any]:
    """What came of the last dispute (empty: it goes on), and what is owed since.

    A credit note is set off by itself from the day on which it is booked, so that it never counts twice: what
    is credited counts until then, and what was agreed on grows by it again.
    """
    last = _rows("disputes").order_by("-id")
    asked = Coalesce("payable", "with_vat")
    since = When(payment_agreed__isnull=False, then=F("payment_agreed") + _credited(is_booked=True))
    still = When(payment_outcome=CREDITED, paid_off=False, then=_credited(is_booked=False))
    return {
        "payment_outcome": Subquery(last.values("outcome")[:1]),
        "payment_agreed": Subquery(last.filter(ended_at__isnull=False).values("agreed")[:1]),
        "payment_owed": Least(asked, Case(since, default=asked)),
        "payment_credit": Case(still, default=Value(NOTHING)),
    }


def _credited(*, is_booked: bool) -> Coalesce:
    """By its credit notes that are booked, or that may come to be."""
    notes = Invoice.objects.filter(
        organisation_id=OuterRef("organisation_id"),
        credits_id=OuterRef("id"),
        kind=Invoice.Kind.CREDIT_NOTE,
        currency=OuterRef("currency"),
    ).exclude(state__in=[Invoice.State.REJECTED, Invoice.State.CANCELLED])
    booked = Q(state=Invoice.State.APPROVED, booked_at__isnull=False)
    notes = notes.filter(booked if is_booked else ~booked).order_by().values("credits_id")
    sums = notes.annotate(sum=Sum(Coalesce("payable", "with_vat"))).values("sum")
    return Coalesce(Subquery(sums), Value(NOTHING))


def _last_paid() -> dict[str, Any]:
    last = _about("payments").filter(paid_on__isnull=False).order_by("-paid_on", "-id")
    return {
        "payment_paid_id": Subquery(last.values("id")[:1]),
        "payment_paid_on": Subquery(last.values("paid_on")[:1]),
        "payment_said": Subquery(last.values("reference")[:1]),
    }


def _about(name: str) -> "QuerySet[Any]":
    """The rows of a room above about an invoice, that count."""
    return _rows(name).filter(OPEN)


def _rows(name: str) -> "QuerySet[Any]":
    model: Any = Invoice._meta.get_field(name).related_model
    rows: QuerySet[Any] = model.objects.filter(invoice=OuterRef("id"))
    return rows
