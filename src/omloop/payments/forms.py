"""What is said of an account, of paying, and of what was paid."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omloop.einvoice.refusals import MAX_BYTES
from omloop.payees.models import AccountKind

DAY = forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d")
TEXT = forms.TextInput(attrs={"class": "input"})


class CheckForm(forms.Form):
    """How an account was checked."""

    how = forms.CharField(
        label=_("How did you check it?"),
        max_length=2000,
        help_text=_(
            "Call a number that you knew before, not one on the invoice. "
            "Write whom you spoke, and what was said."
        ),
        widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
    )
    checked_on = forms.DateField(label=_("On"), input_formats=["%Y-%m-%d"], widget=DAY)
    kind = forms.ChoiceField(
        label=_("What is it for?"),
        choices=AccountKind.choices,
        initial=AccountKind.ORDINARY,
        widget=forms.Select(attrs={"class": "input"}),
    )


class OptionForm(forms.Form):
    """Whether payment files are made, and from which account is paid."""

    is_on = forms.BooleanField(label=_("Make payment files"), required=False)
    name = forms.CharField(label=_("Holder of the account"), max_length=70, required=False, widget=TEXT)
    iban = forms.CharField(label=_("IBAN to pay from"), max_length=42, required=False, widget=TEXT)
    bic = forms.CharField(
        label=_("BIC"),
        max_length=11,
        required=False,
        help_text=_("May be left empty: within SEPA the IBAN is enough."),
        widget=TEXT,
    )


class PaidFileForm(forms.Form):
    """What was paid, as a file of the bank or the bookkeeping package says it."""

    file = forms.FileField(
        label=_("File (CSV, or a bank statement: camt.053)"),
        help_text=_(
            "A table with the headings invoice (its number, or the transfer as 12-3), paid on and reference. "
            "Of a bank statement the transfers of your payment files are read."
        ),
    )

    def clean_file(self) -> bytes:
        """Its bytes."""
        data: bytes = self.cleaned_data["file"].read(MAX_BYTES + 1)
        return data


class PaidForm(forms.Form):
    """When something was paid, and by what one finds it on the statement."""

    paid_on = forms.DateField(label=_("Paid on"), input_formats=["%Y-%m-%d"], widget=DAY)
    reference = forms.CharField(label=_("Reference"), max_length=140, required=False, widget=TEXT)

    def said(self) -> dict[str, Any]:
        """What a valid form says."""
        return {name: self.cleaned_data[name] for name in ("paid_on", "reference")}
