"""The forms about partners and authorisations."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from omloop.environments.models import Partnership
from omloop.joining.forms import OneLine, group_choices
from omloop.kernel.identifiers import is_kvk_number
from omloop.organisations.rights import DefaultGroup


class CodeForm(forms.Form):
    """The partner code of the other environment."""

    code = forms.CharField(
        label=_("Partner code of the other environment"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("Eight letters and digits. Its administrator finds it on this same page."),
        error_messages={"required": _("Type the code that the other side reads out.")},
    )


class AuthorisationForm(forms.Form):
    """For which organisation of a partner somebody asks an authorisation, and what he wants to do there."""

    partner = forms.ChoiceField(label=_("Partner"), error_messages={"required": _("Choose a partner.")})
    kvk = forms.CharField(
        label=_("KvK number of the organisation"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Fill in the KvK number.")},
    )
    groups = forms.MultipleChoiceField(
        label=_("What you want to do there"),
        choices=DefaultGroup.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one group.")},
    )
    remark = OneLine(label=_("Remark"), max_length=500, required=False)

    def __init__(self, data: Any = None, *, partners: list[tuple[UUID, Partnership]]) -> None:
        super().__init__(data, label_suffix="")
        self.partners = {
            f"{each.id}/{environment_id}": (environment_id, each) for environment_id, each in partners
        }
        self.fields["partner"].choices = [  # type: ignore[attr-defined]
            (key, each.partner_name(environment_id)) for key, (environment_id, each) in self.partners.items()
        ]

    def clean_kvk(self) -> str:
        number = "".join(str(self.cleaned_data["kvk"]).split())
        if not is_kvk_number(number):
            raise forms.ValidationError(_("A KvK number has eight digits."))
        return number

    @property
    def side(self) -> tuple[UUID, Partnership]:
        """As one of which environment he asks, and by which partnership."""
        return self.partners[self.cleaned_data["partner"]]


class AnswerForm(forms.Form):
    """The groups that whoever asks gets."""

    groups = forms.MultipleChoiceField(
        label=_("Groups"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one group: without one there is no place.")},
    )

    def __init__(self, data: Any = None, *, organisation_id: UUID, wished: list[str]) -> None:
        super().__init__(data, initial={"groups": wished}, label_suffix="")
        self.fields["groups"].choices = group_choices([organisation_id])  # type: ignore[attr-defined]
