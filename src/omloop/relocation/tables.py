"""Which tables an organisation has, and in which order their rows can be inserted (rules 6.2).

Derived from the models, so that a new table can't be forgotten.
"""

from dataclasses import dataclass
from functools import cache

from django.db import connection, models

from omloop.audit.models import AuditChain, AuditEvent, AuditSeal, AuditSignature
from omloop.intake.models import LateArrival
from omloop.notifications.models import Notice
from omloop.organisations.models import Identifier, Organisation
from omloop.tenancy.models import OfOrganisation
from omloop.tenancy.order import parents_first
from omloop.tenancy.walls import tenant_models

CHAIN: tuple[type[models.Model], ...] = (AuditEvent, AuditSeal, AuditSignature, AuditChain)
"""The organisation's own audit chain; `audit_unsealed` only says what the sealer has still to do."""
NEVER_CHANGED = frozenset({AuditEvent, AuditSeal, AuditSignature})
"""Rows that are the same for ever: what counts is all they say, and not only that they are there."""


SHRINKING = frozenset({Identifier, LateArrival, Notice})
"""The only tables of which services take rows away; a watch over all tests refuses others."""


@dataclass(frozen=True)
class Table:
    """One table of an organisation: `owner` is the column that holds the organisation's id, `key` the one
    that says whether a row came before a mark: its UUIDv7, or its number in the chain."""

    model: type[models.Model]
    owner: str
    key: str

    @property
    def name(self) -> str:
        """The table's name in the database."""
        return self.model._meta.db_table

    @property
    def columns(self) -> list[str]:
        """All its columns, in the order of the model."""
        return [field.column for field in self.model._meta.concrete_fields if field.column]

    @property
    def is_numbered(self) -> bool:
        """Whether its rows stand before a mark by their number in the chain and not by their key."""
        return self.key == "number"

    @property
    def up_to(self) -> str:
        """SQL for the rows up to a mark: parameters `organisation`, `number` and `below`."""
        before = "number <= %(number)s" if self.is_numbered else f"{_quote(self.key)} < %(below)s"
        return f"{_quote(self.owner)} = %(organisation)s AND {before}"


@cache
def tables() -> tuple[Table, ...]:
    """Every table with rows of one organisation, parents first, the audit chain last."""
    own = [model for model in tenant_models() if issubclass(model, OfOrganisation)]
    return (
        Table(Organisation, "id", "id"),
        *(Table(model, "organisation_id", "id") for model in parents_first(own)),
        *(Table(model, "chain_id", _key_in_chain(model)) for model in CHAIN),
    )


def _key_in_chain(model: type[models.Model]) -> str:
    return "number" if model in (AuditSeal, AuditChain) else "id"


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)
