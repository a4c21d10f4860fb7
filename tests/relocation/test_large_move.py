"""Four thousand invoices move while files keep coming in; and back again (rules 6.3)."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.crowd import multiply_documents
from omloop.absences.services import set_absence
from omloop.audit.verify import verify
from omloop.circulation.models import Assignment
from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from omloop.organisations.members import member_scope, system_scope
from omloop.relocation.manifest import differences, take_manifest
from omloop.relocation.moves import executing, proposing
from omloop.relocation.moves.plans import MovePlan
from omloop.relocation.tables import tables
from tests.circulation.company import Company
from tests.conftest import Databases
from tests.relocation.removal import FROM, TO, Choice, Removal

APPROVED, UNDER_WAY = 3_600, 400
State = MovePlan.State


@contextmanager
def reception_open(removal: Removal, folder: Path, first: int) -> Iterator[list[UUID]]:
    """Another process imports all the time; what it was acknowledged stands in the list afterwards."""
    stop, acknowledged = folder / "stop", []
    stop.unlink(missing_ok=True)
    words = [sys.executable, "-m", "tests.relocation.writer"]
    words += [str(removal.world.zwaluw.id), str(stop), str(first)]
    writer = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert writer.stdout
    acknowledged.append(UUID(writer.stdout.readline().strip()))
    try:
        yield acknowledged
    finally:
        stop.touch()
        said, complaints = writer.communicate(timeout=60)
    assert writer.returncode == 0, complaints
    acknowledged += map(UUID, said.split())


def fill(removal: Removal, databases: Databases) -> None:
    """One invoice is approved, one is with Bram; then many of each, and an absence."""
    world, company = removal.world, Company(removal.world, removal.world.zwaluw)
    company.rule(("check", world.bram), ("approve", world.anna))
    documents = [removal.arrive(1), removal.arrive(2)]
    with system_scope("test", world.zwaluw.id):
        approved = Invoice.objects.get(document_id=documents[0]).id
    company.decide(world.bram, approved, "check")
    company.decide(world.anna, approved, "approve")
    with member_scope(removal.yusuf, now=timezone.now()) as yusuf:
        today = timezone.localdate()
        set_absence(
            person_id=removal.yusuf.id, first_on=today + timedelta(days=30),
            last_on=today + timedelta(days=40), substitute_id=world.bram.id,
            actor=yusuf, now=timezone.now(),
        )  # fmt: skip
    url = databases.cluster.superuser_url.replace("/postgres?", f"/{world.database}?")
    files = Path(settings.DATA) / "files"
    numbers = (range(10, 10 + APPROVED), range(20_000, 20_000 + UNDER_WAY))
    with psycopg.connect(url, autocommit=True) as superuser:
        for document, each in zip(documents, numbers, strict=True):
            multiply_documents(superuser, files, world.zwaluw.id, document, each)


def switch_counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements each switch takes while it holds the organisations."""
    counts: list[int] = []
    switch = executing.switch

    def counted(plan: MovePlan) -> None:
        with CaptureQueriesContext(connection) as asked:
            switch(plan)
        counts.append(len(asked))

    monkeypatch.setattr(executing, "switch", counted)
    return counts


def test_four_thousand_invoices_move_and_come_back_while_reception_goes_on(
    removal: Removal,
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    owner: Callable[[], psycopg.Connection],
) -> None:
    world, counts = removal.world, switch_counted(monkeypatch)
    fill(removal, databases)
    removal.propose()
    removal.choose(
        sanne=Choice.BOTH,
        bram=Choice.LEAVES,
        successors={world.bram: removal.yusuf, world.anna: removal.yusuf},
    )
    # The absent one can't be stood in for by himself: Sanne takes over from Bram.
    removal.grant(world.sanne, "approver")
    removal.choose(successors={world.bram: world.sanne, world.anna: removal.yusuf})
    removal.agree()
    with reception_open(removal, tmp_path, 100_000) as acknowledged:
        executing.move(removal.plan_id, world.noordgroep_id)
    plan, [mover] = removal.plan(), removal.movers()
    assert plan.state == State.DONE, plan.stopped_because
    assert mover.differences == []
    before = mover.counted_before
    assert len(before.files) >= APPROVED + UNDER_WAY + 2
    assert before.mark.number > 4 * APPROVED
    assert_all_here_once(owner, world.zwaluw.id, acknowledged)
    with system_scope("test", world.zwaluw.id):
        tasks = Assignment.objects.filter(ended_at=None, holder=world.sanne)
        assert tasks.count() >= UNDER_WAY
        assert not Assignment.objects.filter(ended_at=None, holder__in=[world.bram, world.anna]).exists()

    back_again(removal, plan, acknowledged, tmp_path)
    assert_all_here_once(owner, world.zwaluw.id, acknowledged)
    assert differences(before, take_manifest(before.mark)) == []
    with system_scope("test", world.zwaluw.id):
        assert verify(world.zwaluw.id).fault == ""
    assert_same_number_of_statements(counts)


def back_again(removal: Removal, plan: MovePlan, acknowledged: list[UUID], folder: Path) -> None:
    """Both undo it, while reception goes on."""
    with removal.at(removal.world.marit) as party:
        removal.plan_id = proposing.propose_undo(plan=party.plan, actor=party.member, now=timezone.now()).id
    removal.choose(by=removal.yusuf, yusuf=Choice.BOTH, sanne=Choice.BOTH)
    removal.ask(by=removal.yusuf)
    removal.consent(removal.yusuf, FROM)
    removal.consent(removal.world.marit, TO)
    with reception_open(removal, folder, 200_000) as more:
        executing.move(removal.plan_id, plan.to_environment_id)  # type: ignore[arg-type]
    acknowledged += more
    assert removal.plan().state == State.DONE, removal.plan().stopped_because
    assert removal.movers()[0].differences == []


def assert_all_here_once(
    owner: Callable[[], psycopg.Connection], organisation_id: UUID, acknowledged: list[UUID]
) -> None:
    """Every acknowledged document is there, read, and nowhere else; reception was not idle."""
    assert len(acknowledged) > 5
    with owner() as above:
        rows = above.execute(
            "SELECT d.id, d.organisation_id FROM intake_document d JOIN invoices_invoice i "
            "ON i.document_id = d.id WHERE d.id = ANY(%s)",
            [acknowledged],
        ).fetchall()
        doubles = above.execute("SELECT count(*) - count(DISTINCT sha256) FROM intake_document").fetchall()
    assert sorted(rows) == sorted((document, organisation_id) for document in acknowledged)
    assert doubles == [(0,)]


def assert_same_number_of_statements(counts: list[int]) -> None:
    """The switch of four thousand invoices takes some statements a table, and not some for each invoice."""
    assert len(counts) == 2
    assert max(counts) < 3 * len(tables()), counts


def test_the_switch_takes_no_more_statements_for_thirty_tasks_than_for_three(
    removal: Removal, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, counts = removal.world, switch_counted(monkeypatch)
    company = Company(world, world.zwaluw)
    company.rule(("check", world.bram), ("approve", world.anna))
    for number in range(3):
        removal.arrive(number)
    plans = []
    for more in (range(0), range(3, 30)):
        for number in more:
            removal.arrive(number)
        plans.append(removal.propose())
        removal.choose(successors={world.bram: removal.yusuf, world.anna: removal.yusuf})
        assert removal.move().state == State.DONE, removal.plan().stopped_because
        with removal.at(removal.marit) as party:
            back = proposing.propose_undo(plan=party.plan, actor=party.member, now=timezone.now())
        removal.plan_id = back.id
        removal.choose(by=removal.yusuf, yusuf=Choice.BOTH, successors={removal.yusuf: world.bram})
        removal.ask(by=removal.yusuf)
        removal.consent(removal.yusuf, FROM)
        removal.consent(removal.marit, TO)
        removal.run_jobs()
        assert removal.plan().state == State.DONE, removal.plan().stopped_because
    assert counts[2] <= counts[0]


def test_documents_of_others_are_not_counted(removal: Removal) -> None:
    removal.arrive(1)
    removal.arrive(2, removal.world.vuurtoren)
    removal.propose()
    removal.move()
    [mover] = removal.movers()
    with system_scope("test", removal.world.zwaluw.id):
        assert len(mover.counted_before.files) == Document.objects.count() == 1
