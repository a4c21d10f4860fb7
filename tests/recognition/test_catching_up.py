"""What an earlier version took in is found by the words of its PDFs after an upgrade (rules 2.8)."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module

import psycopg
from django.apps import apps

from omloop.flow.command_line import take_in
from omloop.invoices.finding import Sought, count_found
from omloop.invoices.models import InvoiceWords
from omloop.organisations.members import member_scope, operator_member, system_scope
from omloop.recognition.tasks import recognise_now
from tests.invoices.test_pdfs import hybrid_invoice
from tests.recognition.drawn import drawn
from tests.world import World

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def found(world: World, words: str) -> int:
    with member_scope(world.sanne, now=NOW) as sanne:
        return count_found(sanne, Sought(words=words), [world.zwaluw.id])


def test_the_pdfs_of_earlier_invoices_are_read_once_after_an_upgrade(
    world: World, run_jobs: Callable[[], None], owner: Callable[[], psycopg.Connection]
) -> None:
    place = {"organisation_id": world.zwaluw.id, "actor": operator_member(world.zwaluw.id)}
    take_in(**place, data=hybrid_invoice(), filename="factuur.PDF", channel="command_line")
    waiting = take_in(
        **place, data=drawn([(60, 60, "Bakkerij Kruimel")]), filename="bon.pdf", channel="command_line"
    )
    assert waiting.document_id
    recognise_now(waiting.document_id, world.zwaluw.id, NOW)
    run_jobs()
    assert found(world, "Omschrijving") == 1, "a word that only the picture has"
    with owner() as above:
        above.execute("UPDATE invoices_invoicewords SET words = '', pdfs_read_at = NULL")
    assert found(world, "Omschrijving") == 0
    upgrade = import_module("omloop.recognition.migrations.0002_catch_up")
    with system_scope("test", world.zwaluw.id):
        upgrade.ask(apps, None)
    run_jobs()
    assert found(world, "Omschrijving") == 1
    with system_scope("test", world.zwaluw.id):
        assert not InvoiceWords.objects.filter(pdfs_read_at=None).exists()
