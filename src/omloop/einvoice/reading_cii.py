"""From the element tree of a CII invoice (UN/CEFACT D16B) to a `Document`, by EN 16931-3-3."""

from dataclasses import replace

from omloop.einvoice.codes import (
    ATTACHED,
    CREDITS,
    INVOICED_OBJECT,
    NAMED_ONCE,
    SEPA,
    TAX_POINTS_OF_CII,
    TENDER,
)
from omloop.einvoice.document import Attachment, Document, Kind, PaymentMeans, PrecedingInvoice, Totals
from omloop.einvoice.fields import as_identifier, attribute, identifier, money, number, text
from omloop.einvoice.lines import VatBreakdown
from omloop.einvoice.names import Element, child, children, local_name
from omloop.einvoice.parties import Address, Contact, Delivery, Identifier, Party
from omloop.einvoice.reading_cii_lines import (
    cii_day,
    read_allowances_charges,
    read_line,
    read_period,
)
from omloop.einvoice.values import parse_base64, parse_decimal, trimmed
from omloop.kernel.money import Money

_TRANSACTION = "rsm:SupplyChainTradeTransaction"
_AGREEMENT = f"{_TRANSACTION}/ram:ApplicableHeaderTradeAgreement"
_DELIVERY = f"{_TRANSACTION}/ram:ApplicableHeaderTradeDelivery"
_SETTLEMENT = f"{_TRANSACTION}/ram:ApplicableHeaderTradeSettlement"


def read_cii(root: Element) -> Document:
    """The invoice or credit note below a `CrossIndustryInvoice`, whatever it lacks."""
    type_code = text(root, "rsm:ExchangedDocument/ram:TypeCode")
    currency = text(root, f"{_SETTLEMENT}/ram:InvoiceCurrencyCode")
    payee = child(root, f"{_SETTLEMENT}/ram:PayeeTradeParty")
    representative = child(root, f"{_AGREEMENT}/ram:SellerTaxRepresentativeTradeParty")
    lines = children(root, f"{_TRANSACTION}/ram:IncludedSupplyChainTradeLineItem")
    settlement = child(root, _SETTLEMENT)
    return Document(
        kind=Kind.CREDIT_NOTE if type_code in CREDITS else Kind.INVOICE,
        number=text(root, "rsm:ExchangedDocument/ram:ID"),
        issued_on=cii_day(root, "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString"),
        type_code=type_code,
        currency=currency,
        tax_currency=text(root, f"{_SETTLEMENT}/ram:TaxCurrencyCode"),
        tax_point_on=cii_day(root, f"{_SETTLEMENT}/ram:ApplicableTradeTax/ram:TaxPointDate/udt:DateString"),
        tax_point_code=_tax_point_code(root),
        due_on=cii_day(
            root, f"{_SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString"
        ),
        buyer_reference=text(root, f"{_AGREEMENT}/ram:BuyerReference"),
        project_reference=text(root, f"{_AGREEMENT}/ram:SpecifiedProcuringProject/ram:ID"),
        contract_reference=_reference(root, f"{_AGREEMENT}/ram:ContractReferencedDocument"),
        order_reference=_reference(root, f"{_AGREEMENT}/ram:BuyerOrderReferencedDocument"),
        sales_order_reference=_reference(root, f"{_AGREEMENT}/ram:SellerOrderReferencedDocument"),
        receipt_reference=_reference(root, f"{_DELIVERY}/ram:ReceivingAdviceReferencedDocument"),
        despatch_reference=_reference(root, f"{_DELIVERY}/ram:DespatchAdviceReferencedDocument"),
        tender_reference=_tender(root),
        object_identifier=_object(root),
        accounting_reference=text(
            root, f"{_SETTLEMENT}/ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"
        ),
        payment_terms=text(root, f"{_SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:Description"),
        notes=tuple(_notes(root)),
        process=text(
            root, "rsm:ExchangedDocumentContext/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"
        ),
        specification=text(
            root, "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"
        ),
        preceding_invoices=tuple(
            map(_read_preceding, children(root, f"{_SETTLEMENT}/ram:InvoiceReferencedDocument"))
        ),
        seller=_read_seller(root),
        buyer=_read_party(child(root, f"{_AGREEMENT}/ram:BuyerTradeParty")),
        payee=None if payee is None else _read_party(payee),
        tax_representative=None if representative is None else _read_party(representative),
        delivery=_read_delivery(child(root, _DELIVERY)),
        period=None if settlement is None else read_period(settlement),
        payment_means=_read_payment(settlement),
        allowances_charges=() if settlement is None else read_allowances_charges(settlement, currency),
        totals=_read_totals(root, currency),
        vat_breakdown=tuple(
            _read_breakdown(tax, currency) for tax in children(root, f"{_SETTLEMENT}/ram:ApplicableTradeTax")
        ),
        attachments=tuple(_read_attachments(root)),
        lines=tuple(read_line(line, currency) for line in lines),
    )


def _reference(root: Element, path: str) -> str | None:
    return text(root, f"{path}/ram:IssuerAssignedID")


def _references(root: Element) -> list[Element]:
    return children(root, f"{_AGREEMENT}/ram:AdditionalReferencedDocument")


def _tender(root: Element) -> str | None:
    of_tender = (each for each in _references(root) if text(each, "ram:TypeCode") == TENDER)
    return next((text(each, "ram:IssuerAssignedID") for each in of_tender), None)


def _object(root: Element) -> Identifier | None:
    for each in _references(root):
        value = text(each, "ram:IssuerAssignedID")
        if value and text(each, "ram:TypeCode") == INVOICED_OBJECT:
            return Identifier(value, text(each, "ram:ReferenceTypeCode"))
    return None


def _notes(root: Element) -> list[str]:
    notes = []
    for note in children(root, "rsm:ExchangedDocument/ram:IncludedNote"):
        words, subject = text(note, "ram:Content"), text(note, "ram:SubjectCode")
        if words:
            notes.append(f"#{subject}#{words}" if subject else words)
    return notes


def _read_preceding(reference: Element) -> PrecedingInvoice:
    return PrecedingInvoice(
        number=text(reference, "ram:IssuerAssignedID"),
        issued_on=cii_day(reference, "ram:FormattedIssueDateTime/qdt:DateTimeString"),
    )


def _tax_point_code(root: Element) -> str | None:
    code = text(root, f"{_SETTLEMENT}/ram:ApplicableTradeTax/ram:DueDateTypeCode")
    return next((ours for ours, theirs in TAX_POINTS_OF_CII.items() if theirs == code), code)


def _read_seller(root: Element) -> Party:
    """BG-4, with the creditor identifier (BT-90), which UBL has among its identifiers."""
    seller = _read_party(child(root, f"{_AGREEMENT}/ram:SellerTradeParty"))
    creditor = text(root, f"{_SETTLEMENT}/ram:CreditorReferenceID")
    if creditor is None:
        return seller
    return replace(seller, identifiers=(*seller.identifiers, Identifier(creditor, SEPA)))


def _read_party(party: Element | None) -> Party:
    if party is None:
        return Party()
    is_named_once = local_name(party) in NAMED_ONCE
    trading_name = "ram:Name" if is_named_once else "ram:SpecifiedLegalOrganization/ram:TradingBusinessName"
    registrations = children(party, "ram:SpecifiedTaxRegistration/ram:ID")
    numbers = (as_identifier(each) for path in ("ram:ID", "ram:GlobalID") for each in children(party, path))
    return Party(
        legal_name=None if is_named_once else text(party, "ram:Name"),
        trading_name=text(party, trading_name),
        identifiers=tuple(each for each in numbers if each),
        legal_registration=identifier(party, "ram:SpecifiedLegalOrganization/ram:ID"),
        vat_number=_of_scheme(registrations, "VA"),
        tax_registration=_of_scheme(registrations, "FC"),
        legal_form=text(party, "ram:Description"),
        endpoint=identifier(party, "ram:URIUniversalCommunication/ram:URIID"),
        address=_read_address(child(party, "ram:PostalTradeAddress")),
        contact=_read_contact(child(party, "ram:DefinedTradeContact")),
    )


def _of_scheme(registrations: list[Element], scheme: str) -> str | None:
    numbers = (trimmed(each.text) for each in registrations if each.get("schemeID") == scheme)
    return next(filter(None, numbers), None)


def _read_address(address: Element | None) -> Address | None:
    if address is None:
        return None
    return Address(
        line_1=text(address, "ram:LineOne"),
        line_2=text(address, "ram:LineTwo"),
        line_3=text(address, "ram:LineThree"),
        city=text(address, "ram:CityName"),
        postal_code=text(address, "ram:PostcodeCode"),
        subdivision=text(address, "ram:CountrySubDivisionName"),
        country=text(address, "ram:CountryID"),
    )


def _read_contact(contact: Element | None) -> Contact | None:
    if contact is None:
        return None
    return Contact(
        name=text(contact, "ram:PersonName") or text(contact, "ram:DepartmentName"),
        telephone=text(contact, "ram:TelephoneUniversalCommunication/ram:CompleteNumber"),
        email=text(contact, "ram:EmailURIUniversalCommunication/ram:URIID"),
    )


def _read_delivery(delivery: Element | None) -> Delivery | None:
    if delivery is None:
        return None
    party = "ram:ShipToTradeParty"
    happened = "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString"
    found = Delivery(
        party_name=text(delivery, f"{party}/ram:Name"),
        location=identifier(delivery, f"{party}/ram:GlobalID") or identifier(delivery, f"{party}/ram:ID"),
        delivered_on=cii_day(delivery, happened),
        address=_read_address(child(delivery, f"{party}/ram:PostalTradeAddress")),
    )
    return None if found == Delivery() else found


def _read_payment(settlement: Element | None) -> tuple[PaymentMeans, ...]:
    if settlement is None:
        return ()
    account, card = "ram:PayeePartyCreditorFinancialAccount", "ram:ApplicableTradeSettlementFinancialCard"
    return tuple(
        PaymentMeans(
            code=text(means, "ram:TypeCode"),
            code_name=text(means, "ram:Information"),
            remittance=text(settlement, "ram:PaymentReference"),
            iban=text(means, f"{account}/ram:IBANID") or text(means, f"{account}/ram:ProprietaryID"),
            account_name=text(means, f"{account}/ram:AccountName"),
            bic=text(means, "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"),
            card_number=text(means, f"{card}/ram:ID"),
            card_holder=text(means, f"{card}/ram:CardholderName"),
            mandate=text(settlement, "ram:SpecifiedTradePaymentTerms/ram:DirectDebitMandateID"),
            debited_iban=text(means, "ram:PayerPartyDebtorFinancialAccount/ram:IBANID"),
        )
        for means in children(settlement, "ram:SpecifiedTradeSettlementPaymentMeans")
    )


def _read_totals(root: Element, currency: str | None) -> Totals:
    summation = f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"

    def total(name: str) -> Money | None:
        return money(root, f"{summation}/ram:{name}", currency)

    amounts = []
    for each in children(root, f"{summation}/ram:TaxTotalAmount"):
        code, amount = attribute(each, "currencyID") or currency, parse_decimal(each.text)
        if code and amount is not None:
            amounts.append(Money(amount, code))
    return Totals(
        lines=total("LineTotalAmount"),
        allowances=total("AllowanceTotalAmount"),
        charges=total("ChargeTotalAmount"),
        without_vat=total("TaxBasisTotalAmount"),
        vat=next((vat for vat in amounts if vat.currency == currency), None),
        vat_in_tax_currency=next((vat for vat in amounts if vat.currency != currency), None),
        with_vat=total("GrandTotalAmount"),
        prepaid=total("TotalPrepaidAmount"),
        rounding=total("RoundingAmount"),
        payable=total("DuePayableAmount"),
    )


def _read_breakdown(tax: Element, currency: str | None) -> VatBreakdown:
    return VatBreakdown(
        taxable_amount=money(tax, "ram:BasisAmount", currency),
        tax_amount=money(tax, "ram:CalculatedAmount", currency),
        category=text(tax, "ram:CategoryCode"),
        rate=number(tax, "ram:RateApplicablePercent"),
        exemption_reason=text(tax, "ram:ExemptionReason"),
        exemption_reason_code=text(tax, "ram:ExemptionReasonCode"),
    )


def _read_attachments(root: Element) -> list[Attachment]:
    return [_read_attachment(each) for each in _references(root) if text(each, "ram:TypeCode") == ATTACHED]


def _read_attachment(reference: Element) -> Attachment:
    file = child(reference, "ram:AttachmentBinaryObject")
    return Attachment(
        number=text(reference, "ram:IssuerAssignedID"),
        description=text(reference, "ram:Name"),
        external_uri=text(reference, "ram:URIID"),
        content=None if file is None else parse_base64(file.text),
        mime_type=attribute(file, "mimeCode"),
        filename=attribute(file, "filename"),
    )
