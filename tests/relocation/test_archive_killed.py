"""kill -9 before every commit and every file of every step, on either side; and on to the end: equal.

A command that was killed is run again and dies again as soon as it has got one commit or file further, until
there is none left (rules 6.4).
"""

from pathlib import Path

from omloop.audit.verify import verify_all
from omloop.relocation.contents import read_archive
from omloop.relocation.manifest import take_manifest
from tests.relocation.installations import KILLED, Installation, Journey

MANY = 400


def killed_all_along(side: Installation, words: tuple[str | Path, ...], *folders: Path) -> int:
    """Run a command to its end although it dies after every step forward; how many steps there were."""
    turn, steps, before = 1, 0, side.state(*folders)
    for _ in range(MANY):
        code = side.run(*words, killed_before=turn)
        if code != KILLED:
            assert code == 0, side.said
            return steps
        after = side.state(*folders)
        if after == before:
            turn += 1
        else:
            steps, before = steps + 1, after
    raise AssertionError(f"not at its end after {MANY} deaths")


def test_killed_at_every_commit_of_both_sides_and_equal_in_the_end(journey: Journey) -> None:
    import time

    a = time.time()
    assert killed_all_along(journey.source, journey.export(), journey.folder) > 30
    print(time.time() - a)
    contents, _ = read_archive(journey.archive)
    assert killed_all_along(journey.target, journey.take_in(), journey.folder) > 30
    print(time.time() - a)
    with journey.target.here(as_owner=True):
        assert take_manifest(contents.counted.mark) == contents.counted
    assert killed_all_along(journey.source, journey.confirm(), journey.folder) > 20
    print(time.time() - a)
    assert killed_all_along(journey.target, journey.open(), journey.folder) > 1
    print(time.time() - a)
    with journey.target.here(as_owner=True):
        assert take_manifest(contents.counted.mark) == contents.counted
        assert [verdict.fault for verdict in verify_all()] == ["", ""]
    assert 0
