"""What is written is UBL that says what the document says."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from omloop.einvoice import Document, Unwritable, Verdict, check, read, write
from tests.einvoice.examples import CREDIT_NOTE, INVOICE, PDF
from tests.einvoice.strategies import documents


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
