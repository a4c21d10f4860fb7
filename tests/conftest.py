"""The ground under the tests: a real PostgreSQL, migrated once, copied for every test that asks for one.

Tests run under the web role and commit for real, so a forgotten scope shows.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.prepared import ORIGINAL, copy_prepared
from tests.scratch import scratch

SCRATCH = tempfile.TemporaryDirectory(prefix="omloop-tests-", dir=scratch(), ignore_cleanup_errors=True)
os.environ.update(
    OMLOOP_DATA=SCRATCH.name,
    DJANGO_SETTINGS_MODULE="omloop.config.settings",
    OMLOOP_HOSTS="testserver,localhost,127.0.0.1",
)
os.environ.setdefault(ORIGINAL, f"{SCRATCH.name}/prepared")  # The first process decides, workers inherit.
for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "OMLOOP_DEMO", "OMLOOP_DEBUG", "OMLOOP_PORT"):
    os.environ.pop(name, None)

import django  # noqa: E402 - the settings above come first

django.setup()

import psycopg  # noqa: E402
import pytest  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

settings.WHITENOISE_AUTOREFRESH = True  # Else every client of a test lists all static files for itself.

from omloop.config.databases import from_url  # noqa: E402
from omloop.postgres.cluster import Cluster  # noqa: E402
from omloop.postgres.roles import DATABASE  # noqa: E402
from tests.holds import watch  # noqa: E402
from tests.sharing import ByFile, by_length  # noqa: E402
from tests.world import World, build_world  # noqa: E402

pytest_plugins = ["tests.relocation.journeys"]

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow files come first."""
    items.sort(key=lambda item: by_length(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Share the files out our way."""
    return ByFile(config, log)


class Databases:
    """Databases of the session's server: templates, and copies of them."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._count = 0
        self.migrated = self.create(DATABASE)
        with psycopg.connect(self._superuser(self.migrated), autocommit=True) as superuser:
            watch(superuser)

    def create(self, template: str) -> str:
        """A new database like this one; its name."""
        self._count += 1
        name = f"test_{self._count}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY OWNER omloop_owner")
        return name

    def drop(self, name: str) -> None:
        """Gone, whoever is still connected."""
        self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def web(self, name: str) -> str:
        """The URL of the web role."""
        return self.cluster.web_url.replace("/omloop?", f"/{name}?")

    def owner(self, name: str) -> str:
        """The URL of the owner."""
        return self.cluster.owner_url.replace("/omloop?", f"/{name}?")

    def _superuser(self, name: str) -> str:
        return self.cluster.superuser_url.replace("/postgres?", f"/{name}?")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.cluster.superuser_url, autocommit=True) as connection:
            connection.execute(statement)


def use(url: str) -> None:
    """Point Django's connection at this database."""
    connections.close_all()
    os.environ["DATABASE_URL"] = url
    connections["default"].settings_dict.update(from_url(url))


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    data = Path(SCRATCH.name) / "server"
    copy_prepared(data)
    with Cluster(data, durable=False) as cluster:
        yield Databases(cluster)
        connections.close_all()


@pytest.fixture(scope="session")
def world_template(databases: Databases) -> tuple[str, World]:
    name = databases.create(databases.migrated)
    use(databases.web(name))
    world = build_world()
    connections.close_all()
    return name, world


@pytest.fixture
def database(databases: Databases) -> Iterator[str]:
    """An empty, migrated database; the name."""
    yield from lend(databases, databases.migrated)


@pytest.fixture
def world(databases: Databases, world_template: tuple[str, World]) -> Iterator[World]:
    """The small named world, in a database of its own."""
    template, world = world_template
    for name in lend(databases, template):
        world.database = name
        yield world


def lend(databases: Databases, template: str) -> Iterator[str]:
    """A copy of a template for one test."""
    name = databases.create(template)
    use(databases.web(name))
    os.environ["DATABASE_OWNER_URL"] = databases.owner(name)
    yield name
    connections.close_all()
    databases.drop(name)


@pytest.fixture
def owner(databases: Databases) -> Callable[[], psycopg.Connection]:
    """Opens a connection of the database's owner, who sees over the walls."""
    return lambda: psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)


@pytest.fixture
def run_jobs() -> Callable[[], None]:
    """Runs the queue's jobs until none is left, with the real worker, which may end just before a job
    defers another.
    """
    from omloop.jobs.worker import work

    def run() -> None:
        asyncio.run(work(wait=False))
        while a_job_waits():
            asyncio.run(work(wait=False))

    return run


def a_job_waits() -> bool:
    """Whether a job could run now: it is due, and no other holds its lock."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs job "
            "WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()) AND NOT EXISTS "
            "(SELECT 1 FROM procrastinate_jobs busy WHERE busy.lock = job.lock AND busy.status = 'doing'))"
        )
        return bool(cursor.fetchone()[0])


@pytest.fixture
def shared() -> Path:
    """The folder with test data beside the checkout; without it the test is skipped, aloud."""
    if not SHARED.exists():
        pytest.skip("../shared is absent: its test data were not tried")
    return SHARED
