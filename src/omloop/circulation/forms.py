"""What the pages send: a decision, and who is named as the one whose invoice it is."""

from django import forms

from omloop.circulation.models import Decision


class DecisionForm(forms.Form):
    """A decision, with the task that the page showed; what it may say the gate knows."""

    assignment = forms.UUIDField()
    action = forms.ChoiceField(choices=Decision.Action.choices)
    remark = forms.CharField(required=False, max_length=4000)
    return_to = forms.UUIDField(required=False)


class TakingBackForm(forms.Form):
    """Which task he takes back."""

    assignment = forms.UUIDField()


class NamingForm(forms.Form):
    """Whose invoice it is."""

    assignment = forms.UUIDField()
    person = forms.UUIDField()
