"""The parties of a document, and where it went, as CII."""

from omloop.einvoice.building_cii import always, day, group, identifier, leaf, reference
from omloop.einvoice.codes import NAMED_ONCE, SEPA
from omloop.einvoice.document import Document
from omloop.einvoice.names import Element
from omloop.einvoice.parties import Address, Contact, Party


def write_party(name: str, party: Party) -> Element:
    """BG-4, BG-7, BG-10 or BG-11 as the element `name`; those without a scheme are its first identifiers."""
    is_named_once = name in NAMED_ONCE
    numbers = [each for each in party.identifiers if each.scheme != SEPA]
    organisation = group(
        "SpecifiedLegalOrganization",
        identifier("ID", party.legal_registration),
        None if is_named_once else leaf("TradingBusinessName", party.trading_name),
    )
    return always(
        name,
        *(leaf("ID", each.value) for each in numbers if each.scheme is None),
        *(identifier("GlobalID", each) for each in numbers if each.scheme is not None),
        leaf("Name", party.trading_name if is_named_once else party.legal_name),
        leaf("Description", party.legal_form),
        organisation,
        _write_contact(party.contact),
        _write_address(party.address),
        group("URIUniversalCommunication", identifier("URIID", party.endpoint)),
        _write_tax_number(party.vat_number, "VA"),
        _write_tax_number(party.tax_registration, "FC"),
    )


def _write_tax_number(number: str | None, scheme: str) -> Element | None:
    return None if number is None else always("SpecifiedTaxRegistration", leaf("ID", number, schemeID=scheme))


def _write_contact(contact: Contact | None) -> Element | None:
    if contact is None:
        return None
    return always(
        "DefinedTradeContact",
        leaf("PersonName", contact.name),
        group("TelephoneUniversalCommunication", leaf("CompleteNumber", contact.telephone)),
        group("EmailURIUniversalCommunication", leaf("URIID", contact.email)),
    )


def _write_address(address: Address | None) -> Element | None:
    if address is None:
        return None
    return always(
        "PostalTradeAddress",
        leaf("PostcodeCode", address.postal_code),
        leaf("LineOne", address.line_1),
        leaf("LineTwo", address.line_2),
        leaf("LineThree", address.line_3),
        leaf("CityName", address.city),
        leaf("CountryID", address.country),
        leaf("CountrySubDivisionName", address.subdivision),
    )


def write_delivery(document: Document) -> Element:
    """BG-13, with the despatch and receiving advice; CII wants the element, be it empty."""
    delivery = document.delivery
    party = event = None
    if delivery is not None:
        location = delivery.location
        party = group(
            "ShipToTradeParty",
            identifier("ID" if location and location.scheme is None else "GlobalID", location),
            leaf("Name", delivery.party_name),
            _write_address(delivery.address),
        )
        event = group("ActualDeliverySupplyChainEvent", day("OccurrenceDateTime", delivery.delivered_on))
    return always(
        "ApplicableHeaderTradeDelivery",
        party,
        event,
        reference("DespatchAdviceReferencedDocument", document.despatch_reference),
        reference("ReceivingAdviceReferencedDocument", document.receipt_reference),
    )
