"""What hangs on an invoice goes with it, sales invoices too, whatever happens meanwhile (rules 2.8, 7.5)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from omloop.audit.verify import verify
from omloop.booking.models import Batch, Booking, BookingLine
from omloop.intake.files import place_of
from omloop.intake.models import Document
from omloop.intake.services import accept
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import system_scope
from omloop.payments.models import Payment, PaymentBatch
from omloop.recognition.models import Recognition
from omloop.relocation.moves.findings import Kind, find_conflicts
from omloop.relocation.moves.situation import Situation
from omloop.retention.carrying_out import carry_out
from omloop.retention.models import Destroyed
from omloop.sending.models import NumberCounter, SalesAttachment, SalesInvoice, SentStatus
from omloop.tenancy.order import keys_of
from omloop.tenancy.walls import hangs_on, tenant_models
from tests.booking.ledger import Ledger
from tests.circulation.company import Company
from tests.payees.desk import Desk
from tests.payments.bank import Bank
from tests.relocation.farewell import signed_in
from tests.relocation.removal import Choice
from tests.relocation.removal import Removal as Move
from tests.relocation.test_kill9 import kill_while_it_waits_for
from tests.retention.keeping import NOW, Keeping
from tests.sending.shop import know, open_shop, send, write_draft
from tests.strangers.victim import file

LONG_AGO = date(2018, 3, 1)


def make_old(keeping: Keeping) -> None:
    """All that Zwaluw has is from long ago."""
    day = {"day": LONG_AGO}
    with keeping.owner() as above:
        above.execute("UPDATE intake_document SET import_date = %(day)s", day)
        above.execute("UPDATE invoices_invoice SET import_date = %(day)s, issued_on = %(day)s", day)
        above.execute(
            "UPDATE sending_salesinvoice SET issued_on = %(day)s, changed_at = %(day)s, sent_at = %(day)s",
            day,
        )


def destroy(keeping: Keeping, *keys: str) -> None:
    keeping.confirm(keeping.propose(*keys))
    keeping.run_jobs()
    assert keeping.removal().state == "done"


def test_what_was_booked_and_paid_goes_with_all_that_hangs_on_it(keeping: Keeping) -> None:
    """The entry of the invoice goes; the number of its export stays, so that the row has no gap."""
    bank = Bank(Desk.of(Ledger.of(Company(keeping.world, keeping.world.zwaluw))))
    booked = bank.desk.ledger.approved()
    bank.desk.ledger.book()
    bank.paid(bank.payable())
    make_old(keeping)
    assert booked
    destroy(keeping, "purchase-2018")
    with system_scope("test", keeping.world.zwaluw.id):
        for table in (Document, Invoice, Booking, BookingLine, Payment, Recognition):
            assert not table.objects.exists(), table
        assert Batch.objects.count() == 1 and PaymentBatch.objects.count() == 0
        assert verify(keeping.world.zwaluw.id).fault == ""
    assert len(keeping.register()) == 2


def test_a_sales_invoice_goes_with_its_file_and_its_number_is_not_used_again(keeping: Keeping) -> None:
    world = keeping.world
    open_shop(world)
    sent = send(world.sanne, write_draft(world.sanne, know(world.zwaluw, email="klant@example.nl")))
    keeping.run_jobs()
    make_old(keeping)
    path = Path(settings.DATA) / place_of(world.zwaluw.id, sent.sha256)
    assert path.exists()
    keeping.post(world.sanne, "kept_sale", sent.id, kind="real_estate")
    assert keeping.may_go() == []
    assert sent.number in signed_in(world.sanne).get(keeping.page).content.decode()
    keeping.post(world.sanne, "kept_sale", sent.id, kind="real_estate", lift="1")
    destroy(keeping, "sale-2018")
    with system_scope("test", world.zwaluw.id):
        for table in (SalesInvoice, SalesAttachment, SentStatus):
            assert not table.objects.exists(), table
        assert NumberCounter.objects.get().next_number == 2
    assert not path.exists()
    (row,) = keeping.register()
    assert (row.kind, row.number, row.sha256, row.kept_until) == (
        "sale", sent.number, sent.sha256, date(2025, 12, 31),
    )  # fmt: skip


def test_every_table_that_follows_a_document_points_to_it_by_a_key() -> None:
    """So that `delete_rows`, which goes along the keys, leaves none behind."""
    followed = [(model, found) for model in tenant_models() if (found := hangs_on(model))]
    assert len(followed) > 20
    assert [
        model for model, (column, _) in followed if column not in {key.column for key in keys_of(model)}
    ] == []


def test_the_same_bytes_that_come_again_are_kept_anew(keeping: Keeping) -> None:
    old = keeping.old(1)
    path = keeping.path(old)
    destroy(keeping, "purchase-2018")
    assert not path.exists()
    with system_scope("test", keeping.world.zwaluw.id) as system:
        again = accept(
            organisation_id=keeping.world.zwaluw.id,
            data=file(1, "EIND"),
            filename="1.xml",
            channel="upload",
            actor=system,
            now=NOW,
        )
    assert again.outcome == "accepted" and path.exists()
    with keeping.owner() as above:
        above.execute("UPDATE retention_destroyed SET file_gone_at = NULL")
    carry_out(keeping.removal().id, keeping.world.zwaluw.id, now=NOW)
    assert path.exists(), "a row stands for them again"
    assert keeping.register()[0].file_gone_at is not None


def test_a_killed_worker_leaves_nothing_half_destroyed(
    keeping: Keeping, owner: Callable[[], psycopg.Connection]
) -> None:
    for number in (1, 2, 3):
        keeping.old(number)
    keeping.confirm(keeping.propose("purchase-2018"))
    kill_while_it_waits_for("intake_document", owner)
    assert (len(keeping.documents()), len(keeping.register())) in {(3, 0), (0, 3)}
    with owner() as above:
        above.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    keeping.run_jobs()
    removal = keeping.removal()
    assert (removal.state, removal.done, removal.total) == ("done", 3, 3)
    assert keeping.documents() == set() and all(row.file_gone_at for row in keeping.register())


def test_a_hold_that_is_set_while_it_runs_saves_what_is_left(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = keeping.old(1), keeping.old(2)
    monkeypatch.setattr("omloop.retention.destroying.BATCH", 1)
    keeping.confirm(keeping.propose("purchase-2018"))
    held = keeping.invoice(max(first, second))
    said = keeping.post(keeping.world.sanne, "kept_invoice", held.id, kind="legal_hold", reason="Claim")
    assert "Claim" in said
    assert "wordt een lijst vernietigd" in keeping.post(
        keeping.world.sanne, "kept_invoice", held.id, kind="legal_hold", lift="1"
    )
    keeping.run_jobs()
    removal = keeping.removal()
    assert (removal.state, removal.done, removal.total) == ("done", 1, 2)
    assert keeping.documents() == {held.document_id}


def test_it_waits_for_a_move_and_no_move_goes_through_meanwhile(
    keeping: Keeping, run_jobs: Callable[[], None]
) -> None:
    keeping.old(1)
    move = Move(keeping.world, run_jobs)
    move.propose()
    keeping.confirm(keeping.propose("purchase-2018"))
    with move.at(move.marit) as party:
        assert Kind.ENDING in {each.kind for each in find_conflicts(Situation(party.plan, NOW))}
    with keeping.owner() as above:
        above.execute("UPDATE relocation_moveplan SET state = 'running', phase = 'moving'")
    carry_out(keeping.removal().id, keeping.world.zwaluw.id, now=NOW)
    assert len(keeping.documents()) == 1
    with keeping.owner() as above:
        above.execute("UPDATE relocation_moveplan SET state = 'draft', phase = ''")
    carry_out(keeping.removal().id, keeping.world.zwaluw.id, now=NOW)
    assert keeping.documents() == set()


def test_marks_lists_and_the_register_move_along(keeping: Keeping, run_jobs: Callable[[], None]) -> None:
    world, move = keeping.world, Move(keeping.world, run_jobs)
    keeping.old(1)
    destroy(keeping, "purchase-2018")
    held, waiting = keeping.old(2), keeping.old(3)
    keeping.post(
        world.sanne, "kept_invoice", keeping.invoice(held).id, kind="legal_hold", reason="Lopend geschil"
    )
    keeping.post(world.marit, "set_financial_year", world.zwaluw.id, ends_in="6")
    removal = keeping.propose("purchase-2018")
    move.propose()
    move.choose(sanne=Choice.BOTH, anna=Choice.LEAVES, successors={world.anna: move.yusuf})
    plan = move.move()
    assert (plan.state, [mover.differences for mover in move.movers()]) == ("done", [[]]), (
        plan.stopped_because
    )
    page = keeping.see(world.sanne)
    assert "Lopend geschil" in page and "juni" in page and "1 ding is vernietigd" in page
    keeping.confirm(removal, by=move.yusuf)
    run_jobs()
    assert keeping.documents() == {held} and waiting not in keeping.documents()
    assert len(keeping.register()) == 2


def test_the_page_costs_the_same_whatever_may_go(keeping: Keeping) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert signed_in(keeping.world.sanne).get(address).status_code == 200
        return len(captured)

    company = Company(keeping.world, keeping.world.zwaluw)
    days = [datetime(year, 5, 1, 12, tzinfo=UTC) for year in range(2010, 2018)]
    for day in days[:1]:
        company.store(day, state="approved")
    before = queries(keeping.page)
    for day in days[1:]:
        company.store(day + timedelta(days=1), state="approved")
    assert queries(keeping.page) == before
    with system_scope("test", keeping.world.zwaluw.id):
        hold(keeping.world.zwaluw.id)
        rows = [row_of(keeping, number) for number in range(60)]
        Destroyed.objects.bulk_create(rows[:1])
        register = f"{keeping.page}destroyed/"
    one = queries(register)
    with system_scope("test", keeping.world.zwaluw.id):
        hold(keeping.world.zwaluw.id)
        Destroyed.objects.bulk_create(rows[1:])
    assert queries(register) == one


def row_of(keeping: Keeping, number: int) -> Destroyed:
    key = UUID(int=number + 1)
    return Destroyed(
        organisation=keeping.world.zwaluw,
        decision_id=key,
        document_id=key,
        sha256=f"{number:064x}",
        size=1,
        number=f"R-{number}",
        import_date=LONG_AGO,
        kept_until=date(2025, 12, 31),
        destroyed_at=NOW,
        file_gone_at=NOW,
    )
