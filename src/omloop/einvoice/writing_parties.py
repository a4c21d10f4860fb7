"""The parties of a document as UBL."""

from omloop.einvoice.building import always, group, identifier, leaf, vat_scheme
from omloop.einvoice.names import Element
from omloop.einvoice.parties import Address, Contact, Delivery, Party

_NOT_VAT = "TAX"
"""Tax scheme of BT-32: anything but VAT."""


def write_party(name: str, party: Party) -> Element:
    """BG-4, BG-7, BG-10 or BG-11 as the element `name`."""
    return always(
        name,
        identifier("EndpointID", party.endpoint),
        *(always("PartyIdentification", identifier("ID", each)) for each in party.identifiers),
        group("PartyName", leaf("Name", party.trading_name)),
        _write_address("PostalAddress", party.address),
        _write_tax_number(party.vat_number, vat_scheme()),
        _write_tax_number(party.tax_registration, always("TaxScheme", leaf("ID", _NOT_VAT))),
        group(
            "PartyLegalEntity",
            leaf("RegistrationName", party.legal_name),
            identifier("CompanyID", party.legal_registration),
            leaf("CompanyLegalForm", party.legal_form),
        ),
        _write_contact(party.contact),
    )


def _write_tax_number(number: str | None, scheme: Element) -> Element | None:
    return None if number is None else always("PartyTaxScheme", leaf("CompanyID", number), scheme)


def _write_address(name: str, address: Address | None) -> Element | None:
    if address is None:
        return None
    return always(
        name,
        leaf("StreetName", address.line_1),
        leaf("AdditionalStreetName", address.line_2),
        leaf("CityName", address.city),
        leaf("PostalZone", address.postal_code),
        leaf("CountrySubentity", address.subdivision),
        group("AddressLine", leaf("Line", address.line_3)),
        group("Country", leaf("IdentificationCode", address.country)),
    )


def _write_contact(contact: Contact | None) -> Element | None:
    if contact is None:
        return None
    return always(
        "Contact",
        leaf("Name", contact.name),
        leaf("Telephone", contact.telephone),
        leaf("ElectronicMail", contact.email),
    )


def write_delivery(delivery: Delivery | None) -> Element | None:
    """BG-13."""
    if delivery is None:
        return None
    return always(
        "Delivery",
        leaf("ActualDeliveryDate", delivery.delivered_on),
        group(
            "DeliveryLocation",
            identifier("ID", delivery.location),
            _write_address("Address", delivery.address),
        ),
        group("DeliveryParty", group("PartyName", leaf("Name", delivery.party_name))),
    )
