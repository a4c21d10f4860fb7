"""Which bank accounts of the demo are known: all but one supplier's, which waits for a check (rules 2.9)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from omloop.organisations.holding import hold
from omloop.organisations.members import system_scope
from omloop.payees.models import AccountCheck, SupplierAccount

NEW = "Schoonmaakbedrijf Helder & Zn."
"""A supplier whose account nobody has checked yet."""


def ensure_accounts(places: Iterable[UUID], *, now: datetime) -> None:
    """As in a company that booked their invoices before accounts were checked here."""
    for place in places:
        with system_scope("demo", place):
            hold(place)
            rows = SupplierAccount.objects.filter(organisation_id=place, checks=None)
            known = list(rows.exclude(supplier_name=NEW))
            AccountCheck.objects.bulk_create(_check(each, now) for each in known)
            SupplierAccount.objects.filter(id__in=[each.id for each in known]).update(confirmed_at=now)


def _check(account: SupplierAccount, now: datetime) -> AccountCheck:
    return AccountCheck(
        organisation_id=account.organisation_id,
        confidential=account.confidential,
        account=account,
        kind=account.kind,
        recorded_at=now,
        confirmed_at=now,
    )
