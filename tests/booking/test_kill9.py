"""kill -9 while an export is made: it is whole or absent, and never there twice (rules 3.11)."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import psycopg
import pytest

from omloop.booking.models import Batch
from tests.booking.ledger import Ledger
from tests.relocation.test_kill9 import WAITING, until_nobody_is_left

BOOK = """
import sys
from datetime import UTC, date, datetime
from uuid import UUID
import django
django.setup()
from omloop.booking.services import book
from omloop.organisations.members import system_scope
place = UUID(sys.argv[1])
with system_scope("test", place) as system:
    book(organisation_id=place, kind="full", up_to=date(2026, 12, 31), actor=system, now=datetime.now(UTC))
"""


@pytest.mark.parametrize("table", ["booking_booking", "booking_bookingline", "audit_unsealed"])
def test_a_killed_export_leaves_nothing_and_the_next_one_is_whole(
    ledger: Ledger, owner: Callable[[], psycopg.Connection], table: str
) -> None:
    invoices = [ledger.ready(number=str(number)) for number in range(3)]
    command = [sys.executable, "-c", BOOK, str(ledger.company.organisation.id)]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "omloop.config.settings"}
    with owner() as above, above.transaction():
        above.execute(f"LOCK TABLE {table} IN SHARE MODE".encode())
        process = subprocess.Popen(command, env=env)
        deadline = time.monotonic() + 60
        while above.execute(WAITING, [table]).fetchall() == [(0,)]:
            assert time.monotonic() < deadline and process.poll() is None, "it never came so far"
            time.sleep(0.01)
        process.kill()
        process.wait()
    until_nobody_is_left(owner)
    with ledger.company.system():
        assert not Batch.objects.exists()
    assert [ledger.invoice(each).booked_at for each in invoices] == [None] * 3
    (batch,) = ledger.book()
    with ledger.company.system():
        assert (batch.number, batch.bookings.count()) == (1, 3)
