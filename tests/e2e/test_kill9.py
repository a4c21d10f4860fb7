"""kill -9 at any moment, of any process: what was acknowledged is there, once, and work goes on (rules 2.1).

The tests tell one story on one data folder and run in this order. Killed are the web server while it
acknowledges uploads, the worker, `omloop up` itself, the worker inside a job that holds a lock, and the
importer, again and again; the last test waits until all is settled and holds it against what was said.
"""

import json
import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import connections

from omloop.organisations.models import Organisation
from omloop.organisations.rights import DefaultGroup
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope
from tests.conftest import use
from tests.e2e.installation import WEB, WORKER, Installation, await_that
from tests.paper import file
from tests.prepared import copy_prepared
from tests.scratch import scratch
from tests.world import make_person, place

KVK = "90001001"
UPLOADS, IMPORTED, ROUNDS, PAPERS_OF_ROUND = 120, 500, 10, 20
SEALER = "audit.seal_waiting"
GIVEN_BACK_AFTER = 100.0
"""Seconds: a dead worker counts as stalled after 30, is looked for every 60, and then somebody must work."""


@dataclass
class Story:
    """The installation, and what it acknowledged so far: document id by SHA-256 of the file."""

    installation: Installation
    key: str
    folder: Path
    acknowledged: dict[str, str] = field(default_factory=dict)

    def acknowledge(self, digest: str, document: str) -> None:
        """Somebody was told so; never two documents for the same bytes."""
        assert self.acknowledged.setdefault(digest, document) == document


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    folder = Path(tempfile.mkdtemp(prefix="omloop-test-", dir=scratch()))
    folder.chmod(0o711)
    copy_prepared(folder / "data")
    installation = Installation(folder / "data")
    words = ("organisation", "add", KVK, "Zwaluw Techniek B.V.", "--environment", "Noordgroep")
    installation.run(*words, "--administrator", "marit@noordgroep.example")
    place_sanne(installation)
    key = installation.run(
        "key", "make", "--organisation", KVK, "--holder", "sanne@noordgroep.example", "--name", "e2e"
    )
    yield Story(installation, key.strip(), folder)
    assert installation.up.stop() == 0, installation.up.said
    shutil.rmtree(folder)


def place_sanne(installation: Installation) -> None:
    """Somebody who may add documents; there is no command for that, it is the administrator's."""
    before = os.environ.get("DATABASE_URL", "")
    use(installation.attach().web_url)
    (organisation_id,) = directory.organisations_of("kvk", KVK)
    with tenant_scope(None, [organisation_id]):
        zwaluw = Organisation.objects.get(id=organisation_id)
    place(make_person("Sanne Bakker"), zwaluw, DefaultGroup.FINANCE)
    connections.close_all()
    os.environ["DATABASE_URL"] = before


def make_papers(folder: Path, series: str, count: int) -> list[Path]:
    """So many good invoices in a folder."""
    folder.mkdir(parents=True)
    papers = [folder / f"{series}-{number:04d}.xml" for number in range(count)]
    for path in papers:
        path.write_bytes(file(path.stem))
    return papers


def hash_of(path: Path | str) -> str:
    return sha256(Path(path).read_bytes()).hexdigest()


def test_web_server_killed_while_it_acknowledges_uploads(story: Story) -> None:
    papers = make_papers(story.folder / "papers" / "uploads", "U", UPLOADS)
    with ThreadPoolExecutor(4) as clerks:
        uploads = [clerks.submit(upload, story, path) for path in papers]
        for count, victim in ((20, WEB), (50, WORKER), (80, WEB)):
            await_uploads(story, count)
            story.installation.kill(victim)
        outcomes = [upload.result() for upload in uploads]
    assert set(outcomes) <= {"accepted", "known"}
    assert len(story.acknowledged) == UPLOADS
    assert_kept(story)


def await_uploads(story: Story, count: int) -> None:
    await_that(lambda: len(story.acknowledged) >= count, f"{count} uploads")


def upload(story: Story, path: Path) -> str:
    """Post a file until somebody says that it is safe, as a careful program does."""
    deadline = time.monotonic() + 60
    while True:
        try:
            status, answer = post(story, path)
        except (OSError, HTTPException) as error:
            assert time.monotonic() < deadline, error
            time.sleep(0.1)
            continue
        assert status in (200, 201), answer
        story.acknowledge(hash_of(path), answer["document"])
        return answer["outcome"]


def post(story: Story, path: Path) -> tuple[int, dict[str, str]]:
    connection = HTTPConnection("127.0.0.1", story.installation.port, timeout=30)
    try:
        headers = {"Authorization": f"Bearer {story.key}", "Content-Type": "application/xml"}
        connection.request("POST", f"/api/v1/documents?filename={path.name}", path.read_bytes(), headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_everything_around_an_import_killed(story: Story) -> None:
    make_papers(story.folder / "papers" / "import", "I", IMPORTED)
    log = story.folder / "import.log"
    importer = story.installation.open(*importing(story.folder / "papers" / "import"), log=log)
    for count, victim in ((20, WEB), (60, WORKER)):
        await_said(log, '"outcome"', count)
        story.installation.kill(victim)
    await_said(log, '"outcome"', 120)
    story.installation.kill_supervisor()
    story.installation.start()
    importer.wait()
    learn(story, log)
    assert_kept(story)
    assert len(import_rest(story, "papers/import")) == IMPORTED


def importing(*folders: Path) -> tuple[str | Path, ...]:
    return "import", *folders, "--organisation", KVK, "--json"


def await_said(log: Path, text: str, times: int = 1) -> None:
    await_that(lambda: log.read_text().count(text) >= times, f"{text} {times} times in {log}")


def lines(log: Path) -> list[dict[str, str]]:
    """What an importer said, without a line that it did not finish."""
    return [json.loads(line) for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]


def learn(story: Story, log: Path) -> None:
    for line in lines(log):
        story.acknowledge(hash_of(line["file"]), line["document"])


def import_rest(story: Story, folder: str) -> list[str]:
    """Import a folder to its end: what was acknowledged is known, the rest may be; the outcomes."""
    told = set(story.acknowledged)
    answers = [
        json.loads(line) for line in story.installation.run(*importing(story.folder / folder)).splitlines()
    ]
    for answer in answers:
        digest = hash_of(answer["file"])
        assert answer["outcome"] == "known" or digest not in told, answer
        story.acknowledge(digest, answer["document"])
    return [answer["outcome"] for answer in answers]


@dataclass
class KilledJob:
    """A job that was being done when its worker was killed."""

    id: int
    at: datetime


@pytest.fixture(scope="module")
def killed_job(story: Story) -> KilledJob:
    """Kill the worker inside the sealer, which waits for a chain that we hold; it holds the queue's lock."""
    installation = story.installation
    with installation.owner() as holder, installation.owner() as watcher, holder.transaction():
        assert holder.execute("SELECT FROM audit_chain FOR UPDATE").rowcount > 0
        make_papers(story.folder / "papers" / "one", "O", 1)
        assert import_rest(story, "papers/one") == ["accepted"]
        await_that(lambda: is_anybody_waiting(watcher), "the sealer waits for us")
        (found,) = watcher.execute(
            "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND lock = %s", [SEALER]
        ).fetchall()
        installation.kill(WORKER)
        return KilledJob(found[0], datetime.now(UTC))


def is_anybody_waiting(watcher: psycopg.Connection) -> bool:
    return bool(watcher.execute("SELECT FROM pg_locks WHERE NOT granted").rowcount)


def test_import_killed_again_and_again(story: Story, killed_job: KilledJob) -> None:
    moments, rounds, killed = random.Random("kill -9"), 0, 0
    while killed < ROUNDS:
        rounds += 1
        folder, log = story.folder / f"papers/rounds/{rounds}", story.folder / f"round-{rounds}.log"
        make_papers(folder, f"R{rounds}", PAPERS_OF_ROUND)
        importer = story.installation.open(*importing(folder), log=log)
        await_said(log, '"outcome"')
        time.sleep(moments.uniform(0, 0.2))
        importer.send_signal(signal.SIGKILL)
        killed += importer.wait() == -signal.SIGKILL
        learn(story, log)
    assert_kept(story)
    assert len(import_rest(story, "papers/rounds")) == rounds * PAPERS_OF_ROUND


def test_lock_of_the_killed_job_is_given_back(story: Story, killed_job: KilledJob) -> None:
    with story.installation.owner() as watcher:
        await_that(lambda: is_settled(watcher), "the queue is empty, everything sealed", GIVEN_BACK_AFTER)
        row = watcher.execute(
            "SELECT min(at) FROM procrastinate_events "
            "WHERE job_id = %s AND type IN ('deferred_for_retry', 'aborted')",
            [killed_job.id],
        ).fetchone()
    assert row is not None
    assert (row[0] - killed_job.at).total_seconds() < GIVEN_BACK_AFTER


def is_settled(watcher: psycopg.Connection) -> bool:
    """No job waits or is being done, and every event is in its chain."""
    jobs = "SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    return not any(watcher.execute(query).rowcount for query in (jobs, "SELECT FROM audit_unsealed"))


def test_in_the_end_everything_is_there_once(story: Story, killed_job: KilledJob) -> None:
    assert import_rest(story, "papers/import") == ["known"] * IMPORTED
    assert_kept(story)
    with story.installation.owner() as watcher:
        documents = watcher.execute("SELECT sha256, id::text, state FROM intake_document").fetchall()
        assert {(digest, found) for digest, found, _ in documents} == set(story.acknowledged.items())
        assert {state for _, _, state in documents} == {"read"}
        invoices = watcher.execute("SELECT document_id::text, state FROM invoices_invoice").fetchall()
        assert sorted(found for found, _ in invoices) == sorted(story.acknowledged.values())
        assert "received" not in {state for _, state in invoices}
        assert watcher.execute("SELECT FROM procrastinate_jobs WHERE status = 'failed'").rowcount == 0
    chains = [json.loads(line) for line in story.installation.run("audit", "verify", "--json").splitlines()]
    assert chains
    assert all(chain["fault"] == "" and chain["unsealed"] == 0 for chain in chains)


def assert_kept(story: Story) -> None:
    """Every acknowledged file has its row, under the id that was told, and its bytes on disk."""
    with story.installation.owner() as watcher:
        rows = watcher.execute("SELECT sha256, id::text, organisation_id FROM intake_document").fetchall()
    assert len({digest for digest, _, _ in rows}) == len(rows)
    assert dict(story.acknowledged.items()) == {
        digest: found for digest, found, _ in rows if digest in story.acknowledged
    }
    for digest, _, organisation_id in rows:
        assert hash_of(stored(story, organisation_id, digest)) == digest


def stored(story: Story, organisation_id: UUID, digest: str) -> Path:
    return story.installation.data / "files" / str(organisation_id) / digest[:2] / digest
