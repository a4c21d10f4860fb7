"""Whatever is kept outside the database is in the backup, or stands here with the reason why not."""

import re
from pathlib import Path

from django.apps import apps
from django.db import models

import omloop
from omloop.backup.database import KEPT_FILES

ROOMS = Path(omloop.__file__).parent

USES_THE_DATA_FOLDER = {
    "audit/keys.py": "a key: in the backup",
    "intake/files.py": "original bytes: in the backup, by the rows of `backup.database.KEPT_FILES`",
    "config/environment.py": "a key: in the backup",
    "relocation/ending/export.py": "exports before deleting: not in the backup, they are made from it",
    "relocation/between/verifying.py": "only how much room is left",
    "booking/export_folder.py": "exports for the package: not in the backup, they are made again",
    "mailbox/folders.py": "files that wait to be taken in, and what was: not in the backup",
    "config/settings.py": "mails as files: not in the backup, they were sent",
}
KEEPS_FILES = {
    "intake/services.py": "with a row in intake_document or intake_latearrival: both in `KEPT_FILES`",
    "intake/containers.py": "with a row in intake_container: in `KEPT_FILES`",
    "invoices/attaching.py": "with a row in invoices_addedattachment: in `KEPT_FILES`",
    "papers/looks.py": "with a row in papers_pdflook: in `KEPT_FILES`",
    "sending/drafting.py": "with a row in sending_salesattachment: in `KEPT_FILES`",
    "sending/finishing.py": "with a row in sending_salesinvoice: in `KEPT_FILES`",
    "relocation/between/importing.py": "with the same rows, which come along; before, the archive is needed",
}


def modules_that_say(pattern: str) -> set[str]:
    rooms = (
        path for path in ROOMS.rglob("*.py") if path.relative_to(ROOMS).parts[0] not in ("cli", "backup")
    )
    return {str(path.relative_to(ROOMS)) for path in rooms if re.search(pattern, path.read_text())}


def test_every_room_that_uses_the_data_folder_is_known_to_the_backup() -> None:
    assert modules_that_say(r"settings\.DATA\b|\bself\.data / |^DATA\b|\bDATA / ") == {
        *USES_THE_DATA_FOLDER,
        "postgres/cluster.py",  # the database, by pg_dump
    }


def test_every_room_that_keeps_files_has_its_table_in_the_backup() -> None:
    assert modules_that_say(r"\bfiles\.keep\(") == set(KEEPS_FILES)
    fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
    assert [field for field in fields if isinstance(field, models.FileField)] == []


def test_every_table_that_names_a_kept_file_is_asked_by_the_backup() -> None:
    named = {
        model._meta.db_table
        for model in apps.get_models()
        if {"organisation_id", "sha256", "size"} <= {field.attname for field in model._meta.concrete_fields}
    }
    inside_a_document, of_what_went = {"invoices_attachment"}, {"retention_destroyed"}
    assert named == set(re.findall(r"FROM (\w+)", KEPT_FILES)) | inside_a_document | of_what_went
