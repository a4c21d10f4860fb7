"""The one place that reads the process environment."""

import os
import secrets
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

ROOMS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Environment:
    """What the installation was told from outside: folders, addresses, switches."""

    data: Path
    port: int
    database_url: str | None
    database_owner_url: str | None
    demo: bool
    debug: bool
    hosts: tuple[str, ...]
    mail_url: str | None
    mailbox_url: str | None
    mailbox_certificates: str | None
    register_url: str | None
    register_key: str
    register_certificates: str | None
    own_networks: tuple[str, ...]
    url: str
    registers: bool

    @classmethod
    def load(cls) -> "Environment":
        """Read `OMLOOP_*` and `DATABASE_*`; what makes no sense ends the command with a sentence."""
        read = os.environ.get
        port = port_in(read("OMLOOP_PORT") or "8000")
        url = url_in(read("OMLOOP_URL") or f"http://localhost:{port}")
        return cls(
            data=Path(read("OMLOOP_DATA") or default_data()).resolve(),
            port=port,
            database_url=read("DATABASE_URL"),
            database_owner_url=read("DATABASE_OWNER_URL"),
            demo=read("OMLOOP_DEMO") == "1",
            debug=read("OMLOOP_DEBUG") == "1",
            hosts=hosts_in(read("OMLOOP_HOSTS", "localhost,127.0.0.1,[::1]"), url),
            mail_url=read("OMLOOP_MAIL_URL"),
            mailbox_url=read("OMLOOP_MAILBOX_URL"),
            mailbox_certificates=read("OMLOOP_MAILBOX_CERTIFICATES"),
            register_url=read("OMLOOP_REGISTER_URL"),
            register_key=read("OMLOOP_REGISTER_KEY") or "",
            register_certificates=read("OMLOOP_REGISTER_CERTIFICATES"),
            own_networks=networks_in(read("OMLOOP_OWN_NETWORKS", "")),
            url=url,
            registers=registration_in(read("OMLOOP_REGISTRATION") or "open"),
        )

    @property
    def secret_key(self) -> str:
        """The key that signs sessions; made once, kept in the data folder, readable by its owner only."""
        path = self.data / "keys" / "secret-key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            except FileExistsError:
                return path.read_text()
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(50))
        return path.read_text()


def port_in(text: str) -> int:
    """A port from 1 to 65535."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65_536:
        raise SystemExit(f"OMLOOP_PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def networks_in(text: str) -> tuple[str, ...]:
    """Networks that requests may go to although they are not public: `10.0.0.0/8,fd00::/8`."""
    networks = tuple(filter(None, (network.strip() for network in text.split(","))))
    for network in networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise SystemExit(f"OMLOOP_OWN_NETWORKS: {error}") from error
    return networks


def url_in(text: str) -> str:
    """The public address of the installation, as links in mails begin: no slash at its end."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise SystemExit(f"OMLOOP_URL must look like https://omloop.example.nl, not {text!r}.")
    return f"{parts.scheme}://{parts.netloc}"


def hosts_in(text: str, url: str) -> tuple[str, ...]:
    """The host names that are answered to: those listed, and the one of the public address."""
    return tuple(dict.fromkeys(filter(None, [*text.split(","), urlsplit(url).hostname])))


def registration_in(text: str) -> bool:
    """Whether people register themselves: `open` or `closed`."""
    if text not in {"open", "closed"}:
        raise SystemExit(f"OMLOOP_REGISTRATION must be open or closed, not {text!r}.")
    return text == "open"


def forget_other_servers() -> None:
    """Settings meant for another server (PGPORT, PGSERVICE ...) must not bend the embedded one."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]


def default_data() -> Path:
    """The folder `data` of the checkout; for an installed package one in the home folder."""
    checkout = ROOMS.parents[1]
    return checkout / "data" if (checkout / "pyproject.toml").exists() else Path.home() / ".omloop"
