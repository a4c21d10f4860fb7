"""The parties of a UBL invoice."""

from omloop.einvoice.fields import as_identifier, day, identifier, text
from omloop.einvoice.names import Element, child, children
from omloop.einvoice.parties import Address, Contact, Delivery, Party


def read_party(party: Element | None) -> Party:
    """BG-4, BG-7, BG-10 or BG-11; an empty party when the element lacks."""
    if party is None:
        return Party()
    vat_number, tax_registration = _read_tax_numbers(party)
    identifiers = (as_identifier(found) for found in children(party, "cac:PartyIdentification/cbc:ID"))
    return Party(
        legal_name=text(party, "cac:PartyLegalEntity/cbc:RegistrationName"),
        trading_name=text(party, "cac:PartyName/cbc:Name"),
        identifiers=tuple(found for found in identifiers if found),
        legal_registration=identifier(party, "cac:PartyLegalEntity/cbc:CompanyID"),
        vat_number=vat_number,
        tax_registration=tax_registration,
        legal_form=text(party, "cac:PartyLegalEntity/cbc:CompanyLegalForm"),
        endpoint=identifier(party, "cbc:EndpointID"),
        address=read_address(child(party, "cac:PostalAddress")),
        contact=_read_contact(child(party, "cac:Contact")),
    )


def _read_tax_numbers(party: Element) -> tuple[str | None, str | None]:
    """BT-31 and BT-32: the tax scheme says which number it is."""
    vat_number = tax_registration = None
    for scheme in children(party, "cac:PartyTaxScheme"):
        number = text(scheme, "cbc:CompanyID")
        if (text(scheme, "cac:TaxScheme/cbc:ID") or "").upper() == "VAT":
            vat_number = vat_number or number
        else:
            tax_registration = tax_registration or number
    return vat_number, tax_registration


def read_address(address: Element | None) -> Address | None:
    """BG-5, BG-8, BG-12 or BG-15."""
    if address is None:
        return None
    return Address(
        line_1=text(address, "cbc:StreetName"),
        line_2=text(address, "cbc:AdditionalStreetName"),
        line_3=text(address, "cac:AddressLine/cbc:Line"),
        city=text(address, "cbc:CityName"),
        postal_code=text(address, "cbc:PostalZone"),
        subdivision=text(address, "cbc:CountrySubentity"),
        country=text(address, "cac:Country/cbc:IdentificationCode"),
    )


def _read_contact(contact: Element | None) -> Contact | None:
    if contact is None:
        return None
    return Contact(
        name=text(contact, "cbc:Name"),
        telephone=text(contact, "cbc:Telephone"),
        email=text(contact, "cbc:ElectronicMail"),
    )


def read_delivery(delivery: Element | None) -> Delivery | None:
    """BG-13."""
    if delivery is None:
        return None
    return Delivery(
        party_name=text(delivery, "cac:DeliveryParty/cac:PartyName/cbc:Name"),
        location=identifier(delivery, "cac:DeliveryLocation/cbc:ID"),
        delivered_on=day(delivery, "cbc:ActualDeliveryDate"),
        address=read_address(child(delivery, "cac:DeliveryLocation/cac:Address")),
    )
