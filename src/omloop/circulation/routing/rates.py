"""Exchange rates of an organisation, and the invoices that wait for one (rules 3.6)."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from omloop.audit.services import record
from omloop.circulation.models.configuration import ExchangeRate
from omloop.circulation.routing.held import HeldBy, go_on, held_in
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right


class OwnCurrency(ValueError):
    """One unit of the organisation's own currency is worth one of it."""


def rate_on(organisation_id: UUID, currency: str, day: date) -> Decimal | None:
    """What one unit was worth on a day: the last rate for that day or before."""
    rates = ExchangeRate.objects.filter(organisation_id=organisation_id, currency=currency, from_on__lte=day)
    found: Decimal | None = rates.order_by("-from_on", "-id").values_list("rate", flat=True).first()
    return found


def rates_of(organisation_id: UUID) -> list[ExchangeRate]:
    """The last rate of each currency, by currency."""
    rates = ExchangeRate.objects.filter(organisation_id=organisation_id).select_related("set_by")
    return list(rates.order_by("currency", "-from_on", "-id").distinct("currency"))


def waiting_for_rate(organisation_id: UUID) -> "QuerySet[Invoice]":
    """The invoices that nothing holds but an unknown rate."""
    waiting: QuerySet[Invoice] = held_in(organisation_id).filter(held_by=HeldBy.RATE)
    return waiting


def set_rate(
    *, organisation_id: UUID, currency: str, rate: Decimal, from_on: date, actor: Member, now: datetime
) -> int:
    """Store a rate; invoices that wait for one in this currency go on, or wait again. How many.

    Raises RightMissing without *manage settings*, and OwnCurrency.
    """
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    hold(organisation_id)
    if currency == Organisation.objects.get(id=organisation_id).currency:
        raise OwnCurrency(currency)
    ExchangeRate.objects.create(
        organisation_id=organisation_id,
        currency=currency,
        rate=rate,
        from_on=from_on,
        set_by_id=actor.person_id,
        set_at=now,
    )
    detail = {"currency": currency, "rate": str(rate), "from": from_on.isoformat()}
    record("organisation.rate_set", actor=actor, chain_id=organisation_id, at=now, detail=detail)
    return _go_on(organisation_id, currency, actor, now)


def _go_on(organisation_id: UUID, currency: str, actor: Member, now: datetime) -> int:
    waiting = list(waiting_for_rate(organisation_id).filter(currency=currency).values_list("id", flat=True))
    held = Invoice.objects.select_for_update(no_key=True).filter(id__in=waiting, state=Invoice.State.HELD)
    ids = list(held.order_by("id").values_list("id", flat=True))
    go_on(organisation_id, ids, actor=actor, now=now)
    return len(ids)
