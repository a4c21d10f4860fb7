"""An installation that was migrated and then stopped: made once in a run, copied by whoever needs one.

Migrating an empty database takes 10 s of a processor; a copy takes one. The demo's tests begin with nothing.
"""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from omloop.postgres.cluster import Cluster

ORIGINAL = "TESTS_PREPARED"
"""The environment variable with its folder: the same for all workers of a run."""


def copy_prepared(data: Path) -> None:
    """Fill a new data folder with the database of a migrated, empty installation."""
    original = Path(os.environ[ORIGINAL])
    original.mkdir(mode=0o711, exist_ok=True)
    with (original / "making").open("w") as making:
        fcntl.flock(making, fcntl.LOCK_EX)  # Another worker may be at it.
        if not (original / "made").exists():
            prepare(original)
            (original / "made").touch()
    data.mkdir(mode=0o711, parents=True, exist_ok=True)
    # As root its files belong to another account; only `cp` keeps that.
    subprocess.run(["cp", "-a", original / "postgres", data], check=True)


def prepare(data: Path) -> None:
    """Start a server on the folder, migrate, and stop it."""
    with Cluster(data, durable=False) as cluster:
        migrate(cluster.web_url, cluster.owner_url)


def migrate(web_url: str, owner_url: str) -> None:
    """`omloop migrate` on this database."""
    environment = {**os.environ, "DATABASE_URL": web_url, "DATABASE_OWNER_URL": owner_url}
    subprocess.run(
        [sys.executable, "-m", "omloop", "migrate"], env=environment, check=True, stdout=subprocess.PIPE
    )
