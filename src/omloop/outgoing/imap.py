"""A folder of an IMAP server, read under guards: judged addresses, TLS with its certificate verified, limits.

The standard library's `imaplib` speaks; what it leaves open is closed here: where it connects, how long a
whole visit takes, and how long one answer is.
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

from omloop.outgoing.addresses import Refused, judged
from omloop.outgoing.session import Watch

SECONDS_TO_CONNECT = 10.0
SECONDS_OF_A_VISIT = 120.0
LARGEST = 80 * 1024 * 1024
"""Bytes of one answer; a mail of the largest file that is taken in is a third longer by its encoding."""
NUMBER = re.compile(rb"RFC822\.SIZE (\d+)")


class Security(StrEnum):
    """How a connection becomes private: from the start, or by STARTTLS; one in the clear is not made."""

    TLS = "tls"
    STARTTLS = "starttls"


class Trouble(StrEnum):
    """Why a mailbox could not be read."""

    ADDRESS = "address"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    SIGN_IN = "sign_in"
    FOLDER = "folder"
    ANSWER = "answer"


class ImapTrouble(RuntimeError):
    """The mailbox could not be read, for this reason; the password is in no message."""

    def __init__(self, trouble: Trouble, said: object) -> None:
        super().__init__(f"{trouble}: {said}"[:300])
        self.trouble = trouble


@dataclass(frozen=True)
class Server:
    """A folder of a mailbox, and how to get in."""

    host: str
    port: int
    security: str
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"


@dataclass(frozen=True)
class Guards:
    """Networks that the operator allows although they are not public, and a file with his certificates."""

    own_networks: Sequence[str] = ()
    certificates: str | None = None


class Folder:
    """An opened folder: its mails by UID, which mean something under one UIDVALIDITY only."""

    def __init__(self, client: imaplib.IMAP4, uidvalidity: int) -> None:
        self._client, self.uidvalidity = client, uidvalidity

    def uids_above(self, last: int) -> list[int]:
        """The UIDs of later mails, in order."""
        answer = self._ask("SEARCH", "UID", f"{last + 1}:*")
        found = {int(word) for line in answer if isinstance(line, bytes) for word in line.split()}
        return sorted(uid for uid in found if uid > last)  # "9:*" names the last mail even if it is the 3rd

    def size_of(self, uid: int) -> int:
        """How many bytes the mail has; 0 for one that is gone."""
        for line in self._ask("FETCH", str(uid), "(RFC822.SIZE)"):
            if isinstance(line, bytes) and (found := NUMBER.search(line)):
                return int(found.group(1))
        return 0

    def read(self, uid: int, part: str = "") -> bytes:
        """The mail as it is, or its `HEADER`, left unread; empty for one that is gone."""
        parts = self._ask("FETCH", str(uid), f"(BODY.PEEK[{part}])")
        return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), b"")

    def mark(self, uid: int, *flags: str) -> None:
        """Set flags on a mail; one that is gone is left alone."""
        self._ask("STORE", str(uid), "+FLAGS.SILENT", f"({' '.join(flags)})")

    def _ask(self, command: str, *words: str) -> list[object]:
        with _explained():
            status, answer = self._client.uid(command, *words)
        if status != "OK":
            raise ImapTrouble(Trouble.ANSWER, answer)
        return [part for part in answer if part is not None]


@contextmanager
def opened(server: Server, guards: Guards, *, seconds: float = SECONDS_OF_A_VISIT) -> Iterator[Folder]:
    """Sign in and open the folder for one visit of at most so many seconds; raises ImapTrouble."""
    with _explained():
        watch = Watch(judged(server.host, server.port, guards.own_networks), seconds)
    try:
        with _explained():
            client = _Client(server, watch, ssl.create_default_context(cafile=guards.certificates))
        try:
            yield _folder(client, server)
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                client.logout()
    finally:
        watch.end()


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except Refused as error:
        raise ImapTrouble(Trouble.ADDRESS, error) from error
    except ssl.SSLCertVerificationError as error:
        raise ImapTrouble(Trouble.CERTIFICATE, error.verify_message) from error
    except imaplib.IMAP4.error as error:
        raise ImapTrouble(Trouble.ANSWER, error) from error
    except OSError as error:
        raise ImapTrouble(Trouble.CONNECTION, error) from error


def _folder(client: "_Client", server: Server) -> Folder:
    with _explained():
        client.make_private()
        _sign_in(client, server)
        status, answer = client.select(f'"{_quoted(server.folder)}"')
        _, validity = client.response("UIDVALIDITY")
    if status != "OK" or not validity or not validity[0]:
        raise ImapTrouble(Trouble.FOLDER, answer)
    return Folder(client, int(validity[0]))


def _sign_in(client: "_Client", server: Server) -> None:
    """As bytes where the server takes them, so that any character may stand in a password."""
    try:
        if "AUTH=PLAIN" in client.capabilities:
            client.authenticate("PLAIN", lambda _: f"\0{server.username}\0{server.password}".encode())
        else:
            client.login(f'"{_quoted(server.username)}"', server.password)
    except (imaplib.IMAP4.abort, OSError):
        raise
    except (imaplib.IMAP4.error, UnicodeError) as error:
        raise ImapTrouble(Trouble.SIGN_IN, error) from error


def _quoted(text: str) -> str:
    """A text inside the quotes of the protocol."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


class _Client(imaplib.IMAP4):
    """`imaplib`, connected where it was judged that it may."""

    def __init__(self, server: Server, watch: Watch, context: ssl.SSLContext) -> None:
        self._watch, self._context = watch, context
        self._begins_private = server.security == Security.TLS
        super().__init__(server.host, server.port, timeout=SECONDS_TO_CONNECT)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        connected = self._watch.connect(at_most=timeout)
        if not self._begins_private:
            return connected
        return self._context.wrap_socket(connected, server_hostname=self.host)

    def make_private(self) -> None:
        """Before anything secret is said."""
        if not self._begins_private:
            self.starttls(self._context)

    def read(self, size: int) -> bytes:
        if size > LARGEST:
            raise self.abort(f"an answer of {size} bytes")
        return super().read(size)
