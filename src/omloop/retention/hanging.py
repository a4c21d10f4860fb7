"""Deleting rows with everything that hangs on them, and which bytes are still spoken of."""

from collections.abc import Collection
from functools import cache
from uuid import UUID

from django.db import connection, models

from omloop.invoices.models import Attachment
from omloop.retention.models import Destroyed
from omloop.tenancy.models import OfOrganisation
from omloop.tenancy.order import keys_of, parents_first
from omloop.tenancy.walls import tenant_models

SPEAK_ONLY = frozenset({Attachment, Destroyed})
"""They name bytes that lie inside a document, or that went."""


def delete_rows(organisation_id: UUID, root: type[models.Model], keys: Collection[UUID]) -> None:
    """Delete these rows and all that point to them, whichever way; the models say what points to what.

    In two statements a table, so that a batch costs the same however many rows an organisation has.
    """
    going: dict[type[models.Model], list[UUID]] = {root: list(keys)}
    for model in _own_models():
        if model is not root and (found := _pointing(organisation_id, model, going)):
            going[model] = found
    with connection.cursor() as cursor:
        for model, found in reversed(going.items()):
            name = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(
                f"DELETE FROM {name} WHERE organisation_id = %s AND id = ANY (%s)",  # noqa: S608
                [organisation_id, found],
            )


def spoken_of(organisation_id: UUID, digests: Collection[str]) -> set[str]:
    """Which of these bytes (SHA-256) a row of the organisation still stands for."""
    return {
        digest
        for model in _with_bytes()
        for digest in model._base_manager.filter(
            organisation_id=organisation_id, sha256__in=digests
        ).values_list("sha256", flat=True)
    }


def _pointing(
    organisation_id: UUID, model: type[models.Model], going: dict[type[models.Model], list[UUID]]
) -> list[UUID]:
    parents = [(key.column, key.remote_field.model) for key in keys_of(model)]
    keys = [(column, going[parent]) for column, parent in parents if parent in going]
    if not keys:
        return []
    name = connection.ops.quote_name(model._meta.db_table)
    points = " OR ".join(f"{connection.ops.quote_name(column)} = ANY (%s)" for column, _ in keys)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {name} WHERE organisation_id = %s AND ({points})",  # noqa: S608
            [organisation_id, *(found for _, found in keys)],
        )
        return [each for (each,) in cursor.fetchall()]


@cache
def _own_models() -> tuple[type[models.Model], ...]:
    return tuple(parents_first([each for each in tenant_models() if issubclass(each, OfOrganisation)]))


@cache
def _with_bytes() -> tuple[type[models.Model], ...]:
    """Those with a SHA-256 and a size: a guard holds them against the backup."""
    return tuple(
        model
        for model in _own_models()
        if model not in SPEAK_ONLY and {"sha256", "size"} <= {f.attname for f in model._meta.concrete_fields}
    )
