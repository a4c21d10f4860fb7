"""What goes over the pipes: a length, JSON, and blobs. Nothing that could run when it is read."""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

_LENGTH = struct.Struct(">Q")
LARGEST = 512 * 1024 * 1024
"""Bytes of one piece that are believed."""


class PipeBroken(EOFError):
    """The other side went away in the middle, or speaks nonsense."""


@dataclass(frozen=True)
class Frame:
    """One message."""

    said: dict[str, Any]
    blobs: list[bytes]


def write_frame(pipe: IO[bytes], said: dict[str, Any], blobs: Sequence[bytes]) -> None:
    """Send a message; raises BrokenPipeError."""
    head = json.dumps({"said": said, "blobs": len(blobs)}).encode()
    for piece in (head, *blobs):
        pipe.write(_LENGTH.pack(len(piece)))
        pipe.write(piece)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> Frame | None:
    """The next message; None when the other side is done. Raises PipeBroken."""
    head = _read_piece(pipe, may_end=True)
    if head is None:
        return None
    try:
        told = json.loads(head)
        count, said = int(told["blobs"]), dict(told["said"])
    except (ValueError, KeyError, TypeError) as error:
        raise PipeBroken("no message") from error
    return Frame(said, [_read_piece(pipe) or b"" for _ in range(count)])


def _read_piece(pipe: IO[bytes], *, may_end: bool = False) -> bytes | None:
    length = pipe.read(_LENGTH.size)
    if not length and may_end:
        return None
    if len(length) < _LENGTH.size:
        raise PipeBroken("cut off")
    (size,) = _LENGTH.unpack(length)
    if size > LARGEST:
        raise PipeBroken("too long")
    content = pipe.read(size)
    if len(content) < size:
        raise PipeBroken("cut off")
    return content
