"""The demo: believable, whole, the same when loaded again, and shut outside demo mode."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

import psycopg
import pytest
from django.db import connections
from django.test import Client, override_settings
from django.utils import timezone

from omloop.absences.models import AbsenceCover
from omloop.circulation.models import Assignment
from omloop.coding.proposing import suggested
from omloop.demo.cast import HORECA, PEOPLE, ZWALUW
from omloop.demo.load import load_demo
from omloop.demo.papers import papers
from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from omloop.organisations.members import member_scope, system_scope
from omloop.people.models import Person
from omloop.tenancy import directory
from tests.conftest import Databases, lend, use
from tests.strangers.walk import Watch

Owner = Callable[[], psycopg.Connection]


@pytest.fixture(scope="module")
def loaded(databases: Databases) -> str:
    """A database with the demo in it, made once and copied for every test."""
    name = databases.create(databases.migrated)
    use(databases.web(name))
    list(load_demo())
    connections.close_all()
    return name


@pytest.fixture
def demo(databases: Databases, loaded: str) -> Iterator[str]:
    yield from lend(databases, loaded)


def test_sixty_invoices_in_all_states_wait_for_and_went_past_people(demo: str, owner: Owner) -> None:
    with owner() as above:
        documents = Counter(
            dict(above.execute("SELECT state, count(*) FROM intake_document GROUP BY 1").fetchall())
        )
        invoices = Counter(
            dict(above.execute("SELECT state, count(*) FROM invoices_invoice GROUP BY 1").fetchall())
        )
    assert documents == {Document.State.READ: 58, Document.State.PICTURE: 1, Document.State.UNREADABLE: 1}
    assert set(invoices) == {"held", "circulating", "approved", "rejected"}
    assert min(invoices.values()) >= 2


def test_one_task_is_on_hold_with_a_reason_and_a_day(demo: str, owner: Owner) -> None:
    with owner() as above:
        rows = above.execute(
            "SELECT p.name, a.on_hold_until > current_date FROM circulation_assignment a "
            "JOIN people_person p ON p.id = a.holder_id "
            "WHERE a.ended_at IS NULL AND a.on_hold_until IS NOT NULL"
        ).fetchall()
        said = above.execute("SELECT remark FROM circulation_decision WHERE action = 'hold'").fetchall()
    assert rows == [("Annemieke van den Bosch-Wolterbeek", True)]
    assert said == [("Eerst de levering narekenen met de pakbon.",)]


def test_loading_again_changes_nothing(demo: str, owner: Owner) -> None:
    with owner() as above:
        watch = Watch(above)
        assert list(load_demo())[-1] == "everything was there already"
        assert watch.changed() == set()


def test_everything_for_zwaluw_goes_to_anna_and_in_april_to_bram(demo: str) -> None:
    anna, bram = (Person.objects.get(email=f"{name}@noordgroep.example") for name in ("anna", "bram"))
    with member_scope(anna, now=timezone.now()):
        cover = AbsenceCover.objects.get(
            person=anna, organisation_id=directory.organisations_of("kvk", ZWALUW)[0]
        )
    assert (cover.period.lower, cover.period.upper, cover.substitute_id) == (
        date(2026, 4, 1),
        date(2026, 5, 2),
        bram.id,
    )
    with system_scope("test", directory.organisations_of("kvk", ZWALUW)[0]):
        asked = Assignment.objects.filter(step__origin="scheme")
        assert set(asked.values_list("holder_id", flat=True)) == {anna.id}


def test_the_restaurant_knows_how_to_code_all_but_the_printer_whose_invoices_wait_for_that(demo: str) -> None:
    with system_scope("test", directory.organisations_of("kvk", HORECA)[0]):
        printer = Invoice.objects.filter(supplier_name="Drukkerij De Letterhaas")
        invoices = list(Invoice.objects.exclude(without_vat=None).exclude(id__in=printer))
        assert len(invoices) > 5
        for invoice in invoices:
            assert sum(line.net for line in suggested(invoice)) == invoice.without_vat
        waiting = Assignment.objects.filter(invoice__in=printer, ended_at=None)
        assert list(waiting.values_list("step__action", flat=True)) == ["code"] * 3


def test_the_same_first_day_gives_the_same_bytes() -> None:
    assert [p.data for p in papers(date(2026, 11, 22))] == [p.data for p in papers(date(2026, 11, 22))]


def test_only_what_should_break_breaks(demo: str, owner: Owner) -> None:
    with owner() as above:
        broken = above.execute("SELECT count(*) FROM invoices_validation WHERE fatal > 0").fetchone()
    assert broken == (3,)


@override_settings(DEMO=True)
def test_one_click_signs_in_as_somebody_of_the_demo(demo: str) -> None:
    client = Client()
    assert PEOPLE[1].name in client.get("/account/login/").content.decode()
    anna = Person.objects.get(email=PEOPLE[1].email)
    response = client.post(f"/demo/sign-in/{anna.id}/", follow=True)
    assert response.wsgi_request.user == anna


@override_settings(DEMO=True)
def test_nobody_outside_the_cast_can_be_entered_as(demo: str) -> None:
    stranger = Person.objects.create_user("real@company.example", name="Real Person")
    assert Client().post(f"/demo/sign-in/{stranger.id}/").status_code == 404


def test_outside_demo_mode_the_door_is_not_there(demo: str) -> None:
    anna = Person.objects.get(email=PEOPLE[1].email)
    client = Client()
    assert client.post(f"/demo/sign-in/{anna.id}/").status_code == 404
    assert PEOPLE[1].name not in client.get("/account/login/").content.decode()
