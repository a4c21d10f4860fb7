"""Invoices are found by any word and number on them, by whoever may see them (rules 2.8)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from omloop.circulation.models import StepAction
from omloop.circulation.scheme.rules import NewStep, add_rule
from omloop.einvoice import Contact, Document, Identifier, Item, Kind, PaymentMeans, PrecedingInvoice, write
from omloop.flow.command_line import take_in
from omloop.intake.models import Channel
from omloop.intake.services import make_confidential
from omloop.invoices.finding import Sought, all_found, count_found, page_found
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope, operator_member, system_scope
from omloop.organisations.models import GroupMember
from omloop.organisations.rights import DefaultGroup
from omloop.payees.hiding import hide_account
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.paper import DRAWING, paper, party
from tests.world import BEGINNING, World, place

NOW = datetime(2026, 4, 3, 9, tzinfo=UTC)


def arrive(world: World, document: Document, at: datetime = NOW) -> None:
    take_in(
        organisation_id=world.zwaluw.id,
        data=write(document),
        filename="a.xml",
        channel=Channel.COMMAND_LINE,
        actor=operator_member(world.zwaluw.id),
        now=at,
    )


def about(number: str, text: str, **changes: Any) -> Document:
    document = paper(number, **changes)
    return replace(document, lines=(replace(document.lines[0], item=Item(name=text)),))


def seen(person: Person, **sought: Any) -> list[str]:
    with member_scope(person, now=NOW) as member:
        page, _ = page_found(member, Sought(**sought), member.rights.keys(), None)
        assert count_found(member, Sought(**sought), member.rights.keys()) == len(page)
        assert [each.id for each in all_found(member, Sought(**sought), member.rights.keys())] == [
            each.id for each in page
        ]
        return [each.number for each in page]


@pytest.fixture
def papers(world: World) -> World:
    arrive(world, about("2026-0418", "Ventilatoren voor de kelder", attachments=(DRAWING,)))
    arrive(world, about("2026-0501", "Cleaning services, crème", order_reference="IO/77-12"))
    return world


FIRST = (
    "2026-0418", "20260418", "2026/0418", "ventilator", "VENTILATOREN kelder", "kelder ventil", "drawing",
    "kuipers 0418",
)  # fmt: skip
SECOND = ("cleaned service", "creme", "IO 77 12", "io7712", "crème cleaning")
BOTH = ("NL02 ABNA 0123 4567 89", "nl02abna0123456789", "87654321", "NL000099998B57", "kuip")


def test_an_invoice_is_found_by_words_and_numbers_however_they_are_written(papers: World) -> None:
    expected = {words: ["2026-0418"] for words in FIRST} | {words: ["2026-0501"] for words in SECOND}
    expected |= {words: ["2026-0418", "2026-0501"] for words in BOTH}
    found = {words: sorted(seen(papers.sanne, words=words)) for words in expected}
    assert found == expected
    assert seen(papers.sanne, words="€ !!") == []
    assert seen(papers.sanne, words="it's & | :* 'dak'") == []


def test_every_number_and_contact_of_it_finds_it_too(world: World) -> None:
    seller = replace(
        party("Kuipers B.V.", "87654321", "NL000099998B57"),
        identifiers=(Identifier("00000001234567890123", "0190"), Identifier("8712345000004", "0088")),
        contact=Contact("Truus van Loon", "030 1234567", "truus@kuipers.example"),
    )
    means = (PaymentMeans(code="30", iban="NL02ABNA0123456789", remittance="Kenmerk 55.66"),)
    more = {"preceding_invoices": (PrecedingInvoice("2025-0099"),), "payment_means": means}
    arrive(world, paper("C-1", kind=Kind.CREDIT_NOTE, type_code="381", seller=seller, **more))
    said = ("00000001234567890123", "8712345000004", "2025-0099", "kenmerk5566", "55.66", "truus loon")
    assert [words for words in said if seen(world.sanne, words=words) != ["C-1"]] == []


def test_the_supplier_is_sought_among_suppliers_alone(papers: World) -> None:
    assert len(seen(papers.sanne, supplier="kuipers inst")) == 2
    assert seen(papers.sanne, supplier="ventilatoren") == []
    assert seen(papers.sanne, supplier="kuipers", words="kelder") == ["2026-0418"]


def test_days_and_amounts_count_themselves(papers: World) -> None:
    day = date(2026, 4, 17)
    assert len(seen(papers.sanne, by="due", from_on=day, to_on=day)) == 2
    assert seen(papers.sanne, by="issued", from_on=day) == []
    assert len(seen(papers.sanne, amount_from=Decimal(121), amount_to=Decimal(121))) == 2
    assert seen(papers.sanne, amount_from=Decimal("121.01")) == []
    assert seen(papers.sanne, state="held") == []
    assert seen(papers.sanne, kind="credit_note") == []


def test_nobody_finds_what_he_may_not_see(papers: World) -> None:
    for person in (papers.anna, papers.bram, papers.marit, papers.otto):
        assert seen(person, words="kuipers") == []
    with tenant_scope(None, []), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM invoices_found(%s, NULL, '{}', 9)", [[papers.zwaluw.id]])
        assert cursor.fetchall() == []


def test_an_approver_finds_what_is_or_was_with_him(papers: World) -> None:
    with system_scope("test", papers.zwaluw.id) as system:
        zwaluw, steps = papers.zwaluw.id, [NewStep(action=StepAction.APPROVE, person_id=papers.anna.id)]
        add_rule(
            organisation_id=zwaluw,
            name="all",
            priority=1,
            steps=steps,
            actor=system,
            now=BEGINNING,
        )
    arrive(papers, about("for-anna", "Ventilatoren"))
    assert seen(papers.anna, words="ventilator") == ["for-anna"]
    place(papers.anna, papers.beheer, DefaultGroup.READER)
    assert seen(papers.anna, words="ventilator") == ["for-anna"]
    assert seen(papers.bram, words="ventilator") == []


def test_a_confidential_invoice_is_found_and_counted_by_nobody_without_the_right(papers: World) -> None:
    with system_scope("test", papers.zwaluw.id):
        hold(papers.zwaluw.id)
        invoice = Invoice.objects.get(number="2026-0418")
        make_confidential(invoice.document)
        invoice.refresh_from_db()
        hide_account(invoice, now=NOW)
    assert seen(papers.sanne, words="kuipers") == ["2026-0501"]
    assert seen(papers.sanne, amount_from=Decimal(1)) == ["2026-0501"]


def test_who_reads_up_to_a_day_finds_nothing_later(papers: World) -> None:
    arrive(papers, about("later", "Ventilatoren"), NOW.replace(day=9))
    with tenant_scope(None, [papers.zwaluw.id]):
        hold(papers.zwaluw.id)
        GroupMember.objects.filter(person=papers.sanne).update(imported_until=date(2026, 4, 3))
    assert seen(papers.sanne, words="ventilator") == ["2026-0418"]


def test_a_text_of_any_size_is_stored_and_found(world: World) -> None:
    arrive(world, about("long", " ".join(f"woord{n}" for n in range(60_000)) + " ½ﷺ" + "z" * 5_000))
    assert seen(world.sanne, words="woord17") == ["long"]
    assert seen(world.sanne, words="long") == ["long"]


def test_finding_asks_as_much_for_many_as_for_few(papers: World) -> None:
    def queries() -> int:
        with member_scope(papers.sanne, now=NOW) as member, CaptureQueriesContext(connection) as asked:
            page_found(member, Sought(words="kuipers"), member.rights.keys(), None)
        return len(asked)

    few = queries()
    for n in range(4):
        arrive(papers, about(f"more-{n}", "Ventilator"))
    assert queries() == few
