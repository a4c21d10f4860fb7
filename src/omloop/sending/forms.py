"""The forms of settings, of a number series, and of an upload."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omloop.kernel import identifiers
from omloop.sending.models import Kind, SellerSettings

SETTINGS = ("vat_number", "iban", "account_name", "contact_name", "email", "telephone", "due_days", "terms")


class SettingsForm(forms.Form):
    """How an organisation stands on its own invoices."""

    vat_number = forms.CharField(label=_("VAT number"), max_length=30, required=False)
    iban = forms.CharField(
        label=_("IBAN"), max_length=42, required=False, help_text=_("The account that customers pay to.")
    )
    account_name = forms.CharField(
        label=_("Account name"),
        max_length=120,
        required=False,
        help_text=_("Empty: your organisation's name."),
    )
    contact_name = forms.CharField(label=_("Contact person or department"), max_length=120, required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Stands on the invoice; answers to a mail go here.")
    )
    telephone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    due_days = forms.IntegerField(label=_("Days to pay"), min_value=0, max_value=365)
    terms = forms.CharField(
        label=_("Payment terms"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, *, settings: SellerSettings) -> None:
        super().__init__(data, initial={name: getattr(settings, name) for name in SETTINGS})

    def clean_vat_number(self) -> str:
        """A Dutch one, by its check digits."""
        return self._judged("vat_number", identifiers.is_dutch_vat_number(self.cleaned_data["vat_number"]))

    def clean_iban(self) -> str:
        """By its check digits."""
        return self._judged("iban", identifiers.is_iban(self.cleaned_data["iban"]))

    def _judged(self, name: str, is_possible: bool) -> str:
        number = identifiers.compact(self.cleaned_data[name])
        if number and not is_possible:
            raise forms.ValidationError(gettext("This number can't exist: look at it once more."))
        return number


class SeriesForm(forms.Form):
    """A new number series."""

    kind = forms.ChoiceField(label=_("For"), choices=Kind.choices)
    letters = forms.CharField(
        label=_("Prefix"),
        max_length=12,
        required=False,
        help_text=_("Letters and signs, no digits: F or VF-."),
    )
    is_per_year = forms.BooleanField(label=_("Begins again each year"), required=False, initial=True)
    first_number = forms.IntegerField(
        label=_("First number"),
        min_value=1,
        max_value=9_999_999,
        initial=1,
        help_text=_("Go on where another package stopped."),
    )

    def clean_letters(self) -> str:
        """Without digits, so that two series never give the same number."""
        prefix = str(self.cleaned_data["letters"])
        if not re.fullmatch(r"[A-Za-z./_-]*", prefix):
            raise forms.ValidationError(gettext("Use letters and . / - _ only: digits come after it."))
        return prefix


class UploadForm(forms.Form):
    """A UBL invoice that was made elsewhere."""

    file = forms.FileField(label=_("E-invoice (UBL, XML)"))
    email = forms.EmailField(
        label=_("E-mail of the customer"),
        required=False,
        help_text=_("Used when the customer does not receive in Omloop; empty: the address in the invoice."),
    )
