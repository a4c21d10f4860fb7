"""Rule 2.8: what is past is found by right of the organisation, and not by who once saw it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from omloop.organisations.members import member_scope
from omloop.organisations.rights import DefaultGroup
from omloop.people.models import Person
from omloop.relocation.ending.models import Ending
from tests.circulation.company import Company
from tests.relocation.farewell import Farewell, signed_in
from tests.world import World, make_person, place

LONG_AGO = datetime(2019, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def farewell(world: World, run_jobs: Callable[[], None]) -> Farewell:
    """Zwaluw with an invoice that Anna approved in 2019, and nothing else."""
    told = Farewell(world, run_jobs)
    told.decided(1, LONG_AGO)
    return told


def found(person: Person, **filters: str) -> bool:
    """Whether the list of invoices shows it, with these filters."""
    page = signed_in(person).get("/invoices/", filters)
    assert page.status_code == 200
    return bool(re.search(r'href="/invoices/[0-9a-f-]{36}/"', page.content.decode()))


def test_who_has_the_right_today_finds_what_was_settled_long_before_he_came(farewell: Farewell) -> None:
    newcomer, reader = make_person("Wim Nieuw"), make_person("Ria Controle")
    place(newcomer, farewell.world.zwaluw, DefaultGroup.FINANCE)
    place(reader, farewell.world.zwaluw, DefaultGroup.READER)
    for person in (newcomer, reader, farewell.world.sanne):
        assert found(person), person.name
        assert found(person, q="EIND-1", state="approved"), "by its number and its state"
        assert found(person, by="imported", from_on="2019-05-01", to_on="2019-05-01"), "by its day"
        assert found(person, state="archive") and not found(person, state="circulating")
    farewell.arrive(2, datetime(2026, 5, 1, 12, tzinfo=UTC))
    page = signed_in(reader).get("/invoices/", {"state": "archive"}).content.decode()
    assert "EIND-1" in page and "EIND-2" not in page and "Archief" in page


def test_having_taken_part_gives_no_right_once_one_has_left(farewell: Farewell) -> None:
    world = farewell.world
    assert found(world.anna, q="EIND-1") and not found(world.bram, q="EIND-1")
    Company(world, world.zwaluw).withdraw(world.anna, DefaultGroup.APPROVER)
    assert not found(world.anna, q="EIND-1")
    with member_scope(world.anna, now=datetime.now(UTC)) as anna:
        assert world.zwaluw.id not in anna.rights


def test_the_archive_of_a_closed_organisation_is_found_the_same(farewell: Farewell) -> None:
    assert farewell.close().state == Ending.State.DONE
    assert found(farewell.world.sanne, q="EIND-1", state="approved")
