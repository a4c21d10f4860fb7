"""Numbers of invoices: none is left out, none is given twice, whatever goes wrong (rules 2.7)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope, system_scope
from omloop.sending.finishing import send_draft, send_ubl
from omloop.sending.models import Kind, SalesInvoice
from omloop.sending.refusals import LastSeries, NumberInUse, PrefixInUse
from omloop.sending.series import add_series, end_series, series_of, take_number
from tests.paper import file, party
from tests.sending.shop import NOW, as_it_is, know, open_shop, send, write_draft
from tests.world import World

SENDERS, WHOLE = 50, 5


class Failed(Exception):
    """Something went wrong after the number was taken."""


@pytest.fixture(autouse=True)
def shop(world: World) -> None:
    open_shop(world)


def test_fifty_at_the_same_moment_get_numbers_in_a_row_and_who_fails_leaves_no_gap(world: World) -> None:
    """Some send whole invoices; the others hold, lock and number as sending does, and every fifth fails."""
    customer = know(world.zwaluw, kvk="90001009")
    send(world.sanne, write_draft(world.sanne, customer))
    drafts = [write_draft(world.sanne, customer) for _ in range(WHOLE)]
    together = threading.Barrier(SENDERS)

    def number(*, fails: bool) -> str:
        with suppress(Failed), system_scope("test", world.zwaluw.id):
            hold(world.zwaluw.id)
            taken = take_number(series_of(world.zwaluw.id)[0], issued_on=NOW.date())
            if fails:
                raise Failed
            return taken
        return ""

    def go(turn: int) -> str:
        try:
            together.wait(timeout=60)
            if turn < WHOLE:
                return send(world.sanne, drafts[turn]).number
            return number(fails=turn % 5 == 0)
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDERS) as pool:
        numbers = [each for each in pool.map(go, range(SENDERS)) if each]
    assert len(numbers) == SENDERS - len(range(WHOLE, SENDERS, 5))
    assert sorted(numbers) == [f"F2026-{n:04d}" for n in range(2, len(numbers) + 2)]


def test_a_crash_between_number_and_commit_leaves_neither(world: World, owner: object) -> None:
    customer = know(world.zwaluw, kvk="90001009")
    first, second = write_draft(world.sanne, customer), write_draft(world.sanne, customer)

    def send_and_crash() -> None:
        with member_scope(world.sanne, now=NOW) as sanne:
            assert send_draft(first, actor=sanne, now=NOW).number == "F2026-0001"
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                crash(cursor.fetchone()[0])

    def crash(process: int) -> None:
        with owner() as database:  # type: ignore[operator]
            database.execute("SELECT pg_terminate_backend(%s)", [process])

    with pytest.raises((OperationalError, psycopg.Error)):
        send_and_crash()
    connection.close()
    left = as_it_is(world.zwaluw, first)
    assert (left.state, left.number, left.sha256) == ("draft", "", "")
    assert send(world.sanne, second).number == "F2026-0001"
    assert send(world.sanne, first).number == "F2026-0002"


def test_a_series_goes_on_where_another_package_stopped_and_begins_again_each_year(world: World) -> None:
    with system_scope("test", world.zwaluw.id) as system:
        by = {"organisation_id": world.zwaluw.id, "actor": system, "now": NOW}
        add_series(kind=Kind.INVOICE, prefix="VF-", is_per_year=True, first_number=132, **by)
        add_series(kind=Kind.INVOICE, prefix="ABO", is_per_year=False, **by)
        with pytest.raises(PrefixInUse):
            add_series(kind=Kind.CREDIT_NOTE, prefix="VF-", is_per_year=False, **by)
    customer = know(world.zwaluw, kvk="90001009")
    assert send(world.sanne, write_draft(world.sanne, customer)).number == "VF-2026-0132"
    next_year = write_draft(world.sanne, customer)
    with system_scope("test", world.zwaluw.id):
        hold(world.zwaluw.id)
        content = SalesInvoice.objects.get(id=next_year).content | {"issued_on": "2027-01-02"}
        SalesInvoice.objects.filter(id=next_year).update(content=content)
    assert send(world.sanne, next_year).number == "VF-2027-0001"
    abo = write_draft(world.sanne, customer)
    with system_scope("test", world.zwaluw.id):
        hold(world.zwaluw.id)
        other = next(each for each in series_of(world.zwaluw.id) if each.prefix == "ABO")
        SalesInvoice.objects.filter(id=abo).update(series=other)
    assert send(world.sanne, abo).number == "ABO0001"


def test_the_last_series_of_a_kind_stays_and_its_numbers_are_its_own(world: World) -> None:
    send(world.sanne, write_draft(world.sanne, know(world.zwaluw, kvk="90001009")))
    own = party("Zwaluw Techniek B.V.", "90001001", "NL000099998B57")
    with system_scope("test", world.zwaluw.id) as system:
        by = {"organisation_id": world.zwaluw.id, "actor": system, "now": timezone.now()}
        (only,) = series_of(world.zwaluw.id)
        with pytest.raises(LastSeries):
            end_series(series_id=only.id, **by)
        with pytest.raises(NumberInUse):
            send_ubl(data=file("F2026-0077", seller=own), **by)
