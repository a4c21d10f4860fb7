"""The manifest covers what the sealed chain covers, and only that (rules 6.3)."""

import os
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from omloop.audit.keys import public_key
from omloop.flow.command_line import take_in
from omloop.intake.files import FileDamaged
from omloop.intake.models import Channel, Document
from omloop.kernel.ids import next_bound, uuid7
from omloop.organisations.holding import hold
from omloop.organisations.members import operator_member
from omloop.relocation.manifest import (
    Manifest,
    differences,
    from_dict,
    is_authentic,
    refuse_difference,
    take_manifest,
    take_mark,
)
from omloop.tenancy.scope import tenant_scope
from tests.strangers.victim import file, make_victim
from tests.world import World

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def bring(world: World, number: int) -> UUID:
    accepted = take_in(
        organisation_id=world.zwaluw.id,
        data=file(number, "NEW"),
        filename="new.xml",
        channel=Channel.COMMAND_LINE,
        actor=operator_member(world.zwaluw.id),
    )
    assert accepted.document_id
    return accepted.document_id


@pytest.fixture
def before(world: World) -> Manifest:
    make_victim(world)
    return take_manifest(take_mark(world.zwaluw.id, now=NOW))


def rows_of(manifest: Manifest, table: str) -> int:
    return next(counted.rows for counted in manifest.tables if counted.table == table)


def test_it_counts_every_table_confidential_rows_too_and_hashes_every_file(before: Manifest) -> None:
    assert rows_of(before, "intake_document") == 5
    assert rows_of(before, "audit_event") == rows_of(before, "audit_seal") == before.mark.number > 10
    assert rows_of(before, "organisations_organisation") == rows_of(before, "audit_chain") == 1
    assert len(before.files) == 12
    assert all(file.size > 0 and len(file.sha256) == 64 for file in before.files)


def test_what_arrives_later_has_a_higher_number_and_leaves_it_equal(world: World, before: Manifest) -> None:
    bring(world, 40)
    bring(world, 41)
    after = take_manifest(before.mark)
    assert differences(before, after) == []
    later = take_manifest(take_mark(world.zwaluw.id, now=NOW))
    assert later.mark.number > before.mark.number
    assert len(later.files) == len(before.files) + 2
    assert [d for d in differences(before, replace(later, mark=before.mark)) if "file" in d]


def test_it_speaks_of_one_organisation_only(world: World, before: Manifest) -> None:
    elsewhere = take_manifest(take_mark(world.vuurtoren.id, now=NOW))
    assert rows_of(elsewhere, "intake_document") == 0
    assert elsewhere.files == ()
    assert elsewhere.mark.number < before.mark.number


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("DELETE FROM intake_delivery WHERE id = (SELECT max(id::text)::uuid FROM intake_delivery)",
         "intake_delivery"),
        ("UPDATE audit_event SET actor = 'nobody' WHERE name = 'organisation.created'", "audit_event"),
        ("UPDATE audit_seal SET hash = sha256('x') WHERE number = 3", "audit_seal"),
    ],
)  # fmt: skip
def test_a_row_lost_or_an_event_rewritten_is_a_difference(
    world: World, before: Manifest, statement: str, table: str
) -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(statement.encode())
    found = differences(before, take_manifest(before.mark))
    assert found and all(difference.startswith(f"{table}:") for difference in found), found


def test_a_chain_that_no_longer_goes_through_the_mark_is_a_difference(world: World, before: Manifest) -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("DELETE FROM audit_seal WHERE number = %s", [before.mark.number])
    found = differences(before, take_manifest(before.mark))
    assert [line.split(":")[0] for line in found] == ["audit_seal", "audit_chain"]


def test_a_damaged_file_stops_it(world: World, before: Manifest) -> None:
    path = next(Path(settings.DATA).glob(f"files/{world.zwaluw.id}/*/{before.files[0].sha256}"))
    whole = path.read_bytes()
    path.write_bytes(whole + b" ")
    with pytest.raises(FileDamaged):
        take_manifest(before.mark)
    path.write_bytes(whole)
    refuse_difference(before, take_manifest(before.mark))


def test_it_is_signed_and_a_change_shows(before: Manifest) -> None:
    signed = before.signed()
    assert from_dict(signed["manifest"]) == before
    assert is_authentic(signed, public_key())
    signed["manifest"]["tables"][1]["rows"] += 1
    assert not is_authentic(signed, public_key())


def test_the_mark_waits_for_whoever_is_writing_and_covers_it(world: World) -> None:
    """A row made before the mark and committed after its making has begun is below the mark, never lost."""
    begun, marked = threading.Event(), []

    def write() -> None:
        with tenant_scope(None, [world.zwaluw.id]):
            hold(world.zwaluw.id)
            begun.set()
            time.sleep(0.3)
            Document.objects.create(
                id=uuid7(), organisation=world.zwaluw, sha256="0" * 64, size=1, filename="slow.xml",
                channel=Channel.UPLOAD, received_at=NOW, import_date=NOW.date(),
            )  # fmt: skip
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    marked.append(take_mark(world.zwaluw.id, now=NOW))
    writer.join()
    with tenant_scope(None, [world.zwaluw.id]):
        assert Document.objects.filter(id__lt=marked[0].below, filename="slow.xml").exists()


def test_keys_made_before_a_bound_are_smaller_and_later_ones_are_not() -> None:
    earlier = [uuid7() for _ in range(20_000)]
    bound = next_bound()
    later = [uuid7() for _ in range(20_000)]
    assert max(earlier) < bound <= min(later)
    assert earlier == sorted(earlier) and later == sorted(later)
    assert all(key.version == 7 for key in (*earlier, bound, *later))
