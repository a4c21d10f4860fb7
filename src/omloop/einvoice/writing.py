"""From a `Document` to UBL 2.1."""

import base64
from collections.abc import Iterator

from lxml import etree

from omloop.einvoice.building import always, amount, group, leaf, reference
from omloop.einvoice.codes import NO_ORDER, PROJECT
from omloop.einvoice.document import Attachment, Document, PaymentMeans, PrecedingInvoice
from omloop.einvoice.keeping import with_unknown
from omloop.einvoice.names import (
    CAC,
    CBC,
    CREDIT_NOTE,
    CREDIT_NOTE_ROOT,
    INVOICE,
    INVOICE_ROOT,
    Element,
    local_name,
)
from omloop.einvoice.reading import read_ubl
from omloop.einvoice.unwritable import Unwritable
from omloop.einvoice.writing_lines import (
    write_allowance_charge,
    write_line,
    write_object_identifier,
    write_period,
    write_vat_breakdown,
)
from omloop.einvoice.writing_parties import write_delivery, write_party

_BEGIN = ("CustomizationID", "ProfileID", "ID", "IssueDate")
_MIDDLE = ("AccountingCost", "BuyerReference", "InvoicePeriod", "OrderReference", "BillingReference")
_END = (
    "AccountingSupplierParty",
    "AccountingCustomerParty",
    "PayeeParty",
    "TaxRepresentativeParty",
    "Delivery",
    "PaymentMeans",
    "PaymentTerms",
    "AllowanceCharge",
    "TaxTotal",
    "LegalMonetaryTotal",
)
_INVOICE_ORDER = (
    *_BEGIN,
    *("DueDate", "InvoiceTypeCode", "Note", "TaxPointDate", "DocumentCurrencyCode", "TaxCurrencyCode"),
    *_MIDDLE,
    *("DespatchDocumentReference", "ReceiptDocumentReference", "OriginatorDocumentReference"),
    *("ContractDocumentReference", "AdditionalDocumentReference", "ProjectReference"),
    *_END,
    "InvoiceLine",
)
_CREDIT_NOTE_ORDER = (
    *_BEGIN,
    *("TaxPointDate", "CreditNoteTypeCode", "Note", "DocumentCurrencyCode", "TaxCurrencyCode"),
    *_MIDDLE,
    *("DespatchDocumentReference", "ReceiptDocumentReference", "ContractDocumentReference"),
    *("AdditionalDocumentReference", "OriginatorDocumentReference"),
    *_END,
    "CreditNoteLine",
)


_INVOICE_PREFIXES: dict[str | None, str] = {None: INVOICE, "cac": CAC, "cbc": CBC}
_CREDIT_NOTE_PREFIXES: dict[str | None, str] = {None: CREDIT_NOTE, "cac": CAC, "cbc": CBC}


def write(document: Document) -> bytes:
    """The document as UBL 2.1 in UTF-8, elements in the order of the schema.

    What is None is left out, so that `read(write(document)) == document`. Valid it is when the document is
    complete: `check` tells. Of a document that was read from UBL, and perhaps changed since, what has no
    field is kept, unless that would change what the document says. Raises `Unwritable`: a control character
    in a text, or a due date of a credit note without payment means (UBL keeps it there).
    """
    root = with_unknown(_write(document), document, write=_write, read=read_ubl)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _write(document: Document) -> Element:
    is_credit_note = document.is_credit_note
    root = etree.Element(
        CREDIT_NOTE_ROOT if is_credit_note else INVOICE_ROOT,
        nsmap=_CREDIT_NOTE_PREFIXES if is_credit_note else _INVOICE_PREFIXES,  # type: ignore[arg-type]  # stubs: no default namespace
    )
    order = _CREDIT_NOTE_ORDER if is_credit_note else _INVOICE_ORDER
    try:
        parts = [part for part in _write_parts(document) if part is not None]
    except ValueError as error:
        raise Unwritable(f"The document can't be written as UBL: {error}") from error
    root.extend(sorted(parts, key=lambda part: order.index(local_name(part))))
    return root


def _write_parts(document: Document) -> Iterator[Element | None]:
    """Everything below the root, in no order but that of things that repeat."""
    yield from _write_heading(document)
    yield from _write_references(document)
    yield always("AccountingSupplierParty", write_party("Party", document.seller))
    yield always("AccountingCustomerParty", write_party("Party", document.buyer))
    if document.payee:
        yield write_party("PayeeParty", document.payee)
    if document.tax_representative:
        yield write_party("TaxRepresentativeParty", document.tax_representative)
    yield write_delivery(document.delivery)
    yield from _write_payment(document)
    yield from (write_allowance_charge(each) for each in document.allowances_charges)
    yield from _write_totals(document)
    yield from (write_line(line, document.kind) for line in document.lines)


def _write_heading(document: Document) -> Iterator[Element | None]:
    is_credit_note = document.is_credit_note
    yield leaf("CustomizationID", document.specification)
    yield leaf("ProfileID", document.process)
    yield leaf("ID", document.number)
    yield leaf("IssueDate", document.issued_on)
    yield None if is_credit_note else leaf("DueDate", document.due_on)
    yield leaf("CreditNoteTypeCode" if is_credit_note else "InvoiceTypeCode", document.type_code)
    yield from (leaf("Note", note) for note in document.notes)
    yield leaf("TaxPointDate", document.tax_point_on)
    yield leaf("DocumentCurrencyCode", document.currency)
    yield leaf("TaxCurrencyCode", document.tax_currency)
    yield leaf("AccountingCost", document.accounting_reference)
    yield leaf("BuyerReference", document.buyer_reference)
    yield write_period(document.period, document.tax_point_code)


def _write_references(document: Document) -> Iterator[Element | None]:
    sales_order = document.sales_order_reference
    order = document.order_reference or (NO_ORDER if sales_order else None)
    yield group("OrderReference", leaf("ID", order), leaf("SalesOrderID", sales_order))
    yield from (_write_preceding(each) for each in document.preceding_invoices)
    yield reference("DespatchDocumentReference", document.despatch_reference)
    yield reference("ReceiptDocumentReference", document.receipt_reference)
    yield reference("OriginatorDocumentReference", document.tender_reference)
    yield reference("ContractDocumentReference", document.contract_reference)
    yield write_object_identifier("AdditionalDocumentReference", document.object_identifier)
    yield _write_project(document)
    yield from (_write_attachment(each) for each in document.attachments)


def _write_project(document: Document) -> Element | None:
    if not document.is_credit_note or document.project_reference is None:
        return reference("ProjectReference", document.project_reference)
    number = leaf("ID", document.project_reference)
    return always("AdditionalDocumentReference", number, leaf("DocumentTypeCode", PROJECT))


def _write_preceding(each: PrecedingInvoice) -> Element:
    invoice = always("InvoiceDocumentReference", leaf("ID", each.number), leaf("IssueDate", each.issued_on))
    return always("BillingReference", invoice)


def _write_attachment(each: Attachment) -> Element:
    return always(
        "AdditionalDocumentReference",
        leaf("ID", each.number),
        leaf("DocumentDescription", each.description),
        group("Attachment", _write_file(each), group("ExternalReference", leaf("URI", each.external_uri))),
    )


def _write_file(each: Attachment) -> Element | None:
    if each.content is None:
        return None
    encoded = base64.b64encode(each.content).decode("ascii")
    return leaf("EmbeddedDocumentBinaryObject", encoded, mimeCode=each.mime_type, filename=each.filename)


def _write_payment(document: Document) -> Iterator[Element | None]:
    if document.is_credit_note and document.due_on and not document.payment_means:
        raise Unwritable("a credit note keeps its due date in its payment means, and it has none.")
    for position, means in enumerate(document.payment_means):
        keeps_due_date = document.is_credit_note and position == 0
        yield _write_means(means, leaf("PaymentDueDate", document.due_on) if keeps_due_date else None)
    yield group("PaymentTerms", leaf("Note", document.payment_terms))


def _write_means(means: PaymentMeans, due_on: Element | None) -> Element:
    return always(
        "PaymentMeans",
        leaf("PaymentMeansCode", means.code, name=means.code_name),
        due_on,
        leaf("PaymentID", means.remittance),
        group(
            "CardAccount",
            leaf("PrimaryAccountNumberID", means.card_number),
            leaf("NetworkID", means.card_network),
            leaf("HolderName", means.card_holder),
        ),
        group(
            "PayeeFinancialAccount",
            leaf("ID", means.iban),
            leaf("Name", means.account_name),
            group("FinancialInstitutionBranch", leaf("ID", means.bic)),
        ),
        group(
            "PaymentMandate",
            leaf("ID", means.mandate),
            group("PayerFinancialAccount", leaf("ID", means.debited_iban)),
        ),
    )


def _write_totals(document: Document) -> Iterator[Element | None]:
    totals = document.totals
    subtotals = [write_vat_breakdown(each) for each in document.vat_breakdown]
    yield group("TaxTotal", amount("TaxAmount", totals.vat), *subtotals)
    yield group("TaxTotal", amount("TaxAmount", totals.vat_in_tax_currency))
    yield group(
        "LegalMonetaryTotal",
        amount("LineExtensionAmount", totals.lines),
        amount("TaxExclusiveAmount", totals.without_vat),
        amount("TaxInclusiveAmount", totals.with_vat),
        amount("AllowanceTotalAmount", totals.allowances),
        amount("ChargeTotalAmount", totals.charges),
        amount("PrepaidAmount", totals.prepaid),
        amount("PayableRoundingAmount", totals.rounding),
        amount("PayableAmount", totals.payable),
    )
