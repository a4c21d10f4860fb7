"""The address book of an organisation: add, change, end (rules 2.7)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from omloop.audit.services import record
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.sending.models import Customer

FIELDS = (
    *("name", "street", "postal_code", "city", "country", "kvk", "vat_number", "oin", "gln", "iban"),
    *("email", "address_scheme", "address_number", "reference", "due_days", "language"),
)


def add_customer(
    *, organisation_id: UUID, known: Mapping[str, Any], actor: Member, now: datetime
) -> Customer:
    """Put somebody into the address book; raises RightMissing."""
    actor.demand(Right.SEND, organisation_id)
    hold(organisation_id)
    added: Customer = Customer.objects.create(organisation_id=organisation_id, added_at=now, **known)
    _record("customer.added", added, actor, now, {})
    return added


def change_customer(customer: Customer, *, known: Mapping[str, Any], actor: Member, now: datetime) -> None:
    """Change what is known of a customer; what was sent is not changed by it. Raises RightMissing."""
    actor.demand(Right.SEND, customer.organisation_id)
    hold(customer.organisation_id)
    changed = sorted(name for name, value in known.items() if getattr(customer, name) != value)
    Customer.objects.filter(id=customer.id, ended_at=None).update(**known)
    _record("customer.changed", customer, actor, now, {"fields": changed})


def end_customer(customer: Customer, *, actor: Member, now: datetime) -> None:
    """Take somebody out of the address book; his invoices stay. Raises RightMissing."""
    actor.demand(Right.SEND, customer.organisation_id)
    hold(customer.organisation_id)
    if Customer.objects.filter(id=customer.id, ended_at=None).update(ended_at=now):
        _record("customer.ended", customer, actor, now, {})


def _record(name: str, customer: Customer, actor: Member, now: datetime, detail: dict[str, Any]) -> None:
    record(
        name, actor=actor, chain_id=customer.organisation_id, subject_id=customer.id, at=now, detail=detail
    )
