"""A folder of this machine for the bookkeeping package: exports are put in it, results are read (rules 3.11).

A file is written aside, it is committed that the export went out, and then the file gets its name, which is
one step of the file system: whoever dies in between finds it again, and nothing is put there twice.
Confidential exports stay out, for the file system does not know who may see them (rules 2.12).
"""

import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.booking.forms import FORMS, forms_of, name_of
from omloop.booking.models import Batch, ExportFolder
from omloop.mailbox.models import WatchedFolder
from omloop.mailbox.refusals import FolderTaken, NoFolder
from omloop.mailbox.whole_files import make_places
from omloop.organisations.holding import hold
from omloop.organisations.members import system_scope
from omloop.organisations.models import Organisation
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope

FOLDERS = "export_folder"
"""The kind under which the directory knows which organisations have an export folder."""
NAME = "export_folder"
RESULTS = "results"
AT_ONCE = 50
"""Exports of one visit, and how many of the last ones are looked after."""


def add_export_folder(
    *, organisation_id: UUID, path: Path | None, forms: Collection[str], actor: Actor, now: datetime
) -> Path:
    """Put exports from now on in this folder, or `outbox/<KvK or id>` of the data folder; it is made.

    Raises FolderTaken, NoFolder for a path that is none, and UnknownForm.
    """
    if unknown := sorted(set(forms) - FORMS.keys()):
        raise UnknownForm(f"{', '.join(unknown)}: choose among {', '.join(FORMS)}")
    with tenant_scope(
        None, {*directory.everything(FOLDERS), *directory.everything("folder"), organisation_id}
    ):
        hold(organisation_id)
        wanted = (path or _own_place(organisation_id)).resolve()
        _refuse_taken(organisation_id, wanted)
        make_places(wanted / RESULTS)
        said = {"path": str(wanted), "forms": sorted(forms), "is_on": True, "added_at": now, "trouble": ""}
        ExportFolder.objects.update_or_create(organisation_id=organisation_id, defaults=said)
        directory.enter(FOLDERS, FOLDERS, organisation_id=organisation_id)
        record("export_folder.added", actor=actor, chain_id=organisation_id, at=now)
    return wanted


def remove_export_folder(*, organisation_id: UUID, actor: Actor, now: datetime) -> None:
    """Put nothing there any more; its files stay. Raises NoFolder."""
    with tenant_scope(None, [organisation_id]):
        hold(organisation_id)
        rows = ExportFolder.objects.filter(organisation_id=organisation_id, is_on=True)
        if not rows.update(is_on=False):
            raise NoFolder("this organisation has no export folder")
        directory.leave(FOLDERS, FOLDERS, organisation_id=organisation_id)
        record("export_folder.removed", actor=actor, chain_id=organisation_id, at=now)


class UnknownForm(ValueError):
    """A form in which no export can be had."""


def all_export_folders() -> list[tuple[Organisation, ExportFolder]]:
    """Each organisation with its export folder."""
    places = directory.everything(FOLDERS)
    with tenant_scope(None, places):
        rows = ExportFolder.objects.filter(organisation_id__in=places, is_on=True)
        return [(row.organisation, row) for row in rows.select_related("organisation").order_by("path")]


def folder_of(organisation_id: UUID) -> ExportFolder | None:
    """The folder that is used for it now; inside a scope."""
    found: ExportFolder | None = ExportFolder.objects.filter(
        organisation_id=organisation_id, is_on=True
    ).first()
    return found


def put_exports(organisation_id: UUID, *, now: datetime) -> None:
    """Put what was made since the folder was added in it, export by export; what goes wrong is kept."""
    with tenant_scope(None, [organisation_id]) as scope:
        folder = folder_of(organisation_id)
        if folder is None or organisation_id in scope.standing_still:
            return
        rows = Batch.objects.filter(organisation_id=organisation_id, made_at__gte=folder.added_at)
        waiting = list(rows.filter(delivered_at=None).order_by("made_at", "id")[:AT_ONCE])
        gone = list(rows.exclude(delivered_at=None).order_by("-delivered_at")[:AT_ONCE])
    trouble = ""
    try:
        for batch in gone:
            _name_files(folder, batch)
        for batch in waiting:
            _put(folder, batch, now)
    except OSError as error:
        trouble = (error.strerror or str(error))[:200]
    _keep_trouble(folder, trouble)


def _put(folder: ExportFolder, batch: Batch, now: datetime) -> None:
    with system_scope(NAME, folder.organisation_id):
        for form in _forms(folder, batch):
            _write(_aside(folder, batch, form), batch, form)
    with tenant_scope(None, [folder.organisation_id]):
        hold(folder.organisation_id)
        Batch.objects.filter(id=batch.id).update(delivered_at=now)
    _name_files(folder, batch)


def _forms(folder: ExportFolder, batch: Batch) -> list[str]:
    return [form for form in folder.forms if form in forms_of(batch)]


def _aside(folder: ExportFolder, batch: Batch, form: str) -> Path:
    return Path(folder.path) / f".{name_of(batch, form)}.part"


def _write(path: Path, batch: Batch, form: str) -> None:
    """All of it, on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for part in FORMS[form].parts(batch):
            file.write(part)
        file.flush()
        os.fsync(file.fileno())


def _name_files(folder: ExportFolder, batch: Batch) -> None:
    """Give what stands aside its name; whatever is there by its name already went its way."""
    for form in _forms(folder, batch):
        aside = _aside(folder, batch, form)
        if aside.exists():
            aside.rename(aside.parent / name_of(batch, form))


def _keep_trouble(folder: ExportFolder, trouble: str) -> None:
    if folder.trouble == trouble:
        return
    with tenant_scope(None, [folder.organisation_id]):
        hold(folder.organisation_id)
        ExportFolder.objects.filter(id=folder.id).update(trouble=trouble)


def _own_place(organisation_id: UUID) -> Path:
    organisation: Organisation = Organisation.objects.get(id=organisation_id)
    return Path(settings.DATA) / "outbox" / (organisation.kvk or str(organisation_id))


def _refuse_taken(organisation_id: UUID, wanted: Path) -> None:
    """No other folder of exports, and no watched one at all: what is put there would come in again."""
    others = ExportFolder.objects.filter(is_on=True).exclude(organisation_id=organisation_id)
    taken = [*others.values_list("path", flat=True)]
    taken += WatchedFolder.objects.filter(is_on=True).values_list("path", flat=True)
    for each in map(Path, taken):
        if wanted == each or wanted in each.parents or each in wanted.parents:
            raise FolderTaken(f"{each} is used already")
