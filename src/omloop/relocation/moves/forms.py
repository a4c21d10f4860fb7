"""The forms of a move: which organisations go where to whom, and what becomes of people (rules 6.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omloop.organisations.models import Organisation
from omloop.people.models import Person
from omloop.relocation.moves.plans import Passenger
from omloop.relocation.moves.situation import STAYS, Situation
from omloop.relocation.moves.ties import Tie

Choice = Passenger.Choice


class NewMoveForm(forms.Form):
    """Which organisations, and who is the other side."""

    organisations = forms.TypedMultipleChoiceField(
        label=_("Which organisations move?"),
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one organisation.")},
    )
    to = forms.ChoiceField(
        label=_("Where to?"),
        choices=[("new", _("To a new environment")), ("existing", _("To an environment that exists"))],
        widget=forms.RadioSelect,
        initial="new",
    )
    to_name = forms.CharField(
        label=_("Name of the new environment"),
        max_length=120,
        required=False,
        help_text=_("Only for a new environment."),
    )
    to_email = forms.EmailField(
        label=_("E-mail address of the administrator there"),
        help_text=_(
            "Of a new environment the first administrator; of an existing one somebody who administers it."
        ),
        error_messages={"required": _("Say who consents for the other side.")},
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisations"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 - as declared above
        field.choices = [(str(place.id), place.name) for place in organisations]

    def clean(self) -> dict[str, Any]:
        """A new environment has a name; an existing one has it already."""
        given = super().clean() or {}
        if given.get("to") == "new" and not given.get("to_name"):
            self.add_error("to_name", gettext("Give the new environment a name."))
        if given.get("to") == "existing":
            given["to_name"] = ""
        return given


@dataclass(frozen=True)
class Takeover:
    """What somebody leaves behind in one organisation, and the field that says to whom."""

    place: str
    tie: Tie
    field: Any


@dataclass(frozen=True)
class Row:
    """One person on the form."""

    person: Person
    ties: list[tuple[str, Tie]]
    choice: Any
    takeovers: list[Takeover]


class ChoicesForm(forms.Form):
    """For each person what becomes of him, and who takes over what he leaves; at a sale also two days."""

    closing_on = forms.DateField(
        label=_("Closing date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Who reads on sees documents imported up to and including this day, and nothing later."),
    )
    read_until = forms.DateField(
        label=_("Last day of reading"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("After this day access ends by itself."),
    )

    def __init__(self, *args: Any, situation: Situation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.situation = situation
        self.initial.update(closing_on=situation.plan.closing_on, read_until=situation.plan.read_until)
        people = Person.objects.filter(id__in=situation.people).order_by("name", "id")
        self.people = list(people)
        for person in self.people:
            self.fields[f"choice-{person.id}"] = self._choice(person)
            for place in situation.places:
                if situation.tie(place, person.id).needs_successor:
                    self.fields[f"successor-{place}-{person.id}"] = self._successor(place, person)

    def _choice(self, person: Person) -> forms.ChoiceField:
        returns = any(person.id in people for people in self.situation.returning.values())
        hidden = set() if returns else {Choice.RETURNS}
        hidden |= {Choice.READS} if self.situation.plan.undoes_id else set()
        offered = [choice for choice in Choice if choice not in hidden]
        field = forms.ChoiceField(
            choices=[(choice.value, choice.label) for choice in offered],
            initial=self.situation.choices.get(person.id),
        )
        field.widget.attrs["aria-label"] = gettext("What becomes of %(name)s") % {"name": person.name}
        return field

    def _successor(self, place: UUID, person: Person) -> forms.TypedChoiceField:
        members = {p for p, tie in self.situation.ties[place].items() if tie.is_member}
        members |= self.situation.returning.get(place, set())
        able = [p for p in self.people if p.id in members and p.id != person.id]
        field = forms.TypedChoiceField(
            choices=[("", gettext("Choose who takes over…")), *((str(p.id), p.name) for p in able)],
            coerce=UUID,
            empty_value=None,
            required=False,
            initial=self.situation.chosen_successor(place, person.id),
        )
        place_name = self.situation.organisations[place].name if place in self.situation.organisations else ""
        field.widget.attrs["aria-label"] = gettext("Who takes over from %(name)s at %(place)s") % {
            "name": person.name,
            "place": place_name,
        }
        return field

    @property
    def rows(self) -> Iterator[Row]:
        """The people with their fields, as the page shows them."""
        names = {mover.of_organisation_id: mover.name for mover in self.situation.movers}
        for person in self.people:
            ties = [(names[place], self.situation.tie(place, person.id)) for place in self.situation.places]
            yield Row(
                person,
                [(name, tie) for name, tie in ties if tie.is_member or tie.needs_successor],
                self[f"choice-{person.id}"],
                [
                    Takeover(names[place], self.situation.tie(place, person.id), self[key])
                    for place in self.situation.places
                    if (key := f"successor-{place}-{person.id}") in self.fields
                ],
            )

    @property
    def choices(self) -> dict[UUID, str]:
        """What was chosen for each person."""
        return {person.id: self.cleaned_data[f"choice-{person.id}"] for person in self.people}

    @property
    def successors(self) -> dict[tuple[UUID, UUID], UUID]:
        """Who takes over, by organisation and person; of those who leave."""
        return {
            (place, person.id): successor
            for person in self.people
            for place in self.situation.places
            if self.choices[person.id] not in STAYS
            and (successor := self.cleaned_data.get(f"successor-{place}-{person.id}"))
        }
