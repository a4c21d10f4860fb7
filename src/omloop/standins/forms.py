"""The form of an absence: days, substitute, another one here and there, and option (a) (rules 4.1, 4.3)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omloop.absences import refusals
from omloop.absences.queries import Absence
from omloop.absences.services import change_absence, set_absence
from omloop.kernel.ids import uuid7
from omloop.kernel.period import Period
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.people.models import Person
from omloop.standins.destinations import Draft
from omloop.web import words

NOT_FIT = _("This person can't stand in, or can't any more. Choose somebody from the list.")


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"


def day_field(label: Any, missing: Any) -> forms.DateField:
    """A day as the browser sends it."""
    return forms.DateField(
        label=label,
        widget=DayInput(format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": missing, "invalid": _("This is no date. Write it as 2026-04-01.")},
    )


def person_field(label: Any, people: list[Person], empty: Any, *, required: bool) -> forms.TypedChoiceField:
    """A choice of people; nobody is None."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("", empty), *((str(person.id), person.name) for person in people)],
        coerce=UUID,
        empty_value=None,
        required=required,
        error_messages={"required": _("Choose who stands in."), "invalid_choice": NOT_FIT},
    )


class AbsenceForm(forms.Form):
    """Makes a new absence, or changes `absence`; the organisations and people that may be chosen come in."""

    first_on = day_field(_("First day away"), _("Choose the first day away."))
    last_on = day_field(_("Last day away"), _("Choose the last day away; it counts in full."))
    takes_what_reaches = forms.BooleanField(required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        person: Person,
        absence: Absence | None,
        places: list[Organisation],
        candidates: dict[UUID, list[Person]],
    ) -> None:
        super().__init__(data, initial=_initial(absence))
        self.person, self.absence, self.places = person, absence, places
        everybody = {p.id: p for people in candidates.values() for p in people}
        self.people = sorted(everybody.values(), key=lambda person: (person.name, person.id))
        self.fields["substitute"] = person_field(_("Substitute"), self.people, _("Choose…"), required=True)
        for place in places if len(places) > 1 else []:
            self.fields[_name(place.id)] = person_field(
                place.name, candidates[place.id], _("The same"), required=False
            )

    def elsewhere(self) -> Iterator[forms.BoundField]:
        """The fields for another substitute, one an organisation."""
        return (self[_name(place.id)] for place in self.places if _name(place.id) in self.fields)

    def save(self, *, actor: Member, now: datetime) -> bool:
        """Set or change the absence; what is refused stands at its field afterwards."""
        if not self.is_valid():
            return False
        try:
            if self.absence is None:
                set_absence(person_id=self.person.id, **self._wish(), actor=actor, now=now)
            else:
                change_absence(absence_id=self.absence.absence_id, **self._wish(), actor=actor, now=now)
        except refusals.AbsenceRefused as refused:
            self.add_error(*self._explain(refused))
            return False
        return True

    def draft(self) -> Draft | None:
        """What the form says now, or when untouched what is stored; None while it says too little."""
        if not self.is_bound:
            return draft_of(self.absence) if self.absence else None
        self.is_valid()
        chosen = self.cleaned_data
        first, last, substitute = (chosen.get(name) for name in ("first_on", "last_on", "substitute"))
        if first is None or last is None or substitute is None or last < first:
            return None
        return Draft(
            person=self.person,
            first_on=first,
            last_on=last,
            takes_what_reaches=chosen["takes_what_reaches"],
            substitutes={p.id: chosen.get(_name(p.id)) or substitute for p in self.places},
            absence_id=self.absence.absence_id if self.absence else uuid7(),
        )

    def _wish(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        elsewhere = {place.id: chosen.get(_name(place.id)) for place in self.places}
        return {
            "first_on": chosen["first_on"],
            "last_on": chosen["last_on"],
            "substitute_id": chosen["substitute"],
            "substitutes": {place: person for place, person in elsewhere.items() if person},
            "takes_what_reaches": chosen["takes_what_reaches"],
        }

    def _explain(self, refused: refusals.AbsenceRefused) -> tuple[str | None, str]:
        """The field to blame, and what happened, why and what to do next (rules 7.6)."""
        match refused:
            case refusals.OverlappingAbsence():
                return "first_on", self._overlap(refused)
            case refusals.SubstituteUnfit():
                return self._unfit(refused)
            case refusals.OwnSubstitute():
                return "substitute", gettext("Nobody stands in for himself. Choose somebody else.")
            case refusals.EmptyPeriod():
                return "last_on", gettext(
                    "The last day comes before the first. Choose the same day or a later one."
                )
            case refusals.BeginsInThePast():
                return "first_on", gettext(
                    "This day has passed, and what came in then has gone its way. Choose today or later."
                )
            case refusals.AbsenceIsOver():
                return "last_on", gettext(
                    "These days have passed and are history. An absence can end yesterday at the earliest."
                )
            case _:
                return None, gettext(
                    "This absence was withdrawn meanwhile, so nothing was saved. "
                    "Add a new one if it is needed."
                )

    def _overlap(self, refused: refusals.OverlappingAbsence) -> str:
        name = self.person.name.split()[0]
        if refused.other is None:
            return gettext("%(name)s is already away on one of these days. Choose other days.") % {
                "name": name
            }
        period = Period(refused.other.first_on, refused.other.last_on)
        return gettext(
            "%(name)s is already away %(period)s. Choose days outside that, or change that period."
        ) % {"name": name, "period": words.period(period, timezone.localdate())}

    def _unfit(self, refused: refusals.SubstituteUnfit) -> tuple[str, str]:
        own = _name(refused.organisation.id)
        name = next((p.name for p in self.people if p.id == refused.substitute_id), "?")
        sentence = gettext(
            "%(name)s is no part of the environment of %(place)s. Choose somebody else for %(place)s."
        ) % {"name": name, "place": refused.organisation.name}
        return (own if own in self.fields else "substitute"), sentence


def draft_of(absence: Absence) -> Draft | None:
    """What is stored; None for an open end."""
    if absence.last_on is None:
        return None
    return Draft(
        person=absence.person,
        first_on=absence.first_on,
        last_on=absence.last_on,
        takes_what_reaches=absence.takes_what_reaches,
        substitutes={cover.organisation_id: cover.substitute_id for cover in absence.covers},
        absence_id=absence.absence_id,
    )


def _initial(absence: Absence | None) -> dict[str, Any]:
    if absence is None:
        return {}
    return {
        "first_on": absence.first_on,
        "last_on": absence.last_on,
        "takes_what_reaches": absence.takes_what_reaches,
        "substitute": absence.substitute.id,
        **{_name(cover.organisation_id): cover.substitute_id for cover in absence.elsewhere},
    }


def _name(organisation_id: UUID) -> str:
    return f"substitute_{organisation_id.hex}"
