"""The filter above the list of invoices: an address that can be bookmarked, saved and shared (rules 2.8)."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from omloop.invoices.finding import ARCHIVE, Sought
from omloop.invoices.models import Invoice
from omloop.invoices.paying import PaymentState
from omloop.organisations.models import Organisation

AMOUNT = re.compile(r"(-?)([\d., ]*?\d)?(?:[.,](\d{1,2}))?")
"""Sign, whole, and cents: in every language alike, for an address is shared between languages."""
BY = [
    ("imported", _("Import date")),
    ("issued", pgettext_lazy("filter", "Invoice date")),
    ("due", _("Due date")),
]


class SearchInput(forms.TextInput):
    """The browser's own field to search in."""

    input_type = "search"


class AmountField(forms.CharField):
    """An amount as one writes it: 1500, 1.500,00 or 1,500.00."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def clean(self, value: Any) -> Any:
        """The amount, None without one."""
        text = super().clean(value).replace("\N{MINUS SIGN}", "-")
        if not text:
            return None
        found = AMOUNT.fullmatch(text)
        if found is None or not any(found.groups()[1:]) or len(text) > 20:
            raise forms.ValidationError(_("This is no amount. Write it as 1500 or 1500,50."))
        sign, whole, cents = found.groups()
        return Decimal(f"{sign}{re.sub('[., ]', '', whole or '0')}.{cents or 0}")


def day_field(label: Any) -> forms.DateField:
    """A day as the browser sends it."""
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    wrong = {"invalid": _("This is no date. Write it as 2026-04-01.")}
    return forms.DateField(
        label=label, widget=widget, input_formats=["%Y-%m-%d"], error_messages=wrong, required=False
    )


class FilterForm(forms.Form):
    """What is looked for; nothing has to be filled in."""

    q = forms.CharField(label=_("Search"), max_length=200, widget=SearchInput, required=False)
    state = forms.ChoiceField(
        choices=[("", ""), (ARCHIVE, ""), *Invoice.State.choices], widget=forms.HiddenInput, required=False
    )
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    supplier = forms.CharField(label=_("Supplier"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("All kinds")), *Invoice.Kind.choices], required=False
    )
    payment = forms.ChoiceField(
        label=_("Payment status"), choices=[("", _("All")), *PaymentState.choices], required=False
    )
    by = forms.ChoiceField(label=_("Period by"), choices=BY, required=False)
    from_on = day_field(pgettext_lazy("period", "From"))
    to_on = day_field(pgettext_lazy("period", "Up to and including"))
    amount_from = AmountField(label=_("Amount from"), required=False)
    amount_to = AmountField(label=_("Amount up to"), required=False)

    def __init__(self, asked: Mapping[str, str], places: list[Organisation]) -> None:
        super().__init__(asked)
        choices = [("", _("All organisations")), *((str(each.id), each.name) for each in places)]
        self.fields["organisation"] = forms.ChoiceField(
            label=_("Organisation"), choices=choices, required=False
        )
        if len(places) < 2:
            self.fields["organisation"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """The end does not lie before the beginning."""
        said: dict[str, Any] = super().clean() or {}
        for first, last in (("from_on", "to_on"), ("amount_from", "amount_to")):
            begin, end = said.get(first), said.get(last)
            if begin is not None and end is not None and end < begin:
                self.add_error(last, _("This lies before where it begins."))
        return said

    @property
    def sought(self) -> Sought:
        """What a valid form looks for."""
        said = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        said.pop("organisation", None)
        return Sought(words=said.pop("q", ""), **said)

    @property
    def query(self) -> str:
        """The filter as the part of an address after the question mark, without the place in the list."""
        asked = {name: self.data.get(name, "").strip() for name in self.fields}
        if not (asked["from_on"] or asked["to_on"]):
            asked["by"] = ""
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def is_unfolded(self) -> bool:
        """Whether more than words and state is asked, so that the page shows it."""
        folded = set(self.fields) - {"q", "state", "by"}
        return any(self.data.get(name) for name in folded)
