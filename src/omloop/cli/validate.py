"""`omloop validate PATH...`: check e-invoices without taking them in. Needs no database and no Django."""

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from omloop.einvoice import Finding, Flag, Unreadable, check, read

NO_PROFILE = "unreadable"


class Outcome(NamedTuple):
    """What one file came to."""

    file: Path
    profile: str
    findings: tuple[Finding, ...]
    judged: bool

    def ids(self, flag: Flag) -> list[str]:
        """The ids of the rules broken with this flag, each once, sorted."""
        return sorted({finding.rule for finding in self.findings if finding.flag is flag})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The files and folders to check, and the form of the answer."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder to walk through"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(options: argparse.Namespace) -> int:
    """Answer the command line."""
    return validate(options.paths, as_json=options.json)


def validate(paths: list[Path], *, as_json: bool) -> int:
    """Print one line per file; 1 when a file breaks a fatal rule or can't be read, else 0."""
    status = 0
    for file in _files(paths):
        outcome = _validate_file(file)
        fatal, warnings = outcome.ids(Flag.FATAL), outcome.ids(Flag.WARNING)
        print(_as_json(outcome, fatal, warnings) if as_json else _as_text(outcome, fatal, warnings))
        status = status or int(bool(fatal))
    return status


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            yield from (Path(folder, name) for name in sorted(names))


def _validate_file(file: Path) -> Outcome:
    try:
        findings = check(read(file.read_bytes()))
    except Unreadable as refused:
        return Outcome(file, NO_PROFILE, refused.findings, judged=True)
    except OSError as error:
        return Outcome(file, NO_PROFILE, (_unopened(error),), judged=False)
    return Outcome(file, findings.profile, findings.findings, findings.judged)


def _unopened(error: OSError) -> Finding:
    reason = error.strerror or str(error)
    return Finding(
        rule="OML-FILE-01",
        flag=Flag.FATAL,
        nl=f"Het bestand is niet te openen: {reason}. Controleer de naam en de rechten.",
        en=f"The file can't be opened: {reason}. Check its name and permissions.",
    )


def _as_json(outcome: Outcome, fatal: list[str], warnings: list[str]) -> str:
    return json.dumps(
        {
            "file": str(outcome.file),
            "profile": outcome.profile,
            "fatal": fatal,
            "warnings": warnings,
            "judged": outcome.judged,
        }
    )


def _as_text(outcome: Outcome, fatal: list[str], warnings: list[str]) -> str:
    parts = [str(outcome.file), outcome.profile]
    parts.append(f"fatal [{', '.join(fatal)}]")
    parts.append(f"warnings [{', '.join(warnings)}]")
    if not fatal:
        parts.append("valid" if outcome.judged else "not judged")
    return "  ".join(parts)
