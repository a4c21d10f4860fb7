"""A real IMAP server as a process of its own, with a certificate made for it."""

import imaplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from omloop.outgoing.imap import Security, Server
from tests.running import free_port

USER, PASSWORD = "demouser", 'wachtwoord met é en "streepjes"'


class Post:
    """The mailbox as its owner sees it: mail is put into it, and flags are looked at."""

    def __init__(self, port: int, certificate: Path) -> None:
        self.port, self.certificate = port, certificate

    @property
    def server(self) -> Server:
        """How the product reaches it."""
        return Server("localhost", self.port, Security.STARTTLS, USER, PASSWORD)

    @contextmanager
    def open(self) -> Iterator[imaplib.IMAP4]:
        """A session of a mail program."""
        client = imaplib.IMAP4("localhost", self.port)
        client.starttls(ssl.create_default_context(cafile=str(self.certificate)))
        client.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
        client.select()
        try:
            yield client
        finally:
            client.logout()

    def deliver(self, *mails: bytes) -> None:
        """Put mails into the inbox."""
        with self.open() as client:
            for mail in mails:
                status, said = client.append("INBOX", None, None, mail)
                assert status == "OK", said

    def flags(self) -> list[str]:
        """The flags of each mail, in order of their UIDs."""
        with self.open() as client:
            _, answers = client.fetch("1:*", "(FLAGS)")
        return [" ".join(sorted(map(bytes.decode, imaplib.ParseFlags(each)))) for each in answers if each]

    def unread(self) -> int:
        """How many mails nobody has marked as read."""
        return sum("Seen" not in flags for flags in self.flags())


@contextmanager
def post_office(folder: Path) -> Iterator[Post]:
    """Start the server, with an empty mailbox; its UIDVALIDITY is new each time."""
    certificate, key = make_certificate(folder)
    port = free_port()
    words = ["--host", "127.0.0.1", "--host", "::1", "--port", str(port), "--cert", str(certificate)]
    words += ["--key", str(key), "dict", "--demo-user", USER, "--demo-password", PASSWORD]
    with subprocess.Popen([Path(sys.executable).parent / "pymap", *words]) as process:
        try:
            _await(port)
            yield Post(port, certificate)
        finally:
            process.kill()


@contextmanager
def behind_tls(post: Post, folder: Path) -> Iterator[int]:
    """The same server on a port that is private from the start."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(post.certificate, folder / "server.key")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    private = context.wrap_socket(listener.accept()[0], server_side=True)
                    plain = socket.create_connection(("localhost", post.port))
                    for one, other in ((private, plain), (plain, private)):
                        threading.Thread(target=_pump, args=(one, other), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield int(listener.getsockname()[1])


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of localhost that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "server.pem", folder / "server.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _await(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(OSError):
            socket.create_connection(("localhost", port), timeout=1).close()
            return
        time.sleep(0.05)
    raise AssertionError("the IMAP server did not start")
