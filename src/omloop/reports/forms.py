"""What one chooses for a report."""

import secrets
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omloop.organisations.models import Organisation
from omloop.reports.sample import METHODS, Wish
from omloop.standins.forms import day_field

MOST = 200
"""Invoices in one sample."""
LABELS = {
    "evenly": _("Each invoice the same chance"),
    "by_amount": _("Each euro the same chance (by amount)"),
}


class DayForm(forms.Form):
    """A day that has begun."""

    day = day_field(_("Day"), _("Choose a day."))

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean_day(self) -> date:
        """Raises ValidationError for a day to come."""
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(
                _("This day has yet to come, so nobody knows. Choose today or a day before.")
            )
        return day


class SampleForm(forms.Form):
    """What to draw from, how many, how, and by which seed."""

    imported_from = day_field(_("First import date"), _("Choose the first day."))
    imported_to = day_field(_("Last import date"), _("Choose the last day; it counts in full."))
    count = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        max_value=MOST,
        initial=25,
        help_text=_("At most %(most)s.") % {"most": MOST},
    )
    method = forms.ChoiceField(
        label=_("How to draw"),
        choices=[(method, LABELS[method]) for method in METHODS],
        help_text=_(
            "By amount is what auditors call monetary unit sampling: large invoices are drawn sooner."
        ),
    )
    seed = forms.CharField(
        label=_("Seed"),
        max_length=64,
        help_text=_("With the same seed the same sample is drawn again. Leave it, or use your own."),
    )

    @classmethod
    def empty(cls, organisation: Organisation, today: date) -> "SampleForm":
        """For the year up to yesterday, and a seed by chance."""
        yesterday = today - timedelta(days=1)
        days = {"imported_from": yesterday.replace(month=1, day=1), "imported_to": yesterday}
        return cls(initial={**days, "seed": secrets.token_hex(4)})

    def clean(self) -> dict[str, Any]:
        """The last day comes not before the first."""
        chosen: dict[str, Any] = super().clean() or {}
        first, last = chosen.get("imported_from"), chosen.get("imported_to")
        if first and last and last < first:
            self.add_error(
                "imported_to", _("The last day comes before the first. Choose the same day or a later one.")
            )
        return chosen

    @property
    def wish(self) -> Wish:
        """What was chosen; of a form that is valid."""
        chosen = dict(self.cleaned_data)
        days = {"first_on": chosen.pop("imported_from"), "last_on": chosen.pop("imported_to")}
        return Wish(**days, **chosen)


class WordsForm(forms.Form):
    """Whom to look for."""

    words = forms.CharField(
        label=_("Name or e-mail address"),
        min_length=3,
        max_length=120,
        help_text=_("Every word must occur, in any order. What you type stands in no address and no log."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"min_length": _("Type three letters or more, else almost everybody is found.")},
    )
