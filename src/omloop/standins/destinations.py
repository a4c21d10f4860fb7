"""Where an invoice goes around an absence: the real rule, with its reason in words (rules 4.2-4.5)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from omloop.absences.models import LentRight
from omloop.absences.queries import covers_for
from omloop.absences.resolution import By, Ending, Link, Resolution, resolve
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.people.models import names_of
from omloop.standins.draft import Draft, first_name, with_draft
from omloop.standins.preflight import Check, preflight
from omloop.standins.queries import Deciders, deciders_in


@dataclass(frozen=True)
class Destination:
    """Where one invoice goes, and why; no holder: the financial administration."""

    import_date: date
    opened_on: date
    holder_id: UUID | None
    holder: str
    reason: str


@dataclass(frozen=True)
class Forecast:
    """What the absence does in one organisation, and where its substitutes fall short."""

    place: Organisation
    places: list[Organisation]
    examples: list[Destination]
    tried: Destination | None
    checks: list[Check]

    @property
    def gaps(self) -> list[str]:
        """What would go wrong, sentence by sentence."""
        return [note for check in self.checks for note in check.notes]

    def could_lend(self, known: Collection[LentRight]) -> list[Check]:
        """Where rights could be lent that are not asked or lent already."""
        asked = {(row.organisation_id, row.borrower_id, row.right) for row in known}
        return [
            check
            for check in self.checks
            if any((check.place.id, check.substitute_id, right) not in asked for right in check.missing)
        ]


def forecast(
    draft: Draft, places: list[Organisation], *, at: str = "", try_on: date | None = None, now: datetime
) -> Forecast | None:
    """The examples of a draft at the organisation with id `at`, else the first in which the person decides.

    None when he decides nowhere, so that no invoice ever waits for him.
    """
    deciders = deciders_in([place.id for place in places], now=now)
    deciding = [p for p in places if p.id in draft.substitutes and draft.person.id in deciders.get(p.id, {})]
    if not deciding:
        return None
    place = next((p for p in deciding if str(p.id) == at), deciding[0])
    questions = draft.examples() + ([(try_on, try_on)] if try_on else [])
    answers = _answer(draft, place, questions, deciders)
    return Forecast(
        place=place,
        places=deciding,
        examples=answers[:-1] if try_on else answers,
        tried=answers[-1] if try_on else None,
        checks=preflight(draft, deciding, deciders, now=now),
    )


def _answer(
    draft: Draft, place: Organisation, questions: list[tuple[date, date]], deciders: Deciders
) -> list[Destination]:
    days = {day for question in questions for day in question}
    covers = with_draft(draft, place.id, covers_for(place.id, days))
    held = deciders.get(place.id, {})
    action = Right.APPROVE if Right.APPROVE in held[draft.person.id] else Right.CHECK
    resolutions = [
        resolve(
            draft.person.id,
            import_date=imported,
            opened_on=opened,
            covers=covers,
            may_act=lambda person_id: action in held.get(person_id, frozenset()),
        )
        for imported, opened in questions
    ]
    known = {draft.person.id} | {link.substitute_id for found in resolutions for link in found.links}
    speaker = Speaker(draft, place.name, action, names_of(known))
    return [
        speaker.destination(imported, opened, found)
        for (imported, opened), found in zip(questions, resolutions, strict=True)
    ]


@dataclass(frozen=True)
class Speaker:
    """Says in words what the rule found."""

    draft: Draft
    place: str
    action: str
    names: dict[UUID, str]

    def destination(self, imported: date, opened: date, found: Resolution) -> Destination:
        """Where it goes, and why."""
        holder = self.names[found.holder_id] if found.holder_id else _("Financial administration")
        return Destination(imported, opened, found.holder_id, holder, self.reason(imported, opened, found))

    def reason(self, imported: date, opened: date, found: Resolution) -> str:
        """The hops one by one, and how they ended."""
        said = [self._hop(imported, link) for link in found.links]
        end = found.links[-1].substitute_id if found.links else self.draft.person.id
        name = self._name(end)
        if found.ending is Ending.CYCLE:
            said.append(_("They stand in for one another, so nobody is left."))
        elif found.ending is Ending.TOO_DEEP:
            said.append(_("More than three people in a row are away."))
        elif found.ending is Ending.CANNOT_ACT:
            said.append(self._cannot(name))
        elif found.is_uncovered:
            said.append(
                _("%(name)s is away then, and nobody takes this over: it waits until somebody hands it over.")
                % {"name": name}
            )
        elif not found.links:
            said.append(self._present(imported, opened))
        return " ".join(said)

    def _hop(self, imported: date, link: Link) -> str:
        if link.person_id != self.draft.person.id:
            return _("%(away)s is away too; %(name)s stands in.") % {
                "away": self._name(link.person_id),
                "name": self._name(link.substitute_id),
            }
        if link.by is By.REACHED:
            return _("Came in before, and reaches %(name)s in the period.") % {
                "name": self._name(link.person_id)
            }
        if link.first_on == link.last_on:
            return _("The only day of the period.")
        if imported == link.first_on:
            return _("The first day counts.")
        if imported == link.last_on:
            return _("The last day counts.")
        return _("Falls in the period.")

    def _present(self, imported: date, opened: date) -> str:
        if imported < self.draft.first_on:
            return _("Before the first day.")
        if self.draft.last_on and opened > self.draft.last_on:
            return _("After the last day.")
        return _("Falls in no absence.")

    def _cannot(self, name: str) -> str:
        words = {"name": name, "place": self.place}
        if self.action == Right.APPROVE:
            return _("%(name)s may not approve at %(place)s.") % words
        return _("%(name)s may not check at %(place)s.") % words

    def _name(self, person_id: UUID) -> str:
        return first_name(self.names[person_id])
