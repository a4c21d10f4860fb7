"""Word of how far long work is, on standard error: at each new part of it, and now and then."""

import sys
import time
from collections.abc import Callable

SECONDS_BETWEEN = 5.0
UNITS = ("bytes", "kB", "MB", "GB", "TB")


class Progress:
    """Called all the time with what is being done, bytes done and bytes in all; prints a line at times."""

    def __init__(self, check_stop: Callable[[], None]) -> None:
        self._check_stop = check_stop
        self._what, self._told_at = "", 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        """Raises what `check_stop` raises when somebody asked to stop."""
        self._check_stop()
        now = time.monotonic()
        if what == self._what and now - self._told_at < SECONDS_BETWEEN:
            return
        self._what, self._told_at = what, now
        far = f"{done * 100 // total} % of {size_of(total)}" if total else size_of(done)
        print(f"{what}: {far}", file=sys.stderr, flush=True)


def size_of(count: int) -> str:
    """Bytes for people: 1.4 GB, in thousands."""
    size, unit = float(count), 0
    while size >= 1000 and unit < len(UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.1f} {UNITS[unit]}" if unit and size < 10 else f"{size:.0f} {UNITS[unit]}"
