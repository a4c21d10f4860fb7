"""What a form of these pages sent, or why it can't be taken."""

from collections.abc import Mapping
from typing import Any

from django.forms import Form

from omloop.circulation.refusals import NoDayToCome, Refusal, UnknownAssignment, UnknownDecision
from omloop.circulation.refusals.consultations import UnknownConsultation

SAYS_MORE: Mapping[str, type[Refusal]] = {
    "assignment": UnknownAssignment,
    "decision": UnknownDecision,
    "consultation": UnknownConsultation,
    "until": NoDayToCome,
}
"""The fields of which a refusal says more than that their value is none."""


class FormRefused(Refusal):
    """A field can't be taken as it is: each says so in its own words."""

    def __init__(self, form: Form) -> None:
        said = [(form[name].label, text) for name, texts in form.errors.items() for text in texts]
        super().__init__(" ".join(f"{label}: {text}" for label, text in said))


def said_in(form: Form) -> dict[str, Any]:
    """What was sent. Raises FormRefused, or what is to be said of the field that is wrong."""
    if form.is_valid():
        return dict(form.cleaned_data)
    for name, refusal in SAYS_MORE.items():
        if name in form.errors:
            raise refusal()
    raise FormRefused(form)
