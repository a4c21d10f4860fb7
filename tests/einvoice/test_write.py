"""What is written is UBL that says what the document says."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from omloop.einvoice import Document, Unwritable, Verdict, check, read, write, write_cii
from tests.einvoice.examples import CREDIT_NOTE, INVOICE, PDF
from tests.einvoice.strategies import documents, whole_invoices


@pytest.mark.parametrize("document", [INVOICE, CREDIT_NOTE], ids=["invoice", "credit note"])
def test_a_complete_document_is_written_without_a_finding(document: Document) -> None:
    findings = check(read(write(document)))
    assert findings.findings == ()
    assert findings.profile == "peppol-bis-3"
    assert findings.verdict is Verdict.VALID


@pytest.mark.parametrize("document", [INVOICE, CREDIT_NOTE], ids=["invoice", "credit note"])
def test_what_is_written_reads_back_the_same(document: Document) -> None:
    again = read(write(document))
    assert again == document
    assert again.attachments[0].content == PDF
    assert again.attachments[0].size == len(PDF)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_any_document_reads_back_the_same(document: Document) -> None:
    assert read(write(document)) == document


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(whole_invoices())
def test_any_whole_invoice_is_written_free_of_fatal_findings(document: Document) -> None:
    assert check(read(write(document))).fatal == ()
    in_cii = read(write_cii(replace(document, specification="urn:cen.eu:en16931:2017")))
    assert check(in_cii).fatal == ()
    assert replace(in_cii, specification=document.specification) == document


_KEPT = (
    b'<cac:ReceiptDocumentReference><cbc:ID>R-1</cbc:ID><cbc:UUID listID="x">u-1</cbc:UUID>'
    b"</cac:ReceiptDocumentReference>"
)


def test_what_a_document_has_no_field_for_is_kept_when_it_is_changed() -> None:
    data = write(replace(INVOICE, receipt_reference="R-1"))
    plain = b"<cac:ReceiptDocumentReference><cbc:ID>R-1</cbc:ID></cac:ReceiptDocumentReference>"
    first = b"<cac:InvoiceLine><cbc:ID>1</cbc:ID>"
    assert plain in data and first in data
    data = data.replace(plain, _KEPT).replace(first, first + b"<cbc:UUID>of line 1</cbc:UUID>")
    document = read(data)
    assert document == read(write(document)) and _KEPT in write(replace(document, number="7"))
    without_line = write(replace(document, lines=document.lines[1:]))
    assert b"of line 1" not in without_line and _KEPT in without_line
    assert read(without_line).lines == document.lines[1:]
    assert b"R-1" not in write(replace(document, receipt_reference=None))
    other = write_cii(document)
    assert b"u-1" not in other and read(other) == document


def test_what_cii_has_beyond_a_document_is_kept_too() -> None:
    data = write_cii(INVOICE).replace(b"<ram:BuyerTradeParty>", b"<ram:BuyerTradeParty><ram:ID>9</ram:ID>", 1)
    data = data.replace(b"</rsm:ExchangedDocument>", b"<ram:Purpose>x</ram:Purpose></rsm:ExchangedDocument>")
    changed = replace(read(data), number="7")
    assert b"<ram:Purpose>x</ram:Purpose>" in write_cii(changed) and read(write_cii(changed)) == changed


def test_a_changed_document_is_checked_as_it_is_now() -> None:
    original = read(write(INVOICE))
    changed = replace(original, number=None)
    assert original.source is not None and changed.source is None
    assert {finding.rule for finding in check(changed).fatal} >= {"BR-02"}


def test_what_ubl_has_no_place_for_is_refused() -> None:
    with pytest.raises(Unwritable, match="due date"):
        write(replace(CREDIT_NOTE, payment_means=()))
    with pytest.raises(Unwritable, match="can't be written"):
        write(replace(INVOICE, number="1\x00"))
