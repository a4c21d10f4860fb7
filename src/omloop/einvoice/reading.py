"""From bytes to a `Document`, by way of the element tree; here for UBL 2.1."""

from omloop.einvoice.codes import INVOICED_OBJECT, NO_ORDER, PROJECT
from omloop.einvoice.document import (
    Attachment,
    Document,
    Kind,
    PaymentMeans,
    PrecedingInvoice,
    Totals,
)
from omloop.einvoice.fields import attribute, day, money, object_identifier, text
from omloop.einvoice.lines import VatBreakdown
from omloop.einvoice.names import CII_ROOT, INVOICE_ROOT, Element, child, children
from omloop.einvoice.opening import open_invoice
from omloop.einvoice.reading_cii import read_cii
from omloop.einvoice.reading_lines import (
    read_allowances_charges,
    read_line,
    read_period,
    read_vat_breakdown,
)
from omloop.einvoice.reading_parties import read_delivery, read_party
from omloop.einvoice.values import parse_base64, trimmed
from omloop.kernel.money import Money


def read(data: bytes) -> Document:
    """The invoice or credit note in `data`, whatever it lacks; raises `Unreadable` and nothing else.

    Follows the syntax bindings of EN 16931-3-2 (UBL 2.1) and EN 16931-3-3 (CII). What a field says
    unreadably (an amount "abc") is None, and `check` reports it.
    """
    root = open_invoice(data)
    is_cii = root.tag == CII_ROOT
    document = read_cii(root) if is_cii else read_ubl(root)
    for name, value in (("source", data), ("origin", data), ("is_cii", is_cii)):
        object.__setattr__(document, name, value)
    return document


def read_ubl(root: Element) -> Document:
    """The invoice or credit note below a UBL root, whatever it lacks."""
    kind = Kind.INVOICE if root.tag == INVOICE_ROOT else Kind.CREDIT_NOTE
    currency = text(root, "cbc:DocumentCurrencyCode")
    is_invoice = kind is Kind.INVOICE
    payee, representative = child(root, "cac:PayeeParty"), child(root, "cac:TaxRepresentativeParty")
    return Document(
        kind=kind,
        number=text(root, "cbc:ID"),
        issued_on=day(root, "cbc:IssueDate"),
        type_code=text(root, "cbc:InvoiceTypeCode" if is_invoice else "cbc:CreditNoteTypeCode"),
        currency=currency,
        tax_currency=text(root, "cbc:TaxCurrencyCode"),
        tax_point_on=day(root, "cbc:TaxPointDate"),
        tax_point_code=text(root, "cac:InvoicePeriod/cbc:DescriptionCode"),
        due_on=day(root, "cbc:DueDate" if is_invoice else "cac:PaymentMeans/cbc:PaymentDueDate"),
        buyer_reference=text(root, "cbc:BuyerReference"),
        project_reference=_read_project(root, is_invoice),
        contract_reference=text(root, "cac:ContractDocumentReference/cbc:ID"),
        order_reference=_read_order(root),
        sales_order_reference=text(root, "cac:OrderReference/cbc:SalesOrderID"),
        receipt_reference=text(root, "cac:ReceiptDocumentReference/cbc:ID"),
        despatch_reference=text(root, "cac:DespatchDocumentReference/cbc:ID"),
        tender_reference=text(root, "cac:OriginatorDocumentReference/cbc:ID"),
        object_identifier=object_identifier(root, "cac:AdditionalDocumentReference"),
        accounting_reference=text(root, "cbc:AccountingCost"),
        payment_terms=text(root, "cac:PaymentTerms/cbc:Note"),
        notes=tuple(note for element in children(root, "cbc:Note") if (note := trimmed(element.text))),
        process=text(root, "cbc:ProfileID"),
        specification=text(root, "cbc:CustomizationID"),
        preceding_invoices=_read_preceding(root),
        seller=read_party(child(root, "cac:AccountingSupplierParty/cac:Party")),
        buyer=read_party(child(root, "cac:AccountingCustomerParty/cac:Party")),
        payee=None if payee is None else read_party(payee),
        tax_representative=None if representative is None else read_party(representative),
        delivery=read_delivery(child(root, "cac:Delivery")),
        period=read_period(root),
        payment_means=tuple(_read_payment_means(means) for means in children(root, "cac:PaymentMeans")),
        allowances_charges=read_allowances_charges(root, currency),
        totals=_read_totals(root, currency),
        vat_breakdown=_read_breakdown(root, currency),
        attachments=_read_attachments(root, is_invoice),
        lines=tuple(
            read_line(line, currency)
            for line in children(root, "cac:InvoiceLine" if is_invoice else "cac:CreditNoteLine")
        ),
    )


def _read_project(root: Element, is_invoice: bool) -> str | None:
    if is_invoice:
        return text(root, "cac:ProjectReference/cbc:ID")
    for reference in children(root, "cac:AdditionalDocumentReference"):
        if text(reference, "cbc:DocumentTypeCode") == PROJECT:
            return text(reference, "cbc:ID")
    return None


def _read_order(root: Element) -> str | None:
    order = text(root, "cac:OrderReference/cbc:ID")
    has_sales_order = child(root, "cac:OrderReference/cbc:SalesOrderID") is not None
    return None if order == NO_ORDER and has_sales_order else order


def _read_preceding(root: Element) -> tuple[PrecedingInvoice, ...]:
    return tuple(
        PrecedingInvoice(number=text(reference, "cbc:ID"), issued_on=day(reference, "cbc:IssueDate"))
        for reference in children(root, "cac:BillingReference/cac:InvoiceDocumentReference")
    )


def _read_payment_means(means: Element) -> PaymentMeans:
    code = child(means, "cbc:PaymentMeansCode")
    return PaymentMeans(
        code=text(means, "cbc:PaymentMeansCode"),
        code_name=attribute(code, "name"),
        remittance=text(means, "cbc:PaymentID"),
        iban=text(means, "cac:PayeeFinancialAccount/cbc:ID"),
        account_name=text(means, "cac:PayeeFinancialAccount/cbc:Name"),
        bic=text(means, "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID"),
        card_number=text(means, "cac:CardAccount/cbc:PrimaryAccountNumberID"),
        card_network=text(means, "cac:CardAccount/cbc:NetworkID"),
        card_holder=text(means, "cac:CardAccount/cbc:HolderName"),
        mandate=text(means, "cac:PaymentMandate/cbc:ID"),
        debited_iban=text(means, "cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID"),
    )


def _read_totals(root: Element, currency: str | None) -> Totals:
    document_vat, accounting_vat = _read_vat_totals(root, currency)

    def total(name: str) -> Money | None:
        return money(root, f"cac:LegalMonetaryTotal/cbc:{name}", currency)

    return Totals(
        lines=total("LineExtensionAmount"),
        allowances=total("AllowanceTotalAmount"),
        charges=total("ChargeTotalAmount"),
        without_vat=total("TaxExclusiveAmount"),
        vat=document_vat,
        vat_in_tax_currency=accounting_vat,
        with_vat=total("TaxInclusiveAmount"),
        prepaid=total("PrepaidAmount"),
        rounding=total("PayableRoundingAmount"),
        payable=total("PayableAmount"),
    )


def _read_vat_totals(root: Element, currency: str | None) -> tuple[Money | None, Money | None]:
    """BT-110 and BT-111: two TaxTotals, told apart by their currency."""
    amounts = [money(total, "cbc:TaxAmount", currency) for total in children(root, "cac:TaxTotal")]
    tax_currency = text(root, "cbc:TaxCurrencyCode")
    accounting = tax_currency if tax_currency != currency else None
    document_vat = next((vat for vat in amounts if vat and vat.currency != accounting), None)
    accounting_vat = next((vat for vat in amounts if vat and vat.currency == accounting), None)
    return document_vat, accounting_vat


def _read_breakdown(root: Element, currency: str | None) -> tuple[VatBreakdown, ...]:
    return tuple(
        read_vat_breakdown(subtotal, currency) for subtotal in children(root, "cac:TaxTotal/cac:TaxSubtotal")
    )


def _read_attachments(root: Element, is_invoice: bool) -> tuple[Attachment, ...]:
    not_attached = (INVOICED_OBJECT,) if is_invoice else (INVOICED_OBJECT, PROJECT)
    return tuple(
        _read_attachment(reference)
        for reference in children(root, "cac:AdditionalDocumentReference")
        if child(reference, "cac:Attachment") is not None
        or text(reference, "cbc:DocumentTypeCode") not in not_attached
    )


def _read_attachment(reference: Element) -> Attachment:
    file = child(reference, "cac:Attachment/cbc:EmbeddedDocumentBinaryObject")
    return Attachment(
        number=text(reference, "cbc:ID"),
        description=text(reference, "cbc:DocumentDescription"),
        external_uri=text(reference, "cac:Attachment/cac:ExternalReference/cbc:URI"),
        content=None if file is None else parse_base64(file.text),
        mime_type=attribute(file, "mimeCode"),
        filename=attribute(file, "filename"),
    )
