"""The form of what a person sets about himself: name, language, clock, digest."""

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from omloop.joining.forms import OneLine
from omloop.people.models import Person


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person sets about himself."""

    name = OneLine(label=_("Your name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Moments are shown on this clock. Import dates follow the organisation's."),
    )

    digest_hour = forms.TypedChoiceField(
        label=_("Hour of the digest"),
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        help_text=_("One mail a day with what waits for you; none when nothing waits or while you are away."),
    )
    digest_days = forms.TypedMultipleChoiceField(
        label=_("Days of the digest"),
        choices=[(number, WEEKDAYS[number - 1]) for number in range(1, 8)],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("No day ticked: no digest."),
    )

    class Meta:
        model = Person
        fields = ("name", "language", "time_zone", "digest_hour", "digest_days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone or zone == "UTC")
        self.fields["time_zone"].choices = [  # type: ignore[attr-defined]
            (zone, zone.replace("_", " ")) for zone in zones
        ]
