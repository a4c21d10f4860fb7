"""Reading: what the file says, whatever way it is written down, and nothing that could harm."""

import base64
import time
from decimal import Decimal
from pathlib import Path

import pytest

from omloop.einvoice import Kind, Unreadable, check, read, write
from omloop.einvoice.refusals import MAX_BYTES, MAX_DEPTH
from omloop.kernel.money import Money
from tests.einvoice.examples import CREDIT_NOTE, INVOICE

GOOD = write(INVOICE)


def replaced(old: str, new: str) -> bytes:
    assert old.encode() in GOOD
    return GOOD.replace(old.encode(), new.encode(), 1)


def refusal_of(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read(data)
    (finding,) = refused.value.findings
    assert finding.nl != finding.en and finding.en in str(refused.value)
    return finding.rule


def test_an_invoice_is_read_into_typed_values() -> None:
    document = read(GOOD)
    assert (document.kind, document.number, document.type_code) == (Kind.INVOICE, "2026-0042", "380")
    assert document.totals.payable == Money(Decimal("121.00"), "EUR")
    assert document.seller.legal_registration is not None
    assert document.seller.legal_registration.value == "12345678"
    assert [line.net_amount for line in document.lines] == [
        Money(Decimal("50.00"), "EUR"),
        Money(Decimal("60.00"), "EUR"),
    ]


def test_a_credit_note_keeps_its_due_date_and_what_it_credits() -> None:
    document = read(write(CREDIT_NOTE))
    assert document.is_credit_note
    assert document.due_on == CREDIT_NOTE.due_on
    assert document.preceding_invoices[0].number == "2026-0042"


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + GOOD,
        GOOD.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        GOOD.decode().replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        GOOD.partition(b"?>")[2].strip(),
        GOOD.replace(b"cbc:", b"q:").replace(b"xmlns:cbc", b"xmlns:q"),
        replaced("2026-0042</cbc:ID>", "2026<!-- comment -->-0042<?pi?></cbc:ID>"),
        replaced("<cbc:ID>2026-0042</cbc:ID>", "<cbc:ID>\n  <![CDATA[2026-0042]]>\t</cbc:ID>"),
    ],
    ids=["bom", "utf-16", "latin-1", "no declaration", "other prefixes", "comments", "cdata"],
)
def test_any_way_of_writing_it_down_reads_the_same(data: bytes) -> None:
    assert read(data) == INVOICE


def test_a_doctype_is_refused_before_anything_is_opened(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("SECRET")
    doctypes = [
        "<!DOCTYPE Invoice>",
        f'<!DOCTYPE Invoice SYSTEM "{canary.as_uri()}">',
        f'<!DOCTYPE Invoice [<!ENTITY x SYSTEM "{canary.as_uri()}">]>',
        '<!DOCTYPE Invoice [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
    ]
    for doctype in doctypes:
        data = replaced("?>", f"?>{doctype}").replace(b">Anna<", b">&x;<")
        assert refusal_of(data) == "OML-XML-01"
        assert refusal_of(data.decode().replace("UTF-8", "UTF-16").encode("utf-16")) == "OML-XML-01"


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "OML-XML-02"),
        (b" \n\t", "OML-XML-02"),
        (b" " * MAX_BYTES + b"<a/>", "OML-XML-03"),
        (GOOD.replace(b"Anna", b"Ann\xff"), "OML-XML-04"),
        (GOOD.replace(b"UTF-8", b"no-such"), "OML-XML-04"),
        (GOOD.replace(b"UTF-8", b"shift_jis"), "OML-XML-04"),
        (GOOD[:-200], "OML-XML-05"),
        (b"not xml at all", "OML-XML-05"),
        (GOOD.replace(b"Anna", b"&unknown;"), "OML-XML-05"),
        (GOOD.replace(b"Anna", b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1)), "OML-XML-06"),
        (GOOD.replace(b"Anna", b"<a>" * 100_000 + b"</a>" * 100_000), "OML-XML-06"),
        (GOOD.replace(b"Anna", b"<a/>" * 1_000_001), "OML-XML-06"),
        (GOOD.replace(b"<cac:Price>", b"<cac:Price/>" * 10_001 + b"<cac:Price>"), "OML-XML-06"),
        (b"<Invoice/>", "OML-XML-07"),
        (b'<Invoice xmlns="urn:example:invoice"/>', "OML-XML-07"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "OML-PDF-01"),
    ],
)
def test_what_is_no_invoice_is_refused_with_its_reason(data: bytes, rule: str) -> None:
    started = time.process_time()
    assert refusal_of(data) == rule
    assert time.process_time() - started < 1


def test_a_large_attachment_is_read() -> None:
    large = bytes(12 * 1024 * 1024)
    attachment = INVOICE.attachments[0]
    data = GOOD.replace(_encoded(attachment.content or b""), _encoded(large))
    assert read(data).attachments[0].content == large


def _encoded(content: bytes) -> bytes:
    return base64.b64encode(content)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (">121.00</cbc:PayableAmount>", ">abc</cbc:PayableAmount>", "OML-VAL-01"),
        (">121.00</cbc:PayableAmount>", ">1e2</cbc:PayableAmount>", "OML-VAL-01"),
        (">121.00</cbc:PayableAmount>", ">NaN</cbc:PayableAmount>", "OML-VAL-01"),
        (">121.00</cbc:PayableAmount>", f">{'9' * 61}</cbc:PayableAmount>", "OML-VAL-01"),
        (">2026-04-03</cbc:IssueDate>", ">2026-02-30</cbc:IssueDate>", "OML-VAL-02"),
        (">2026-04-03</cbc:IssueDate>", ">3 april</cbc:IssueDate>", "OML-VAL-02"),
        (">false</cbc:ChargeIndicator>", ">perhaps</cbc:ChargeIndicator>", "OML-VAL-03"),
    ],
)
def test_a_value_that_says_nothing_is_none_and_a_fatal_finding(old: str, new: str, rule: str) -> None:
    document = read(replaced(old, new))
    assert document != INVOICE
    finding = next(finding for finding in check(document).fatal if finding.rule == rule)
    assert finding.path.endswith(old.partition("/")[2].removeprefix("cbc:").rstrip(">"))
    assert finding.line is not None


def test_a_date_may_have_a_time_zone() -> None:
    assert read(replaced("2026-04-03</cbc:IssueDate>", "2026-04-03+02:00</cbc:IssueDate>")) == INVOICE


def test_an_attachment_that_is_no_base64_is_kept_without_content() -> None:
    document = read(GOOD.replace(_encoded(INVOICE.attachments[0].content or b""), b"@@@"))
    assert document.attachments[0].content is None
    assert document.attachments[0].filename == "factuur.pdf"
    assert [finding.rule for finding in check(document).fatal] == ["OML-VAL-04"]


def test_what_breaks_the_schema_is_read_all_the_same() -> None:
    document = read(replaced("<cbc:IssueDate>2026-04-03</cbc:IssueDate>", "<cbc:Unheard>of</cbc:Unheard>"))
    assert (document.number, document.issued_on) == ("2026-0042", None)
    assert {"OML-XSD-01", "BR-03"} <= {finding.rule for finding in check(document).fatal}


def test_a_file_made_to_cost_much_costs_little() -> None:
    total = GOOD[GOOD.index(b"<cac:LegalMonetaryTotal>") : GOOD.index(b"<cac:InvoiceLine>")]
    hollow = b"<cac:InvoiceLine><cbc:ID/></cac:InvoiceLine>"
    for data in (GOOD.replace(total, total * 5_000), GOOD.replace(total, total + hollow * 9_000)):
        started = time.process_time()
        findings = check(read(data))
        assert time.process_time() - started < 10
        assert findings.fatal and len(findings.findings) < 500
