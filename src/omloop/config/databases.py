"""A connection URL as Django wants it."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from omloop.config.environment import Environment


def database(environment: Environment) -> dict[str, Any]:
    """Django's settings of the one database, under the role that `DATABASE_URL` names.

    Without a URL the commands of `omloop.cli` start the embedded server and set it first;
    settings that are merely imported (type checks, messages) get a database that nobody can reach.
    """
    return from_url(environment.database_url or "postgresql://nobody@/omloop?host=/nonexistent")


def from_url(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name?option=value`; anything else raises ImproperlyConfigured."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(f"DATABASE_URL must start with postgresql://, not {parts.scheme}://")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(options.pop("port", parts.port or "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
