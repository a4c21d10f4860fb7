"""What waits for a member: which tasks, in which order, page by page, at one price (rules 3.3)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.http import HttpRequest
from django.test.utils import CaptureQueriesContext

from omloop.circulation.pages.frame import waiting
from omloop.circulation.reading.worklist import MOST, Count, Cursor, Filter, count, counts, worklist
from omloop.einvoice import Finding, Flag
from omloop.invoices.models import Invoice
from omloop.invoices.storing import store_validation
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from tests.circulation.company import Company, at
from tests.world import World

TODAY = date(2026, 4, 14)
Owner = Callable[[], psycopg.Connection]


def numbers(person: Person, **more: Any) -> list[str]:
    """The invoice numbers on this person's worklist."""
    with member_scope(person, now=at("04-14")) as member:
        return [row.number for row in worklist(member, today=TODAY, **more).rows]


def fill(owner: Owner, invoice: Invoice, many: int) -> None:
    """Copy the one invoice with its step and task, many times, each with a due date of its own."""
    mine = f"invoice_id = '{invoice.id}'"
    document = {"document_id": key("intake_document"), "number": "'N' || n"}
    step = {"invoice_id": key("invoices_invoice")}
    task = {**step, "step_id": key("circulation_step"), "due_on": "date '2026-01-01' + (n % 365)"}
    with owner() as by, by.transaction():
        copy(
            by,
            "intake_document",
            f"id = '{invoice.document_id}'",
            {"sha256": "repeat(md5(n::text), 2)"},
            many,
        )
        copy(by, "invoices_invoice", f"id = '{invoice.id}'", document, many)
        copy(by, "circulation_step", mine, step, many)
        copy(by, "circulation_assignment", mine, task, many)
        by.execute("ANALYZE")


def key(table: str) -> str:
    """The id of the n-th copy in a table."""
    return f"md5('{table}' || n)::uuid"


def copy(by: psycopg.Connection, table: str, which: str, changed: dict[str, str], many: int) -> None:
    found = by.execute(f"SELECT * FROM {table} LIMIT 0")
    columns = [column.name for column in found.description or ()]
    values = {**{name: f"r.{name}" for name in columns}, "id": key(table), **changed}
    by.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values[name] for name in columns)} "
        f"FROM generate_series(1, {many}) n, {table} r WHERE r.{which}"
    )


@pytest.fixture
def four(company: Company, world: World) -> Company:
    """Four tasks for Bram: one late, one for Anna, one of his group, one without a due date."""
    company.rule(("approve", world.bram))
    company.rule(("approve", world.anna), supplier="De Raaf", priority=2)
    company.rule(("approve", company.group("approver")), supplier="De Specht", priority=2)
    company.absent(world.anna, "04-01", "05-01", world.bram)
    company.arrive(at("03-02"), number="late", due_on=date(2026, 4, 13))
    company.arrive(at("04-03"), number="for Anna", supplier_name="De Raaf", due_on=date(2026, 4, 20))
    company.arrive(at("04-03"), number="group", supplier_name="De Specht", due_on=date(2026, 4, 14))
    company.arrive(at("04-03"), number="some day", due_on=None)
    return company


def test_what_waits_stands_by_due_date(four: Company, world: World) -> None:
    assert numbers(world.bram) == ["late", "group", "for Anna", "some day"]
    assert numbers(world.anna) == ["group"]
    assert numbers(world.sanne) == []
    assert numbers(world.otto) == []


def test_filters_narrow_the_list_and_count_alike(four: Company, world: World) -> None:
    with four.system():
        hold(four.organisation.id)
        invoice = Invoice.objects.get(number="group")
        warning = Finding("PEPPOL-EN16931-R003", Flag.WARNING, "Geen kenmerk.", "No reference.")
        for findings, clock in (([], "09:00"), ([warning, warning], "10:00")):
            store_validation(invoice.document, findings, now=at("04-03", clock))
    expected = {
        Filter.ALL: ["late", "group", "for Anna", "some day"],
        Filter.LATE: ["late"],
        Filter.SUBSTITUTE: ["for Anna"],
        Filter.FINDINGS: ["group"],
        Filter.ON_HOLD: [],
    }
    assert {each: numbers(world.bram, only=each) for each in Filter} == expected
    with member_scope(world.bram, now=at("04-14")) as bram:
        found = counts(bram, today=TODAY)
    assert {each: found[each].count for each in Filter} == {
        each: len(rows) for each, rows in expected.items()
    }
    assert numbers(world.bram, organisation_id=world.beheer.id) == []
    assert len(numbers(world.bram, organisation_id=world.zwaluw.id)) == 4


def test_a_row_says_what_the_line_shows(four: Company, world: World) -> None:
    with member_scope(world.bram, now=at("04-14")) as bram:
        row = worklist(bram, today=TODAY, only=Filter.SUBSTITUTE).rows[0]
    assert (row.supplier_name, row.organisation_name) == ("De Raaf", "Zwaluw Techniek B.V.")
    assert (row.amount, row.currency, row.action) == (1210, "EUR", "approve")
    assert (row.for_person_id, row.for_person_name, row.findings) == (world.anna.id, "Anna de Vries", 0)
    assert row.why["route"]["for_person"] == str(world.anna.id)
    assert not row.is_late(TODAY)


def test_pages_follow_each_other_without_gap_or_double(four: Company, world: World) -> None:
    seen: list[str] = []
    after: Cursor | None = None
    with member_scope(world.bram, now=at("04-14")) as bram:
        while True:
            page = worklist(bram, today=TODAY, after=after, limit=1)
            seen += [row.number for row in page.rows]
            if page.following is None:
                break
            after = Cursor.parse(str(page.following))
    assert seen == ["late", "group", "for Anna", "some day"]


def test_a_task_leaves_the_list_when_it_is_done(four: Company, world: World) -> None:
    with four.system():
        invoice = Invoice.objects.get(number="group")
    four.decide(world.anna, invoice.id, "approve", at("04-14"))
    assert "group" not in numbers(world.bram) + numbers(world.anna)


def test_other_eyes_do_not_see_what_they_may_not_do(company: Company, world: World) -> None:
    approvers = company.group("approver")
    company.rule(("approve", approvers), ("approve", approvers))
    invoice = company.arrive(number="twice")
    company.decide(world.anna, invoice, "approve")
    assert (numbers(world.anna), numbers(world.bram)) == ([], ["twice"])


def test_a_confidential_task_shows_to_nobody_without_the_right(company: Company, world: World) -> None:
    company.arrive(confidential=True)
    assert numbers(world.sanne) == []
    with member_scope(world.sanne, now=at("04-14")) as sanne:
        assert count(sanne, today=TODAY).count == 0


def test_the_list_costs_one_query_and_the_count_another_however_long(
    company: Company, world: World, owner: Owner
) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    for many in (0, MOST + 50):
        if many:
            fill(owner, company.invoice(invoice), many)
        with member_scope(world.anna, now=at("04-14")) as anna, CaptureQueriesContext(connection) as queries:
            page, total = worklist(anna, today=TODAY), count(anna, today=TODAY)
        assert len(queries) == 2
        assert len(page.rows) == min(many + 1, 50)
    assert total == Count(MOST, capped=True)
    with member_scope(world.anna, now=at("04-14")) as anna:
        found = counts(anna, today=TODAY)
    assert found[Filter.FINDINGS] == Count(0, capped=True), "there may be some beyond what is counted"
    assert (found[Filter.ALL], found[Filter.ON_HOLD]) == (total, Count(0))


def test_a_page_and_the_count_are_read_from_the_indexes(company: Company, world: World, owner: Owner) -> None:
    company.rule(("approve", company.group("approver")))
    fill(owner, company.invoice(company.arrive()), 3000)
    company.rule(("approve", world.anna), priority=2)
    company.arrive()
    with member_scope(world.anna, now=at("04-14")) as anna, CaptureQueriesContext(connection) as queries:
        first = worklist(anna, today=TODAY)
        worklist(anna, today=TODAY, after=first.following)
        count(anna, today=TODAY)
        worklist(anna, today=TODAY, only=Filter.ON_HOLD)
        page, following, counted, on_hold = [plan_of(query["sql"]) for query in queries.captured_queries]
    for plan in (page, following, counted):
        assert "Index Scan using worklist_of_group" in plan
        assert "Seq Scan on circulation_assignment" not in plan
    assert "Index Scan using on_hold_of_group" in on_hold, "not past all that waits"
    assert "AND (ROW(CASE" in following, "a later page must begin in the index, not be filtered out of it"


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_the_frame_counts_for_who_is_known_and_for_nobody_else(four: Company, world: World) -> None:
    request = HttpRequest()
    assert waiting(request)["worklist_count"] == Count(0)
    with member_scope(world.bram, now=at("04-14")) as bram:
        request.member = bram  # type: ignore[attr-defined]
        assert waiting(request)["worklist_count"] == Count(4)
