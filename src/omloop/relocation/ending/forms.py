"""The form with which an end is asked (rules 6.5, 6.7)."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.relocation.ending.models import Ending


class AskForm(forms.Form):
    """What is asked, and at a closing who goes on: an organisation that one sees, or a name."""

    kind = forms.ChoiceField(choices=Ending.Kind.choices)
    successor_id = forms.ChoiceField(label=_("Successor in this installation"), required=False)
    successor_name = forms.CharField(
        label=_("Or the name of a successor elsewhere"),
        max_length=200,
        required=False,
        help_text=_("Leave both empty if nobody goes on."),
    )

    def __init__(self, *args: Any, organisation: Organisation, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = Q(id__in=member.rights) | Q(environment_id__in=member.environments)
        offered = Organisation.objects.filter(shown, closed_at=None).exclude(id=organisation.id)
        self.offered = {str(place.id): place for place in offered.order_by("name", "id")}
        field = self.fields["successor_id"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - as declared above
        field.choices = [("", _("nobody, or somebody elsewhere"))]
        field.choices += [(key, place.name) for key, place in self.offered.items()]

    def clean(self) -> dict[str, Any]:
        """The successor as an organisation; None without one."""
        given = super().clean() or {}
        given["successor"] = self.offered.get(given.get("successor_id") or "")
        return given
