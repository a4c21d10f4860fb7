"""Reports as tables for a spreadsheet."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from omloop.organisations.models import Organisation
from omloop.reports.register import Approver, Away, Register
from omloop.reports.usage import Usage
from omloop.web.spreadsheets import as_csv


def register_sheet(register: Register) -> bytes:
    """A row for each ground of each approver; limits, rules and absences beside it."""
    head = (
        _("Organisation"), _("Day"), _("Name"), _("E-mail address"), _("Group"), _("Since"), _("Until"),
        _("Granted by"), _("Limit"), _("Rules that name him"), _("Away"), _("Stands in for"),
    )  # fmt: skip
    return as_csv(head, _rows(register))


def _rows(register: Register) -> Iterator[tuple[object, ...]]:
    place = register.organisation
    for approver in register.approvers:
        person = approver.person
        for ground in approver.grounds:
            since, until = _clock(ground.held.since, place), _clock(ground.held.until, place)
            yield (
                place.name, register.day, person.name, person.email, ground.group, since, until, ground.by,
                *_beside(approver, place),
            )  # fmt: skip


def _beside(approver: Approver, place: Organisation) -> tuple[object, ...]:
    rules = ", ".join(f"{named.rule} ({named.action})" for named in approver.named)
    return _limit(approver, place), rules, _absences(approver.away), _absences(approver.stands_in)


def _limit(approver: Approver, place: Organisation) -> object:
    """One amount; words where there are several, for types of invoices or one after another on the day."""
    limits = approver.limits
    if len(limits) == 1 and not limits[0].kind:
        return limits[0].amount
    said = (f"{each.amount} ({each.kind_label}, {_clock(each.held.since, place)})" for each in limits)
    return ", ".join(said) or None


def _absences(absences: list[Away]) -> str:
    return ", ".join(f"{a.name}: {a.first_on} - {a.last_on or ''}".rstrip() for a in absences)


def _clock(at: datetime | None, place: Organisation) -> str:
    return at.astimezone(place.zone).isoformat(sep=" ", timespec="seconds") if at else ""


def usage_sheet(usage: Usage) -> bytes:
    """A row an organisation and month, as one adds up costs."""
    rows = (
        (
            row.organisation.name,
            row.organisation.kvk,
            f"{month:%Y-%m}",
            count,
            row.recognised[month],
            row.sent[month],
        )
        for row in usage.rows
        for month, count in row.received.items()
    )
    headings = (
        _("Organisation"),
        _("KvK number"),
        _("Month"),
        _("Received"),
        _("Recognised"),
        pgettext("usage", "Sent"),
    )
    return as_csv(headings, rows)
