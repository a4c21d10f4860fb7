"""The ground under the benchmarks: a durable PostgreSQL of their own, migrated, with the small world."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import django
import psycopg

from omloop.postgres.cluster import Cluster

if TYPE_CHECKING:
    from tests.world import World

ON_DISK = Path("/var/tmp")  # noqa: S108 - by convention a disk, where /tmp is often memory and fsync costs nothing


@dataclass
class Ground:
    """The server, where files go, and how large the benchmarks are."""

    cluster: Cluster
    folder: Path
    is_quick: bool
    databases: int = 0

    def size(self, whole: int, quick: int) -> int:
        """How many: of the whole run, or of a quick one."""
        return quick if self.is_quick else whole

    @contextmanager
    def world(self) -> Iterator[tuple[str, "World"]]:
        """A new database with the small world, in use by Django meanwhile; its name."""
        from django.db import connections

        from tests.world import build_world

        self.databases += 1
        name = f"bench_{self.databases}"
        with psycopg.connect(self.cluster.superuser_url, autocommit=True) as superuser:
            superuser.execute(f"CREATE DATABASE {name} TEMPLATE omloop OWNER omloop_owner")
        self.use(name)
        yield name, build_world()
        connections.close_all()

    def use(self, name: str) -> None:
        """Point Django at this database, under the role that the walls bind."""
        from django.db import connections

        from omloop.config.databases import from_url

        connections.close_all()
        connections["default"].settings_dict.update(from_url(named(self.cluster.web_url, name)))

    def folder_for(self, name: str) -> Path:
        """A folder on the same disk."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def owner_url(self, name: str) -> str:
        """The URL of the owner."""
        return named(self.cluster.owner_url, name)

    def owner(self, name: str) -> psycopg.Connection:
        """A connection over the walls, preparing every statement: the bare database."""
        connection = psycopg.connect(self.owner_url(name))
        connection.prepare_threshold = 0
        return connection

    def superuser(self, name: str) -> psycopg.Connection:
        """For filling a database without looking at every row."""
        return psycopg.connect(self.cluster.superuser_url.replace("/postgres?", f"/{name}?"), autocommit=True)


def named(url: str, name: str) -> str:
    """The URL of the same role in another database."""
    return url.replace("/omloop?", f"/{name}?")


@contextmanager
def ground(*, is_quick: bool) -> Iterator[Ground]:
    """Start the server in a folder of its own, migrate, get Django on its feet; all is gone afterwards."""
    place = ON_DISK if ON_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="omloop-bench-", dir=place, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with Cluster(Path(folder) / "server") as cluster:
            os.environ.update(
                OMLOOP_DATA=folder,
                OMLOOP_HOSTS="testserver",
                DJANGO_SETTINGS_MODULE="omloop.config.settings",
                DATABASE_URL=cluster.web_url,
                DATABASE_OWNER_URL=cluster.owner_url,
            )
            migrate = [sys.executable, "-m", "omloop", "migrate"]
            subprocess.run(migrate, check=True, stdout=subprocess.PIPE)
            django.setup()
            yield Ground(cluster, Path(folder), is_quick)
