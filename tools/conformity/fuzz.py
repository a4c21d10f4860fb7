"""Damaged files, deterministic by seed: cut off, bits turned, encodings, entities, elements swapped."""

import contextlib
import random
from collections.abc import Callable, Iterator

from omloop.einvoice import Unreadable, Unwritable, check, read, write, write_cii
from tools.conformity.bases import bases
from tools.conformity.mutants import mutants

_PIECES = (
    *(
        b"<",
        b">",
        b"&",
        b"]]>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"<?x?>",
        b"&#0;",
        b"&#x41;",
        b"&lt;",
        b"\x00",
    ),
    *(b"\xff", b"\xfe", b"\xef\xbb\xbf", b"<!DOCTYPE a>", b' xmlns=""', b' a="b"', b"<cbc:ID>1</cbc:ID>"),
    *(b"</cac:Party>", b"<cac:TaxTotal/>", b"-", b"9" * 80, b".", b"1e9", b"true", b"", b" ", b"\r\n\t"),
)
_ENCODINGS = (
    *("UTF-8", "UTF-16", "UTF-7", "utf-32", "ISO-8859-1", "ascii", "shift_jis", "cp037", "idna", "rot13"),
    *("punycode", "big5", "no-such", "", "utf_16_be", "unicode_escape", "undefined", "hex"),
)
_DOCTYPES = (
    b'<!DOCTYPE Invoice [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>',
    b'<!DOCTYPE Invoice SYSTEM "file:///etc/passwd">',
    b'<!DOCTYPE Invoice [<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;]>',
    b'<!DOCTYPE Invoice [<!ATTLIST Invoice x CDATA "y">]>',
)
_ENTITIES = (b"&a;", b"&c;", b"&#xD800;", b"&#x10FFFF;", b"&amp;amp;", b"&#1114112;", b"%p;")
Damage = Callable[[random.Random, bytes], bytes]


def damaged(sources: list[bytes], seed: int, count: int) -> Iterator[bytes]:
    """`count` files, each a changed source with up to three damages; the same for the same seed."""
    chance = random.Random(seed)
    for data in mutants(sources, seed, count):
        for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
            data = chance.choice(_DAMAGES)(chance, data)
        yield data


def fuzz_sources() -> list[bytes]:
    """Invoices and credit notes in UBL and in CII."""
    ubl = list(bases())
    return ubl + [write_cii(read(data)) for data in ubl]


def outcome_of(data: bytes) -> str:
    """The verdict, or the rule by which it is refused; writes what could be read, too."""
    try:
        document = read(data)
    except Unreadable as refused:
        return refused.findings[0].rule
    with contextlib.suppress(Unwritable):
        write_cii(document) if document.is_cii else write(document)
    return check(document).verdict.value


def _place(chance: random.Random, data: bytes) -> int:
    return chance.randrange(len(data) + 1)


def _cut_off(chance: random.Random, data: bytes) -> bytes:
    return data[: _place(chance, data)]


def _leave_out(chance: random.Random, data: bytes) -> bytes:
    start = _place(chance, data)
    return data[:start] + data[start + chance.choice((1, 2, 10, 300)) :]


def _turn_bits(chance: random.Random, data: bytes) -> bytes:
    turned = bytearray(data)
    for _ in range(min(len(turned), chance.choice((1, 2, 8)))):
        turned[chance.randrange(len(turned))] ^= 1 << chance.randrange(8)
    return bytes(turned)


def _put_in(chance: random.Random, data: bytes) -> bytes:
    start = _place(chance, data)
    piece = chance.choice((*_PIECES, *_ENTITIES, chance.randbytes(4)))
    return data[:start] + piece + data[start:]


def _say_other_encoding(chance: random.Random, data: bytes) -> bytes:
    _, _, rest = data.partition(b"?>")
    return f"<?xml version='1.0' encoding='{chance.choice(_ENCODINGS)}'?>".encode() + rest


def _encode(chance: random.Random, data: bytes) -> bytes:
    encoding = chance.choice(("utf-16", "utf-16-be", "utf-32", "latin-1", "utf-8-sig", "cp037"))
    return data.decode("utf-8", "replace").encode(encoding, "replace")


def _declare(chance: random.Random, data: bytes) -> bytes:
    start, end, rest = data.partition(b"?>")
    return start + end + chance.choice(_DOCTYPES) + rest


def _swap_elements(chance: random.Random, data: bytes) -> bytes:
    parts = data.split(b"<")
    if len(parts) > 3:
        one, other = chance.randrange(1, len(parts)), chance.randrange(1, len(parts))
        parts[one], parts[other] = parts[other], parts[one]
    return b"<".join(parts)


def _nest(chance: random.Random, data: bytes) -> bytes:
    start, depth = _place(chance, data), chance.choice((3, 30, 60, 400))
    return data[:start] + b"<a>" * depth + b"&a;" + b"</a>" * depth + data[start:]


_DAMAGES: tuple[Damage, ...] = (
    *(_cut_off, _leave_out, _turn_bits, _turn_bits, _put_in, _put_in, _say_other_encoding, _encode),
    *(_declare, _swap_elements, _swap_elements, _nest),
)
