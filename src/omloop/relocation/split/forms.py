"""The form that divides an environment over two parties."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omloop.organisations.models import Organisation
from omloop.people.models import Person
from omloop.relocation.rights.standing import Standing
from omloop.relocation.split.proposal import NUMBERS, propose_parties
from omloop.relocation.split.services import AUTO, BOTH, Party, party_by_places


class PartiesForm(forms.Form):
    """Two names, and for each organisation and person to which of them it belongs.

    Until parties are chosen it comes filled in with a proposal, which `is_proposal` says.
    """

    name_1 = forms.CharField(label=_("First party"), max_length=60)
    name_2 = forms.CharField(label=_("Second party"), max_length=60)

    def __init__(
        self,
        data: Any = None,
        *,
        organisations: Sequence[Organisation],
        people: Sequence[Person],
        standing: Standing,
        parties: Sequence[Party],
    ) -> None:
        if parties:
            initial = _initial(parties, organisations, people)
        else:
            initial = propose_parties(organisations, standing)
        super().__init__(data, initial=initial)
        self.is_proposal = bool(initial) and not parties
        self.organisations, self.people, self.standing = organisations, people, standing
        names = [
            self["name_1"].value() or gettext("First party"),
            self["name_2"].value() or gettext("Second party"),
        ]
        sides = list(zip(NUMBERS, names, strict=True))
        for place in organisations:
            self.fields[f"organisation_{place.id}"] = forms.ChoiceField(
                label=place.name, choices=[*sides, (BOTH, _("of both: stays as it is"))]
            )
        for person in people:
            self.fields[f"person_{person.id}"] = forms.ChoiceField(
                label=person.name,
                choices=[(AUTO, _("as his organisations")), *sides, (BOTH, _("works for both"))],
            )
        for number, name in sides:
            self.fields[f"administrator_{number}"] = self._administrator(name)

    def _administrator(self, name: str) -> forms.TypedChoiceField:
        placed = [person for person in self.people if person.id in self.standing.roles]
        return forms.TypedChoiceField(
            label=gettext("Administers for %(party)s") % {"party": name},
            choices=[("", _("Choose…")), *((str(person.id), person.name) for person in placed)],
            coerce=UUID,
            empty_value=None,
            error_messages={"required": _("Choose who administers the environment for this party.")},
        )

    def of_organisations(self) -> Iterator[tuple[Organisation, forms.BoundField]]:
        """Each organisation with its field."""
        return ((place, self[f"organisation_{place.id}"]) for place in self.organisations)

    def of_people(self) -> Iterator[tuple[Person, forms.BoundField]]:
        """Each person with his field."""
        return ((person, self[f"person_{person.id}"]) for person in self.people)

    def clean(self) -> dict[str, Any]:
        """Two different parties, each with an organisation and an administrator of its own."""
        chosen = super().clean() or {}
        if chosen.get("name_1") and chosen.get("name_1") == chosen.get("name_2"):
            self.add_error("name_2", _("The parties need different names."))
        for number in NUMBERS:
            if not self._places(number):
                self.add_error(f"name_{number}", _("Give this party an organisation or more, below."))
        first, second = chosen.get("administrator_1"), chosen.get("administrator_2")
        if first and first == second:
            self.add_error("administrator_2", _("Each party needs an administrator of its own."))
        for number, other in (NUMBERS, NUMBERS[::-1]):
            who = chosen.get(f"administrator_{number}")
            if who and chosen.get(f"person_{who}") == other:
                self.add_error(f"administrator_{number}", _("This person belongs to the other party."))
        return chosen

    def _places(self, number: str) -> list[UUID]:
        chosen = self.cleaned_data
        return [each.id for each in self.organisations if chosen.get(f"organisation_{each.id}") == number]

    def parties(self) -> list[Party]:
        """What was chosen; after it was found valid."""
        chosen, places = self.cleaned_data, [self._places(number) for number in NUMBERS]
        people: dict[str, list[UUID]] = {number: [] for number in NUMBERS}
        for person in self.people:
            side = chosen[f"person_{person.id}"]
            if side == AUTO:
                found = party_by_places(person.id, places, self.standing)
                side = BOTH if found is None else NUMBERS[found]
            if side in people:
                people[side].append(person.id)
        return [
            Party(
                chosen[f"name_{number}"],
                tuple(places[at]),
                tuple(people[number]),
                chosen[f"administrator_{number}"],
            )
            for at, number in enumerate(NUMBERS)
        ]


def _initial(
    parties: Sequence[Party], organisations: Sequence[Organisation], people: Sequence[Person]
) -> dict[str, str]:
    """As it was chosen before; what no party has is of both."""
    found = {f"organisation_{each.id}": BOTH for each in organisations}
    found |= {f"person_{each.id}": BOTH for each in people}
    for number, party in zip(NUMBERS, parties, strict=False):
        found[f"name_{number}"] = party.name
        found[f"administrator_{number}"] = str(party.administrator)
        found |= {f"organisation_{place}": number for place in party.organisations}
        found |= {f"person_{person}": number for person in party.people}
    return found
