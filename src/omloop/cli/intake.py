"""`omloop import`: take in files and folders for an organisation, one line a file, each once it is safe."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from omloop.cli.start import django

if TYPE_CHECKING:
    from omloop.intake.containers import Taken


FAULTS = {
    "encrypted": "is encrypted",
    "broken": "is damaged",
    "too_large": "is too large",
    "too_many": "comes after too many other files",
    "too_deep": "lies too deep in other mails or ZIP files",
}
"""What went wrong with a file in a mail or ZIP; its text and pictures stay inside and nothing is wrong."""


@dataclass(frozen=True)
class Line:
    """What became of one file; `outcome` is accepted, known, unreadable, refused, or left inside."""

    file: str
    outcome: str
    document: str | None = None
    findings: list[dict[str, str]] = field(default_factory=list)
    error: str = ""

    def as_json(self) -> str:
        """One object, without the error where there is none."""
        fields: dict[str, Any] = asdict(self)
        if not self.error:
            del fields["error"]
        return json.dumps(fields)

    def as_text(self) -> str:
        """For people: outcome, file, document, and the rules that are broken."""
        rules = ", ".join(f"{finding['rule']} ({finding['flag']})" for finding in self.findings)
        parts = (self.outcome, self.file, self.document or "", rules or self.error)
        return "  ".join(filter(None, parts)).encode("utf-8", "backslashreplace").decode()


def add_arguments(parser: ArgumentParser) -> None:
    """What to take in, for whom, and since when it counts as received."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with files")
    parser.add_argument("--organisation", required=True, metavar="KVK", help="KvK number of the receiver")
    parser.add_argument(
        "--received-at",
        type=moment,
        metavar="ISO8601",
        help="when it was received, with its offset: 2026-04-03T09:00+02:00 (now)",
    )
    parser.add_argument(
        "--again", default="", metavar="REASON", help="take in once more what is known, for this reason"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def moment(text: str) -> datetime:
    """An instant with its offset from UTC; anything else is refused with a sentence."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no moment: write 2026-04-03T09:00+02:00") from None
    if at.utcoffset() is None:
        raise ArgumentTypeError(f"{text} has no offset from UTC: write {text}+02:00, or {text}Z")
    return at


def run(arguments: Namespace) -> int:
    """Take in file after file; 0 when all are in, 1 when one was refused, 2 for a wrong question."""
    missing = [path for path in arguments.paths if not path.exists()]
    if missing:
        return _refuse(f"{missing[0]} does not exist.")
    with django():
        organisation_id = organisation_of(arguments.organisation)
        if organisation_id is None:
            return 2
        is_complete = True
        for path in files_in(arguments.paths):
            for line in take_in(path, organisation_id, arguments.received_at, arguments.again):
                print(line.as_json() if arguments.json else line.as_text(), flush=True)
                is_complete = is_complete and not line.error
    return 0 if is_complete else 1


def organisation_of(number: str) -> UUID | None:
    """The organisation that this KvK number or id means; None, after a sentence, for none or several."""
    from omloop.organisations.operator import NobodyThere, WhichOne, organisation_with

    try:
        return organisation_with(number)
    except (NobodyThere, WhichOne) as error:
        _refuse(f"{error}: see `omloop organisation`.")
        return None


def files_in(paths: list[Path]) -> Iterator[Path]:
    """The files, and those in the folders, in order of their names."""
    for path in paths:
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.is_file())
        else:
            yield path


def take_in(path: Path, organisation_id: UUID, received_at: datetime | None, again: str = "") -> list[Line]:
    """Take in one file, in a transaction of its own; a line for each file of a mail or ZIP.

    What is known is taken in once more where `again` says why.
    """
    from omloop.einvoice.refusals import MAX_BYTES
    from omloop.intake.services import FileTooLarge, StandsStill

    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileTooLarge(str(path))
        data = path.read_bytes()
        return _take_in(path, data, organisation_id, received_at, again)
    except OSError as error:
        return [Line(str(path), "refused", error=f"can't be read from disk: {error.strerror}")]
    except FileTooLarge:
        return [Line(str(path), "refused", error=f"is larger than {MAX_BYTES // 1024**2} MB")]
    except StandsStill as still:
        return [Line(str(path), "refused", error=_why_not(still.organisation_id))]


def _take_in(
    path: Path, data: bytes, organisation_id: UUID, received_at: datetime | None, again: str
) -> list[Line]:
    from omloop.flow.command_line import bring_in
    from omloop.intake.models import Channel
    from omloop.organisations.members import operator_member

    brought = bring_in(
        organisation_id=organisation_id,
        data=data,
        filename=path.name,
        channel=Channel.COMMAND_LINE,
        actor=operator_member(organisation_id),
        received_at=received_at,
        again=again.strip(),
    )
    if not brought.is_container:
        return [_line(str(path), organisation_id, brought.parts[0])]
    if not brought.parts:
        return [Line(str(path), "left", error="holds no files")]
    return [_line(f"{path} > {part.name}", organisation_id, part) for part in brought.parts]


def _why_not(organisation_id: UUID) -> str:
    """Where the organisation went; one that is arriving is not open yet."""
    from omloop.organisations.models import Organisation
    from omloop.tenancy.scope import tenant_scope

    with tenant_scope(None, [organisation_id]):
        found = Organisation.objects.filter(id=organisation_id).first()
    if found is None or not found.moved_to:
        return "its organisation is arriving from another installation and not open yet: try again later"
    return f"its organisation moved to {found.moved_to}: send it there"


def _line(name: str, organisation_id: UUID, taken: "Taken") -> Line:
    from omloop.intake.models import Document
    from omloop.invoices.queries import findings_of
    from omloop.tenancy.scope import tenant_scope

    if taken.document_id is None:
        return Line(name, taken.outcome, error=FAULTS.get(taken.fault, ""))
    with tenant_scope(None, [organisation_id]):
        document = Document.objects.get(id=taken.document_id)
        findings = findings_of(document)
    is_unreadable = taken.outcome == "accepted" and document.state == Document.State.UNREADABLE
    return Line(
        name,
        "unreadable" if is_unreadable else taken.outcome,
        str(document.id),
        [{"rule": finding["rule"], "flag": finding["flag"]} for finding in findings],
    )


def _refuse(reason: str) -> int:
    print(f"omloop import: {reason}", file=sys.stderr)
    return 2
