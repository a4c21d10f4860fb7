"""Backup and restore with a server of one's own: what is refused, what is brought forward, what is told."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command

from omloop.audit.tasks import seal_chain
from omloop.backup.making import make_backup
from omloop.backup.manifest import Manifest
from omloop.backup.refusals import NoKeys, TargetTaken
from omloop.backup.restoring import differences
from omloop.flow.command_line import take_in
from omloop.intake.files import FileDamaged, place_of
from omloop.intake.models import Channel
from omloop.kernel.ids import uuid7
from omloop.organisations.members import operator_member
from tests.backup.archives import silent, with_manifest
from tests.conftest import Databases, use
from tests.paper import file as paper_file
from tests.running import surroundings
from tests.world import World

DATA = Path(settings.DATA)
UNKNOWN = {f"unknown_{number}": 1 for number in range(30)}


@dataclass
class Bench:
    """An installation to back up, with one invoice, and an empty database to restore into."""

    databases: Databases
    source: str
    empty: str
    folder: Path
    invoice: Path

    @property
    def new_data(self) -> Path:
        return self.folder / "new"

    def back_up(self, *, data: Path = DATA) -> Path:
        target = self.folder / "backup.tar"
        make_backup(target, data=data, owner_url=self.databases.owner(self.source), tell=silent)
        return target

    def omloop(self, *words: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        """A command on the new installation."""
        environment = {
            **surroundings(),
            "OMLOOP_DATA": str(self.new_data),
            "DATABASE_URL": self.databases.web(self.empty),
            "DATABASE_OWNER_URL": self.databases.owner(self.empty),
            **settings,
        }
        return run_omloop(*words, env=environment)

    def look(self, query: str) -> list[tuple[Any, ...]]:
        """What the owner of the restored database sees."""
        with psycopg.connect(self.databases.owner(self.empty)) as connection:
            return connection.execute(query.encode()).fetchall()


def run_omloop(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "omloop", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, **options)


@pytest.fixture
def bench(world: World, databases: Databases, tmp_path: Path) -> Iterator[Bench]:
    organisation_id = world.zwaluw.id
    data = paper_file(f"number {uuid7()}")
    take_in(
        organisation_id=organisation_id,
        data=data,
        filename="invoice.xml",
        channel=Channel.COMMAND_LINE,
        actor=operator_member(organisation_id),
    )
    seal_chain(organisation_id)
    empty = databases.create("template0")
    with psycopg.connect(databases.owner(world.database)) as owner:
        digests = owner.execute("SELECT sha256 FROM intake_document").fetchall()
    invoice = DATA / place_of(organisation_id, digests[0][0])
    yield Bench(databases, world.database, empty, tmp_path, invoice)
    databases.drop(empty)


def test_restored_is_what_was_backed_up_and_the_trail_says_so(bench: Bench) -> None:
    archive = bench.back_up()
    done = bench.omloop("restore", archive, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["restored"], said["faults"], said["files"]) == (True, [], 1)
    assert said["chains"] > 1
    assert said["sealed"] > 1
    kept = bench.new_data / bench.invoice.relative_to(DATA)
    assert kept.read_bytes() == bench.invoice.read_bytes()
    keys = [(folder / "keys" / "secret-key").read_text() for folder in (DATA, bench.new_data)]
    assert keys[0] == keys[1]
    ((detail,),) = bench.look("SELECT detail FROM audit_event WHERE name = 'installation.restored'")
    assert detail == {"backup_of": said["made_at"], "by": said["omloop"]}
    assert bench.omloop("worker", "--once").returncode == 0


def test_walls_stand_again_for_the_web_role(bench: Bench) -> None:
    assert bench.omloop("restore", bench.back_up()).returncode == 0
    walls = "SELECT tablename, policyname, qual FROM pg_policies ORDER BY 1"
    grants = (
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants "
        "WHERE grantee = 'omloop_web' ORDER BY 1, 2"
    )
    with psycopg.connect(bench.databases.owner(bench.source)) as source:
        for query in (walls, grants):
            before = source.execute(query.encode()).fetchall()
            assert len(before) > 20
            assert bench.look(query) == before


def test_backup_of_older_tables_is_brought_forward(bench: Bench) -> None:
    latest = "SELECT max(name) FROM django_migrations WHERE app = 'mfa'"
    use(bench.databases.owner(bench.source))
    call_command("migrate", "mfa", "0001", verbosity=0)
    use(bench.databases.web(bench.source))
    archive = bench.back_up()
    done = bench.omloop("restore", archive)
    assert done.returncode == 0, done.stderr
    with psycopg.connect(bench.databases.owner(bench.source)) as source:
        assert source.execute(latest).fetchone() == ("0001_initial",)
    assert bench.look(latest) > [("0001_initial",)]


def test_backup_of_a_newer_omloop_or_server_touches_nothing(bench: Bench) -> None:
    archive, later = bench.back_up(), bench.folder / "later.tar"

    def assert_refused(change: Callable[[Manifest], Manifest], sentence: str) -> None:
        done = bench.omloop("restore", with_manifest(archive, later, change))
        assert (done.returncode, done.stdout) == (1, "")
        assert sentence in done.stderr
        assert not bench.new_data.exists()

    assert_refused(lambda made: replace(made, omloop="99.0"), "Install Omloop 99.0 or newer")
    assert_refused(lambda made: replace(made, postgresql=99), "Restore it on a server of version 99 or newer")


def test_database_or_folder_with_something_in_it_is_refused(bench: Bench) -> None:
    archive = bench.back_up()
    bench.new_data.mkdir()
    (bench.new_data / "mail").mkdir()
    done = bench.omloop("restore", archive)
    assert done.returncode == 1
    assert f"{bench.new_data} is not empty: it has mail. Move that folder away" in done.stderr
    (bench.new_data / "mail").rmdir()
    with psycopg.connect(bench.databases.owner(bench.empty)) as owner:
        owner.execute("CREATE TABLE of_somebody_else (id int)")
    done = bench.omloop("restore", archive)
    assert done.returncode == 1
    assert f"The database {bench.empty} is not empty" in done.stderr
    assert not (bench.new_data / "files").exists()
    assert bench.look("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == [(1,)]


def test_restore_that_comes_out_unequal_is_told_and_nothing_starts_on_it(bench: Bench) -> None:
    other = with_manifest(
        bench.back_up(),
        bench.folder / "other.tar",
        lambda made: replace(made, rows={**made.rows, "intake_document": 2, "gone": 7, **UNKNOWN}),
    )
    done = bench.omloop("restore", other)
    assert done.returncode == 1
    assert "gone has 0 rows, and had 7\n  intake_document has 1 rows, and had 2\n" in done.stdout
    assert "\n  ... and 12 more\n" in done.stdout
    for words in (("worker", "--once"), ("migrate",), ("backup", bench.folder / "b"), ("up", "--port", "0")):
        refused = bench.omloop(*words)
        assert refused.returncode == 1
        assert f"A restore into {bench.new_data} is under way, or was cut off" in refused.stderr


def test_row_without_its_file_is_a_difference(bench: Bench) -> None:
    url = bench.databases.owner(bench.source)
    manifest = make_backup(bench.folder / "backup.tar", data=DATA, owner_url=url, tell=silent)
    assert differences(manifest, data=DATA, owner_url=url) == []
    place, size = bench.new_data / bench.invoice.relative_to(DATA), bench.invoice.stat().st_size
    missing = f"{place} is missing, or has not the {size} bytes that its row says"
    assert differences(manifest, data=bench.new_data, owner_url=url) == [missing]


def test_trail_that_somebody_changed_before_the_backup_is_told(bench: Bench) -> None:
    with psycopg.connect(bench.databases.owner(bench.source)) as owner:
        owner.execute("UPDATE audit_event SET actor = 'nobody' WHERE name = 'document.received'")
    done = bench.omloop("restore", bench.back_up(), "--json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["restored"] is False
    assert ["was changed" in fault for fault in said["faults"]] == [True]
    assert (bench.new_data / "restore.unfinished").exists()


def test_stored_file_that_is_gone_changed_or_unreadable_is_named(bench: Bench) -> None:
    data = bench.invoice.read_bytes()
    bench.invoice.write_bytes(data[:-1] + b"!")
    with pytest.raises(FileDamaged, match=f"{bench.invoice} does not have the bytes that were stored"):
        bench.back_up()
    bench.invoice.unlink()
    with pytest.raises(FileDamaged, match=f"{bench.invoice} is missing: put the file back from a backup"):
        bench.back_up()
    bench.invoice.mkdir()
    with pytest.raises(FileDamaged, match="can't be read"):
        bench.back_up()
    bench.invoice.rmdir()
    assert list(bench.folder.iterdir()) == []
    bench.invoice.write_bytes(data)
    assert bench.back_up().stat().st_mode & 0o777 == 0o600


def test_backup_replaces_no_other(bench: Bench) -> None:
    target = bench.folder / "backup.tar"
    target.write_text("of yesterday")
    with pytest.raises(TargetTaken, match="Choose a new name"):
        bench.back_up()
    assert target.read_text() == "of yesterday"


def test_folder_without_keys_is_refused(bench: Bench) -> None:
    with pytest.raises(NoKeys, match="Is OMLOOP_DATA the folder of this installation"):
        bench.back_up(data=bench.folder)
    assert list(bench.folder.iterdir()) == []


def test_full_disk_is_said_and_leaves_nothing(bench: Bench) -> None:
    def a_small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    environment = {
        **os.environ,
        "OMLOOP_DATA": str(DATA),
        "DATABASE_URL": bench.databases.web(bench.source),
        "DATABASE_OWNER_URL": bench.databases.owner(bench.source),
    }
    target = bench.folder / "backup.tar"
    done = run_omloop("backup", target, env=environment, preexec_fn=a_small_disk)
    assert done.returncode == 1
    assert f"{target} can't be written: File too large. Look whether the disk is full" in done.stderr
    assert list(bench.folder.iterdir()) == []


def test_folder_that_is_not_there_is_said(bench: Bench) -> None:
    done = bench.omloop("backup", bench.folder / "nowhere" / "backup.tar", OMLOOP_DATA=str(DATA))
    assert done.returncode == 1
    assert "can't be written: No such file or directory" in done.stderr


def test_owner_of_the_database_is_needed(bench: Bench) -> None:
    archive = bench.back_up()
    for words in (("backup", bench.folder / "another.tar"), ("restore", archive)):
        done = bench.omloop(*words, DATABASE_OWNER_URL="")
        assert done.returncode == 1
        assert "set DATABASE_OWNER_URL beside DATABASE_URL" in done.stderr


def test_server_that_does_not_answer_is_said(bench: Bench) -> None:
    nowhere = "postgresql://omloop_owner@/omloop?host=/nonexistent"
    settings = {"DATABASE_URL": nowhere, "DATABASE_OWNER_URL": nowhere}
    for words in (("backup", bench.folder / "another.tar"), ("restore", bench.back_up())):
        done = bench.omloop(*words, **settings)
        assert done.returncode == 1
        assert f"omloop {words[0]}: connection" in done.stderr
        assert "Traceback" not in done.stderr
