"""From words to proposals: labels of both languages, Dutch forms, totals that must fit (rules 2.2)."""

from datetime import date
from decimal import Decimal

import pytest

from omloop.pdf import guarded
from omloop.pdf.rendering import render
from omloop.pdf.words import Language
from omloop.recognition.anchors import anchors_of
from omloop.recognition.labels import Field
from omloop.recognition.proposing import Certainty, Proposals, Reading, Reason, Supplier, propose
from omloop.recognition.texts import AMOUNT, DATE, amount_in, date_in
from tests.paper import paper
from tests.recognition.drawn import Text, drawn, odd

OWN = ["90001001", "NL000012348B06"]


def reading(pdf: bytes) -> Reading:
    return Reading(guarded.words(pdf), own=OWN, own_name="Zwaluw Techniek B.V.")


def proposed(*texts: Text) -> Proposals:
    return propose(reading(drawn(texts)))


def plain(proposals: Proposals) -> dict[str, str]:
    return {field.value: proposal.plain for field, proposal in proposals.fields.items()}


@pytest.mark.parametrize("language", Language)
def test_all_of_an_invoice_that_our_own_papers_make_is_read_in_both_languages(language: Language) -> None:
    found = propose(reading(render(paper("2026-0418"), language=language)))
    assert plain(found) == {
        "supplier_name": "Kuipers Installatietechniek B.V.",
        "supplier_kvk": "87654321",
        "supplier_vat": "NL000099998B57",
        "iban": "NL02ABNA0123456789",
        "number": "2026-0418",
        "issued_on": "2026-04-03",
        "due_on": "2026-04-17",
        "order_reference": "PO-1",
        "currency": "EUR",
        "without_vat": "100.00",
        "vat": "21.00",
        "with_vat": "121.00",
    }


def test_each_proposal_has_its_place_on_the_page_its_reason_and_how_sure_it_is() -> None:
    found = propose(reading(drawn(odd("X-1")))).fields
    total, iban = found[Field.WITH_VAT], found[Field.IBAN]
    assert (total.certainty, total.reason, total.told) == (Certainty.SURE, Reason.FITS, "Totaal")
    assert (iban.certainty, iban.reason) == (Certainty.LIKELY, Reason.CHECK_DIGITS)
    assert total.place is not None and iban.place is not None
    assert total.place.page == 0 and 670 <= total.place.left <= 675
    assert iban.place.top < total.place.top < 950


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234,56", "1234.56"),
        ("€ 1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("EUR 1 234,56", "1234.56"),
        ("12,-", "12.00"),
        ("€ 1.000,--", "1000.00"),
        ("-121,00", "-121.00"),
        ("€ -121,00", "-121.00"),
        ("121,00-", "-121.00"),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: str) -> None:
    found = AMOUNT.search(text)
    assert found is not None and amount_in(found) == Decimal(amount)


@pytest.mark.parametrize("text", ["21,00%", "21,00 %", "3.14.15", "1234", "06-12345678", "2026-04"])
def test_what_is_no_amount_is_left_alone(text: str) -> None:
    assert AMOUNT.search(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "3-4-2026",
        "03/04/2026",
        "03.04.26",
        "2026-04-03",
        "3 april 2026",
        "3 apr. 2026",
        "April 3, 2026",
        "3rd April 2026",
        "03-APR-2026",
    ],
)
def test_days_are_read_as_people_write_them(text: str) -> None:
    found = DATE.search(text)
    assert found is not None and date_in(found) == date(2026, 4, 3)


def test_a_day_that_there_is_not_is_no_day() -> None:
    found = DATE.search("31-02-2026")
    assert found is not None and date_in(found) is None


def test_the_numbers_of_the_organisation_itself_are_never_those_of_its_supplier() -> None:
    found = proposed(
        (60, 60, "Zwaluw Techniek B.V."),
        (60, 80, "KvK 90001001  Btw NL000012348B06"),
        (60, 120, "Kuipers B.V."),
    )
    assert plain(found) == {"supplier_name": "Kuipers B.V.", "currency": "EUR"}


def test_an_iban_or_vat_number_with_a_wrong_digit_is_not_proposed() -> None:
    found = proposed((60, 60, "IBAN NL03 ABNA 0123 4567 89"), (60, 80, "Btw NL000099999B57"))
    assert {Field.IBAN, Field.SUPPLIER_VAT}.isdisjoint(found.fields)


def test_values_under_their_labels_are_found_as_well_as_those_beside_them() -> None:
    found = proposed(
        (60, 100, "Factuurnummer"),
        (200, 100, "Factuurdatum"),
        (340, 100, "Vervaldatum"),
        (60, 115, "20260418"),
        (200, 115, "03-04-2026"),
        (340, 115, "17-04-2026"),
    )
    assert plain(found)["number"] == "20260418"
    assert (plain(found)["issued_on"], plain(found)["due_on"]) == ("2026-04-03", "2026-04-17")


def test_of_amounts_with_the_same_label_those_that_add_up_are_the_totals() -> None:
    found = proposed(
        (60, 300, "Totaal uren"),
        (400, 300, "75,00"),
        (60, 400, "Subtotaal"),
        (400, 400, "1.000,00"),
        (60, 420, "Btw 9% over 400,00"),
        (400, 420, "36,00"),
        (60, 440, "Btw 21% over 600,00"),
        (400, 440, "126,00"),
        (60, 460, "Totaal"),
        (400, 460, "1.162,00"),
    )
    vat = found.fields[Field.VAT]
    assert (plain(found)["without_vat"], plain(found)["with_vat"]) == ("1000.00", "1162.00")
    assert (vat.plain, vat.place) == ("162.00", None)
    assert found.fields[Field.WITH_VAT].certainty == Certainty.SURE


def test_totals_that_fit_nowhere_are_a_guess() -> None:
    found = proposed((60, 460, "Totaal"), (400, 460, "1.162,00"), (60, 480, "Subtotaal"), (400, 480, "7,00"))
    assert {found.fields[f].certainty for f in (Field.WITH_VAT, Field.WITHOUT_VAT)} == {Certainty.GUESS}


def test_vat_that_is_reverse_charged_is_nothing() -> None:
    found = proposed((60, 440, "Btw verlegd"), (60, 460, "Totaal te betalen"), (400, 460, "1.000,00"))
    assert [plain(found)[name] for name in ("without_vat", "vat", "with_vat")] == ["1000.00", "0", "1000.00"]


def test_a_credit_note_is_known_by_its_name_and_its_amounts_have_no_sign() -> None:
    found = proposed(
        (60, 60, "CREDITNOTA"),
        (60, 460, "Totaal"),
        (400, 460, "-121,00"),
        (60, 440, "Btw"),
        (400, 440, "-21,00"),
    )
    assert found.is_credit_note
    assert [plain(found)[name] for name in ("without_vat", "vat", "with_vat")] == [
        "100.00",
        "21.00",
        "121.00",
    ]


def test_the_due_date_follows_from_a_term_where_only_the_days_are_named() -> None:
    found = proposed((60, 60, "Factuurdatum 3 april 2026"), (60, 700, "Graag betalen binnen 30 dagen."))
    due = found.fields[Field.DUE_ON]
    assert (due.plain, due.reason, due.told) == ("2026-05-03", Reason.TERM, "binnen 30 dagen")


def test_what_was_confirmed_once_is_found_again_on_the_next_paper_of_that_supplier() -> None:
    first = reading(drawn(odd("2026-0418")))
    assert propose(first).fields[Field.NUMBER].plain == "D-77001"
    confirmed = {Field.NUMBER: "2026-0418", Field.WITH_VAT: "121.00"}
    supplier = Supplier("Kuipers", "87654321", anchors=anchors_of(confirmed, {}, first.rows, first.values))
    second = propose(reading(drawn(odd("2026-0777", total="242,00", net="200,00", vat="42,00"))), supplier)
    number = second.fields[Field.NUMBER]
    assert (number.plain, number.certainty, number.reason) == ("2026-0777", Certainty.SURE, Reason.LEARNED)
    assert second.fields[Field.WITH_VAT].plain == "242.00"
    assert second.fields[Field.SUPPLIER_NAME].plain == "Kuipers"


def test_what_was_learned_is_no_longer_sure_where_the_totals_do_not_add_up() -> None:
    first = reading(drawn(odd("2026-0418")))
    confirmed = {Field.WITH_VAT: "121.00", Field.NUMBER: "2026-0418"}
    supplier = Supplier("Kuipers", anchors=anchors_of(confirmed, {}, first.rows, first.values))
    found = propose(reading(drawn(odd("2026-0777", total="999,00"))), supplier).fields
    assert (found[Field.WITH_VAT].plain, found[Field.WITH_VAT].certainty) == ("999.00", Certainty.GUESS)
    assert found[Field.NUMBER].certainty == Certainty.SURE


def test_a_paper_without_any_text_has_no_proposals_but_the_currency_of_the_organisation() -> None:
    assert plain(propose(Reading([]), currency="USD")) == {"currency": "USD"}
