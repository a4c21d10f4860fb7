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
from omloop.absences.plan import Options, defaults_of
from omloop.absences.queries import Absence
from omloop.kernel.ids import uuid7
from omloop.kernel.period import Period
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.people.models import Person
from omloop.standins.draft import Draft, first_name
from omloop.standins.saving import save_absence
from omloop.web import words

OPTIONS = {
    "takes_what_reaches": _("What reaches the absent one in the period goes to the substitute"),
    "takes_what_is_open": _("What is open on the first day goes to the substitute"),
    "returns_what_is_left": _("What the substitute still has open after the last day comes back"),
}
"""The options of rules 4.3, (a), (b) and (c)."""
MISSING = _("Choose who stands in.")
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


def person_field(
    label: Any,
    people: list[Person],
    empty: Any,
    *,
    required: bool,
    missing: Any = MISSING,
    unfit: Any = NOT_FIT,
) -> forms.TypedChoiceField:
    """A choice of people; nobody is None. `missing` and `unfit`: what it says without one, and of another."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("", empty), *((str(person.id), person.name) for person in people)],
        coerce=UUID,
        empty_value=None,
        required=required,
        error_messages={"required": missing, "invalid_choice": unfit},
    )


def option_field(label: Any, wishes: list[tuple[Organisation, bool]]) -> forms.Field:
    """An option of rules 4.3: a tick; a choice where the organisations have it differently."""
    on = [place.name for place, is_on in wishes if is_on]
    if len(on) in (0, len(wishes)):
        return forms.BooleanField(required=False, initial=bool(on))
    as_it_is = gettext("Only at %(places)s") % {"places": ", ".join(on)}
    return forms.TypedChoiceField(
        label=label,
        choices=[("", as_it_is), ("yes", _("Yes, everywhere")), ("no", _("No, nowhere"))],
        coerce="yes".__eq__,
        empty_value=None,
        required=False,
    )


class AbsenceForm(forms.Form):
    """Makes a new absence, or changes `absence`; the organisations and people that may be chosen come in."""

    first_on = day_field(_("First day away"), _("Choose the first day away."))
    last_on = day_field(_("Last day away"), _("Choose the last day away; it counts in full."))
    lends = forms.BooleanField(required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        person: Person,
        absence: Absence | None,
        places: list[Organisation],
        candidates: dict[UUID, list[Person]],
        is_own: bool,
    ) -> None:
        super().__init__(data, initial=_initial(absence))
        self.person, self.absence, self.places = person, absence, places
        self.before = _options_before(absence, places)
        for name in OPTIONS:
            wishes = [(p, getattr(self.before[p.id], name)) for p in places]
            self.fields[name] = option_field(OPTIONS[name], wishes)
        if not is_own:
            self.fields["last_on"].required = False
            self.fields["last_on"].help_text = _(
                "Empty: the end is open. Every four weeks Omloop asks whether it still holds."
            )
        everybody = {p.id: p for people in candidates.values() for p in people}
        self.people = sorted(everybody.values(), key=lambda person: (person.name, person.id))
        self.fields["substitute"] = person_field(_("Substitute"), self.people, _("Choose…"), required=True)
        for place in places if len(places) > 1 else []:
            self.fields[_name(place.id)] = person_field(
                place.name, candidates[place.id], _("The same"), required=False
            )

    @property
    def is_tick(self) -> dict[str, bool]:
        """Which options are a tick; the organisations have the others differently."""
        return {name: isinstance(self.fields[name], forms.BooleanField) for name in OPTIONS}

    def differing(self) -> list[forms.BoundField]:
        """The options that are a choice."""
        return [self[name] for name, is_tick in self.is_tick.items() if not is_tick]

    def elsewhere(self) -> Iterator[forms.BoundField]:
        """The fields for another substitute, one an organisation."""
        return (self[_name(place.id)] for place in self.places if _name(place.id) in self.fields)

    def save(self, *, actor: Member, now: datetime) -> UUID | None:
        """Set or change the absence, and ask for rights where ticked; its id.

        None: it was refused, and why stands at the field.
        """
        if not self.is_valid():
            return None
        draft = self.draft()
        try:
            return save_absence(
                person=self.person,
                absence_id=self.absence.absence_id if self.absence else None,
                wish=self._wish(),
                lends_for=draft if self.cleaned_data["lends"] else None,
                actor=actor,
                now=now,
            )
        except refusals.AbsenceRefused as refused:
            self.add_error(*self._explain(refused))
            return None

    def draft(self) -> Draft | None:
        """What the form says now, or when untouched what is stored; None while it says too little."""
        if not self.is_bound:
            return draft_of(self.absence) if self.absence else None
        self.is_valid()
        chosen = self.cleaned_data
        first, last, substitute = (chosen.get(name) for name in ("first_on", "last_on", "substitute"))
        is_incomplete = last is None and (self.fields["last_on"].required or "last_on" in self.errors)
        if first is None or substitute is None or is_incomplete or (last is not None and last < first):
            return None
        return Draft(
            person=self.person,
            first_on=first,
            last_on=last,
            reaches={p.id: self._reaches(p.id) for p in self.places},
            substitutes={p.id: chosen.get(_name(p.id)) or substitute for p in self.places},
            absence_id=self.absence.absence_id if self.absence else uuid7(),
        )

    def _reaches(self, place_id: UUID) -> bool:
        chosen: bool | None = self.cleaned_data.get("takes_what_reaches")
        return self.before[place_id].takes_what_reaches if chosen is None else chosen

    def _wish(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        elsewhere = {place.id: chosen.get(_name(place.id)) for place in self.places}
        return {
            "first_on": chosen["first_on"],
            "last_on": chosen["last_on"],
            "substitute_id": chosen["substitute"],
            "substitutes": {place: person for place, person in elsewhere.items() if person},
            **{name: chosen[name] for name in OPTIONS},
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
            case refusals.EndMissing():
                return "last_on", gettext("Choose the last day away; it counts in full.")
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
        name = first_name(self.person.name)
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


def draft_of(absence: Absence) -> Draft:
    """What is stored."""
    return Draft(
        person=absence.person,
        first_on=absence.first_on,
        last_on=absence.last_on,
        reaches={cover.organisation_id: cover.takes_what_reaches for cover in absence.covers},
        substitutes={cover.organisation_id: cover.substitute_id for cover in absence.covers},
        absence_id=absence.absence_id,
    )


def _initial(absence: Absence | None) -> dict[str, Any]:
    if absence is None:
        return {}
    return {
        "first_on": absence.first_on,
        "last_on": absence.last_on,
        "substitute": absence.substitute.id,
        **{_name(cover.organisation_id): cover.substitute_id for cover in absence.elsewhere},
    }


def _options_before(absence: Absence | None, places: list[Organisation]) -> dict[UUID, Options]:
    """What holds in each organisation unless somebody says otherwise: as it is, else the default there."""
    found = defaults_of([place.id for place in places])
    for cover in absence.covers if absence else ():
        if cover.organisation_id in found:
            found[cover.organisation_id] = Options(*(getattr(cover, name) for name in OPTIONS))
    return found


def _name(organisation_id: UUID) -> str:
    return f"substitute_{organisation_id.hex}"
