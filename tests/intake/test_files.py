"""The stored bytes: durable, checked when read, never shared."""

import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from omloop.intake import files


def path_of(organisation_id: object, digest: str) -> Path:
    return Path(settings.DATA) / "files" / str(organisation_id) / digest[:2] / digest


def test_what_is_kept_is_read_back() -> None:
    organisation_id = uuid4()
    digest = files.keep(organisation_id, b"invoice")
    assert files.read(organisation_id, digest) == b"invoice"
    assert path_of(organisation_id, digest).exists()


def test_another_organisation_has_no_share_in_the_bytes() -> None:
    digest = files.keep(uuid4(), b"ours")
    with pytest.raises(files.FileDamaged):
        files.read(uuid4(), digest)


def test_damaged_bytes_are_never_handed_out_and_heal_when_the_file_comes_again() -> None:
    organisation_id = uuid4()
    digest = files.keep(organisation_id, b"whole")
    path_of(organisation_id, digest).write_bytes(b"who")
    with pytest.raises(files.FileDamaged):
        files.read(organisation_id, digest)
    files.keep(organisation_id, b"whole")
    assert files.read(organisation_id, digest) == b"whole"


def test_only_who_runs_omloop_can_read_the_files() -> None:
    organisation_id = uuid4()
    path = path_of(organisation_id, files.keep(organisation_id, b"private"))
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_unfinished_files_go_after_a_day_and_finished_ones_never() -> None:
    organisation_id = uuid4()
    kept = path_of(organisation_id, files.keep(organisation_id, b"kept"))
    fresh, old = (kept.parent / f"{files.ARRIVING}{age}" for age in ("fresh", "old"))
    for path in (fresh, old, kept):
        path.touch()
    for path in (old, kept):
        os.utime(path, (time.time() - 2 * 86400,) * 2)
    assert files.sweep(timezone.now()) == 1
    assert (kept.exists(), fresh.exists(), old.exists()) == (True, True, False)
    assert files.sweep(timezone.now() + timedelta(days=2)) == 1
