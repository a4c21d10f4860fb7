"""Watched folders: a file that has stopped growing is taken in, committed, and then moved away (rules 2.1).

`done/` and `refused/` lie in the folder itself, so that moving is one step of the file system. A process that
dies between commit and move finds the same file again, of the same name: that delivery is there already.
"""

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.einvoice.refusals import MAX_BYTES
from omloop.intake.containers import bring, came_before
from omloop.intake.models import Channel, Container, Delivery
from omloop.intake.services import StandsStill, storable
from omloop.mailbox.models import WatchedFolder
from omloop.mailbox.refusals import FolderTaken, NoFolder
from omloop.mailbox.whole_files import DONE, REFUSED, make_places, move, read_file, whole_files
from omloop.organisations.holding import hold
from omloop.organisations.members import system_scope
from omloop.organisations.models import Organisation
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope

FOLDERS = "folder"
"""The kind under which the directory knows which organisations have a watched folder."""
NAME = "folder"
WHY = {
    "too_large": (
        f"Dit bestand is groter dan {MAX_BYTES // 1024**2} MB. Vraag om een kleiner bestand.",
        f"This file is larger than {MAX_BYTES // 1024**2} MB. Ask for a smaller one.",
    ),
    "empty": (
        "Dit bestand is leeg. Zet het opnieuw neer.",
        "This file is empty. Put it there once more.",
    ),
    "nothing_in_it": (
        "In deze mail of zip zit geen factuur die kan worden ingelezen: geen pdf, XML of afbeelding, "
        "of versleuteld of beschadigd.",
        "This mail or ZIP holds no invoice that can be taken in: no PDF, XML or picture, or encrypted or "
        "damaged.",
    ),
}
"""What stands beside a refused file, in Dutch and English."""


def add_folder(*, organisation_id: UUID, path: Path | None, actor: Actor, now: datetime) -> Path:
    """Watch this folder, or `inbox/<KvK or id>` of the data folder, for the organisation; it is made.

    Raises FolderTaken, and NoFolder for a path that is none.
    """
    with tenant_scope(None, [*directory.everything(FOLDERS), organisation_id]):
        hold(organisation_id)
        wanted = (path or _own_place(organisation_id)).resolve()
        _refuse_taken(organisation_id, wanted)
        make_places(wanted)
        WatchedFolder.objects.update_or_create(
            organisation_id=organisation_id,
            defaults={"path": str(wanted), "is_on": True, "added_at": now},
        )
        directory.enter(FOLDERS, FOLDERS, organisation_id=organisation_id)
        record("folder.added", actor=actor, chain_id=organisation_id, subject_id=organisation_id, at=now)
    return wanted


def remove_folder(*, organisation_id: UUID, actor: Actor, now: datetime) -> None:
    """Watch it no longer; its files stay. Raises NoFolder."""
    with tenant_scope(None, [organisation_id]):
        hold(organisation_id)
        if not WatchedFolder.objects.filter(organisation_id=organisation_id, is_on=True).update(is_on=False):
            raise NoFolder("this organisation has no watched folder")
        directory.leave(FOLDERS, FOLDERS, organisation_id=organisation_id)
        record("folder.removed", actor=actor, chain_id=organisation_id, subject_id=organisation_id, at=now)


def all_folders() -> list[tuple[Organisation, str]]:
    """Each organisation with the folder that is watched for it."""
    places = directory.everything(FOLDERS)
    with tenant_scope(None, places):
        rows = WatchedFolder.objects.filter(organisation_id__in=places, is_on=True)
        return [(row.organisation, row.path) for row in rows.select_related("organisation").order_by("path")]


def look(organisation_id: UUID, *, now: datetime) -> None:
    """Take in what stands in the folder of an organisation, file by file."""
    with tenant_scope(None, [organisation_id]) as scope:
        folder = WatchedFolder.objects.filter(organisation_id=organisation_id, is_on=True).first()
        if folder is None or organisation_id in scope.standing_still:
            return
    place = Path(folder.path)
    make_places(place)
    for path in whole_files(place):
        _take(organisation_id, path, now)


def _take(organisation_id: UUID, path: Path, now: datetime) -> None:
    data = read_file(path, MAX_BYTES)
    if data is None:
        return
    refusal = "empty" if not data else "too_large" if len(data) > MAX_BYTES else ""
    if not refusal:
        try:
            refusal = "" if _bring(organisation_id, path.name, data, now) else "nothing_in_it"
        except StandsStill:
            return  # it goes on when the organisation does
    if refusal:
        _explain(move(path, REFUSED), refusal)
    else:
        move(path, DONE)


def _bring(organisation_id: UUID, name: str, data: bytes, now: datetime) -> bool:
    """Whether anything came of it; committed when this returns."""
    with system_scope(NAME, organisation_id) as actor:
        hold(organisation_id)
        delivered = Delivery.objects.filter(
            organisation_id=organisation_id,
            channel=Channel.FOLDER,
            filename=storable(name),
            document__sha256=sha256(data).hexdigest(),
        )
        if delivered.exists():
            return True
        if came_before(organisation_id, data, Channel.FOLDER):
            return not came_before(organisation_id, data, Channel.FOLDER, state=Container.State.NOTHING_IN_IT)
        brought = bring(
            organisation_id=organisation_id,
            data=data,
            filename=name,
            channel=Channel.FOLDER,
            actor=actor,
            now=now,
        )
    return brought.is_of_use


def _explain(path: Path, refusal: str) -> None:
    Path(f"{path}.txt").write_text("\n\n".join(WHY[refusal]) + "\n", encoding="utf-8")


def _own_place(organisation_id: UUID) -> Path:
    organisation: Organisation = Organisation.objects.get(id=organisation_id)
    inbox = Path(settings.DATA) / "inbox"
    return inbox / (organisation.kvk or str(organisation_id))


def _refuse_taken(organisation_id: UUID, wanted: Path) -> None:
    others = WatchedFolder.objects.filter(is_on=True).exclude(organisation_id=organisation_id)
    for taken in map(Path, others.values_list("path", flat=True)):
        if wanted == taken or wanted in taken.parents or taken in wanted.parents:
            raise FolderTaken(f"{taken} is watched for another organisation")
