"""Numbers without gaps and without doubles (rules 2.7)."""

import re
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from omloop.audit.services import record
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.sending.models import Kind, NumberCounter, NumberSeries
from omloop.sending.refusals import LastSeries, PrefixInUse

DIGITS = 4
"""At least so many: F2026-0001."""
FIRST = {Kind.INVOICE: "F", Kind.CREDIT_NOTE: "C"}
"""Prefixes of the series that an organisation begins with."""


def take_number(series: NumberSeries, *, issued_on: date) -> str:
    """The next number of a series, for an invoice of this date, in the open transaction.

    The series stays locked until that ends: who comes second waits, and gets the number again when the
    first is rolled back. So nothing is left out and nothing given twice.
    """
    NumberSeries.objects.select_for_update().get(id=series.id)
    year = issued_on.year if series.is_per_year else 0
    counter, _is_new = NumberCounter.objects.get_or_create(
        organisation_id=series.organisation_id, series=series, year=year, defaults={"next_number": 1}
    )
    number = written(series, year, counter.next_number)
    counter.next_number += 1
    counter.save(update_fields=["next_number"])
    return number


def written(series: NumberSeries, year: int, number: int) -> str:
    """How a number of a series is written."""
    return f"{series.prefix}{f'{year}-' if series.is_per_year else ''}{number:0{DIGITS}d}"


def belongs_to(number: str, series: NumberSeries) -> bool:
    """Whether the series gives such numbers, once or later."""
    rest = r"\d{4}-\d{4,}" if series.is_per_year else r"\d{4,}"
    return bool(re.fullmatch(re.escape(series.prefix) + rest, number))


def series_of(organisation_id: UUID, kind: str | None = None) -> list[NumberSeries]:
    """The series that can be chosen, the oldest first."""
    rows = NumberSeries.objects.filter(organisation_id=organisation_id, ended_at=None).order_by("id")
    return list(rows.filter(kind=kind) if kind else rows)


def series_for(
    organisation_id: UUID, kind: str, chosen: UUID | None, *, actor: Member, now: datetime
) -> NumberSeries:
    """The chosen series, else the oldest of this kind; an organisation gets its first when it needs one."""
    there = series_of(organisation_id, kind)
    found = next((each for each in there if each.id == chosen), None) or next(iter(there), None)
    return found or _first(organisation_id, kind, actor, now)


def _first(organisation_id: UUID, kind: str, actor: Member, now: datetime) -> NumberSeries:
    """Two that need it at the same moment agree on one."""
    try:
        return _add(organisation_id, kind, FIRST[Kind(kind)], True, actor, now)
    except PrefixInUse:
        there = series_of(organisation_id, kind)
        if not there:
            raise
        return there[0]


def add_series(
    *,
    organisation_id: UUID,
    kind: str,
    prefix: str,
    is_per_year: bool,
    first_number: int = 1,
    actor: Member,
    now: datetime,
) -> NumberSeries:
    """Add a series, which begins (this year) with `first_number`. Raises RightMissing and PrefixInUse."""
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    hold(organisation_id)
    added = _add(organisation_id, kind, prefix, is_per_year, actor, now)
    year = now.year if is_per_year else 0
    NumberCounter.objects.create(
        organisation_id=organisation_id, series=added, year=year, next_number=first_number
    )
    return added


def end_series(*, series_id: UUID, organisation_id: UUID, actor: Member, now: datetime) -> None:
    """Give no more numbers of it. Raises RightMissing, and LastSeries for the only one of its kind."""
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    hold(organisation_id)
    rows = NumberSeries.objects.select_for_update().filter(organisation_id=organisation_id, ended_at=None)
    there = list(rows.order_by("id"))
    ending = next((each for each in there if each.id == series_id), None)
    if ending is None:
        return
    if sum(each.kind == ending.kind for each in there) == 1:
        raise LastSeries(ending.prefix)
    NumberSeries.objects.filter(id=ending.id).update(ended_at=now)
    _record("number_series.ended", ending, actor, now)


def _add(
    organisation_id: UUID, kind: str, prefix: str, is_per_year: bool, actor: Member, now: datetime
) -> NumberSeries:
    try:
        with transaction.atomic():
            added: NumberSeries = NumberSeries.objects.create(
                organisation_id=organisation_id,
                kind=kind,
                prefix=prefix,
                is_per_year=is_per_year,
                added_at=now,
            )
    except IntegrityError as error:
        raise PrefixInUse(prefix) from error
    _record("number_series.added", added, actor, now)
    return added


def _record(name: str, series: NumberSeries, actor: Member, now: datetime) -> None:
    detail = {"kind": series.kind, "prefix": series.prefix}
    record(name, actor=actor, chain_id=series.organisation_id, subject_id=series.id, at=now, detail=detail)
