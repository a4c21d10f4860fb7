"""A mail as it was sent: its heading and its attachments, read under limits with the standard library."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from pathlib import PurePosixPath
from typing import Any

LONGEST_HEADING = 64 * 1024
"""Bytes of the heading that are read; mail servers themselves take about this much."""
DEEPEST = 20
"""Multiparts within multiparts."""
LINE = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:[ \t]?")
NAMED = re.compile(rb"^(From|Date|Message-ID|Received|Return-Path):", re.I | re.M)
ENDS = re.compile(rb"\r?\n\r?\n")
SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
DAMAGE = (ValueError, LookupError, AttributeError, TypeError, RecursionError)
"""What the parser of the standard library raises of headings that nobody should have sent."""
RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
BULK = frozenset({"bulk", "list", "junk", "auto_reply"})

Attachment = tuple[str, bytes, str]
"""A name, its bytes, and why there are none."""


@dataclass(frozen=True)
class Heading:
    """What the heading of a mail says; `sender` is empty where it names none, or several."""

    sender: str
    subject: str
    message_id: str
    recipients: tuple[str, ...]
    is_automatic: bool
    """Sent by a program, a list or a mail server, so that nobody waits for an answer."""


def is_mail(data: bytes) -> bool:
    """Whether the bytes begin with the heading of a mail."""
    if not LINE.match(data):
        return False
    named = {found.group(1).lower() for found in NAMED.finditer(_heading(data))}
    return b"from" in named and len(named) > 1


def read_heading(data: bytes) -> Heading:
    """Read the heading; one that is damaged says as much as can be read."""
    message = message_from_bytes(_heading(data) + b"\r\n\r\n", policy=policy.default)
    return Heading(
        sender=_sender(message),
        subject=_text(message, "Subject")[:500],
        message_id=_text(message, "Message-ID").strip()[:500],
        recipients=tuple(address for name in RECIPIENTS for address in _addresses(message, name)),
        is_automatic=_is_automatic(message),
    )


def attachments(data: bytes, allowed: Callable[[], int]) -> Iterator[Attachment]:
    """Each attached file with its bytes, also of forwarded mails; `allowed` says before each how many bytes
    it may have."""
    if len(_heading(data)) == LONGEST_HEADING:
        yield "", b"", "broken"
        return
    try:
        message = message_from_bytes(data, policy=policy.default)
        for number, part in enumerate(_leaves(message, depth=0), start=1):
            found = _attachment(part, number, allowed)
            if found:
                yield found
    except DAMAGE:
        yield "", b"", "broken"


def _leaves(message: Message, depth: int) -> "Iterator[Message]":
    if not message.is_multipart() or depth == DEEPEST:
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part, depth + 1)


def _attachment(part: Message, number: int, allowed: Callable[[], int]) -> Attachment | None:
    """The file of a part; None for the text of the mail, and for what belongs to its looks."""
    kind, name = part.get_content_type(), _name(part, number)
    if part.is_multipart():
        return name, b"", "too_deep"
    if kind in SEALED:
        return name, b"", "encrypted"
    if part.get_content_maintype() == "text" and not part.get_filename() and kind != "text/xml":
        return None
    if part.get_content_maintype() == "image" and part["Content-ID"]:
        return name, b"", "decoration"
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content:
        return name, b"", "broken"
    return (name, b"", "too_large") if len(content) > allowed() else (name, content, "")


def _name(part: Message, number: int) -> str:
    try:
        given = part.get_filename() or ""
    except DAMAGE:
        given = ""
    name = PurePosixPath(given.replace("\\", "/")).name
    return name or f"{number}.{part.get_content_subtype().rpartition('.')[2][:10]}"


def _heading(data: bytes) -> bytes:
    end = ENDS.search(data, 0, LONGEST_HEADING)
    return data[: end.start()] if end else data[:LONGEST_HEADING]


def _text(message: EmailMessage | Message, name: str) -> str:
    try:
        return str(message[name] or "")
    except DAMAGE:
        return next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")


def _sender(message: EmailMessage | Message) -> str:
    try:
        lines: list[Any] = message.get_all("From", [])
        named = [str(address.addr_spec) for each in lines for address in each.addresses]
    except DAMAGE:
        return ""
    return named[0].lower() if len(named) == 1 and "@" in named[0] else ""


def _addresses(message: EmailMessage | Message, name: str) -> list[str]:
    raw = [str(value) for key, value in message.raw_items() if key.lower() == name.lower()]
    return [found.lower() for value in raw for found in ADDRESS.findall(value)]


def _is_automatic(message: EmailMessage | Message) -> bool:
    submitted = _text(message, "Auto-Submitted").strip().lower()
    return (
        submitted not in ("", "no")
        or _text(message, "Precedence").strip().lower() in BULK
        or "List-Id" in message
        or _text(message, "Return-Path").strip() == "<>"
        or message.get_content_type() == "multipart/report"
    )
