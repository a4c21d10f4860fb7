"""What is chosen on the page of a transfer (rules 5.1, 5.2)."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from omloop.organisations.models import Organisation
from omloop.people.models import Person
from omloop.standins.forms import DayInput, person_field
from omloop.transfers.models import What
from omloop.transfers.wish import Conflict, Phase, Selection, Wish

MISSING = _("Choose to whom it goes.")
UNFIT = _("This person can't get it, or can't any more. Choose somebody from the list.")
PHASES = {
    Phase.CODE: _("To code"),
    Phase.CHECK: _("To check"),
    Phase.APPROVE: _("To approve"),
    Phase.ASKED: _("Advice or information"),
    Phase.LATER: _("Comes later"),
    Phase.DECIDED: _("Decided before"),
    Phase.APPROVED: _("Approved, not fully booked"),
}


class TransferForm(forms.Form):
    """To whom, what, and which invoices; all invoices of all organisations unless something narrows it."""

    what = forms.MultipleChoiceField(
        choices=What.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one thing to transfer.")},
    )
    supplier = forms.CharField(label=_("Supplier"), max_length=200, required=False)
    first_on = forms.DateField(
        label=_("Imported from"),
        widget=DayInput(format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        required=False,
    )
    last_on = forms.DateField(
        label=_("Imported through"),
        widget=DayInput(format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        required=False,
    )
    phases = forms.MultipleChoiceField(
        label=_("State"), choices=list(PHASES.items()), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        person: Person,
        places: list[Organisation],
        candidates: list[Person],
        begin: Any,
    ) -> None:
        super().__init__(data, initial=begin, label_suffix="")
        self.person, self.places, self.sent_data = person, places, data or QueryDict()
        others = [each for each in candidates if each.id != person.id]
        self.fields["to"] = person_field(
            _("To"), others, _("Choose…"), required=True, missing=MISSING, unfit=UNFIT
        )
        self.fields["organisations"] = forms.TypedMultipleChoiceField(
            label=_("Organisations"),
            choices=[(str(place.id), place.name) for place in places],
            coerce=UUID,
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )

    def wish(self) -> Wish:
        """What is asked, once the form is valid; which choices were made for conflicts stands beside it."""
        chosen = self.cleaned_data
        places = chosen["organisations"] or [place.id for place in self.places]
        return Wish(
            person_id=self.person.id,
            to_id=chosen["to"],
            places=frozenset(places),
            what=frozenset(map(What, chosen["what"])),
            selection=Selection(
                supplier=chosen["supplier"].strip(),
                first_on=chosen["first_on"],
                last_on=chosen["last_on"],
                phases=frozenset(map(Phase, chosen["phases"])),
            ),
            instead=self._instead(places),
        )

    def _instead(self, places: Collection[UUID]) -> dict[tuple[UUID, Conflict], UUID]:
        found = {}
        for place in places:
            for conflict in Conflict:
                chosen = self.sent_data.get(instead_name(place, conflict), "")
                try:
                    found[place, conflict] = UUID(chosen)
                except ValueError:
                    continue
        return found

    @property
    def narrows(self) -> bool:
        """Whether something narrows which invoices they are."""
        names = ("organisations", "supplier", "first_on", "last_on", "phases")
        return self.is_bound and any(self.sent_data.getlist(name) not in ([], [""]) for name in names)

    def sent(self) -> list[tuple[str, str]]:
        """What was chosen, to be sent along with what the preview showed."""
        names = ("to", "what", "organisations", "supplier", "first_on", "last_on", "phases")
        return [(name, value) for name in names for value in self.sent_data.getlist(name) if value]


def instead_name(place: UUID, conflict: str) -> str:
    """The name of the field that says who gets what is in conflict there."""
    return f"instead_{place.hex}_{conflict}"
