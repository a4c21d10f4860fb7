"""An archive is looked at before a row of it is written; one that lies is refused, and why (rules 6.4)."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from omloop.relocation import signed
from omloop.relocation.between.contents import ARCHIVE
from omloop.tenancy.scope import tenant_scope
from tests.relocation.installations import Installation, Journey
from tests.world import World

Said = dict[str, Any]


@pytest.fixture(scope="module")
def exported_once(
    at_work: tuple[Installation, World], empty: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Journey]:
    """One export for all who are refused: nothing of it stays at the target."""
    source, world = at_work
    folder = tmp_path_factory.mktemp("exported")
    once = Journey(source.copy(folder / "from"), empty.copy(folder / "to"), folder, world)
    once.source.done(*once.export())
    yield once
    once.source.drop()
    once.target.drop()


@pytest.fixture
def exported(exported_once: Journey, tmp_path: Path) -> Journey:
    """The same installations, and an archive to spoil."""
    shutil.copytree(exported_once.archive, tmp_path / "archive")
    return replace(exported_once, folder=tmp_path)


@pytest.fixture
def apart(journey: Journey) -> Journey:
    """Installations in which something may change."""
    journey.source.done(*journey.export())
    return journey


def assert_refused(journey: Journey, because: str, *words: str | Path) -> None:
    """The target says so, and nothing of it is there."""
    before = journey.target.state()
    assert journey.target.run(*(words or journey.take_in())) == 2
    assert because in journey.target.said
    assert journey.target.state() == before


def sign_again(journey: Journey, change: Callable[[Said], object]) -> None:
    """Let a hostile source say something else, under its own key."""
    path = journey.archive / ARCHIVE
    said = json.loads(path.read_bytes().partition(b"\n")[2])
    change(said)
    with journey.source.here():
        path.write_bytes(signed.write("archive", said))


def rewrite(journey: Journey, table: str, change: Callable[[bytes], bytes], rows: int = 0) -> None:
    """Let it sign other rows too, so many more."""
    path = rows_file(journey, table)
    path.write_bytes(change(path.read_bytes()))
    data = path.read_bytes()

    def describe(said: Said) -> None:
        stream = next(stream for stream in said["streams"] if stream["table"] == table)
        stream.update(size=len(data), sha256=sha256(data).hexdigest(), rows=stream["rows"] + rows)
        counted = next(each for each in said["manifest"]["tables"] if each["table"] == table)
        counted["rows"] += rows

    sign_again(journey, describe)


def rows_file(journey: Journey, table: str) -> Path:
    (path,) = (journey.archive / "rows").glob(f"*-{table}.copy")
    return path


def a_file(journey: Journey) -> Path:
    return next(path for path in sorted((journey.archive / "files").rglob("*")) if path.is_file())


def test_a_source_that_nobody_vouches_for_is_refused_with_its_fingerprint(exported: Journey) -> None:
    words = list(exported.take_in())
    words[-1] = "0000-0000"
    assert_refused(exported, exported.source.fingerprint, *words)


def test_a_text_that_was_changed_after_signing_is_refused(exported: Journey) -> None:
    path = exported.archive / ARCHIVE
    path.write_bytes(path.read_bytes().replace(b"Zwaluw", b"Zwakuw"))
    assert_refused(exported, "The signature under this archive is false")


def test_a_newer_format_and_a_newer_schema_ask_for_a_newer_version(exported: Journey) -> None:
    path, text = exported.archive / ARCHIVE, (exported.archive / ARCHIVE).read_bytes()
    path.write_bytes(text.replace(b"omloop archive 1 ", b"omloop archive 2 ", 1))
    assert_refused(exported, "was made by a newer version of Omloop")
    path.write_bytes(text)
    sign_again(exported, lambda said: said["migrations"].append("intake.0999_from_the_future"))
    assert_refused(exported, "it has intake.0999_from_the_future")


@pytest.mark.parametrize(
    ("spoil", "because"),
    [
        (
            lambda path: path.write_bytes(path.read_bytes()[:-9] + b"x" + path.read_bytes()[-8:]),
            "does not have the bytes that were signed",
        ),
        (lambda path: path.write_bytes(path.read_bytes() * 2), "bytes that were signed"),
        (lambda path: path.unlink(), "is missing"),
        (lambda path: (path.unlink(), path.symlink_to("/etc/hostname")), "can't be read"),
        (lambda path: (path.unlink(), os.mkfifo(path)), "is no plain file"),
        (lambda path: (path.unlink(), path.mkdir()), "no plain file"),
        (
            lambda path: (shutil.move(path.parent, path.parents[2] / "x"), path.parent.symlink_to("../x")),
            "can't be read",
        ),
    ],
)
@pytest.mark.parametrize("which", ["rows", "file"])
def test_a_file_that_is_not_what_was_signed_is_refused(
    exported: Journey, spoil: Callable[[Path], object], because: str, which: str
) -> None:
    spoil(rows_file(exported, "intake_document") if which == "rows" else a_file(exported))
    assert_refused(exported, because)


@pytest.mark.parametrize(
    ("lie", "because"),
    [
        (lambda said: said["streams"].append(said["streams"][0]), "more than once"),
        (lambda said: said["people"].append(said["people"][0]), "more than once"),
        (lambda said: said["same_humans"].append([str(UUID(int=1)), str(UUID(int=2))]), "whose account"),
        (lambda said: said["manifest"]["files"].append(said["manifest"]["files"][0]), "more than once"),
        (lambda said: said["manifest"]["files"].append(["../../../../etc/passwd", 1]), "can't be one"),
        (lambda said: said["manifest"]["files"].append(["0" * 64, 10**12]), "can't be one"),
        (lambda said: said["manifest"].update(organisation=str(uuid4())), "another organisation"),
        (lambda said: said["manifest"].pop("tables"), "manifest in this archive can't be read"),
        (lambda said: said["streams"][3].update(table="../people_person"), "at 'streams.3.table'"),
        (lambda said: said["streams"][3].update(table="people_person"), "people_person"),
        (lambda said: said["streams"][3].update(rows=7_000), "not as many as its manifest says"),
        (lambda said: said["streams"][3]["columns"].reverse(), "do not begin with the organisation"),
        (lambda said: said["streams"][3]["columns"].append("is_admin"), "is_admin"),
        (lambda said: said.update(surprise=1), "at 'surprise'"),
    ],
)
def test_a_signed_lie_about_the_structure_is_refused(
    exported: Journey, lie: Callable[[Said], object], because: str
) -> None:
    sign_again(exported, lie)
    assert_refused(exported, because)


def test_rows_of_another_organisation_are_refused_however_they_are_hidden(exported: Journey) -> None:
    own, other = str(exported.world.zwaluw.id).encode(), str(exported.world.beheer.id).encode()
    path = rows_file(exported, "organisations_group")
    rows = path.read_bytes()
    one = rows.splitlines(keepends=True)[-1]
    for smuggled in (one.replace(own, other), b"x\\\n" + one, b"\\.\n" + one.replace(own, other)):
        path.write_bytes(rows)
        rewrite(exported, "organisations_group", lambda data, more=smuggled: data + more, rows=1)  # type: ignore[misc]
        assert_refused(exported, "organisations_group")


def test_somebody_who_is_here_is_not_named_by_an_archive(apart: Journey) -> None:
    with apart.target.here():
        from omloop.people.models import Person

        olga = str(Person.objects.get(email="olga@nieuw.example").id).encode()
    anna = str(apart.world.anna.id).encode()
    rewrite(apart, "organisations_membership", lambda data: data.replace(anna, olga))
    assert apart.target.run(*apart.take_in()) == 2
    assert "name somebody who is not in this archive" in apart.target.said
    apart.target.done("organisation", "import", apart.archive, "--cancel")
    sign_again(apart, lambda said: said["people"].append({**said["people"][0], "id": olga.decode()}))
    assert apart.target.run(*apart.take_in()) == 2
    assert "is somebody else's here" in apart.target.said


def test_a_trail_that_was_rewritten_is_refused_although_it_was_signed(apart: Journey) -> None:
    rewrite(apart, "audit_event", lambda data: data.replace(b"document.received", b"document.deceived"))
    assert apart.target.run(*apart.take_in()) == 2
    assert "The audit trail in this archive is not whole: number" in apart.target.said
    with apart.target.here(), tenant_scope(None, [apart.world.zwaluw.id]) as scope:
        assert scope.standing_still


def test_an_organisation_that_is_here_does_not_come_twice(apart: Journey) -> None:
    apart.target.done(*apart.take_in())
    apart.source.done(*apart.confirm())
    apart.target.done(*apart.open())
    assert_refused(apart, "is here already")


def test_a_number_that_is_in_use_is_refused(apart: Journey) -> None:
    apart.target.done(
        *("organisation", "add", "90001001", "Andere Zwaluw B.V.", "--environment", "Elders"),
        *("--administrator", "piet@elders.example"),
    )
    assert_refused(apart, "KvK number 90001001 is in use")


def test_a_receipt_of_another_archive_or_of_nobody_does_not_close_the_source(apart: Journey) -> None:
    apart.target.done(*apart.take_in())
    before = apart.source.state()
    words = list(apart.confirm())
    assert apart.source.run(*words[:-1], "0000") == 2
    assert apart.target.fingerprint in apart.source.said
    receipt = json.loads(apart.receipt.read_bytes().partition(b"\n")[2])
    with apart.target.here():
        apart.receipt.write_bytes(signed.write("receipt", {**receipt, "archive": "0" * 64}))
    assert apart.source.run(*words) == 2
    assert "for another archive" in apart.source.said
    apart.receipt.write_bytes((apart.archive / ARCHIVE).read_bytes())
    assert apart.source.run(*words) == 2
    assert "This is no receipt of Omloop" in apart.source.said
    assert apart.source.state() == before


def test_a_farewell_of_somebody_else_opens_nothing(apart: Journey) -> None:
    apart.target.done(*apart.take_in())
    apart.source.done(*apart.confirm())
    path = apart.farewell / "farewell.signed"
    said = json.loads(path.read_bytes().partition(b"\n")[2])
    with apart.target.here():
        path.write_bytes(signed.write("farewell", said))
    assert_refused(apart, "No organisation arrived here from where this farewell comes", *apart.open())
