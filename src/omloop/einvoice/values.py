"""Text of an invoice as values, by the lexical forms of XML Schema: what does not fit is None."""

import binascii
import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_PIECE = 65_536
"""Characters that are looked at together: few enough for what is made of them to take no new memory."""
_PADDED = re.compile(rb"(?:[AQgw]=|[AEIMQUYcgkosw048])=\Z")
_XML_SPACE = " \t\r\n"
_SPACES = re.compile(r"[ \t\r\n]+")
MAX_DIGITS = 60
"""Longest number that is read, in characters; every sum of such numbers stays exact."""


def trimmed(text: str | None) -> str:
    """`text` without white space (as XML knows it) at both ends."""
    return (text or "").strip(_XML_SPACE)


def normalized(text: str | None) -> str:
    """`text` as XPath's normalize-space gives it."""
    if text is None or text.isalnum():  # most codes, quickly
        return text or ""
    return _SPACES.sub(" ", text).strip(" ")


def parse_decimal(text: str | None) -> Decimal | None:
    """An xs:decimal of at most `MAX_DIGITS` characters: no exponent, no NaN, no thousands separators."""
    compact = (text or "").strip(_XML_SPACE)
    return None if len(compact) > MAX_DIGITS else _decimal(compact)


@lru_cache(maxsize=10_000)  # the same amounts and rates are asked for by many rules and lines
def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def parse_date(text: str | None) -> date | None:
    """An xs:date (years 0001-9999); a time zone behind it is allowed and says nothing about the day."""
    return _parse_zoned(trimmed(text))[0]


def parse_instant(text: str | None) -> timedelta | None:
    """When an xs:date begins, counted in UTC from the year 0: what XPath compares dates by."""
    day, zone = _parse_zoned(trimmed(text))
    return None if day is None else timedelta(days=day.toordinal()) - _offset(zone)


@lru_cache(maxsize=1_000)  # a document says few dates, and many rules ask for them
def _parse_zoned(text: str) -> tuple[date | None, str | None]:
    match = _DATE.fullmatch(text)
    if match is None:
        return None, None
    try:
        return date(int(match[1]), int(match[2]), int(match[3])), match[4]
    except ValueError:
        return None, None


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone == "Z":
        return timedelta()
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return ahead if zone[0] == "+" else -ahead


def parse_boolean(text: str | None) -> bool | None:
    """An xs:boolean: true, 1, false or 0."""
    return _BOOLEANS.get(trimmed(text))


def parse_base64(text: str | None) -> bytes | None:
    """An xs:base64Binary; white space in between is allowed."""
    try:
        compact = (text or "").encode("ascii").translate(None, b" \t\r\n")
        return binascii.a2b_base64(compact, strict_mode=True)
    except ValueError:  # a character outside ASCII or outside base64
        return None


def is_plain_base64(text: str) -> bool:
    """Whether `parse_base64` and XML Schema can read this, in a fifth of the time of reading."""
    pieces = (text[start : start + _PIECE].encode() for start in range(0, len(text), _PIECE))
    rest = b"".join(piece.translate(None, _BASE64) for piece in pieces)
    padding = b"".join(rest.split())
    ending = b"".join(text[-100:].encode().split())
    is_well_ended = not padding or (ending.endswith(padding) and _PADDED.search(ending) is not None)
    return (len(text) - len(rest) + len(padding)) % 4 == 0 and is_well_ended
