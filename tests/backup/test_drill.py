"""The restore drill: back up while invoices come in, lose everything, restore, and go on.

The tests tell one story on one data folder and run in this order. Everything is a process of its own, as an
operator has it, and some of them are killed.
"""

import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg
import pytest

from omloop.audit.models import INSTALLATION
from omloop.backup.reading import check
from omloop.backup.refusals import BackupRefused
from omloop.postgres.dump import find_tool
from tests.backup.archives import silent
from tests.e2e.installation import Installation, await_that
from tests.paper import file
from tests.prepared import copy_prepared
from tests.running import SECONDS, Up, free_port, surroundings
from tests.scratch import scratch

KVK = "90001001"
FIRST, MEANWHILE = 30, 100
"""Invoices that are there before, and those whose import is under way during the backup."""
ATTEMPTS = 20
SIGN = """
from omloop.cli.start import django
with django():
    from omloop.audit.tasks import sign_heads
    sign_heads(0)
"""


@dataclass
class Story:
    """The installation, its backup, and what is known of the time when it was made."""

    folder: Path
    installation: Installation
    acknowledged: set[str] = field(default_factory=set)
    schema: list[str] = field(default_factory=list)
    keys: dict[str, bytes] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.installation.data

    @property
    def archive(self) -> Path:
        return self.folder / "backup.tar"

    def ended(self, *words: str | Path) -> tuple[int, str]:
        """A command run to its end: its status, and what it complained of."""
        log = self.folder / "ended.log"
        status = self.installation.open(*words, log=log).wait(timeout=SECONDS)
        return status, log.with_suffix(".err").read_text()

    def papers(self, series: str, count: int) -> Path:
        folder = self.folder / "papers" / series
        folder.mkdir(parents=True)
        for number in range(count):
            (folder / f"{number:03}.xml").write_bytes(file(f"{series}-{number:03}"))
        return folder

    def sign(self) -> None:
        """What happens every night: seal what waits, sign each chain's head."""
        environment = {**surroundings(), "OMLOOP_DATA": str(self.data)}
        subprocess.run([sys.executable, "-c", SIGN], env=environment, check=True, timeout=SECONDS)


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    folder = Path(tempfile.mkdtemp(prefix="omloop-test-", dir=scratch()))
    folder.chmod(0o711)
    copy_prepared(folder / "data")
    story = Story(folder, Installation(folder / "data"))
    words = ("organisation", "add", KVK, "Zwaluw Techniek B.V.", "--environment", "Noordgroep")
    story.installation.run(*words, "--administrator", "marit@noordgroep.example")
    story.installation.run(*importing(story.papers("first", FIRST)))
    story.sign()
    yield story
    if story.installation.up.process.poll() is None:
        assert story.installation.up.stop() == 0, story.installation.up.said
    shutil.rmtree(folder)


def importing(folder: Path) -> tuple[str | Path, ...]:
    return "import", folder, "--organisation", KVK, "--json"


def unfinished(story: Story) -> list[Path]:
    return list(story.folder.glob("backup.tar.*.unfinished"))


def disturb(story: Story, kind: signal.Signals, bytes_written: int) -> int:
    """Send a backup this signal once so much of it is written; again when it was done before; its status."""
    for _ in range(ATTEMPTS):
        backup = story.installation.open("backup", story.archive, log=story.folder / "backup.log")
        while backup.poll() is None:
            if any(path.stat().st_size >= bytes_written for path in unfinished(story)):
                backup.send_signal(kind)
                break
        status = backup.wait(timeout=SECONDS)
        whole = [path for path in (story.archive, *unfinished(story)) if path.exists() and is_whole(path)]
        if not whole:
            return status
        whole[0].unlink()
    raise AssertionError(f"{ATTEMPTS} backups were all done before {kind.name} came")


def is_whole(archive: Path) -> bool:
    try:
        check(archive, silent)
    except BackupRefused:
        return False
    return True


def test_backup_that_is_told_to_stop_leaves_nothing(story: Story) -> None:
    assert disturb(story, signal.SIGTERM, 1) == 1
    assert (
        (story.folder / "backup.err").read_text().endswith("stopped before its end; nothing is left of it.\n")
    )
    assert unfinished(story) == []


@pytest.mark.parametrize("bytes_written", [0, 10_000, 300_000])
def test_killed_backup_leaves_nothing_that_looks_whole(story: Story, bytes_written: int) -> None:
    assert disturb(story, signal.SIGKILL, bytes_written) == -signal.SIGKILL
    assert not story.archive.exists()
    (left,) = unfinished(story)
    status, complaint = story.ended("backup", "check", left)
    assert status == 1
    assert "This is no whole backup" in complaint
    left.unlink()


def test_backup_is_made_while_invoices_come_in(story: Story) -> None:
    log = story.folder / "import.log"
    importer = story.installation.open(*importing(story.papers("meanwhile", MEANWHILE)), log=log)
    await_that(lambda: lines(log) >= 20, "20 invoices")
    acknowledged = told(log)
    story.installation.run("backup", story.archive)
    assert importer.poll() is None
    assert lines(log) > len(acknowledged)
    assert importer.wait(timeout=SECONDS) == 0
    story.acknowledged = {
        hash_of(path) for path in [*(story.folder / "papers/first").iterdir(), *acknowledged]
    }
    assert len(told(log)) == MEANWHILE
    assert story.archive.stat().st_mode & 0o777 == 0o600
    assert unfinished(story) == []
    story.schema = schema(story)
    story.keys = {path.name: path.read_bytes() for path in (story.data / "keys").iterdir()}
    assert set(story.keys) == {"secret-key", "audit-signing-key"}


def lines(log: Path) -> int:
    return log.read_text().count("\n")


def told(log: Path) -> list[Path]:
    """The files that an importer acknowledged, without a line that it did not finish."""
    finished = [line for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]
    answers = [json.loads(line) for line in finished]
    assert {answer["outcome"] for answer in answers} == {"accepted"}
    return [Path(answer["file"]) for answer in answers]


def hash_of(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def schema(story: Story) -> list[str]:
    """Tables, functions, policies and rights, as SQL; without what PostgreSQL writes otherwise each time:
    its token, and the casts and brackets in a check that it has read back.
    """
    words = [find_tool("pg_dump", 18), "--schema-only", f"--dbname={story.installation.attach().owner_url}"]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    lines = [line for line in said.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]
    return [re.sub(r"[()]|::(text|character varying)(\[\])?", "", line) for line in lines]


def test_backup_is_whole_by_our_word_and_by_that_of_standard_tools(story: Story) -> None:
    assert "is whole" in story.installation.run("backup", "check", story.archive)
    unpacked = story.folder / "unpacked"
    unpacked.mkdir()
    subprocess.run(["tar", "--extract", "--file", story.archive, "--directory", unpacked], check=True)
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=unpacked, check=True)
    listed = (unpacked / "SHA256SUMS").read_text().count("\n")
    found = [path for path in unpacked.rglob("*") if path.is_file()]
    assert len(found) == listed + 1
    story.manifest = json.loads((unpacked / "manifest.json").read_text())
    shutil.rmtree(unpacked)


def test_running_installation_is_never_restored_over(story: Story) -> None:
    status, complaint = story.ended("restore", story.archive)
    assert status == 1
    assert f"Omloop already runs on {story.data}" in complaint
    assert story.installation.up.stop() == 0
    status, complaint = story.ended("restore", story.archive)
    assert status == 1
    assert f"{story.data} is not empty" in complaint
    assert (story.data / "postgres" / "cluster").exists()


KILLED_WHEN: dict[str, Callable[[Story], object]] = {
    "it began": lambda story: (story.data / "restore.unfinished").exists(),
    "files come": lambda story: (story.data / "files").exists(),
    "the server starts": lambda story: (story.data / "postgres" / "cluster").exists(),
    "the database fills": lambda story: "database: " in (story.folder / "restore.err").read_text(),
}


@pytest.mark.parametrize("moment", KILLED_WHEN)
def test_nothing_starts_on_what_a_killed_restore_left(story: Story, moment: str) -> None:
    if moment == "it began":
        shutil.rmtree(story.data)
    restore = story.installation.open("restore", story.archive, log=story.folder / "restore.log")
    await_that(lambda: KILLED_WHEN[moment](story), moment)
    restore.kill()
    assert restore.wait() == -signal.SIGKILL
    up = Up(story.data, story.folder / "refused.log", free_port())
    assert up.process.wait(timeout=SECONDS) == 1
    assert f"A restore into {story.data} is under way, or was cut off" in up.said
    assert story.ended("audit", "verify")[0] == 1


def test_restored_after_all_that_it_is_as_it_was(story: Story) -> None:
    said = json.loads(story.installation.run("restore", story.archive, "--json"))
    rows = story.manifest["rows"]
    assert (said["restored"], said["faults"]) == (True, [])
    assert (said["rows"], said["files"]) == (sum(rows.values()), rows["intake_document"])
    assert len(story.acknowledged) <= said["files"] < FIRST + MEANWHILE
    assert not (story.data / "restore.unfinished").exists()
    assert {path.name: path.read_bytes() for path in (story.data / "keys").iterdir()} == story.keys


def test_it_starts_and_everything_acknowledged_before_the_backup_is_there(story: Story) -> None:
    story.installation.start()
    stored = [path for path in (story.data / "files").rglob("*") if path.is_file()]
    assert all(path.name == hash_of(path) for path in stored)
    with story.installation.owner() as owner:
        documents = {digest for (digest,) in owner.execute("SELECT sha256 FROM intake_document")}
        invoices = count(owner, "invoices_invoice")
    assert documents == {path.name for path in stored}
    assert story.acknowledged <= documents
    assert invoices == len(documents) == story.manifest["rows"]["invoices_invoice"]
    assert schema(story) == story.schema


def count(owner: psycopg.Connection, table: str) -> int:
    (row,) = owner.execute(f"SELECT count(*) FROM {table}".encode()).fetchall()
    return int(row[0])


def test_it_serves_takes_in_and_goes_on_with_its_chain(story: Story) -> None:
    connection = HTTPConnection("127.0.0.1", story.installation.port, timeout=30)
    connection.request("GET", "/account/login/")
    assert connection.getresponse().status == 200
    again = story.installation.run(*importing(story.folder / "papers" / "first")).splitlines()
    assert {json.loads(line)["outcome"] for line in again} == {"known"}
    before = chains(story)
    new = story.installation.run(*importing(story.papers("afterwards", 2))).splitlines()
    assert {json.loads(line)["outcome"] for line in new} == {"accepted"}
    story.sign()
    after = chains(story)
    assert {chain["fault"] for chain in (*before.values(), *after.values())} == {""}
    installation = after[str(INSTALLATION)]  # The restore itself is in the trail.
    assert (installation["sealed"], installation["signatures"]) == (1, 1)
    grown = [chain for chain in before if after[chain]["signatures"] > before[chain]["signatures"] > 0]
    assert len(grown) == 1
    assert after[grown[0]]["sealed"] > before[grown[0]]["sealed"] > FIRST
    with story.installation.owner() as owner:
        keys = owner.execute("SELECT count(DISTINCT public_key) FROM audit_signature").fetchone()
    assert keys == (1,)


def chains(story: Story) -> dict[str, dict[str, Any]]:
    said = story.installation.run("audit", "verify", "--json")
    return {chain["chain_id"]: chain for chain in map(json.loads, said.splitlines())}
