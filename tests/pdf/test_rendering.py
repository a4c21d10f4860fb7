"""The picture of an invoice says what the invoice says, lasts, and can be read aloud (rules 2.6)."""

import gc
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from pikepdf import pdfa

from omloop.einvoice import Document, Kind, PaymentMeans, PrecedingInvoice, VatBreakdown
from omloop.kernel.money import Money
from omloop.pdf.cleaning import cleaned
from omloop.pdf.look import PLAIN, Look
from omloop.pdf.looking import text
from omloop.pdf.payment_code import payment_code, payment_text
from omloop.pdf.rendering import render
from omloop.pdf.typesetting import FONTS, WEIGHTS
from omloop.pdf.words import Language, money, number
from tests.paper import euro, paper
from tests.pdf.nasty import picture

FALSE_ALARMS = (
    "ISO_19005_3:6.6.2.3.1-",
    "ISO_19005_3:6.6.4-3",
    "ISO_19005_3:6.2.11.4.2-2",
    "pikepdf:schema-OutlineItem",
)
"""What the checker, which knows level B alone, says of good PDF/A-3a too: extension schemas of the metadata,
level A, a /CIDSet it does not check, outlines that lead to an object."""


def findings(pdf: bytes) -> set[str]:
    """What the checker says beyond its known false alarms.

    It counts any warning that is given meanwhile, so what other tests dropped is collected first.
    """
    gc.collect()
    with pikepdf.open(BytesIO(pdf)) as opened:
        report = pdfa.check(opened, "3b")
    return {str(each) for each in report.findings if not any(known in str(each) for known in FALSE_ALARMS)}


def said(document: Document, language: Language = Language.NL, look: Look = PLAIN) -> str:
    """The text of its picture, spaces as one prints them."""
    return text(render(document, language=language, look=look)).replace("\u00a0", " ")


def credit_note() -> Document:
    preceding = (PrecedingInvoice("2026-0418", date(2026, 4, 3)),)
    return paper("C-12", kind=Kind.CREDIT_NOTE, type_code="381", preceding_invoices=preceding)


def in_dollars() -> Document:
    def dollars(amount: str) -> Money:
        return Money(Decimal(amount), "USD")

    totals = replace(
        paper().totals, without_vat=dollars("1234.5"), vat=dollars("0"), payable=dollars("1234.5")
    )
    reason = "Reverse charge, article 196 of directive 2006/112/EC"
    vat = VatBreakdown(dollars("1234.5"), dollars("0"), "AE", Decimal(0), reason)
    return paper("INV-7", currency="USD", totals=totals, vat_breakdown=(vat,))


def long_names() -> Document:
    buyer = replace(paper().buyer, legal_name="Stichting Ziekenhuizen 's-Gravenhage " * 4)
    seller = replace(paper().seller, legal_name="Przedsiębiorstwo „Żółć” Świętokrzyskie Zakłady w Łodzi")
    return paper(seller=seller, buyer=buyer)


FIVE = {
    "one line": paper(),
    "200 lines": paper(lines=paper().lines * 200),
    "credit note": credit_note(),
    "dollars": in_dollars(),
    "long names": long_names(),
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", FIVE)
def test_a_picture_is_pdf_a_3a_and_pdf_ua_1(name: str, language: Language) -> None:
    pdf = render(FIVE[name], language=language)
    assert findings(pdf) == set()
    with pikepdf.open(BytesIO(pdf)) as opened:
        metadata = opened.open_metadata()
        assert [metadata[f"pdfaid:{key}"] for key in ("part", "conformance")] == ["3", "A"]
        assert metadata["pdfuaid:part"] == "1"
        assert opened.Root.MarkInfo.Marked and "/StructTreeRoot" in opened.Root
        assert str(opened.Root.Lang) == language


def test_it_says_who_bills_whom_for_what_and_how_to_pay() -> None:
    shown = said(paper())
    for words in (
        "Factuur",
        "Kuipers Installatietechniek B.V.",
        "Zwaluw Techniek B.V.",
        "3 april 2026",
        "Ventilator",
        "Btw 21% over € 100,00",
        "€ 121,00",
        "NL02 ABNA 0123 4567 89",
    ):
        assert words in shown


def test_in_english_it_is_english() -> None:
    shown = said(paper(), Language.EN)
    assert "Amount due" in shown and "€ 121.00" in shown and "17 April 2026" in shown
    assert "betalen" not in shown


def test_a_credit_note_names_its_invoice_and_asks_for_no_money() -> None:
    shown = said(credit_note())
    assert "Creditnota" in shown and "2026-0418" in shown and "Te verrekenen" in shown
    assert "Te betalen" not in shown and payment_code(credit_note()) is None


def test_a_foreign_currency_and_reverse_charge_are_named() -> None:
    shown = said(in_dollars())
    assert "$ 1.234,50" in shown and "Btw verlegd" in shown and "article 196" in shown


def test_every_line_is_there_and_the_head_of_the_table_on_every_page() -> None:
    pdf = render(FIVE["200 lines"], language=Language.NL)
    shown = text(pdf)
    with pikepdf.open(BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    assert shown.count("Ventilator") == 200
    assert shown.count("Omschrijving") == pages > 2


def test_the_same_invoice_gives_the_same_bytes() -> None:
    assert render(paper(), language=Language.NL) == render(paper(), language=Language.NL)


def test_an_invoice_that_says_nothing_is_drawn_all_the_same() -> None:
    assert "Factuur" in said(Document(kind=Kind.INVOICE))


def test_the_look_brings_name_and_logo() -> None:
    look = Look("Zwaluw", "#14785a", picture("PNG"))
    assert (
        "Zwaluw" in said(paper(), look=look)
        and findings(render(paper(), language=Language.NL, look=look)) == set()
    )
    with pytest.raises(ValueError, match="no colour"):
        Look(colour="red; #evil")


@pytest.mark.parametrize(
    "nasty", ["😀 漢字 עברית", "\u202eomgedraaid\u2066", "\x00\x07\ud800", "\ufffe", "x" * 5000]
)
def test_no_text_of_a_stranger_breaks_the_picture(nasty: str) -> None:
    names = replace(paper().seller, legal_name=nasty, trading_name=nasty)
    item = replace(paper().lines[0].item, name=nasty, description=nasty)
    document = paper(seller=names, notes=(nasty,), lines=(replace(paper().lines[0], item=item),))
    assert findings(render(document, language=Language.NL)) == set()


def test_text_is_never_markup() -> None:
    code = '#read("/etc/passwd") *b* $x$ <a> @b'
    assert code in said(paper(notes=(code,)))


def test_what_the_font_lacks_becomes_a_question_mark_and_the_rest_stays() -> None:
    assert cleaned(["Łódź Αθήνα €", {"a": "漢"}]) == ["Łódź Αθήνα €", {"a": "?"}]
    assert cleaned("\u2167 ﬁ") == cleaned("VIII ﬁ")


def test_every_weight_has_the_characters_of_the_regular_one() -> None:
    covered = [set(TTFont(FONTS / f"SourceSansPro-{weight}.ttf").getBestCmap()) for weight in WEIGHTS[:3]]
    assert covered[0] <= covered[1] and covered[0] <= covered[2]


def test_the_code_to_pay_says_account_amount_and_reference() -> None:
    means = PaymentMeans(code="30", iban="NL02 ABNA 0123 4567 89", bic="ABNANL2A", remittance="2026 0418")
    lines = (payment_text(paper(payment_means=(means,))) or "").split("\n")
    assert lines == [
        *("BCD", "002", "1", "SCT", "ABNANL2A", "Kuipers Installatietechniek B.V.", "NL02ABNA0123456789"),
        *("EUR121.00", "", "", "2026 0418"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"payment_means": (PaymentMeans(code="30", iban="NL00ABNA0123456789"),)},
        {"payment_means": ()},
        {"totals": replace(paper().totals, payable=euro("0"))},
        {"totals": replace(paper().totals, payable=Money(Decimal(5), "USD"))},
        {"payment_means": (PaymentMeans(code="59", iban="NL02ABNA0123456789", mandate="M1"),)},
    ],
    ids=["a wrong account", "no account", "nothing to pay", "dollars", "direct debit"],
)
def test_there_is_no_code_to_pay_with(changes: dict[str, object]) -> None:
    assert payment_text(paper(**changes)) is None


def test_numbers_keep_every_digit_they_have() -> None:
    assert number(Decimal("1234567.125"), Language.NL, decimals=2) == "1.234.567,125"
    assert number(Decimal("-0.5000"), Language.EN) == "\u22120.5"
    assert money(euro("1E+3"), Language.NL) == "€\u00a01.000,00"
