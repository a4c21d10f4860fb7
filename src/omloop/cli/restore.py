"""`omloop restore FILE`: an installation from its backup, into a folder and a database that are empty."""

import json
import sys
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from omloop.backup.database import require_empty_database
from omloop.backup.manifest import Manifest, refuse_newer
from omloop.backup.reading import opened, unpack
from omloop.backup.refusals import BackupRefused
from omloop.backup.restoring import differences, fill_database
from omloop.backup.unfinished import MARK, begin, finish
from omloop.cli.migrate import bring_up_to_date, role_in
from omloop.cli.processes import StopRequested, stop_on_signals
from omloop.cli.progress import Progress, size_of
from omloop.cli.start import connected, url_of
from omloop.config.environment import Environment, forget_other_servers
from omloop.postgres.cluster import Cluster
from omloop.postgres.dump import DumpFailed, ToolMissing
from omloop.postgres.errors import CannotStart
from omloop.postgres.postmaster import clear_earlier

if TYPE_CHECKING:
    from omloop.audit.verify import Verdict


MOST_FAULTS = 20
"""Faults that are printed for people; `--json` has them all."""


@dataclass(frozen=True)
class Outcome:
    """What came back, and what is not as it was."""

    manifest: Manifest
    differences: "list[str]"
    verdicts: "list[Verdict]"

    @property
    def faults(self) -> list[str]:
        """Differences, then chains of the audit trail that are not whole; empty when all is well."""
        chains = [f"audit chain {each.chain_id}: {each.fault}" for each in self.verdicts if each.fault]
        return [*self.differences, *chains]


def add_arguments(parser: ArgumentParser) -> None:
    """Which backup."""
    parser.add_argument("file", type=Path, metavar="FILE", help="what `omloop backup` made")
    parser.add_argument("--json", action="store_true", help="the outcome as one JSON object")


def run(arguments: Namespace) -> int:
    """Restore and say what was found; 0 when all is as it was, else 1, and nothing starts on it."""
    environment = Environment.load()
    try:
        with stop_on_signals() as check_stop:
            outcome = restore(arguments.file.absolute(), environment, Progress(check_stop))
    except (BackupRefused, DumpFailed, ToolMissing, CannotStart, psycopg.Error) as error:
        print(f"omloop restore: {error}", file=sys.stderr)
        return 1
    except StopRequested:
        print("omloop restore: stopped. Start it again; it begins anew.", file=sys.stderr)
        return 1
    print(as_json(outcome) if arguments.json else as_text(outcome, environment.data))
    return int(bool(outcome.faults))


def restore(archive: Path, environment: Environment, tell: Progress) -> Outcome:
    """Unpack, fill, compare, migrate, verify, in that order; the mark in the folder goes when all is well."""
    data = environment.data
    with opened(archive) as (file, manifest), ExitStack() as stack:
        refuse_newer(manifest)
        if environment.database_url:
            require_empty_database(url_of(environment, as_owner=True), manifest)
        cluster = Cluster(data)
        stack.callback(cluster.stop)
        cluster.lock.acquire()
        clear_earlier(cluster.files)  # Of a restore that was killed; its files go in a moment.
        begin(data, archive)
        database = unpack(file, manifest, data, tell)
        owner_url = start_server(cluster, environment)
        fill_database(file, database, owner_url, tell)
        outcome = judge(manifest, environment, owner_url)
        if not outcome.faults:
            finish(data)
    return outcome


def start_server(cluster: Cluster, environment: Environment) -> str:
    """The owner's URL of the database to fill: of the server that was named, or of a new embedded one."""
    if environment.database_url:
        return url_of(environment, as_owner=True)
    forget_other_servers()
    cluster.start()
    return cluster.owner_url


def judge(manifest: Manifest, environment: Environment, owner_url: str) -> Outcome:
    """Compare with the manifest; when all is there, bring it to this version and verify the audit trail."""
    found = differences(manifest, data=environment.data, owner_url=owner_url)
    if found:
        return Outcome(manifest, found, [])
    web_role = role_in(environment.database_url)
    with connected(owner_url):
        from django.utils import timezone

        from omloop.backup.judging import judge as judge_chains

        bring_up_to_date(web_role)
        return Outcome(manifest, [], judge_chains(manifest, now=timezone.now()))


def as_json(outcome: Outcome) -> str:
    """One object; `faults` is empty when all is as it was."""
    manifest = outcome.manifest
    return json.dumps(
        {
            "restored": not outcome.faults,
            "omloop": manifest.omloop,
            "made_at": manifest.made_at.isoformat(),
            "tables": len(manifest.rows),
            "rows": manifest.all_rows,
            "files": manifest.files,
            "bytes": manifest.file_bytes,
            "chains": len(outcome.verdicts),
            "sealed": sum(verdict.sealed for verdict in outcome.verdicts),
            "waiting": sum(verdict.unsealed for verdict in outcome.verdicts),
            "faults": outcome.faults,
        }
    )


def as_text(outcome: Outcome, data: Path) -> str:
    """For people."""
    manifest, verdicts = outcome.manifest, outcome.verdicts
    if outcome.faults:
        return "\n".join(
            (
                "What was restored is not as it should be:",
                *(f"  {fault}" for fault in outcome.faults[:MOST_FAULTS]),
                *([f"  ... and {more} more"] if (more := len(outcome.faults) - MOST_FAULTS) > 0 else []),
                "Restore another backup: that begins anew. Where this is the only one, look into it with "
                f"care; nothing starts on {data} until you remove {data / MARK}.",
            )
        )
    return (
        f"Restored as it was at {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC: {manifest.all_rows} rows in "
        f"{len(manifest.rows)} tables, {manifest.files} files ({size_of(manifest.file_bytes)}), "
        f"{len(verdicts)} audit chains whole ({sum(v.sealed for v in verdicts)} events sealed, "
        f"{sum(v.unsealed for v in verdicts)} waiting).\nStart it with `omloop up`."
    )
