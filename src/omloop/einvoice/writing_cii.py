"""From a `Document` to CII (UN/CEFACT D16B), as hybrid PDFs carry it."""

import base64
import re
from collections.abc import Iterator

from lxml import etree

from omloop.einvoice.building import filled
from omloop.einvoice.building_cii import VAT, always, amount, day, group, leaf, reference
from omloop.einvoice.codes import (
    ATTACHED,
    CREDITS,
    INVOICED_OBJECT,
    SEPA,
    TAX_POINTS_OF_CII,
    TENDER,
)
from omloop.einvoice.document import Attachment, Document, PaymentMeans, PrecedingInvoice
from omloop.einvoice.keeping import with_unknown
from omloop.einvoice.lines import VatBreakdown
from omloop.einvoice.names import CII_NAMESPACES, CII_ROOT, Element
from omloop.einvoice.reading_cii import read_cii
from omloop.einvoice.unwritable import Unwritable
from omloop.einvoice.writing_cii_lines import write_line, write_part, write_period
from omloop.einvoice.writing_cii_parties import write_delivery, write_party
from omloop.kernel.money import Money

_WITH_SUBJECT = re.compile(r"#([A-Z]{3})#(\S|\S.*\S)", re.DOTALL)


def write_cii(document: Document) -> bytes:
    """The document as CII in UTF-8, elements in the order of the schema.

    What is None is left out, so that `read(write_cii(document)) == document` (but for a remittance or mandate
    of one way to pay, which CII has for all); what a document read from CII has no field for is kept, as by
    `write`. Raises `Unwritable` for what CII has no place for: an amount in
    another currency, two remittances, a control character in a text.
    """
    root = with_unknown(_write(document), document, write=_write, read=read_cii)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _write(document: Document) -> Element:
    _refuse_other_currency(document)
    _refuse_other_kind(document)
    root = etree.Element(CII_ROOT, nsmap=CII_NAMESPACES)
    try:
        root.extend([_context(document), _heading(document), _transaction(document)])
    except ValueError as error:
        raise Unwritable(f"The document can't be written as CII: {error}") from error
    return root


def _refuse_other_currency(document: Document) -> None:
    totals = document.totals
    amounts = [totals.lines, totals.without_vat, totals.vat, totals.with_vat, totals.payable]
    amounts += [line.net_amount for line in document.lines]
    if {money.currency for money in amounts if money} - {document.currency}:
        raise Unwritable("CII says all amounts in the currency of the document, and one is in another.")


def _refuse_other_kind(document: Document) -> None:
    if document.is_credit_note != (document.type_code in CREDITS):
        raise Unwritable("CII tells a credit note by its type code alone, and that says the opposite.")


def _context(document: Document) -> Element:
    def parameter(name: str, value: str | None) -> Element | None:
        return group(f"{name}SpecifiedDocumentContextParameter", leaf("ID", value))

    return always(
        "rsm:ExchangedDocumentContext",
        parameter("BusinessProcess", document.process),
        parameter("Guideline", document.specification),
    )


def _heading(document: Document) -> Element:
    return always(
        "rsm:ExchangedDocument",
        leaf("ID", document.number),
        leaf("TypeCode", document.type_code),
        day("IssueDateTime", document.issued_on),
        *map(_note, document.notes),
    )


def _note(note: str) -> Element:
    match = _WITH_SUBJECT.fullmatch(note)
    subject, words = (match[1], match[2]) if match else (None, note)
    return always("IncludedNote", leaf("Content", words), leaf("SubjectCode", subject))


def _transaction(document: Document) -> Element:
    return always(
        "rsm:SupplyChainTradeTransaction",
        *map(write_line, document.lines),
        _agreement(document),
        write_delivery(document),
        _settlement(document),
    )


def _agreement(document: Document) -> Element:
    representative = document.tax_representative
    project = document.project_reference
    return always(
        "ApplicableHeaderTradeAgreement",
        leaf("BuyerReference", document.buyer_reference),
        write_party("SellerTradeParty", document.seller),
        write_party("BuyerTradeParty", document.buyer),
        write_party("SellerTaxRepresentativeTradeParty", representative) if representative else None,
        reference("SellerOrderReferencedDocument", document.sales_order_reference),
        reference("BuyerOrderReferencedDocument", document.order_reference),
        reference("ContractReferencedDocument", document.contract_reference),
        *_references(document),
        group("SpecifiedProcuringProject", leaf("ID", project), leaf("Name", "Project" if project else None)),
    )


def _references(document: Document) -> Iterator[Element]:
    name, about = "AdditionalReferencedDocument", document.object_identifier
    if document.tender_reference is not None:
        yield always(name, leaf("IssuerAssignedID", document.tender_reference), leaf("TypeCode", TENDER))
    if about is not None:
        number, scheme = leaf("IssuerAssignedID", about.value), leaf("ReferenceTypeCode", about.scheme)
        yield always(name, number, leaf("TypeCode", INVOICED_OBJECT), scheme)
    yield from (_attachment(name, each) for each in document.attachments)


def _attachment(name: str, each: Attachment) -> Element:
    content = None if each.content is None else base64.b64encode(each.content).decode("ascii")
    kind = {"mimeCode": each.mime_type, "filename": each.filename}
    return always(
        name,
        leaf("IssuerAssignedID", each.number),
        leaf("URIID", each.external_uri),
        leaf("TypeCode", ATTACHED),
        leaf("Name", each.description),
        None if content is None else filled("ram:AttachmentBinaryObject", content, kind),
    )


def _settlement(document: Document) -> Element:
    means = document.payment_means
    parties = (document.seller, document.payee)
    creditors = [
        each.value for party in parties if party for each in party.identifiers if each.scheme == SEPA
    ]
    return always(
        "ApplicableHeaderTradeSettlement",
        leaf("CreditorReferenceID", creditors[0] if creditors else None),
        leaf("PaymentReference", _shared("remittance", {each.remittance for each in means})),
        leaf("TaxCurrencyCode", document.tax_currency),
        leaf("InvoiceCurrencyCode", document.currency),
        write_party("PayeeTradeParty", document.payee) if document.payee else None,
        *map(_means, means),
        *_breakdown(document),
        write_period(document.period),
        *(write_part(each) for each in document.allowances_charges),
        _terms(document),
        _summation(document),
        *map(_preceding, document.preceding_invoices),
        group("ReceivableSpecifiedTradeAccountingAccount", leaf("ID", document.accounting_reference)),
    )


def _shared(what: str, values: set[str | None]) -> str | None:
    named = [value for value in values if value is not None]
    if len(named) > 1:
        raise Unwritable(f"CII has one {what} for all ways to pay, and these have several.")
    return named[0] if named else None


def _means(means: PaymentMeans) -> Element:
    card = group(
        "ApplicableTradeSettlementFinancialCard",
        leaf("ID", means.card_number),
        leaf("CardholderName", means.card_holder),
    )
    account = group(
        "PayeePartyCreditorFinancialAccount",
        leaf("IBANID", means.iban),
        leaf("AccountName", means.account_name),
    )
    return always(
        "SpecifiedTradeSettlementPaymentMeans",
        leaf("TypeCode", means.code),
        leaf("Information", means.code_name),
        card,
        group("PayerPartyDebtorFinancialAccount", leaf("IBANID", means.debited_iban)),
        account,
        group("PayeeSpecifiedCreditorFinancialInstitution", leaf("BICID", means.bic)),
    )


def _breakdown(document: Document) -> Iterator[Element]:
    has_tax_point = document.tax_point_on or document.tax_point_code
    if has_tax_point and not document.vat_breakdown:
        raise Unwritable("CII keeps the date of VAT in its VAT breakdown, and there is none.")
    yield from (_vat(each, document) for each in document.vat_breakdown)


def _vat(each: VatBreakdown, document: Document) -> Element:
    point = document.tax_point_code
    return always(
        "ApplicableTradeTax",
        amount("CalculatedAmount", each.tax_amount),
        leaf("TypeCode", VAT),
        leaf("ExemptionReason", each.exemption_reason),
        amount("BasisAmount", each.taxable_amount),
        leaf("CategoryCode", each.category),
        leaf("ExemptionReasonCode", each.exemption_reason_code),
        day("TaxPointDate", document.tax_point_on, "udt:DateString"),
        leaf("DueDateTypeCode", TAX_POINTS_OF_CII.get(point, point) if point else None),
        leaf("RateApplicablePercent", each.rate),
    )


def _terms(document: Document) -> Element | None:
    return group(
        "SpecifiedTradePaymentTerms",
        leaf("Description", document.payment_terms),
        day("DueDateDateTime", document.due_on),
        leaf("DirectDebitMandateID", _shared("mandate", {each.mandate for each in document.payment_means})),
    )


def _summation(document: Document) -> Element | None:
    totals = document.totals

    def vat(money: Money | None) -> Element | None:
        return leaf("TaxTotalAmount", money.amount, currencyID=money.currency) if money else None

    return group(
        "SpecifiedTradeSettlementHeaderMonetarySummation",
        amount("LineTotalAmount", totals.lines),
        amount("ChargeTotalAmount", totals.charges),
        amount("AllowanceTotalAmount", totals.allowances),
        amount("TaxBasisTotalAmount", totals.without_vat),
        vat(totals.vat),
        vat(totals.vat_in_tax_currency),
        amount("RoundingAmount", totals.rounding),
        amount("GrandTotalAmount", totals.with_vat),
        amount("TotalPrepaidAmount", totals.prepaid),
        amount("DuePayableAmount", totals.payable),
    )


def _preceding(each: PrecedingInvoice) -> Element:
    issued = day("FormattedIssueDateTime", each.issued_on, "qdt:DateTimeString")
    return always("InvoiceReferencedDocument", leaf("IssuerAssignedID", each.number), issued)
