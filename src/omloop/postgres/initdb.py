"""Making the database's files, all or nothing: in a folder aside, moved to its place when complete."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from omloop.postgres.binaries import MAJOR_VERSION
from omloop.postgres.errors import CannotStart
from omloop.postgres.runner import Runner
from omloop.postgres.settings import include_settings, write_settings

SUPERUSER = "postgres"
OPTIONS = (
    f"--username={SUPERUSER}",
    "--auth-local=trust",
    "--auth-host=reject",
    "--locale=C",
    "--encoding=UTF8",
    "--data-checksums",
)


def ensure_files(runner: Runner, cluster: Path, *, durable: bool) -> None:
    """Make the files when there are none yet; raises CannotStart when they cannot be made or used."""
    for half in cluster.parent.glob("half-*"):
        # Of a start that was killed. Its initdb may still be writing: what is left goes next time.
        shutil.rmtree(half, ignore_errors=True)
    if cluster.exists():
        check_version(cluster)
    else:
        make_files(runner, cluster, durable=durable)


def make_files(runner: Runner, cluster: Path, *, durable: bool) -> None:
    """Run initdb aside and move the result to its place; raises CannotStart."""
    half = Path(tempfile.mkdtemp(prefix="half-", dir=cluster.parent))
    os.chown(half, runner.user, runner.group)
    quick = () if durable else ("--no-sync",)
    words = runner.command("initdb", *OPTIONS, *quick, f"--pgdata={half}")
    made = subprocess.run(words, capture_output=True, text=True, check=False, **runner.options)  # noqa: S603
    if made.returncode != 0:
        shutil.rmtree(half, ignore_errors=True)
        raise CannotStart(
            f"The database could not be made in {cluster}: {made.stderr.strip() or made.stdout.strip()} "
            "Look whether the disk is full or read-only, then start again."
        )
    include_settings(half)
    write_settings(half, durable=durable)
    sync_folder(half)
    half.rename(cluster)
    sync_folder(cluster.parent)


def check_version(cluster: Path) -> None:
    """Raise CannotStart for files of another major version of PostgreSQL."""
    found = (cluster / "PG_VERSION").read_text().strip()
    if found != MAJOR_VERSION:
        raise CannotStart(
            f"The database in {cluster} was made by PostgreSQL {found}; this Omloop brings {MAJOR_VERSION}. "
            "Start it with the Omloop that made it and move the data by a backup."
        )


def sync_folder(folder: Path) -> None:
    """Have the disk remember names and files directly in the folder."""
    for path in (*(item for item in folder.iterdir() if item.is_file()), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
