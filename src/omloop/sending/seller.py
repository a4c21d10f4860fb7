"""How an organisation stands on its own invoices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from omloop.audit.services import record
from omloop.einvoice import Address, Contact, Party
from omloop.einvoice import Identifier as PartyNumber
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Identifier, Organisation
from omloop.organisations.rights import Right
from omloop.sending.models import SellerSettings

Scheme = Identifier.Scheme


@dataclass(frozen=True)
class Seller:
    """The seller as a party (BG-4), and where and when he is to be paid."""

    party: Party
    iban: str
    account_name: str
    terms: str
    due_days: int


def settings_of(organisation_id: UUID) -> SellerSettings:
    """Its settings; where it has none, ones that are not saved, with the VAT number that it is known by."""
    found: SellerSettings | None = SellerSettings.objects.filter(organisation_id=organisation_id).first()
    if found:
        return found
    known = Identifier.objects.filter(organisation_id=organisation_id, scheme=Scheme.VAT).first()
    return SellerSettings(organisation_id=organisation_id, vat_number=known.number if known else "")


def seller_of(organisation: Organisation) -> Seller:
    """Read it, in three queries."""
    settings = settings_of(organisation.id)
    numbers = Identifier.objects.filter(organisation_id=organisation.id)
    by_scheme = dict(numbers.values_list("scheme", "number"))
    own = _number(Scheme.OIN, by_scheme.get(Scheme.OIN)) or _number(Scheme.KVK, organisation.kvk)
    contact = Contact(settings.contact_name or None, settings.telephone or None, settings.email or None)
    party = Party(
        legal_name=organisation.name,
        legal_registration=own,
        vat_number=settings.vat_number or None,
        endpoint=own,
        address=Address(
            line_1=organisation.street or None,
            city=organisation.city or None,
            postal_code=organisation.postal_code or None,
            country="NL",
        ),
        contact=contact if contact != Contact() else None,
    )
    account_name = settings.account_name or organisation.name
    return Seller(party, settings.iban, account_name, settings.terms, settings.due_days)


def change_settings(
    *, organisation_id: UUID, settings: Mapping[str, Any], actor: Member, now: datetime
) -> None:
    """Save how it stands on its invoices; what was sent is not changed by it. Raises RightMissing."""
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    hold(organisation_id)
    before = settings_of(organisation_id)
    changed = sorted(name for name, value in settings.items() if getattr(before, name) != value)
    SellerSettings.objects.update_or_create(organisation_id=organisation_id, defaults=dict(settings))
    record(
        "sending.settings_changed",
        actor=actor,
        chain_id=organisation_id,
        subject_id=organisation_id,
        at=now,
        detail={"fields": changed},
    )


def _number(scheme: str, number: str | None) -> PartyNumber | None:
    return PartyNumber(number, str(scheme)) if number else None
