"""Keys of rows: UUID version 7, which sort by the moment they were made."""

import secrets
import time
from uuid import UUID

PARTS = 4096
"""Of a millisecond: the 12 bits behind the version (RFC 9562, method 3)."""

_last = 0


def uuid7() -> UUID:
    """A new UUIDv7 (RFC 9562); within one process each is larger than the one before.

    It never runs ahead of the clock by more than its own making takes, however many are made at once: a
    bound between earlier and later rows rests on that (rules 6.3).
    """
    global _last
    _last = part = max(time.time_ns() * PARTS // 1_000_000, _last + 1)
    milliseconds, rest = divmod(part, PARTS)
    return _uuid7(milliseconds, rest, secrets.randbits(62))


def next_bound() -> UUID:
    """The smallest key of the next millisecond, once that has begun: every key of this machine made before
    is smaller, every later one is not."""
    milliseconds = time.time_ns() // 1_000_000 + 1
    while time.time_ns() < milliseconds * 1_000_000:
        time.sleep(0.0002)
    return _uuid7(milliseconds, 0, 0)


def _uuid7(milliseconds: int, part: int, chance: int) -> UUID:
    return UUID(int=milliseconds << 80 | 7 << 76 | part << 64 | 2 << 62 | chance)
