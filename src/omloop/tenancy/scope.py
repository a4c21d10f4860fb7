"""The one door to the tables of organisations (architecture 3.1)."""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from omloop.kernel.ids import uuid7


class NoScope(RuntimeError):
    """A query on a table of organisations outside every scope: open one with `tenant_scope`."""


class NestedScope(RuntimeError):
    """A scope inside a scope: SET LOCAL survives a released savepoint and would leak outwards."""


@dataclass(frozen=True)
class Scope:
    """Who looks, and which organisations and environments the database shows meanwhile."""

    person_id: UUID | None
    organisation_ids: frozenset[UUID]
    environment_ids: frozenset[UUID]
    standing_still: Mapping[UUID, str] = field(default_factory=dict)
    """Organisations that are not written now, and why: arriving, leaving, gone, closed (rules 6.4, 6.7)."""


_current: ContextVar[Scope | None] = ContextVar("tenant_scope", default=None)
_confidential: ContextVar[frozenset[UUID]] = ContextVar("confidential_shown", default=frozenset())


def current_scope() -> Scope:
    """The scope of this moment; raises NoScope without one."""
    scope = _current.get()
    if scope is None:
        raise NoScope("Tables of organisations are read and written inside tenant_scope() only.")
    return scope


@contextmanager
def tenant_scope(
    person_id: UUID | None,
    organisation_ids: Collection[UUID],
    environment_ids: Collection[UUID] = (),
) -> Iterator[Scope]:
    """Open a transaction that sees and writes the rows of these organisations and environments only.

    The settings are local to the transaction, so nothing of them is left on a pooled connection.
    Raises NestedScope inside another scope or inside any open transaction.
    """
    if _current.get() is not None or connection.in_atomic_block:
        raise NestedScope("tenant_scope() opens the transaction itself; leave the outer one first.")
    with transaction.atomic():
        scope = _open(person_id, frozenset(organisation_ids), frozenset(environment_ids))
        token, shown = _current.set(scope), _confidential.set(frozenset())
        try:
            yield scope
        finally:
            _confidential.reset(shown)
            _current.reset(token)


def new_organisation_id() -> UUID:
    """A fresh id, which this scope shows from here on: a scope grows by what it makes, by nothing else."""
    made, held = uuid7(), current_scope()
    _become(replace(held, organisation_ids=held.organisation_ids | {made}))
    return made


def narrow_scope(organisation_ids: Collection[UUID], environment_ids: Collection[UUID]) -> None:
    """Let the rest of this scope see these only, of those that it sees."""
    held = current_scope()
    narrowed = replace(
        held,
        organisation_ids=held.organisation_ids & frozenset(organisation_ids),
        environment_ids=held.environment_ids & frozenset(environment_ids),
    )
    if narrowed != held:
        _become(narrowed)
        _show(_confidential.get() & narrowed.organisation_ids)


def _become(scope: Scope) -> None:
    _set_local({"app.organisation_ids": scope.organisation_ids, "app.environment_ids": scope.environment_ids})
    _current.set(scope)


@contextmanager
def environment_shown(environment_id: UUID) -> Iterator[None]:
    """See a partner's environment here for a moment, where the system acts and not the person: to tell it
    what happened, and to end what came by the partnership (rules 1.8)."""
    held = current_scope()
    with _shown(replace(held, environment_ids=held.environment_ids | {environment_id})):
        yield


@contextmanager
def organisations_shown(organisation_ids: Collection[UUID]) -> Iterator[None]:
    """See these organisations here for a moment, where the system acts and not the person: what is one
    person's, as an absence, and stands in each of them (rules 4.7)."""
    held = current_scope()
    with _shown(replace(held, organisation_ids=held.organisation_ids | frozenset(organisation_ids))):
        yield


@contextmanager
def _shown(scope: Scope) -> Iterator[None]:
    before = current_scope()
    _become(scope)
    try:
        yield
    finally:
        if connection.needs_rollback:
            _current.set(before)
        else:
            _become(before)


def show_structure(organisation_ids: Collection[UUID]) -> None:
    """Let this scope see and change who may do what there too, and none of the documents (rules 1.3).

    Nothing of an organisation that stands still, for its rows must stay as they are (rules 6.4); of one that
    is closed it is, so that readers can still be let in (rules 6.7).
    """
    with connection.cursor() as cursor:
        cursor.execute(SHOW_STRUCTURE, [list(organisation_ids)])


def act_in(organisation_id: UUID) -> None:
    """Let the rest of this scope act in this organisation too, of which the person need be no member.

    The caller knows why he may: he administers its environment, or it names his as its successor.
    """
    held = current_scope()
    places = held.organisation_ids | {organisation_id}
    if places == held.organisation_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(ENTER, [list(places), _text(places)])
        _current.set(replace(held, organisation_ids=places, standing_still=_reasons(cursor.fetchone()[-1])))


def limit_sight(until: Mapping[UUID, date]) -> None:
    """Let this scope see, of these organisations, documents only that were imported up to a day (rules 6.6).

    The day itself is included. What hangs on a document is seen where the document is.
    """
    if until:
        days = {str(place): day.isoformat() for place, day in until.items()}
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.sight_until', %s, true)", [json.dumps(days)])


def write_closed() -> None:
    """Let this scope write organisations that are closed: to move, reopen, or delete (rules 6.5-6.7)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.still_ids', frozen, true) FROM current_setting('app.frozen_ids') frozen"
        )


def show_confidential(organisation_ids: Collection[UUID]) -> None:
    """Let this scope see confidential documents of these organisations of it (rules 2.12)."""
    _show(current_scope().organisation_ids & frozenset(organisation_ids))


@contextmanager
def confidential_shown(organisation_ids: Collection[UUID]) -> Iterator[None]:
    """See confidential documents here for a moment, where the system acts and not the person: at intake."""
    before = _confidential.get()
    show_confidential(organisation_ids)
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _show(before)


def _show(organisation_ids: frozenset[UUID]) -> None:
    if organisation_ids != _confidential.get():
        _set_local({"app.confidential_ids": organisation_ids})
        _confidential.set(organisation_ids)


STILL = """
WITH still AS (SELECT coalesce(string_agg(organisation_id::text, ','), '') AS ids,
                      coalesce(string_agg(organisation_id::text, ',') FILTER (WHERE reason <> 'closed'), '')
                          AS frozen,
                      coalesce(json_object_agg(organisation_id, reason), '{}')::text AS reasons
               FROM tenancy_standstill WHERE organisation_id = ANY (%s))
SELECT set_config('app.organisation_ids', %s, true), set_config('app.still_ids', ids, true),
       set_config('app.frozen_ids', frozen, true)"""
ENTER = f"{STILL}, reasons FROM still"
OPEN = f"""{STILL}, set_config('app.environment_ids', %s, true), set_config('app.confidential_ids', '', true),
       set_config('app.structure_ids', '', true), set_config('app.sight_until', '', true), reasons
FROM still"""
"""One statement for every transaction on tables of organisations."""

SHOW_STRUCTURE = """
SELECT set_config('app.structure_ids', ids, true)
FROM (SELECT coalesce(string_agg(shown::text, ','), '') AS ids FROM unnest(%s::uuid[]) shown
      WHERE NOT EXISTS (SELECT FROM tenancy_standstill
                        WHERE organisation_id = shown AND reason <> 'closed')) s"""


def _open(person_id: UUID | None, organisations: frozenset[UUID], environments: frozenset[UUID]) -> Scope:
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [list(organisations), _text(organisations), _text(environments)])
        reasons = _reasons(cursor.fetchone()[-1])
    return Scope(person_id, organisations, environments, reasons)


def _reasons(text: str) -> dict[UUID, str]:
    return {UUID(place): reason for place, reason in json.loads(text).items()}


def _set_local(settings: dict[str, Collection[UUID]]) -> None:
    calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    values = [text for name, ids in settings.items() for text in (name, _text(ids))]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", values)


def _text(ids: Collection[UUID]) -> str:
    return ",".join(map(str, ids))
