"""What the pages send: a decision, and who is named as the one whose invoice it is."""

from contextlib import suppress
from decimal import Decimal
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from omloop.circulation.models import Decision
from omloop.circulation.models.configuration import FourEyes

ANSWERS = (
    Decision.Action.CHECK,
    Decision.Action.APPROVE,
    Decision.Action.RETURN,
    Decision.Action.REJECT,
    Decision.Action.CODE,
)
"""What the gate takes as a decision; the other actions have a form of their own."""


class AnswerForm(forms.Form):
    """A decision on a task that is known; what it may say the gate knows."""

    action = forms.ChoiceField(
        label=_("Decision"), choices=[each for each in Decision.Action.choices if each[0] in ANSWERS]
    )
    remark = forms.CharField(label=_("Remark"), required=False, max_length=4000)


class DecisionForm(AnswerForm):
    """A decision, with the task that the page showed."""

    assignment = forms.UUIDField()
    return_to = forms.UUIDField(label=_("To whom?"), required=False)


class NamingForm(forms.Form):
    """Whose invoice it is, and whether that is suggested as a rule."""

    assignment = forms.UUIDField()
    person = forms.UUIDField(label=_("Person"))
    as_rule = forms.BooleanField(required=False)


class TaskForm(forms.Form):
    """The task that is taken from a group, given back to it, or taken back from a substitute."""

    assignment = forms.UUIDField()


class ReleaseForm(TaskForm):
    """The task that is released, or forwarded to who is ticked; a remark is welcome."""

    remark = forms.CharField(label=_("Remark"), required=False, max_length=4000)


class SentOnForm(forms.Form):
    """What one says of an invoice that is coded and sent on."""

    remark = forms.CharField(label=_("Remark"), required=False, max_length=4000)


class HoldForm(ReleaseForm):
    """Why a task is put on hold, and the day on which it is back."""

    until = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


class WithdrawForm(forms.Form):
    """The decision that is withdrawn; a remark is welcome."""

    decision = forms.UUIDField()
    remark = forms.CharField(label=_("Remark"), required=False, max_length=4000)


class ConsultForm(ReleaseForm):
    """Whether advice is asked, and waited for, or it is for information; the people are ticked."""

    kind = forms.ChoiceField(choices=[(each, each) for each in ("waits", "advice", "information")])

    @property
    def kind_and_waits(self) -> tuple[str, bool]:
        """What is asked, and whether the step waits for it."""
        kind = self.cleaned_data["kind"]
        return ("advice" if kind == "waits" else kind), kind == "waits"


class AdviceForm(forms.Form):
    """The question, and what one says to it."""

    consultation = forms.UUIDField()
    remark = forms.CharField(label=_("Remark"), required=False, max_length=4000)


def ticked(data: QueryDict, name: str = "assignment") -> list[UUID]:
    """The tasks or people that were ticked; what is no id is as if it were not there."""
    found = []
    for text in data.getlist(name):
        with suppress(ValueError):
            found.append(UUID(text))
    return found


class ConfigurationForm(forms.Form):
    """How an organisation circulates."""

    four_eyes = forms.ChoiceField(choices=FourEyes.choices)
    counts_vat = forms.BooleanField(required=False)
    answers_by_mail = forms.BooleanField(required=False)


class RateForm(forms.Form):
    """What one unit of another currency is worth."""

    currency = forms.RegexField("^[A-Za-z]{3}$", label=_("Currency"), max_length=3)
    rate = forms.DecimalField(
        label=_("Rate"), min_value=Decimal("0.00000001"), max_digits=18, decimal_places=8
    )
    from_on = forms.DateField(label=_("From"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def clean_currency(self) -> str:
        """In capitals, as ISO 4217 writes it."""
        return str(self.cleaned_data["currency"]).upper()


class ReasonForm(forms.Form):
    """Why an invoice ends, or is an original."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=4000)


class OtherForm(forms.Form):
    """The organisation that an invoice belongs to, or the invoice that a credit note is about."""

    chosen = forms.UUIDField()
