"""What is said of a dispute: the claim, a note, the outcome."""

from django import forms
from django.utils.translation import gettext_lazy as _

from omloop.disputes.models import Dispute
from omloop.disputes.services import Claim

DAY = forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d")
TOLD = _("Let the sender read this in Omloop")
LINES = forms.Textarea(attrs={"class": "input", "rows": 3})


class ClaimForm(forms.Form):
    """Why an invoice is disputed, and what one expects."""

    reason = forms.CharField(label=_("What is wrong with it?"), max_length=4000, widget=LINES)
    tells_sender = forms.BooleanField(label=TOLD, required=False)
    payable = forms.DecimalField(
        label=_("Part that is payable"),
        required=False,
        localize=True,
        max_digits=19,
        decimal_places=2,
        help_text=_("With VAT; empty: nothing is paid until this is settled."),
        widget=forms.TextInput(attrs={"class": "input", "inputmode": "decimal"}),
    )
    expects_credit_note = forms.BooleanField(label=_("A credit note is expected"), required=False)
    credit_note_number = forms.CharField(
        label=_("Its number, if known"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "input"}),
    )
    follow_up_on = forms.DateField(
        label=_("Look at it again on"), required=False, input_formats=["%Y-%m-%d"], widget=DAY
    )

    @property
    def claim(self) -> Claim:
        """As the service takes it."""
        return Claim(**self.cleaned_data)


class NoteForm(forms.Form):
    """What was said, and when one looks again."""

    text = forms.CharField(label=_("What was said, and with whom?"), max_length=4000, widget=LINES)
    tells_sender = forms.BooleanField(label=TOLD, required=False)
    follow_up_on = forms.DateField(
        label=_("Look at it again on"), required=False, input_formats=["%Y-%m-%d"], widget=DAY
    )


class EndForm(forms.Form):
    """What came of it, and what is owed then."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=[each for each in Dispute.Outcome.choices if each[0] != Dispute.Outcome.CANCELLED],
        help_text=_(
            "As invoiced, all of it is owed; with a credit note what that leaves; of what the supplier "
            "dropped nothing is paid."
        ),
        widget=forms.Select(attrs={"class": "input"}),
    )
    agreed = forms.DecimalField(
        label=_("Amount that you agreed on"),
        required=False,
        localize=True,
        max_digits=19,
        decimal_places=2,
        help_text=_("With VAT, only for another amount; empty: the part that is payable now."),
        widget=forms.TextInput(attrs={"class": "input", "inputmode": "decimal"}),
    )
    remark = forms.CharField(label=_("Remark"), required=False, max_length=4000, widget=LINES)
