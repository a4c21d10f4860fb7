"""What a person has in an organisation as a page shows it: groups and limits as chips, in the same words
everywhere (rules 1.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from omloop.organisations.models import Group
from omloop.organisations.rights import DefaultGroup, Right
from omloop.web import words

ORDER = {name: place for place, name in enumerate(DefaultGroup.values)}


@dataclass(frozen=True)
class Chip:
    """One right in a cell: its words, its kind (`manage`, `approve`), and `added` or `removed` by a draft."""

    text: str
    kind: str = ""
    change: str = ""


@dataclass(frozen=True)
class Place:
    """What a person has in one organisation: his groups, each with its last day, and limits by type."""

    groups: Mapping[UUID, date | None] = field(default_factory=dict)
    limits: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Speech:
    """What groups are called in a chip, and what they carry."""

    groups: Mapping[UUID, Group]
    carried: Mapping[UUID, frozenset[str]]

    def chips(self, place: Place) -> list[Chip]:
        """The chips of a place: a group each, then limits of an invoice type."""
        known = [group for group in place.groups if group in self.groups]
        found = [self._chip(group, place) for group in sorted(known, key=self._order)]
        if not any(chip.kind == "approve" for chip in found):
            return found
        kinds = [kind for kind in ("invoice", "credit_note") if kind in place.limits]
        return found + [Chip(_limited(limit_words(kind), place, kind), "approve") for kind in kinds]

    def _order(self, group: UUID) -> tuple[int, str]:
        return ORDER.get(self.groups[group].default, len(ORDER)), self.groups[group].name

    def _chip(self, group: UUID, place: Place) -> Chip:
        rights, text = (
            self.carried.get(group, frozenset()),
            chip_word(self.groups[group].name, self.groups[group].default),
        )
        if Right.APPROVE in rights:
            text = _limited(text, place, "")
        if (last_on := place.groups[group]) is not None:
            text = _("%(what)s through %(day)s") % {"what": text, "day": _day(last_on)}
        kind = "manage" if Right.MANAGE_MEMBERS in rights else "approve" if Right.APPROVE in rights else ""
        return Chip(text, kind)

    def compare(self, before: Place, after: Place) -> tuple[Chip, ...]:
        """The chips of both: what goes is `removed`, what comes is `added`."""
        held, wanted = self.chips(before), self.chips(after)
        kept = [Chip(c.text, c.kind, "" if c in wanted else "removed") for c in held]
        return (*kept, *(Chip(c.text, c.kind, "added") for c in wanted if c not in held))


def chip_word(name: str, default: str) -> str:
    """A group in one word: its own name, or what one does in an unchangeable one."""
    return {
        DefaultGroup.ADMINISTRATOR.value: _("Manages"),
        DefaultGroup.FINANCE.value: _("Does the books"),
        DefaultGroup.APPROVER.value: _("Approves"),
        DefaultGroup.CHECKER.value: _("Checks"),
        DefaultGroup.READER.value: _("Reads"),
    }.get(default, name)


def limit_words(kind: str) -> str:
    """The invoice type of a limit, for a chip."""
    return {"invoice": _("Invoices"), "credit_note": _("Credit notes")}[kind]


def _limited(text: str, place: Place, kind: str) -> str:
    amount = place.limits.get(kind)
    return text if amount is None else f"{text} ≤{words.NO_BREAK}{words.number(amount)}"


def _day(on: date) -> str:
    return words.day(on, timezone.localdate()).split(" ", 1)[1]


def last_day(end: datetime | None, zone: ZoneInfo) -> date | None:
    """The last day that counts in full before this instant."""
    return None if end is None else (end - timedelta(microseconds=1)).astimezone(zone).date()
