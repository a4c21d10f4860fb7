"""kill -9 before every commit and every file of every step, on either side; and on to the end: equal.

A command that was killed is run again and dies again as soon as it has got a commit or file further, until
there is none left (rules 6.4): every second one here, each with `KILLED_EVERY=1`.
"""

import os
import shutil
from pathlib import Path

from omloop.audit.verify import verify_all
from omloop.relocation.between.contents import read_archive
from omloop.relocation.manifest import take_manifest
from omloop.tenancy.scope import tenant_scope
from tests.relocation.installations import KILLED, KVK, Installation, Journey
from tests.world import make_document

MANY = 400
EVERY = int(os.environ.get("KILLED_EVERY", "2"))


def killed_all_along(side: Installation, words: tuple[str | Path, ...], *folders: Path) -> int:
    """Run a command to its end although it dies after every so many steps; how many deaths there were."""
    turn, deaths, before = EVERY, 0, side.state(*folders)
    for _ in range(MANY):
        code = side.run(*words, killed_before=turn)
        if code != KILLED:
            assert code == 0, side.said
            return deaths
        after = side.state(*folders)
        if after == before:
            turn += EVERY
        else:
            deaths, before = deaths + 1, after
    raise AssertionError(f"not at its end after {MANY} deaths")


def test_killed_at_every_commit_of_both_sides_and_equal_in_the_end(journey: Journey) -> None:
    assert killed_all_along(journey.source, journey.export(), journey.folder) > 30 / EVERY
    contents, _ = read_archive(journey.archive)
    assert killed_all_along(journey.target, journey.take_in(), journey.folder) > 30 / EVERY
    with journey.target.here(as_owner=True):
        assert take_manifest(contents.counted.mark) == contents.counted
    assert killed_all_along(journey.source, journey.confirm(), journey.folder) > 20 / EVERY
    assert killed_all_along(journey.target, journey.open(), journey.folder) > 1 / EVERY
    with journey.target.here(as_owner=True):
        assert take_manifest(contents.counted.mark) == contents.counted
        assert [verdict.fault for verdict in verify_all()] == ["", ""]


def test_an_import_that_was_killed_anywhere_can_be_taken_back(journey: Journey) -> None:
    journey.source.done(*journey.export())
    assert journey.target.fingerprint  # its key is there before
    before, turn = journey.target.state(), 3
    cancel = ("organisation", "import", journey.archive, "--cancel", "--source-stays")
    while journey.target.run(*journey.take_in(), killed_before=turn) == KILLED:
        if journey.target.run(*cancel) == 2:
            assert "No import of this organisation is under way" in journey.target.said
        assert journey.target.state() == before
        turn += 9
    journey.target.done(*cancel)
    assert journey.target.state() == before


def test_an_export_that_was_killed_anywhere_can_be_called_off(journey: Journey) -> None:
    organisation_id, turn = journey.world.zwaluw.id, 2
    while journey.source.run(*journey.export(), killed_before=turn) == KILLED:
        journey.source.done("organisation", "export", KVK, "--cancel")
        with journey.source.here(), tenant_scope(None, [organisation_id]) as scope:
            assert not scope.standing_still
            assert make_document(journey.world.zwaluw).pk
        shutil.rmtree(journey.archive, ignore_errors=True)
        turn += 19
