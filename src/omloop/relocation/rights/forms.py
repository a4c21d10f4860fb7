"""The forms of a cell of the matrix, and of a person's role in the environment."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omloop.circulation.routing.why import group_name
from omloop.environments.models import EnvironmentRole
from omloop.organisations.chips import ORDER, Place
from omloop.organisations.models import Group, GroupRight
from omloop.organisations.rights import Right
from omloop.standins.forms import DayInput
from omloop.web.amounts import AmountField


class PlaceForm(forms.Form):
    """What a person has in one organisation: groups with a last day, and limits by invoice type."""

    limit = AmountField(
        label=_("Approval limit"), help_text=_("Above it an approval counts as a check. Empty: no limit.")
    )
    limit_invoice = AmountField(label=_("Another limit for invoices"))
    limit_credit_note = AmountField(label=_("Another limit for credit notes"))

    def __init__(self, data: Any = None, *, groups: list[Group], held: Place) -> None:
        super().__init__(data, initial=_initial(held))
        self.groups = groups
        for group in groups:
            self.fields[f"group_{group.id}"] = forms.BooleanField(required=False, label=label_of(group))
            self.fields[f"until_{group.id}"] = forms.DateField(
                required=False,
                label=gettext("Last day of %(group)s") % {"group": label_of(group)},
                widget=DayInput(format="%Y-%m-%d"),
                input_formats=["%Y-%m-%d"],
                error_messages={"invalid": _("This is no date. Write it as 2026-04-01.")},
            )

    def choices(self) -> Iterator[tuple[Group, forms.BoundField, forms.BoundField]]:
        """Each group with its two fields."""
        for group in self.groups:
            yield group, self[f"group_{group.id}"], self[f"until_{group.id}"]

    def clean(self) -> dict[str, Any]:
        """The last day of a place must still come."""
        cleaned = super().clean() or {}
        for group in self.groups:
            until = cleaned.get(f"until_{group.id}")
            if cleaned.get(f"group_{group.id}") and until and until < timezone.localdate():
                self.add_error(f"until_{group.id}", _("This day has passed. Choose today or later."))
        return cleaned

    def place(self) -> Place:
        """What the form wants; after it was found valid."""
        chosen = self.cleaned_data
        groups = {g.id: chosen[f"until_{g.id}"] for g in self.groups if chosen[f"group_{g.id}"]}
        named = {"": "limit", "credit_note": "limit_credit_note", "invoice": "limit_invoice"}
        limits = {kind: chosen[field] for kind, field in named.items() if chosen[field] is not None}
        return Place(groups, limits if groups else {})


def _initial(held: Place) -> dict[str, Any]:
    return {
        "limit": held.limits.get(""),
        "limit_credit_note": held.limits.get("credit_note"),
        "limit_invoice": held.limits.get("invoice"),
        **{f"group_{group}": True for group in held.groups},
        **{f"until_{group}": until for group, until in held.groups.items()},
    }


def groups_of(organisation_id: UUID) -> list[Group]:
    """The groups of an organisation, the default ones first; each with `said`, its rights in words."""
    now = timezone.now()
    found = list(Group.objects.filter(organisation_id=organisation_id, ended_at=None))
    rights: dict[UUID, list[str]] = {}
    rows = GroupRight.objects.at(now).filter(organisation_id=organisation_id)
    for group_id, right in rows.order_by("id").values_list("group_id", "right"):
        rights.setdefault(group_id, []).append(right)
    for group in found:
        group.said = ", ".join(rights_in_words(rights.get(group.id, [])))
    return sorted(found, key=lambda group: (ORDER.get(group.default, len(ORDER)), group.name))


def rights_in_words(rights: Any) -> list[str]:
    """Rights as words in the order in which they are listed."""
    return [str(right.label) for right in Right if right.value in rights]


def label_of(group: Group) -> str:
    """What a group is called."""
    return str(capfirst(group_name(group.name, group.default)))


class RoleForm(forms.Form):
    """A person's role in the environment."""

    role = forms.ChoiceField(
        label=_("Role in the environment"), choices=EnvironmentRole.Role.choices, widget=forms.RadioSelect
    )
