"""A mail URL as Django wants it."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from omloop.config.environment import Environment

SECONDS = 20
"""How long a mail server may take to answer; the job tries again later."""

PORTS = {"smtp": 587, "smtps": 465}


def mail(environment: Environment) -> dict[str, Any]:
    """Django's settings of mail: a real server where `OMLOOP_MAIL_URL` names one, else files in `mail/`."""
    if environment.mail_url:
        return from_url(environment.mail_url, host=urlsplit(environment.url).hostname or "localhost")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": environment.data / "mail",
        "DEFAULT_FROM_EMAIL": "Omloop <omloop@localhost>",
    }


def from_url(url: str, *, host: str) -> dict[str, Any]:
    """`smtp://user:password@server:587?tls=starttls&from=omloop@example.nl`; `smtps://` begins with TLS.

    `tls` is `starttls` unless it says `none`; `from` is omloop@ the public host unless given. Raises
    ImproperlyConfigured with what is wrong; the password is never in the message.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    sender, tls = options.pop("from", f"Omloop <omloop@{host}>"), options.pop("tls", "starttls")
    if parts.scheme not in PORTS or not parts.hostname:
        raise ImproperlyConfigured("OMLOOP_MAIL_URL must look like smtp://user:password@server:587")
    if tls not in {"starttls", "none"} or options:
        raise ImproperlyConfigured("OMLOOP_MAIL_URL knows tls=starttls, tls=none and from=, nothing else")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and tls == "starttls",
        "EMAIL_TIMEOUT": SECONDS,
        "DEFAULT_FROM_EMAIL": sender,
    }
