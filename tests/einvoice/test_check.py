"""What `check` finds, by official id, in words that say how to mend it."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from omloop.einvoice import Document, Flag, Party, PaymentMeans, Verdict, check, read, write
from omloop.einvoice.rules.profiles import rule_set_of
from omloop.kernel.money import Money
from tests.einvoice.examples import CREDIT_NOTE, INVOICE, PEPPOL, euros, line

Change = Callable[[Document], Document]


def with_totals(**amounts: Money) -> Change:
    return lambda document: replace(document, totals=replace(document.totals, **amounts))


def with_line(**values: object) -> Change:
    def change(document: Document) -> Document:
        first, *rest = document.lines
        return replace(document, lines=(replace(first, **values), *rest))  # type: ignore[arg-type]  # test data

    return change


def ids(document: Document) -> set[str]:
    return {finding.rule for finding in check(document).findings}


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda d: replace(d, specification=None), {"BR-01"}),
        (lambda d: replace(d, number=None), {"BR-02"}),
        (lambda d: replace(d, issued_on=None), {"BR-03"}),
        (lambda d: replace(d, seller=replace(d.seller, legal_name=None)), {"BR-06"}),
        (lambda d: replace(d, buyer=replace(d.buyer, address=None)), {"BR-10"}),
        (lambda d: replace(d, payee=Party(trading_name="De Vries")), {"BR-17"}),
        (lambda d: replace(d, payment_means=(PaymentMeans(code="30"),)), {"BR-61"}),
        (with_totals(lines=euros("110.01")), {"BR-CO-10", "BR-CO-13"}),
        (with_totals(allowances=euros("9.00")), {"BR-CO-11", "BR-CO-13"}),
        (with_totals(charges=euros("0.01")), {"BR-CO-12", "BR-CO-13"}),
        (with_totals(vat=euros("21.01")), {"BR-CO-14", "BR-CO-15"}),
        (with_totals(with_vat=euros("122.00")), {"BR-CO-15", "BR-CO-16"}),
        (with_totals(payable=euros("120.999")), {"BR-CO-16", "BR-DEC-18", "UBL-DT-01"}),
        (with_totals(prepaid=euros("21.00")), {"BR-CO-16"}),
        (with_totals(prepaid=euros("21.00"), payable=euros("100.00")), set()),
        (with_totals(rounding=euros("0.05"), payable=euros("121.05")), set()),
        (with_line(number=None), {"BR-21"}),
        (with_line(quantity=None, unit=None), {"BR-22", "BR-23", "PEPPOL-EN16931-R120"}),
        (with_line(vat_category=None, vat_rate=None), {"BR-CO-04", "BR-S-08", "UBL-SR-48"}),
    ],
)
def test_a_broken_rule_is_found_by_its_official_id(change: Change, broken: set[str]) -> None:
    for document in (INVOICE, CREDIT_NOTE):
        assert ids(change(document)) - {"OML-XSD-01"} == broken


def test_vat_may_differ_less_than_one_from_rate_times_amount() -> None:
    def with_vat(amount: str) -> Document:
        (breakdown,) = INVOICE.vat_breakdown
        vat = euros(amount)
        total = Money(Decimal("100.00") + vat.amount, "EUR")
        document = replace(INVOICE, vat_breakdown=(replace(breakdown, tax_amount=vat),))
        return with_totals(vat=vat, with_vat=total, payable=total)(document)

    assert ids(with_vat("21.99")) == set()
    assert ids(with_vat("22.00")) == {"BR-CO-17", "BR-S-09"}
    assert ids(with_vat("20.00")) == {"BR-CO-17", "BR-S-09"}


def test_a_total_that_can_not_be_computed_is_never_well() -> None:
    data = write(INVOICE).replace(b">21.00</cbc:TaxAmount><cac:TaxSub", b"></cbc:TaxAmount><cac:TaxSub")
    findings = check(read(data))
    assert findings.verdict is Verdict.BROKEN
    assert {"OML-RULE-01", "OML-VAL-01"} <= {finding.rule for finding in findings.fatal}
    computed = next(finding for finding in findings.fatal if finding.rule == "OML-RULE-01")
    assert "BR-CO-14" in computed.en and "BR-CO-14" in computed.nl


def test_a_finding_says_where_and_how_to_mend_it() -> None:
    findings = check(with_line(net_amount=euros("50.001"))(INVOICE))
    finding = next(finding for finding in findings.fatal if finding.rule == "BR-DEC-23")
    assert finding.path == "/Invoice/InvoiceLine[1]"
    assert finding.terms == ("BT-131",)
    assert finding.nl.startswith("Het bedrag van de regel (BT-131) heeft meer dan twee decimalen. Rond")
    assert finding.en.startswith("The net amount of the line (BT-131) has more than two decimals. Round")


def test_a_full_card_number_is_a_warning_and_breaks_nothing() -> None:
    card = PaymentMeans(code="48", card_number="1234567890123456", card_network="VISA")
    findings = check(replace(INVOICE, payment_means=(card,)))
    assert [(finding.rule, finding.flag) for finding in findings.findings] == [("BR-51", Flag.WARNING)]
    assert findings.fatal == () and findings.warnings == findings.findings


@pytest.mark.parametrize(
    ("specification", "profile"),
    [
        ("urn:cen.eu:en16931:2017", "en16931-ubl"),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", "peppol-bis-3"),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0", "nlcius-ubl"),
        (
            "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0#conformant#urn:fdc:nen.nl:gaccount:v1.0",
            "nlcius-gaccount-ubl",
        ),
    ],
)
def test_the_profile_follows_from_what_the_document_names(specification: str, profile: str) -> None:
    assert check(replace(INVOICE, specification=specification)).profile == profile


def test_sums_stay_exact_at_any_size() -> None:
    huge = Decimal("9" * 40 + ".01")
    lines = (line("1", "1", "1", str(huge)), line("2", "1", "1", "0.01"))
    total = euros("9" * 40 + ".02")
    assert "BR-CO-10" not in ids(with_totals(lines=total)(replace(INVOICE, lines=lines)))


def test_every_rule_speaks_plain_dutch_and_english() -> None:
    rules = {rule.id: rule for rule in rule_set_of(PEPPOL).book}
    assert len(rules) > 900
    for rule in rules.values():
        assert re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*-[A-Z]*\d+(-\d)?", rule.id)
        for words in (rule.nl, rule.en):
            assert words[0].isupper() and words.endswith(".") and "{" not in words
        assert rule.nl != rule.en


def test_a_large_file_full_of_mistakes_is_answered_at_once() -> None:
    price = b"<cac:Price><cbc:PriceAmount>x</cbc:PriceAmount></cac:Price>"
    start, end = write(INVOICE).split(b"<cac:InvoiceLine>", 1)
    lines = (b"<cac:InvoiceLine>" + price * 60 + b"</cac:InvoiceLine>") * 1000
    document = read(start + lines + b"<cac:InvoiceLine>" + end)
    started = time.process_time()
    findings = check(document)
    assert time.process_time() - started < 3
    assert [finding.rule for finding in findings.fatal] == ["OML-XSD-01", "OML-XSD-02"]


def test_a_mistake_in_the_structure_of_a_large_file_hides_no_other() -> None:
    start, end = write(INVOICE).split(b"<cac:InvoiceLine>", 1)
    lines = b"<cac:InvoiceLine><cbc:Unheard/><cbc:ID>1</cbc:ID></cac:InvoiceLine>" * 4_000
    rules = ids(read(start + lines + b"<cac:InvoiceLine>" + end))
    assert {"OML-XSD-01", "BR-22"} <= rules and "OML-XSD-02" not in rules


def test_what_a_country_asks_of_each_part_is_asked_of_the_document_once() -> None:
    scheme = b"<cac:PartyTaxScheme><cbc:CompanyID>1</cbc:CompanyID>"
    scheme += b"<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
    data = write(INVOICE).replace(b"<cac:PartyLegalEntity>", scheme * 1_500 + b"<cac:PartyLegalEntity>", 1)
    started = time.process_time()
    assert {"UBL-SR-12", "UBL-SR-42"} <= ids(read(data))
    assert time.process_time() - started < 2


def test_many_rates_and_many_lines_take_no_longer_together() -> None:
    lines = tuple(replace(INVOICE.lines[0], vat_rate=Decimal(each)) for each in range(1, 401))
    breakdown = tuple(replace(INVOICE.vat_breakdown[0], rate=Decimal(each)) for each in range(1, 401))
    started = time.process_time()
    assert "BR-S-08" in ids(replace(INVOICE, lines=lines, vat_breakdown=breakdown))
    assert time.process_time() - started < 3
