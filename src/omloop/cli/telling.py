"""Saying on the terminal how far long work is (rules 7.5), once a second at most."""

import sys
import time


class Progress:
    """Called with what is being done, how much is done, and of how much."""

    def __init__(self) -> None:
        self._last: tuple[str, float] = ("", 0.0)

    def __call__(self, what: str, done: int, total: int) -> None:
        name, at = self._last
        if name == what and done < total and time.monotonic() - at < 1:
            return
        self._last = (what, time.monotonic())
        print(f"{what}: {done} of {total}", file=sys.stderr, flush=True)
