"""kill -9 while a payment file is made: it is whole or absent, and no invoice is in two (rules 3.10)."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import psycopg

from omloop.payments.models import Payment, PaymentBatch
from tests.payments.bank import Bank
from tests.relocation.test_kill9 import WAITING, until_nobody_is_left

MAKE = """
import sys
from datetime import UTC, date, datetime
from uuid import UUID
import django
django.setup()
from omloop.organisations.members import system_scope
from omloop.payments.services import make_files
place, now = UUID(sys.argv[1]), datetime.now(UTC)
with system_scope("test", place) as system:
    make_files(organisation_id=place, execution_on=date(2099, 1, 1), actor=system, now=now)
"""


def test_a_killed_payment_file_leaves_nothing_and_the_next_one_is_whole(
    bank: Bank, owner: Callable[[], psycopg.Connection]
) -> None:
    invoices = [bank.payable(number=str(number)) for number in range(3)]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "omloop.config.settings"}
    with owner() as above, above.transaction():
        above.execute(b"LOCK TABLE payments_payment IN SHARE MODE")
        process = subprocess.Popen([sys.executable, "-c", MAKE, str(bank.place)], env=env)
        deadline = time.monotonic() + 60
        while above.execute(WAITING, ["payments_payment"]).fetchall() == [(0,)]:
            assert time.monotonic() < deadline and process.poll() is None, "it never came so far"
            time.sleep(0.01)
        process.kill()
        process.wait()
    until_nobody_is_left(owner)
    with bank.desk.ledger.company.system():
        assert not PaymentBatch.objects.exists() and not Payment.objects.exists()
    (batch,) = bank.make()
    assert batch.number == 1 and sorted(bank.invoices(batch)) == sorted(invoices)
