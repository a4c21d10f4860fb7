"""`omloop folder`: watch a folder of this machine for an organisation, or put its exports in one.

`--exports` is about the second: files for the bookkeeping package, and its results (rules 2.1, 3.11).
"""

import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from omloop.cli.intake import organisation_of
from omloop.cli.start import django


def add_arguments(parser: ArgumentParser) -> None:
    """What to do, for whom, and with which folder."""
    parser.add_argument("what", choices=["add", "list", "remove"])
    parser.add_argument("--organisation", metavar="KVK", help="KvK number or id of the receiver")
    parser.add_argument(
        "--path", type=Path, help="the folder (default: inbox/<KvK or id>, or outbox/…, in the data folder)"
    )
    parser.add_argument("--exports", action="store_true", help="the folder of exports, not the watched one")
    parser.add_argument(
        "--form", action="append", metavar="FORM", help="of exports: csv, xaf, ubl … (may be repeated; xaf)"
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
    from omloop.booking.export_folder import all_export_folders
    from omloop.mailbox.folders import all_folders

    for organisation, path in all_folders():
        print("  ".join((organisation.kvk or str(organisation.id), organisation.name, path)))
    for organisation, folder in all_export_folders():
        forms = ", ".join(folder.forms)
        known = organisation.kvk or str(organisation.id)
        print(
            "  ".join((known, organisation.name, folder.path, f"exports: {forms}", folder.trouble)).rstrip()
        )
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
    if arguments.exports:
        return _change_exports(arguments, organisation_id, now)
    try:
        if arguments.what == "add":
            place = arguments.path
            print(add_folder(organisation_id=organisation_id, path=place, actor=OPERATOR, now=now))
        else:
            remove_folder(organisation_id=organisation_id, actor=OPERATOR, now=now)
    except (FolderTaken, NoFolder) as refused:
        return _refuse(str(refused))
    return 0


def _change_exports(arguments: Namespace, organisation_id: UUID, now: datetime) -> int:
    from omloop.audit.actors import OPERATOR
    from omloop.booking.export_folder import UnknownForm, add_export_folder, remove_export_folder
    from omloop.mailbox.refusals import FolderTaken, NoFolder

    who: dict[str, Any] = {"organisation_id": organisation_id, "actor": OPERATOR, "now": now}
    try:
        if arguments.what == "add":
            print(add_export_folder(path=arguments.path, forms=arguments.form or ["xaf"], **who))
        else:
            remove_export_folder(**who)
    except (FolderTaken, NoFolder, UnknownForm) as refused:
        return _refuse(str(refused))
    return 0


def _refuse(reason: str) -> int:
    print(f"omloop folder: {reason}", file=sys.stderr)
    return 2
