"""Rules 2.5, told for a bookkeeper: an invoice that comes twice is paid once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from omloop.booking.choosing import candidates
from omloop.circulation.ending.judging_duplicates import hang_on_first, mark_as_original
from omloop.circulation.refusals.ending import FirstNotSeen, NoDuplicate
from omloop.einvoice import Kind, PaymentMeans
from omloop.flow.command_line import take_in
from omloop.invoices.duplicates import firsts_among, hold_if_duplicate
from omloop.invoices.models import Duplicate, Invoice
from omloop.organisations.members import RightMissing, member_scope, operator_member
from tests.circulation.company import THE_DAY_AFTER, Company
from tests.circulation.reader import said, signed_in
from tests.incoming import come_in, post
from tests.paper import broken_file, euro, paper, party
from tests.world import World

NOW = THE_DAY_AFTER


@pytest.fixture
def company(world: World) -> Company:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    return company


def duplicates(company: Company) -> dict[UUID, Duplicate]:
    with company.system():
        return {each.invoice_id: each for each in Duplicate.objects.all()}


def state(company: Company, invoice: UUID) -> str:
    return str(company.invoice(invoice).state)


def test_the_second_is_held_and_the_mail_copy_hangs_on_the_first_with_one_click(
    company: Company, world: World
) -> None:
    first = come_in(world.zwaluw, "2026-0418")
    copy = come_in(world.zwaluw, "2026/0418", channel="mail", buyer_reference="copy")
    assert (state(company, first), state(company, copy)) == ("circulating", "held")
    sanne = signed_in(world.sanne)
    words = said(sanne.get(f"/invoices/{copy}/"))
    assert "Duplicate: this invoice came before" in words and "2026-0418" in words
    assert "held: a duplicate" in words and "Held because of errors" not in words
    assert "This came once more" in said(sanne.get(f"/invoices/{first}/"))

    post(sanne, copy, "copy")
    assert state(company, copy) == "cancelled"
    assert "A copy: it hangs on the first" in said(sanne.get(f"/invoices/{copy}/"))
    assert "mail" in said(sanne.get(f"/invoices/{first}/")).partition("This came once more")[2]
    assert "Hung on the first as a copy" in said(sanne.get(f"/invoices/{copy}/?part=history"))
    assert company.task(first).holder_id == world.anna.id


def test_one_that_is_an_invoice_of_its_own_circulates_once_somebody_says_why(
    company: Company, world: World, run_jobs: Callable[[], None]
) -> None:
    come_in(world.zwaluw)
    other = come_in(world.zwaluw, buyer_reference="another job")
    assert post(world.sanne, other, "original", reason=" ").status_code == 422
    assert post(world.anna, other, "original", reason="Mag").status_code == 404
    assert post(world.sanne, other, "let-pass", reason="Mag").status_code == 409
    post(world.sanne, other, "original", reason="Andere klus, zelfde nummer")
    run_jobs()
    assert company.task(other).holder_id == world.anna.id
    words = said(signed_in(world.sanne).get(f"/invoices/{other}/"))
    assert "Sanne Bakker marked it as original" in words and "Andere klus, zelfde nummer" in words
    with member_scope(world.sanne, now=NOW) as sanne, pytest.raises(NoDuplicate):
        mark_as_original(other, reason="Nog eens", actor=sanne, now=NOW)


def test_what_its_findings_hold_too_waits_for_both(company: Company, world: World) -> None:
    come_in(world.zwaluw, "bad")
    take_in(
        organisation_id=world.zwaluw.id,
        data=broken_file("bad"),
        filename="bad.xml",
        channel="upload",
        actor=operator_member(world.zwaluw.id),
        now=NOW,
    )
    (held,) = duplicates(company)
    post(world.sanne, held, "original", reason="Toch een andere")
    assert state(company, held) == "held"
    post(world.sanne, held, "let-pass", reason="Afgesproken")
    assert state(company, held) == "received"


def test_what_makes_a_duplicate(company: Company, world: World) -> None:
    """The supplier by any official number, the number as compared, within 12 months, a series a kind."""
    come_in(world.zwaluw, "F-0012")
    by_kvk = replace(paper().seller, legal_name="Kuipers", vat_number=None)
    other_iban = (PaymentMeans(code="30", iban="NL20INGB0001234567"),)
    third_iban = (PaymentMeans(code="30", iban="NL91ABNA0417164300"),)
    someone = party("De Raaf B.V.", "11223344", "NL001234567B01")
    another = party("De Specht B.V.", "11223355", "NL001234568B01")
    held = {
        "by KvK number alone, with another amount": come_in(
            world.zwaluw, "f 12", seller=by_kvk, payment_means=other_iban
        ),
        "almost a year later": come_in(world.zwaluw, "F12", issued_on=date(2027, 4, 2)),
        "possible: of somebody else, same IBAN and amount": come_in(world.zwaluw, "F12", seller=someone),
    }
    free = {
        "a year later": come_in(world.zwaluw, "F12", issued_on=date(2025, 4, 3)),
        "another number": come_in(world.zwaluw, "F-0102"),
        "somebody else's, to another account": come_in(
            world.zwaluw, "F-12", seller=another, payment_means=third_iban
        ),
        "a credit note": come_in(world.zwaluw, "F-12", kind=Kind.CREDIT_NOTE, type_code="381"),
    }
    found = duplicates(company)
    assert {what: invoice in found for what, invoice in held.items()} == dict.fromkeys(held, True)
    assert {what: invoice in found for what, invoice in free.items()} == dict.fromkeys(free, False)
    *certain, possible = held.values()
    assert [found[each].is_certain for each in certain] == [True, True]
    assert not found[possible].is_certain
    assert "Possible duplicate" in said(signed_in(world.sanne).get(f"/invoices/{possible}/"))


def test_who_may_not_see_the_first_is_told_only_that_finance_holds_it(company: Company, world: World) -> None:
    secret = come_in(world.zwaluw, secret=True, order_reference="GEHEIM")
    copy = come_in(world.zwaluw)
    words = said(signed_in(world.sanne).get(f"/invoices/{copy}/"))
    assert "Finance holds it." in words and "GEHEIM" not in words and "hang it on the first" not in words
    assert str(secret) not in signed_in(world.sanne).get(f"/invoices/{copy}/").content.decode()
    with member_scope(world.sanne, now=NOW) as sanne:
        with pytest.raises(FirstNotSeen):
            hang_on_first(copy, actor=sanne, now=NOW)
        with pytest.raises(FirstNotSeen):
            mark_as_original(copy, reason="Vast niet", actor=sanne, now=NOW)
    with member_scope(world.anna, now=NOW) as anna, pytest.raises(RightMissing):
        hang_on_first(copy, actor=anna, now=NOW)


def test_two_copies_at_the_same_instant_make_one_first_and_one_duplicate(
    company: Company, world: World
) -> None:
    barrier = Barrier(2)

    def arrive(reference: str) -> None:
        try:
            barrier.wait()
            come_in(world.zwaluw, "2026-0500", buyer_reference=reference)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(arrive, ["one", "two"]))
    with company.system():
        states = sorted(Invoice.objects.values_list("state", flat=True))
        (found,) = Duplicate.objects.all()
        assert states == ["circulating", "held"]
        assert found.first_id != found.invoice_id


def test_booking_lists_what_came_before_until_somebody_says_that_it_is_an_original(
    company: Company, world: World
) -> None:
    one, other = (company.arrive(without_vat=Decimal(1000), vat=Decimal(210)) for _ in range(2))
    for each in (one, other):
        company.decide(world.anna, each, "approve")

    def problems() -> dict[UUID, str]:
        with company.system():
            found = candidates(world.zwaluw, "full", up_to=date(2026, 12, 31))
            return {each.invoice.id: each.problem for each in found}

    assert problems() == {one: "not_coded", other: "duplicate"}
    page = said(signed_in(world.sanne).get(f"/invoices/{other}/"))
    assert "Possible duplicate" in page and "Mark as original" in page
    assert "hang it on the first" not in page
    post(world.sanne, other, "original", reason="Twee keer geleverd")
    assert problems() == {one: "not_coded", other: "not_coded"}
    assert state(company, other) == "approved"


def test_looking_for_duplicates_costs_one_query_however_many(company: Company, world: World) -> None:
    ids = [company.store(number=f"A-{n}") for n in range(2)]

    def queries(some: list[UUID]) -> int:
        with company.system():
            invoices = list(Invoice.objects.filter(id__in=some))
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert firsts_among(invoices) == {}
            return len(captured)

    few = queries(ids)
    assert queries([*ids, *(company.store(number=f"B-{n}") for n in range(6))]) == few
    with company.system() as system:
        assert hold_if_duplicate(Invoice.objects.get(id=ids[0]), actor=system, now=NOW) is None


def test_amounts_that_differ_make_no_possible_duplicate(company: Company, world: World) -> None:
    someone = party("De Raaf B.V.", "11223344", "NL001234567B01")
    come_in(world.zwaluw, "7")
    dearer = replace(paper().totals, payable=euro("122"), prepaid=None)
    other = come_in(world.zwaluw, "7", seller=someone, totals=dearer)
    assert other not in duplicates(company)


def test_a_duplicate_that_finance_cancels_asks_nothing_any_more(company: Company, world: World) -> None:
    first = come_in(world.zwaluw)
    copy = come_in(world.zwaluw, buyer_reference="once more")
    sanne = signed_in(world.sanne)
    post(sanne, copy, "cancel", reason="Dubbel gestuurd")
    words = said(sanne.get(f"/invoices/{copy}/"))
    assert "Dubbel gestuurd" in words and "Mark as original" not in words
    assert post(sanne, copy, "original", reason="Toch").status_code == 409
    # And what comes then is held by the first, not by what was cancelled.
    third = come_in(world.zwaluw, buyer_reference="a third time")
    assert duplicates(company)[third].first_id == first
