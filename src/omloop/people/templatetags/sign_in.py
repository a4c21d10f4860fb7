"""Small help for the pages of allauth."""

from django import forms, template
from django.conf import settings

register = template.Library()


@register.filter
def without_placeholders(form: forms.Form) -> forms.Form:
    """The form as it is, minus the grey texts that repeat its labels."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form


@register.simple_tag
def registration_is_open() -> bool:
    """Whether people register themselves on this installation."""
    return bool(settings.REGISTRATION_IS_OPEN)
