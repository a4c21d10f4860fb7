"""Texts that go from one installation to another, each signed with the key of who wrote it (Ed25519).

A file of two parts: a line with what it is, the writer's public key and his signature, and the JSON text
that is signed. `docs/archive-format.md` says so to who wants to read one elsewhere.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from omloop.audit.keys import is_signed, public_key, sign

FORMAT = 1
"""Raised when the meaning of a text changes; what is newer than this version is refused."""
LONGEST_FIRST_LINE = 300


class NotAuthentic(ValueError):
    """The text is not what its writer signed, is of another kind, or of a newer version."""


@dataclass(frozen=True)
class SignedText:
    """What was said, by whom; `digest` is the SHA-256 (hex) of the whole file."""

    said: bytes
    key: bytes
    digest: str


def write(kind: str, said: dict[str, Any]) -> bytes:
    """The file: the same words give the same bytes."""
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    title = f"omloop {kind} {FORMAT}"
    signature = sign(_under(title, text)).hex()
    return f"{title} {public_key().hex()} {signature}\n".encode() + text


def read(kind: str, data: bytes) -> SignedText:
    """What stands in a file of this kind, its signature verified; raises NotAuthentic."""
    first, _, text = data.partition(b"\n")
    words = first[:LONGEST_FIRST_LINE].decode("ascii", "replace").split(" ")
    if len(words) != 5 or words[:2] != ["omloop", kind]:
        raise NotAuthentic(f"This is no {kind} of Omloop.")
    if words[2] != str(FORMAT):
        raise NotAuthentic(
            f"This {kind} was made by a newer version of Omloop: bring this installation up to date first."
        )
    key = _unhex(words[3], 32)
    if not is_signed(_under(f"omloop {kind} {FORMAT}", text), _unhex(words[4], 64), key):
        raise NotAuthentic(f"The signature under this {kind} is false: it was changed after it was signed.")
    return SignedText(text, key, sha256(data).hexdigest())


def fingerprint(key: bytes) -> str:
    """A public key as people read it to each other by telephone: eight groups of four."""
    digits = sha256(key).hexdigest()[:32].upper()
    return "-".join(digits[place : place + 4] for place in range(0, 32, 4))


def is_fingerprint(said: str, key: bytes) -> bool:
    """Whether somebody named this key, however he wrote the groups."""
    plain = "".join(letter for letter in said.upper() if letter.isalnum())
    return plain == fingerprint(key).replace("-", "")


def _under(title: str, text: bytes) -> bytes:
    """The kind is signed too, so that a receipt can never pass for an archive."""
    return title.encode() + b"\n" + text


def _unhex(digits: str, length: int) -> bytes:
    try:
        value = bytes.fromhex(digits)
    except ValueError:
        value = b""
    if len(value) != length:
        raise NotAuthentic("The first line is damaged: the key or the signature is not complete.")
    return value
