"""Pre-flight: what would go wrong in an absence, organisation by organisation, before it does (rules 4.5)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from omloop.absences.queries import covers_between
from omloop.absences.resolution import Covers, Ending, Resolution, resolve
from omloop.kernel.money import Money
from omloop.kernel.period import Period
from omloop.organisations.models import ApprovalLimit, Membership, Organisation
from omloop.organisations.rights import Right
from omloop.people.models import names_of
from omloop.standins import preflight_words as said
from omloop.standins.draft import Draft, first_name, with_draft
from omloop.standins.queries import TO_DECIDE, Deciders, rules_that_keep_apart, who_see_confidential
from omloop.web import words

LONGEST = timedelta(weeks=12)
"""How far an open end is looked into."""
Limits = Mapping[tuple[UUID, UUID], Decimal]
"""By organisation and person, the limit for all invoices, or the lowest of a type."""


@dataclass(frozen=True)
class Check:
    """One organisation: what the person may decide there, what his substitute may, and what goes wrong.

    `missing` are the rights that could be lent; `is_good`: nothing is in the way.
    """

    place: Organisation
    own: str
    substitute_id: UUID
    substitute: str
    theirs: str
    missing: frozenset[str]
    notes: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing is in the way."""
        return not self.notes


def preflight(draft: Draft, places: list[Organisation], deciders: Deciders, *, now: datetime) -> list[Check]:
    """Look at each of these organisations, in a fixed number of queries."""
    place_ids = [place.id for place in places]
    people = {draft.person.id, *draft.substitutes.values()}
    run = Period(draft.first_on, draft.last_on or draft.first_on + LONGEST)
    covers = {place: with_draft(draft, place, own) for place, own in covers_between(place_ids, run).items()}
    people |= {cover.substitute_id for own in covers.values() for each in own.values() for cover in each}
    members = Membership.objects.at(now).filter(organisation_id__in=place_ids, person_id__in=people)
    looking = _Looking(
        draft,
        run,
        deciders,
        _limits(place_ids, now),
        covers,
        names_of(people),
        set(members.values_list("organisation_id", "person_id")),
        who_see_confidential(place_ids, people, now=now),
        rules_that_keep_apart(
            {place: (draft.person.id, draft.substitutes[place]) for place in place_ids}, now=now
        ),
    )
    return [looking.at(place) for place in places]


def missing_rights(
    draft: Draft, places: list[Organisation], deciders: Deciders, *, now: datetime
) -> dict[UUID, frozenset[str]]:
    """By organisation, what could be lent to the substitute there."""
    return {check.place.id: check.missing for check in preflight(draft, places, deciders, now=now)}


def _limits(place_ids: list[UUID], now: datetime) -> Limits:
    found: dict[tuple[UUID, UUID], Decimal] = {}
    for row in ApprovalLimit.objects.at(now).filter(organisation_id__in=place_ids):
        key = (row.organisation_id, row.person_id)
        found[key] = min(row.amount, found.get(key, row.amount))
    return found


@dataclass(frozen=True)
class _Looking:
    draft: Draft
    run: Period
    deciders: Deciders
    limits: Limits
    covers: Mapping[UUID, Covers]
    names: Mapping[UUID, str]
    members: set[tuple[UUID, UUID]]
    seeing: set[tuple[UUID, UUID]]
    rules: Mapping[UUID, list[str]]

    def at(self, place: Organisation) -> Check:
        """What there is to say of this organisation."""
        substitute_id = self.draft.substitutes[place.id]
        lacks, is_lower = self._lacks(place, substitute_id), self._is_lower(place, substitute_id)
        can_borrow = (place.id, substitute_id) in self.members
        wanted = lacks | ({Right.APPROVE} if is_lower else set())
        notes = [*self._rights(place, substitute_id, lacks), *self._confidential(place, substitute_id)]
        notes += self._four_eyes(place, substitute_id)
        if is_lower and not lacks & {Right.APPROVE}:
            notes.insert(0, self._lower(place, substitute_id))
        return Check(
            place=place,
            own=self._may(place, self.draft.person.id),
            substitute_id=substitute_id,
            substitute=self.names.get(substitute_id, "?"),
            theirs=self._may(place, substitute_id),
            missing=frozenset(map(str, wanted)) if can_borrow else frozenset(),
            notes=(*notes, *self._days(place)),
        )

    def _held(self, place: Organisation, person_id: UUID) -> frozenset[str]:
        return self.deciders.get(place.id, {}).get(person_id, frozenset())

    def _may(self, place: Organisation, person_id: UUID) -> str:
        held = self._held(place, person_id)
        limit = self.limits.get((place.id, person_id))
        if Right.APPROVE in held and limit is not None:
            return _("Approve up to %(amount)s") % {"amount": words.money(Money(limit, place.currency))}
        labels = [str(Right(right).label) for right in reversed(TO_DECIDE) if right in held]
        return ", ".join(labels).capitalize() or _("Nothing")

    def _lacks(self, place: Organisation, substitute_id: UUID) -> frozenset[str]:
        return self._held(place, self.draft.person.id) - self._held(place, substitute_id)

    def _is_lower(self, place: Organisation, substitute_id: UUID) -> bool:
        own, theirs = (self.limits.get((place.id, who)) for who in (self.draft.person.id, substitute_id))
        both = self._held(place, self.draft.person.id) & self._held(place, substitute_id)
        return Right.APPROVE in both and theirs is not None and (own is None or theirs < own)

    def _rights(self, place: Organisation, substitute_id: UUID, lacks: frozenset[str]) -> Iterator[str]:
        parts = {"name": self._name(substitute_id), "place": place.name}
        if lacks == {Right.CHECK}:
            yield said.cannot_check() % parts
        elif lacks:
            yield said.cannot_approve() % parts

    def _confidential(self, place: Organisation, substitute_id: UUID) -> Iterator[str]:
        """To see them can't be lent."""
        own, theirs = ((place.id, who) in self.seeing for who in (self.draft.person.id, substitute_id))
        if own and not theirs:
            yield said.not_confidential() % {"name": self._name(substitute_id), "place": place.name}

    def _lower(self, place: Organisation, substitute_id: UUID) -> str:
        limit = self.limits[place.id, substitute_id]
        return said.lower_limit() % {
            "name": self._name(substitute_id),
            "amount": words.money(Money(limit, place.currency)),
            "place": place.name,
            "away": first_name(self.draft.person.name),
        }

    def _four_eyes(self, place: Organisation, substitute_id: UUID) -> Iterator[str]:
        for rule in self.rules.get(place.id, []):
            yield said.four_eyes() % {
                "rule": rule,
                "place": place.name,
                "away": first_name(self.draft.person.name),
                "name": self._name(substitute_id),
            }

    def _days(self, place: Organisation) -> Iterator[str]:
        """What the absences of others do to this one, run of days by run of days."""
        for run, found in self._runs(place):
            away = [self._name(link.person_id) for link in found.links[1:]]
            parts = {
                "days": words.period(run, timezone.localdate()),
                "place": place.name,
                "name": away[0] if away else "",
                "other": self._name(found.holder_id) if found.holder_id else "",
            }
            if found.ending is Ending.CYCLE:
                yield said.circle() % parts
            elif found.ending is Ending.TOO_DEEP:
                yield said.too_deep() % parts
            elif away:
                yield (said.away_too() if found.holder_id else said.away_and_nobody()) % parts

    def _runs(self, place: Organisation) -> Iterator[tuple[Period, Resolution]]:
        """Runs of days on which an invoice that comes in then goes the same way."""
        assert self.run.last_on  # noqa: S101 - it was given an end
        changes = {self.run.first_on}
        for covers in self.covers[place.id].values():
            for cover in covers:
                changes |= {cover.first_on, *([cover.last_on + timedelta(days=1)] if cover.last_on else [])}
        days = sorted(day for day in changes if self.run.contains(day))
        ends = [day - timedelta(days=1) for day in days[1:]] + [self.run.last_on]
        for first, last in zip(days, ends, strict=True):
            yield Period(first, last), self._resolve(place, first)

    def _resolve(self, place: Organisation, day: date) -> Resolution:
        held = self._held(place, self.draft.person.id)
        action = Right.APPROVE if Right.APPROVE in held else Right.CHECK
        return resolve(
            self.draft.person.id,
            import_date=day,
            opened_on=day,
            covers=self.covers[place.id],
            may_act=lambda who: action in self._held(place, who),
        )

    def _name(self, person_id: UUID) -> str:
        return first_name(self.names.get(person_id, ""))
