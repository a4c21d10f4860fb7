"""Lent rights as chips: they come with an absence and end with it, never by the matrix (rules 4.5)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from omloop.absences.lending import lent_in
from omloop.absences.models import LentRight
from omloop.organisations.chips import Chip
from omloop.relocation.rights.standing import Key
from omloop.web import words

LENT = "lent"
"""The kind of chip."""


def lent_chips(organisation_ids: Collection[UUID], *, now: datetime) -> dict[Key, tuple[Chip, ...]]:
    """By borrower and organisation, what is lent there and confirmed, now or in days to come; one query."""
    return chips_of(row for row in lent_in(organisation_ids, now=now) if row.is_confirmed)


def chips_of(lent: Iterable[LentRight]) -> dict[Key, tuple[Chip, ...]]:
    """A chip for each lender and last day, however many rights he lends."""
    found: dict[Key, dict[str, None]] = defaultdict(dict)
    for row in lent:
        found[row.borrower_id, row.organisation_id][_in_words(row)] = None
    return {key: tuple(Chip(text, LENT) for text in texts) for key, texts in found.items()}


def _in_words(row: LentRight) -> str:
    last_on: date | None = row.days.last_on
    if last_on is None:
        return _("Lent by %(name)s") % {"name": row.lender.name}
    day = words.day(last_on, timezone.localdate()).split(" ", 1)[1]
    return _("Lent by %(name)s through %(day)s") % {"name": row.lender.name, "day": day}
