"""The URL of the one mailbox of an installation, for the secret addresses of its organisations."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from omloop.config.environment import Environment
from omloop.outgoing.imap import Security, Server

WAYS = {"imaps": (993, Security.TLS), "imap": (143, Security.STARTTLS)}


@dataclass(frozen=True)
class InstallationMailbox:
    """Where it is, and the address to which a secret is added: `facturen+<secret>@example.nl`."""

    server: Server
    address: str


def mailbox(environment: Environment) -> InstallationMailbox | None:
    """The mailbox that `OMLOOP_MAILBOX_URL` names, if it names one."""
    return from_url(environment.mailbox_url) if environment.mailbox_url else None


def from_url(url: str) -> InstallationMailbox:
    """`imaps://user:password@server:993/INBOX?address=facturen@example.nl`; `imap://` begins with STARTTLS.

    The folder is INBOX and the address is the user unless given. Raises ImproperlyConfigured with what is
    wrong; the password is never in the message.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    username = unquote(parts.username or "")
    address = options.pop("address", username)
    if parts.scheme not in WAYS or not parts.hostname or not username or options:
        raise ImproperlyConfigured(
            "OMLOOP_MAILBOX_URL must look like imaps://user:password@server/INBOX?address=facturen@example.nl"
        )
    if address.count("@") != 1:
        raise ImproperlyConfigured("OMLOOP_MAILBOX_URL names no address: add ?address=facturen@example.nl")
    port, security = WAYS[parts.scheme]
    server = Server(
        host=parts.hostname,
        port=parts.port or port,
        security=security,
        username=username,
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.lstrip("/")) or "INBOX",
    )
    return InstallationMailbox(server, address.lower())
