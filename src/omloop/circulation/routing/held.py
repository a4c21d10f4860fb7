"""What holds an invoice that is held, and how it goes on when only its amount did (rules 2.4, 2.5, 3.6)."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When

from omloop.audit.services import record
from omloop.invoices.models import Duplicate, Invoice, Release, Validation
from omloop.organisations.members import Member


class HeldBy(StrEnum):
    """The first thing that must be settled before a held invoice goes on."""

    DUPLICATE = "duplicate"
    ERRORS = "errors"
    RATE = "rate"
    FAILURE = "failure"


def held_in(organisation_id: UUID) -> "QuerySet[Any]":
    """The held invoices of an organisation, each with `held_by`.

    Errors that somebody let pass hold it no more. In another currency it waits for a rate; in its own nothing
    holds it but that its circulation failed to start.
    """
    mine = {"organisation_id": organisation_id}
    about = {**mine, "invoice": OuterRef("id")}
    newest = Validation.objects.filter(**mine, document_id=OuterRef("document_id"))
    is_undecided = Exists(Duplicate.objects.filter(**about, outcome=Duplicate.Outcome.UNDECIDED))
    is_let_pass = Exists(Release.objects.filter(**about))
    held = Invoice.objects.filter(**mine, state=Invoice.State.HELD)
    found: QuerySet[Any] = held.annotate(
        errors=Subquery(newest.order_by("-validated_at", "-id").values("fatal")[:1]),
        held_by=Case(
            When(is_undecided, then=Value(HeldBy.DUPLICATE)),
            When(~is_let_pass & Q(errors__gt=0), then=Value(HeldBy.ERRORS)),
            When(~Q(currency=F("organisation__currency")), then=Value(HeldBy.RATE)),
            default=Value(HeldBy.FAILURE),
            output_field=TextField(),
        ),
    )
    return found


def held_by(invoice: Invoice) -> HeldBy | None:
    """What holds this one; None: it is not held."""
    if invoice.state != Invoice.State.HELD:
        return None
    rows = held_in(invoice.organisation_id).filter(id=invoice.id)
    found = rows.values_list("held_by", flat=True).first()
    return HeldBy(found) if found else None


def hold_for_rate(invoice: Invoice, *, actor: Member, now: datetime) -> None:
    """Hold it, for no rate of its currency is known; the invoice is locked (rules 3.6)."""
    invoice.state = Invoice.State.HELD
    invoice.save(update_fields=["state", "compared_amount"])
    _record("invoice.held_for_rate", invoice.organisation_id, invoice.id, actor, now)


def go_on(
    organisation_id: UUID, ids: Collection[UUID], *, is_retyped: bool = False, actor: Member, now: datetime
) -> None:
    """Let these that waited for a rate circulate: one was set, or (`is_retyped`) they need none now.

    They are locked, and nothing else holds them.
    """
    Invoice.objects.filter(id__in=ids).update(state=Invoice.State.RECEIVED)
    for invoice_id in ids:
        _record("invoice.rate_found", organisation_id, invoice_id, actor, now, is_retyped=is_retyped)


def _record(name: str, place: UUID, invoice_id: UUID, actor: Member, now: datetime, **detail: bool) -> None:
    said = {key: True for key, is_so in detail.items() if is_so}
    record(name, actor=actor, chain_id=place, subject_id=invoice_id, at=now, detail=said)
