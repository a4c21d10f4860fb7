"""`omloop folder`: watch a folder of this machine for an organisation (rules 2.1)."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from omloop.cli.intake import organisation_of
from omloop.cli.start import django


def add_arguments(parser: ArgumentParser) -> None:
    """What to do, for whom, and with which folder."""
    parser.add_argument("what", choices=["add", "list", "remove"])
    parser.add_argument("--organisation", metavar="KVK", help="KvK number or id of the receiver")
    parser.add_argument(
        "--path", type=Path, help="the folder (default: inbox/<KvK or id> in the data folder)"
    )


def run(arguments: Namespace) -> int:
    """0 when done, 2 for a wrong question."""
    if arguments.what != "list" and not arguments.organisation:
        return _refuse("say for which organisation: --organisation KVK")
    with django():
        if arguments.what == "list":
            return _list()
        return _change(arguments)


def _list() -> int:
    from omloop.mailbox.folders import all_folders

    for organisation, path in all_folders():
        print("  ".join((organisation.kvk or str(organisation.id), organisation.name, path)))
    return 0


def _change(arguments: Namespace) -> int:
    from django.utils import timezone

    from omloop.audit.actors import OPERATOR
    from omloop.mailbox.folders import add_folder, remove_folder
    from omloop.mailbox.refusals import FolderTaken, NoFolder

    organisation_id = organisation_of(arguments.organisation)
    if organisation_id is None:
        return 2
    now = timezone.now()
    try:
        if arguments.what == "add":
            place = arguments.path
            print(add_folder(organisation_id=organisation_id, path=place, actor=OPERATOR, now=now))
        else:
            remove_folder(organisation_id=organisation_id, actor=OPERATOR, now=now)
    except (FolderTaken, NoFolder) as refused:
        return _refuse(str(refused))
    return 0


def _refuse(reason: str) -> int:
    print(f"omloop folder: {reason}", file=sys.stderr)
    return 2
