"""Rows with history: ended, never updated or deleted, so that any past day can be asked (rules 7.8)."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from omloop.tenancy.models import ScopedManager


class HistoryQuerySet(models.QuerySet[Any]):
    """Questions about a moment."""

    def at(self, moment: datetime) -> Self:
        """The rows that hold at this moment."""
        return self.filter(valid__contains=moment)

    def end(self, moment: datetime) -> int:
        """End the rows that hold at this moment; from then on they are history. How many."""
        return self.at(moment).update(
            valid=models.Func(
                models.Func(models.F("valid"), function="lower"),
                models.Value(moment),
                models.Value("[)"),
                function="tstzrange",
                output_field=DateTimeRangeField(),
            )
        )


class HistoryManager(ScopedManager.from_queryset(HistoryQuerySet)):  # type: ignore[misc]
    """The scoped manager with questions about a moment."""


class WithHistory(models.Model):
    """A row that holds during `valid` (from inclusive, until exclusive; open: still)."""

    valid = DateTimeRangeField()

    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta:
        abstract = True


def since(moment: datetime) -> DateTimeTZRange:
    """From this moment on, without an end."""
    return DateTimeTZRange(moment, None, "[)")


def between(moment: datetime, until: datetime | None) -> DateTimeTZRange:
    """From this moment until the other; None: without an end."""
    return DateTimeTZRange(moment, until, "[)")
