"""Which way a sent invoice takes: directly to a receiver on this installation, else by mail (rules 2.7)."""

from collections.abc import Iterator
from uuid import UUID

from omloop.einvoice import Document, Party
from omloop.kernel.identifiers import compact, is_dutch_vat_number
from omloop.organisations.models import Identifier
from omloop.organisations.receiving import RECEIVES
from omloop.tenancy import directory

Scheme = Identifier.Scheme


def receivers_of(document: Document, *, sender_id: UUID) -> Iterator[tuple[UUID, str]]:
    """Who on this installation is said to receive on an address of the buyer, with that address.

    Before there is a scope: whether it is so at this moment, the receiver's own rows say. Nobody sends to
    himself.
    """
    for address in addresses_of(document.buyer):
        for organisation_id in directory.organisations_of(RECEIVES, address):
            if organisation_id != sender_id:
                yield organisation_id, address


def addresses_of(buyer: Party) -> list[str]:
    """The addresses by which the network knows the buyer, his own electronic address first."""
    numbers = [buyer.endpoint, buyer.legal_registration, *buyer.identifiers]
    named = [(each.scheme, each.value) for each in numbers if each and each.scheme in Scheme.values]
    if buyer.vat_number and is_dutch_vat_number(buyer.vat_number):
        named.append((Scheme.VAT.value, buyer.vat_number))
    return list(dict.fromkeys(f"{scheme}:{compact(value)}" for scheme, value in named))
