"""Renewing what may be booked on from a list: seen first, then done (rules 3.10)."""

import pytest

from omloop.audit.models import AuditEvent
from omloop.coding.importing import ChartChanged, Fault, Import, carry_out, plan_import
from omloop.coding.models import CostCentre, LedgerAccount
from omloop.organisations.members import RightMissing, member_scope
from omloop.people.models import Person
from tests.circulation.company import THE_DAY_AFTER, Company
from tests.coding.books import Books
from tests.world import World

LIST = "code;naam\n4310;Onderhoud\n4500;Reiskosten\n4700;Kantoor"


@pytest.fixture
def empty(world: World) -> Books:
    """Zwaluw before anything was brought in."""
    return Books(Company(world, world.zwaluw))


def plan(books: Books, text: str, kind: str = "accounts") -> Import:
    with books.company.system():
        place = books.company.organisation.id
        return plan_import(organisation_id=place, kind=kind, text=text, now=THE_DAY_AFTER)


def bring(
    books: Books,
    text: str,
    kind: str = "accounts",
    *,
    by: Person | None = None,
    seen: str = "",
    ends_missing: bool = False,
) -> Import:
    seen = seen or plan(books, text, kind).digest
    with member_scope(by or books.company.world.marit, now=THE_DAY_AFTER) as member:
        return carry_out(
            organisation_id=books.company.organisation.id,
            kind=kind,
            text=text,
            ends_missing=ends_missing,
            seen=seen,
            actor=member,
            now=THE_DAY_AFTER,
        )


def accounts(books: Books) -> dict[str, str]:
    with books.company.system():
        return dict(LedgerAccount.objects.filter(ended_at=None).values_list("code", "name"))


def test_nothing_changes_before_it_is_carried_out(empty: Books) -> None:
    assert [entry.row.code for entry in plan(empty, LIST).new] == ["4310", "4500", "4700"]
    assert accounts(empty) == {}
    bring(empty, LIST)
    assert accounts(empty) == {"4310": "Onderhoud", "4500": "Reiskosten", "4700": "Kantoor"}
    with empty.company.system():
        event = AuditEvent.objects.get(name="chart.imported")
    assert (event.detail["kind"], len(event.detail["new"])) == ("accounts", 3)


def test_renewed_twice_it_makes_no_doubles(empty: Books) -> None:
    bring(empty, LIST)
    again = bring(empty, LIST)
    assert (again.entries, again.same) == ([], 3)
    with empty.company.system():
        assert AuditEvent.objects.filter(name="chart.imported").count() == 1


def test_what_is_missing_from_the_list_ends_only_when_that_is_asked_for(books: Books) -> None:
    assert [row.code for row in bring(books, "code\n4310").missing] == ["0250", "4500"]
    assert set(accounts(books)) == {"0250", "4310", "4500"}
    bring(books, "code\n4310", ends_missing=True)
    assert set(accounts(books)) == {"4310"}


def test_a_code_that_had_ended_comes_back_as_the_same_one(books: Books) -> None:
    books.end("4310")
    done = bring(books, "code;naam\n4310;Onderhoud")
    assert [entry.comes_back for entry in done.changed] == [True]
    with books.company.system():
        assert LedgerAccount.objects.get(code="4310", ended_at=None).id == books.accounts["4310"]


def test_an_owner_is_named_by_his_address_and_an_unknown_one_is_a_finding_with_its_line(
    books: Books,
) -> None:
    text = (
        "kostenplaats,omschrijving,eigenaar\n"
        "4100,Haven,BRAM@noordgroep.example\n4200,Werkplaats,otto@noordgroep.example\n4300,Kantine,\n4300,Kantine,"
    )
    done = bring(books, text, "centres")
    assert [(finding.line, finding.fault) for finding in done.findings] == [
        (3, Fault.NO_SUCH_OWNER),
        (5, Fault.TWICE),
    ]
    world = books.company.world
    with books.company.system():
        owners = dict(CostCentre.objects.values_list("code", "owner_id"))
        event = AuditEvent.objects.get(name="chart.imported")
    assert owners == {"4100": world.bram.id, "4200": world.bram.id, "4300": None}
    assert event.detail["owners"] == {str(books.centres["4100"]): [str(world.anna.id), str(world.bram.id)]}


def test_a_list_without_names_or_owners_leaves_them_as_they_are(books: Books) -> None:
    assert bring(books, "code\n4100\n4200", "centres").entries == []


def test_what_somebody_else_changed_meanwhile_is_shown_first(books: Books) -> None:
    seen = plan(books, LIST).digest
    bring(books, "code;naam\n4310;Iets anders")
    with pytest.raises(ChartChanged):
        bring(books, LIST, seen=seen)
    assert accounts(books)["4310"] == "Iets anders"


def test_only_who_manages_settings_renews_the_list(books: Books) -> None:
    with pytest.raises(RightMissing):
        bring(books, LIST, by=books.company.world.sanne)
