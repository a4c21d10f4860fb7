"""`omloop backup FILE`: the whole installation in one file, while it runs; `omloop backup check FILE`."""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

import psycopg

from omloop.backup.making import make_backup
from omloop.backup.manifest import Manifest
from omloop.backup.reading import check
from omloop.backup.refusals import BackupRefused
from omloop.cli.processes import StopRequested, stop_on_signals
from omloop.cli.progress import Progress, size_of
from omloop.cli.start import database
from omloop.config.environment import Environment
from omloop.intake.files import FileDamaged
from omloop.postgres.dump import DumpFailed, ToolMissing
from omloop.postgres.errors import CannotStart


def add_arguments(parser: ArgumentParser) -> None:
    """Where the backup goes, or which one to check."""
    parser.add_argument("what", nargs="?", choices=["check"], help="check a backup instead of making one")
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup; a new one replaces no other")
    parser.add_argument("--json", action="store_true", help="the outcome as one JSON object")


def run(arguments: Namespace) -> int:
    """Make or check a backup, progress on standard error; 0, or 1 with a sentence."""
    work = check_one if arguments.what == "check" else make_one
    try:
        with stop_on_signals() as check_stop:
            manifest = work(arguments.file.absolute(), Progress(check_stop))
    except (BackupRefused, FileDamaged, DumpFailed, ToolMissing, CannotStart, psycopg.Error) as error:
        print(f"omloop backup: {error}", file=sys.stderr)
        return 1
    except StopRequested:
        print("omloop backup: stopped before its end; nothing is left of it.", file=sys.stderr)
        return 1
    print(as_json(arguments.file, manifest) if arguments.json else as_text(arguments, manifest))
    return 0


def make_one(file: Path, tell: Progress) -> Manifest:
    """Of the database that runs, or of the embedded one, started for it."""
    with database(as_owner=True) as owner_url:
        return make_backup(file, data=Environment.load().data, owner_url=owner_url, tell=tell)


def check_one(file: Path, tell: Progress) -> Manifest:
    """Needs no database."""
    return check(file, tell)


def as_json(file: Path, manifest: Manifest) -> str:
    """The manifest, without what is long."""
    return json.dumps(
        {
            "file": str(file),
            "omloop": manifest.omloop,
            "made_at": manifest.made_at.isoformat(),
            "tables": len(manifest.rows),
            "rows": manifest.all_rows,
            "files": manifest.files,
            "bytes": manifest.file_bytes,
        }
    )


def as_text(arguments: Namespace, manifest: Manifest) -> str:
    """For people."""
    contents = (
        f"{manifest.all_rows} rows in {len(manifest.rows)} tables, {manifest.files} files "
        f"({size_of(manifest.file_bytes)})"
    )
    if arguments.what == "check":
        return (
            f"{arguments.file} is whole: {contents}, made by Omloop {manifest.omloop} "
            f"at {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC."
        )
    return (
        f"{arguments.file} is made: {contents}.\n"
        "The installation's keys are in it: whoever has this file can read and sign everything. "
        "Keep it apart from this machine, and closed."
    )
