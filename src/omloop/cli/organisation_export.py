"""`omloop organisation export`: an organisation goes to another installation (rules 6.4).

Three calls: write the archive; close with the receipt of the other side; forget what came late.
"""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from uuid import UUID

from omloop.cli.intake import organisation_of
from omloop.cli.start import django
from omloop.cli.telling import Progress


def add_arguments(parser: ArgumentParser) -> None:
    """Which organisation, where to, and which of the steps."""
    parser.add_argument("kvk", metavar="KVK", help="its KvK number")
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="an empty or a new folder")
    step = parser.add_mutually_exclusive_group()
    step.add_argument("--cancel", action="store_true", help="it stays here: everybody can go on")
    step.add_argument("--confirm", type=Path, metavar="RECEIPT", help="the other side has it: close here")
    step.add_argument("--forget", action="store_true", help="the other side is open: remove what came late")
    parser.add_argument("--fingerprint", default="", help="of the key that signed the receipt")


def run(arguments: Namespace) -> int:
    """Do one step; 0 when it is done, 2 with a sentence when it can't be."""
    if arguments.folder is None and not (arguments.cancel or arguments.forget):
        return _refuse("name a folder for what is to be written.")
    with django(as_owner=True):
        organisation_id = organisation_of(arguments.kvk)
        if organisation_id is None:
            return 2
        try:
            return _step(organisation_id, arguments)
        except (ValueError, OSError, RuntimeError) as refused:
            return _refuse(str(refused))


def _step(organisation_id: UUID, arguments: Namespace) -> int:
    if arguments.cancel:
        return _cancel(organisation_id)
    if arguments.forget:
        return _forget(organisation_id)
    if arguments.confirm:
        return _confirm(organisation_id, arguments)
    return _export(organisation_id, arguments.folder)


def _export(organisation_id: UUID, folder: Path) -> int:
    from django.utils import timezone

    from omloop.audit.keys import public_key
    from omloop.relocation.between.exporting import export
    from omloop.relocation.signed import fingerprint

    departure, _ = export(organisation_id, folder, now=timezone.now(), told=Progress())
    print(f"{departure.name} is in {folder}, and stands still here: it can be read, and what comes is kept.")
    print(
        f"The archive is signed with the key {fingerprint(public_key())}: tell the other side by telephone."
    )
    print("Next: the other side runs `omloop organisation import`, and gives a receipt back.")
    return 0


def _confirm(organisation_id: UUID, arguments: Namespace) -> int:
    from django.utils import timezone

    from omloop.relocation.between.closing import close, read_receipt

    receipt, _ = read_receipt(arguments.confirm, arguments.fingerprint)
    departure = close(organisation_id, arguments.folder, receipt, now=timezone.now(), told=Progress())
    print(f"{departure.name} has gone to {departure.went_to}. Here only that is left, and what came late.")
    print(f"Next: the other side runs `omloop organisation import` with {arguments.folder}, and opens.")
    return 0


def _cancel(organisation_id: UUID) -> int:
    from django.utils import timezone

    from omloop.flow.command_line import take_in
    from omloop.intake import files
    from omloop.relocation.between.leaving import forget_late, late_arrivals, stay
    from omloop.relocation.between.opening import bringer

    stay(organisation_id, now=timezone.now())
    late = late_arrivals(organisation_id)
    for each in late:
        take_in(
            organisation_id=organisation_id,
            data=files.read(organisation_id, each.sha256),
            filename=each.filename,
            channel=each.channel,
            actor=bringer(organisation_id),
            received_at=each.arrived_at,
            confidential=each.confidential,
        )
        forget_late(each)
    print(f"It stays here, and everybody can go on; {len(late)} files that came meanwhile are taken in.")
    return 0


def _forget(organisation_id: UUID) -> int:
    from omloop.relocation.between.closing import forget

    print(f"{forget(organisation_id, told=Progress())} files that came late are removed here.")
    return 0


def _refuse(reason: str) -> int:
    print(f"omloop organisation export: {reason}", file=sys.stderr)
    return 2
