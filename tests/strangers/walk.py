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


class Watch:
    """Which tables changed since one last looked: all rows of each, or those that hold a text.

    One look reads every table once, above the walls, so one look serves as the end of one visit and the
    beginning of the next. `everywhere` narrows what counts as all rows to those that hold this text.
    """

    def __init__(self, owner: psycopg.Connection, *texts: str, everywhere: str = "") -> None:
        self._owner, self._texts = owner, (everywhere, *texts)
        self._seen = self._look()

    def changed(self, text: str = "") -> set[str]:
        """The tables of which rows that hold this text (empty: all) came, went or changed since the last
        look."""
        before, self._seen = self._seen, self._look()
        place = self._texts.index(text) if text else 0
        return {name for name, now in self._seen.items() if now[place] != before.get(name, now)[place]}

    def _look(self) -> dict[str, list[tuple[int, str]]]:
        """By table and text, how many rows there are and a sum over them."""
        tables = self._owner.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        ).fetchall()
        sums = ", ".join(
            f"count(*) FILTER (WHERE t LIKE '%{text}%'), "
            f"coalesce(sum(hashtextextended(t, 0)) FILTER (WHERE t LIKE '%{text}%'), 0)::text"
            for text in self._texts
        )
        parts = [
            f"SELECT '{name}', {sums} FROM (SELECT it::text AS t FROM \"{name}\" it) rows"
            for (name,) in tables
            if name not in LEFT_ALONE
        ]
        rows = self._owner.execute(" UNION ALL ".join(parts)).fetchall()
        return {row[0]: list(zip(row[1::2], row[2::2], strict=True)) for row in rows}


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
