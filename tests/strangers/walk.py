"""Walking: all routes, all methods, and a fingerprint of every table before and after."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.strangers.victim import CANARY

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
LEFT_ALONE = {"django_session"}
"""Tables that a visit may write: who is signed in, and nothing else."""


@dataclass(frozen=True)
class Route:
    """One address, its name, and the names of what it takes."""

    name: str
    pattern: str

    @property
    def parameters(self) -> list[str]:
        return PARAMETER.findall(self.pattern)

    def filled(self, values: dict[str, Any]) -> str:
        """The address with these ids in it; a name nobody knows raises KeyError."""
        return "/" + PARAMETER.sub(lambda found: str(values[found.group(1)]), self.pattern)


def routes(patterns: list[Any] | None = None, before: str = "", space: str = "") -> Iterator[Route]:
    """Every route of the installation."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        where = before + re.sub(r"^\^|\\Z$|\$$", "", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern.url_patterns, where, inner)
        elif isinstance(pattern, URLPattern):
            yield Route(f"{space}{pattern.name}", re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", where))


def fingerprint(owner: psycopg.Connection, about: str = "") -> dict[str, tuple[Any, ...]]:
    """How many rows each table has and a sum over their texts, read above the walls; or of the rows that
    hold this text."""
    tables = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    ).fetchall()
    parts = [
        f"SELECT '{name}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM \"{name}\" t"
        + (f" WHERE t::text LIKE '%{about}%'" if about else "")
        for (name,) in tables
        if name not in LEFT_ALONE
    ]
    return {row[0]: row[1:] for row in owner.execute(" UNION ALL ".join(parts)).fetchall()}


def changed(before: dict[str, tuple[Any, ...]], after: dict[str, tuple[Any, ...]]) -> list[str]:
    """The tables that differ."""
    return sorted(name for name in after if after[name] != before.get(name))


def visit(
    client: Client, method: str, address: str, body: dict[str, Any], headers: dict[str, str]
) -> HttpResponse:
    """One request, with a form that tries everything a form could hold."""
    if method == "post":
        return client.post(address, body, headers=headers)
    return getattr(client, method)(address, headers=headers)


def faults_of(response: HttpResponse, canary: str = CANARY) -> list[str]:
    """What a stranger must not be given: the victim's words, or a crash."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    said = [f"status {response.status_code}"] if response.status_code >= 500 else []
    headers = " ".join(f"{name} {value}" for name, value in response.headers.items())
    return said + (["the canary"] if canary.encode() in content or canary in headers else [])


def tempting_body(ids: dict[str, UUID]) -> dict[str, Any]:
    """Fields that forms of ours have, filled with what belongs to the victim."""
    return {
        **{name.removesuffix("_id"): str(value) for name, value in ids.items()},
        **{name: str(value) for name, value in ids.items()},
        "action": "approve",
        "remark": "a stranger was here",
        "reason": "a stranger was here",
        "first_on": "2027-01-01",
        "last_on": "2027-01-02",
        "substitute": str(ids["person_id"]),
        "words": "contact",
        "imported_from": "2026-01-01",
        "imported_to": "2026-12-31",
        "count": "200",
        "method": "evenly",
        "seed": "stranger",
        "email": "stranger@vanbuiten.example",
        "name": "a stranger was here",
        "role": "administrator",
        "adds_organisations": "on",
        "joins_by_domain": "on",
        "groups": "administrator",
        "domain": "vanbuiten.example",
        "answer": "accept",
        "code": "ABCDEFGH",
        "partner": str(ids["partnership_id"]),
    }
