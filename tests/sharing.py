"""How the test files are shared out over the workers."""

from xdist.scheduler import LoadFileScheduling

SLOWEST = (
    "tests/strangers/test_walk.py",
    "tests/e2e/",
    "tests/relocation/test_archive_killed.py",
    "tests/relocation/test_large_move.py",
    "tests/benchmarks/",
    "tests/cli/test_up.py",
    "tests/strangers/",
    "tests/relocation/",
    "tests/backup/",
    "tests/invoices/test_reading.py",
    "tests/flow/test_hostile.py",
    "tests/circulation/test_state_machine.py",
    "tests/einvoice/",
)
"""These begin: begun at the end, one worker would finish them while the others have nothing left."""
WITHOUT_DEMO = "tests/e2e/test_kill9.py"


def by_length(nodeid: str) -> int:
    """The place of a test in the order: the slow files first, the many short ones after them."""
    return next((place for place, path in enumerate(SLOWEST) if nodeid.startswith(path)), len(SLOWEST))


class ByFile(LoadFileScheduling):
    """A file goes to one worker; so do all files that look at the demo, which then starts once."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return "the demo" if file.startswith("tests/e2e/") and file != WITHOUT_DEMO else file
