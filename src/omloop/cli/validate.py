"""`omloop validate PATH...`: check e-invoices without taking them in. Needs no database and no Django."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path

from omloop.cli.validate_report import as_json as as_object
from omloop.cli.validate_report import as_line, as_text
from omloop.cli.validate_sources import Source, sources
from omloop.einvoice import PROFILES, Finding, Flag, ProfileOfOtherSyntax, Unreadable, check, read
from omloop.einvoice.report import Outcome, as_html

NO_PROFILE = "unreadable"
_AT_ONCE = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The files and folders to check, and the form of the answer."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a file, a ZIP file, or a folder to walk through"
    )
    parser.add_argument("--profile", choices=PROFILES, help="try these rules, whatever the files name")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument("--report", action="store_true", help="every finding with its place and a hint")
    parser.add_argument("--html", type=Path, metavar="FILE", help="also write a page to mail to the sender")
    parser.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="processes at a time; 0: one for each core"
    )


def run(options: argparse.Namespace) -> int:
    """Answer the command line."""
    return validate(
        options.paths,
        profile=options.profile,
        as_json=options.json,
        as_report=options.report,
        html=options.html,
        jobs=options.jobs or os.cpu_count() or 1,
    )


def validate(
    paths: list[Path],
    *,
    as_json: bool,
    as_report: bool = False,
    html: Path | None = None,
    jobs: int = 1,
    profile: str | None = None,
) -> int:
    """Print the answer for each file; 1 when a file breaks a fatal rule or can't be read, else 0."""
    say = _form(as_json=as_json, as_report=as_report)
    status = 0
    kept = []
    for count, outcome in enumerate(_outcomes(sources(paths), jobs, profile), start=1):
        print(say(outcome))
        status = status or int(outcome.verdict == "broken")
        if html is not None:
            kept.append(outcome)
        _show_progress(count)
    if html is not None:
        html.write_text(as_html(kept), encoding="utf-8")
    return status


def _form(*, as_json: bool, as_report: bool) -> Callable[[Outcome], str]:
    if as_json:
        return as_object
    return as_text if as_report else as_line


def _show_progress(count: int) -> None:
    """Where the answers go to a file, the screen says how far it is."""
    if count % 100 == 0 and sys.stderr.isatty() and not sys.stdout.isatty():
        print(f"\r{count} checked", end="", file=sys.stderr, flush=True)


def _outcomes(found: Iterator[Source], jobs: int, profile: str | None) -> Iterator[Outcome]:
    check_one = partial(check_source, profile=profile)
    if jobs <= 1:
        yield from map(check_one, found)
        return
    with ProcessPoolExecutor(jobs) as pool:
        while some := list(islice(found, _AT_ONCE * jobs)):
            yield from pool.map(check_one, some, chunksize=8)


def check_source(source: Source, profile: str | None = None) -> Outcome:
    """What one file comes to, by the profile that it names or by another."""
    try:
        findings = check(read(source.read()), profile=profile)
    except Unreadable as refused:
        return Outcome(str(source), NO_PROFILE, refused.findings, judged=True)
    except ProfileOfOtherSyntax:
        return Outcome(str(source), profile or NO_PROFILE, (_OTHER_SYNTAX,), judged=False)
    except OSError as error:
        return Outcome(str(source), NO_PROFILE, (_unopened(error),), judged=False)
    return Outcome(str(source), findings.profile, findings.findings, findings.judged)


_OTHER_SYNTAX = Finding(
    rule="OML-FILE-02",
    flag=Flag.FATAL,
    nl="Het gekozen profiel hoort bij een andere syntaxis (UBL of CII) dan het bestand. Kies een ander.",
    en="The chosen profile is of the other syntax (UBL or CII) than the file. Choose another one.",
)


def _unopened(error: OSError) -> Finding:
    reason = error.strerror or str(error)
    return Finding(
        rule="OML-FILE-01",
        flag=Flag.FATAL,
        nl=f"Het bestand is niet te openen: {reason}. Controleer de naam en de rechten.",
        en=f"The file can't be opened: {reason}. Check its name and permissions.",
    )
