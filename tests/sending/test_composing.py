"""What a draft becomes: every kind of VAT is valid by our validator, and figures are read as typed."""

from datetime import date
from decimal import Decimal

import pytest

from omloop import einvoice
from omloop.einvoice import Address, Document, Identifier, Kind, Party, Verdict, write
from omloop.sending.composing import EN16931, NLCIUS, PEPPOL, compose
from omloop.sending.drafts import Draft, DraftLine, from_json, of_document
from omloop.sending.figures import NoFigure, figure_in
from omloop.sending.models import Customer
from omloop.sending.pricing import sums_of
from omloop.sending.refusals import Incomplete
from omloop.sending.seller import Seller
from omloop.sending.vat import VATS

PARTY = Party(
    legal_name="Zwaluw Techniek B.V.",
    legal_registration=Identifier("90001001", "0106"),
    endpoint=Identifier("90001001", "0106"),
    vat_number="NL000099998B57",
    address=Address(line_1="Ambachtsweg 8", city="Hoorn", postal_code="1627 LM", country="NL"),
)
SELLER = Seller(PARTY, iban="NL02ABNA0123456789", account_name="Zwaluw", terms="", due_days=30)
ABROAD = {"E": "NL", "K": "BE", "G": "GB"}


def customer(country: str = "NL", **known: str) -> Customer:
    numbers = {"NL": {"kvk": "90001009"}, "BE": {"address_scheme": "0208", "address_number": "0403019261"}}
    place = {"name": "Koper", "street": "Straat 1", "city": "Plaats", "postal_code": "1000 AA"}
    return Customer(country=country, **{**place, **numbers.get(country, {}), **known})


def document(draft: Draft, buyer: Customer, kind: str = Kind.INVOICE) -> Document:
    return compose(draft, kind=kind, number="F2026-0001", seller=SELLER, customer=buyer)


@pytest.mark.parametrize("kind", [Kind.INVOICE, Kind.CREDIT_NOTE])
@pytest.mark.parametrize("vat", VATS)
def test_every_kind_of_vat_is_valid(vat: str, kind: str) -> None:
    country = ABROAD.get(vat, "NL")
    number = {"BE": "BE0403019261", "NL": "NL000012348B06"}.get(country, "")
    lines = (DraftLine(name="Werk", quantity="3", price="33,33", vat=vat),)
    said = {"issued_on": "2026-11-26", "due_on": "2026-12-26", "delivered_on": "2026-11-25"}
    draft = Draft(buyer_reference="PO-1", preceding_number="F1", lines=lines, **said)
    made = document(draft, customer(country, vat_number=number), kind)
    findings = einvoice.check(einvoice.read(write(made)))
    assert (findings.verdict, findings.fatal) == (Verdict.VALID, ())


@pytest.mark.parametrize(
    ("buyer", "profile"),
    [
        (customer(), NLCIUS),
        (customer(kvk="", oin="00000001001234567890"), NLCIUS),
        (customer("BE", vat_number="BE0403019261"), PEPPOL),
        (customer(kvk="", address_scheme="0088", address_number="8712345678906"), PEPPOL),
        (customer(kvk=""), EN16931),
    ],
    ids=["Dutch", "Dutch government", "Belgian", "Dutch without a KvK number", "consumer"],
)
def test_each_customer_gets_the_profile_that_fits_and_it_is_valid(buyer: Customer, profile: str) -> None:
    lines = (DraftLine(name="Werk", quantity="1", price="10", vat="S21"),)
    draft = Draft(issued_on="2026-11-26", due_on="2026-12-26", buyer_reference="inkoop", lines=lines)
    made = document(draft, buyer)
    findings = einvoice.check(einvoice.read(write(made)))
    assert (made.specification, findings.verdict) == (profile, Verdict.VALID)
    assert einvoice.profile_of(made).startswith(
        {NLCIUS: "nlcius", PEPPOL: "peppol", EN16931: "en16931"}[profile]
    )


def test_a_discount_a_period_terms_and_a_reason_stand_on_the_invoice_and_it_is_valid() -> None:
    lines = (
        DraftLine(name="Uren", quantity="3", unit="HUR", price="33,33", discount="12,5", vat="S21"),
        DraftLine(name="Les", quantity="1", price="80", discount="100%", vat="E"),
        DraftLine(name="Huur", quantity="1", price="250", vat="E"),
    )
    said = {"issued_on": "2026-11-26", "due_on": "2026-12-26", "period_from": "2026-11-01"}
    draft = Draft(
        buyer_reference="inkoop", terms="Binnen 30 dagen", exemption="Verhuur", period_to="2026-11-30",
        lines=lines, **said,
    )  # fmt: skip
    made = document(draft, customer())
    assert einvoice.check(einvoice.read(write(made))).verdict is Verdict.VALID
    first, second, _ = made.lines
    assert [str(line.net_amount) for line in (first, second)] == ["87.49 EUR", "0.00 EUR"]
    assert (str(first.allowances_charges[0].amount), str(made.totals.without_vat)) == (
        "12.50 EUR",
        "337.49 EUR",
    )
    assert (made.payment_terms, made.vat_breakdown[1].exemption_reason) == ("Binnen 30 dagen", "Verhuur")
    assert made.period and made.period.last_on == date(2026, 11, 30)
    copied = of_document(einvoice.read(write(made)))
    assert (copied.lines[0].discount, copied.exemption, copied.terms) == (
        "12,5",
        "Verhuur",
        "Binnen 30 dagen",
    )
    assert sums_of(copied.lines) == sums_of(lines)


def test_who_reads_english_is_told_in_english_why_no_vat_is_charged() -> None:
    lines = (DraftLine(name="Work", quantity="1", price="10", vat="AE"),)
    draft = Draft(issued_on="2026-11-26", buyer_reference="PO", lines=lines)
    made = document(draft, customer(vat_number="NL000012348B06", language="en"))
    assert made.vat_breakdown[0].exemption_reason == "Reverse charge"


@pytest.mark.parametrize("discount", ["-5", "101", "x"])
def test_a_discount_that_can_not_be_is_said(discount: str) -> None:
    line = DraftLine(name="Werk", quantity="1", price="10", discount=discount)
    with pytest.raises(Incomplete, match=r"Line 1|Regel 1"):
        document(Draft(issued_on="2026-11-26", lines=(line,)), customer())


def test_a_consumer_without_any_number_gets_a_valid_invoice_too() -> None:
    deduction = DraftLine(name="Korting", quantity="1", price="-2")
    lines = (DraftLine(name="Werk", quantity="1", price="10"), deduction)
    made = document(Draft(issued_on="2026-11-26", due_on="2026-12-26", lines=lines), customer(kvk=""))
    assert einvoice.check(einvoice.read(write(made))).verdict is Verdict.VALID
    assert (made.lines[1].quantity, made.buyer.endpoint, made.due_on) == (-1, None, date(2026, 12, 26))


def test_what_is_lacking_is_said_all_at_once() -> None:
    line = DraftLine(name="", quantity="drie", price="")
    with pytest.raises(Incomplete) as refused:
        document(Draft(issued_on="26 november", lines=(line,)), customer(street=""))
    assert len(refused.value.problems) == 5


def test_a_draft_comes_back_as_it_was_typed() -> None:
    draft = Draft(issued_on="morgen", lines=(DraftLine(price="een tientje"),), remarks="Dank")
    assert from_json(draft.as_json()) == draft
    assert sums_of(draft.lines).lines == (None,)


@pytest.mark.parametrize(
    ("typed", "figure"),
    [
        ("2", 2), ("2,5", "2.5"), ("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("2.500", 2500),
        ("0,125", "0.125"), ("2,1250", "2.1250"), ("-3", -3), ("€ 12,50", "12.50"), ("", None),
    ],
)  # fmt: skip
def test_figures_are_read_as_people_type_them(typed: str, figure: object) -> None:
    assert figure_in(typed) == (None if figure is None else Decimal(str(figure)))


@pytest.mark.parametrize("typed", ["twee", "1,2,3", "--1", "1.23.456", "9" * 13, "1e5", "٣"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(NoFigure):
        figure_in(typed)
