"""The one door to the tables of organisations (architecture 3.1)."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction


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
    scope = Scope(person_id, frozenset(organisation_ids), frozenset(environment_ids))
    with transaction.atomic():
        _set_local(
            {
                "app.organisation_ids": scope.organisation_ids,
                "app.environment_ids": scope.environment_ids,
                "app.structure_ids": (),
                "app.confidential_ids": (),
            }
        )
        token, shown = _current.set(scope), _confidential.set(frozenset())
        try:
            yield scope
        finally:
            _confidential.reset(shown)
            _current.reset(token)


def narrow_scope(organisation_ids: Collection[UUID], environment_ids: Collection[UUID]) -> None:
    """Show no more than these from here on: where whoever looks turned out to have a place."""
    held = current_scope()
    narrowed = Scope(
        held.person_id,
        held.organisation_ids & frozenset(organisation_ids),
        held.environment_ids & frozenset(environment_ids),
    )
    if narrowed != held:
        _set_local(
            {
                "app.organisation_ids": narrowed.organisation_ids,
                "app.environment_ids": narrowed.environment_ids,
            }
        )
        _current.set(narrowed)


def show_structure(organisation_ids: Collection[UUID]) -> None:
    """Let this scope see and change who may do what there too, and none of the documents (rules 1.3)."""
    _set_local({"app.structure_ids": organisation_ids})


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


def _set_local(settings: dict[str, Collection[UUID]]) -> None:
    calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    values = [text for name, ids in settings.items() for text in (name, ",".join(map(str, ids)))]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", values)
