"""`omloop organisation import`: an organisation comes from another installation (rules 6.4).

Two calls: take in the archive, which gives a receipt; then the farewell of the source, which opens.
"""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from omloop.cli.start import django
from omloop.cli.telling import Progress

if TYPE_CHECKING:
    from omloop.relocation.between.opening import LateFile


def add_arguments(parser: ArgumentParser) -> None:
    """The folder of the source, and where the organisation is to live."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="an archive, or the source's farewell")
    parser.add_argument("--environment", default="", metavar="NAME", help="where the organisation is to live")
    parser.add_argument("--address", default="", metavar="URL", help="where people and senders find it here")
    parser.add_argument("--fingerprint", default="", help="of the source's key, as told by telephone")
    parser.add_argument("--receipt", type=Path, default=Path("receipt.signed"), metavar="FILE")
    parser.add_argument("--cancel", action="store_true", help="take the import back")
    parser.add_argument(
        "--source-stays", action="store_true", help="with --cancel: the source has not closed"
    )


def run(arguments: Namespace) -> int:
    """Do one step; 0 when it is done, 2 with a sentence when it can't be."""
    with django(as_owner=True):
        from omloop.relocation.between.contents import FAREWELL

        try:
            if arguments.cancel:
                return _cancel(arguments)
            if (arguments.folder / FAREWELL).exists():
                return _open(arguments.folder)
            return _take_in(arguments)
        except (ValueError, OSError, RuntimeError) as refused:
            return _refuse(str(refused))


def _take_in(arguments: Namespace) -> int:
    from django.utils import timezone

    from omloop.audit.keys import public_key
    from omloop.relocation.between import folder
    from omloop.relocation.between.importing import take_in
    from omloop.relocation.signed import fingerprint

    if not arguments.address.startswith(("https://", "http://")):
        return _refuse(
            "say with --address where people and senders find the organisation from now on: https://…"
        )
    receipt = take_in(
        arguments.folder,
        environment=arguments.environment,
        fingerprint=arguments.fingerprint,
        address=arguments.address,
        now=timezone.now(),
        told=Progress(),
    )
    folder.write(arguments.receipt, [receipt])
    print(f"Everything is here and equal; nobody sees it yet. The receipt is {arguments.receipt}.")
    print(f"It is signed with the key {fingerprint(public_key())}: tell the other side by telephone.")
    print("Next: the other side closes with it and gives a folder back, with which you run this again.")
    return 0


def _open(folder: Path) -> int:
    from django.utils import timezone

    from omloop.relocation.between.opening import late_files, open_up, read_farewell

    farewell, arrival = read_farewell(folder)
    open_up(arrival, now=timezone.now())
    for late in late_files(folder, farewell):
        _take_in_late(arrival.organisation_id, late)
    print(f"The organisation is open here; {len(farewell.late)} files that came meanwhile are taken in.")
    print("Set anew here: connection keys, its mailbox, and folders (`omloop folder add`).")
    print("Who worked in it is asked, under his verified address, whether he goes on here.")
    return 0


def _take_in_late(organisation_id: UUID, late: "LateFile") -> None:
    """By the operator's right, with the instant at which it came; the same bytes make one document."""
    from omloop.flow.command_line import take_in
    from omloop.relocation.between.opening import bringer

    take_in(
        organisation_id=organisation_id,
        data=late.data,
        filename=late.filename,
        channel=late.channel,
        actor=bringer(organisation_id),
        received_at=late.arrived_at,
        confidential=late.confidential,
    )


def _cancel(arguments: Namespace) -> int:
    from omloop.relocation.between.contents import read_archive
    from omloop.relocation.between.importing import send_back

    contents, _ = read_archive(arguments.folder)
    send_back(contents.organisation, source_stays=arguments.source_stays, told=Progress())
    print(f"Nothing of {contents.name} is left here.")
    return 0


def _refuse(reason: str) -> int:
    print(f"omloop organisation import: {reason}", file=sys.stderr)
    return 2
