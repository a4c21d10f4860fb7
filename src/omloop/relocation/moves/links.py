"""Links between organisations, such as a share of one in another: they end where a move parts the two."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q

from omloop.organisations.models import STILL, Organisation
from omloop.tenancy.history import HistoryQuerySet
from omloop.tenancy.models import OfOrganisation


def links() -> Iterator[tuple[type[models.Model], str]]:
    """Every table of organisations that names a second one, and the column that does."""
    for model in apps.get_models():
        if not issubclass(model, OfOrganisation):
            continue
        for field in model._meta.concrete_fields:
            is_key = isinstance(field, models.ForeignKey) and field.remote_field.model is Organisation
            if is_key and field.attname != "organisation_id":
                yield model, field.attname


def linked_to(organisation_ids: Collection[UUID]) -> set[UUID]:
    """The organisations that a move of these would part from them."""
    found: set[UUID] = set()
    for rows, column in _parted(organisation_ids):
        for pair in rows.filter(STILL).values_list("organisation_id", column):
            found |= set(pair)
    return found - set(organisation_ids)


def end_parted(organisation_ids: Collection[UUID], *, now: datetime) -> int:
    """End the links between these organisations and those that stay behind; how many.

    They are rows with history, as a guard demands; what was stays to be asked. The caller holds both.
    """
    return sum(rows.end(now) for rows, _column in _parted(organisation_ids))


def _parted(organisation_ids: Collection[UUID]) -> Iterator[tuple[HistoryQuerySet, str]]:
    for model, column in links():
        here, there = Q(organisation_id__in=organisation_ids), Q(**{f"{column}__in": organisation_ids})
        elsewhere = ~there & Q(**{f"{column}__isnull": False})
        yield model._default_manager.filter((here & elsewhere) | (~here & there)), column  # type: ignore[misc]
