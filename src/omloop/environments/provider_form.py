"""The form of an environment's provider."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from omloop.audit.actors import Actor
from omloop.environments.models import SignInProvider
from omloop.environments.providers import set_provider
from omloop.outgoing.addresses import Refused
from omloop.outgoing.session import places_for


class ProviderForm(forms.Form):
    """Name, issuer, and what the provider gave to recognise Omloop by."""

    name = forms.CharField(
        label=_("Name on the button"),
        max_length=60,
        help_text=_("As your people know it: Microsoft, Google Workspace, our own sign-in."),
    )
    issuer = forms.CharField(
        label=_("Issuer"),
        max_length=300,
        help_text=_("The address of the provider, exactly as it names itself: https://…"),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    client_id = forms.CharField(
        label=_("Client id"),
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("Client secret"),
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, provider: SignInProvider | None) -> None:
        known = ("name", "issuer", "client_id")
        initial = {field: getattr(provider, field) for field in known} if provider else {}
        super().__init__(data, initial=initial)
        if provider:
            self.fields["secret"].required = False
            self.fields["secret"].help_text = _("Kept encrypted. Leave empty to keep the one that is there.")

    def clean_issuer(self) -> str:
        """An address that Omloop may ask; raises ValidationError."""
        issuer = str(self.cleaned_data["issuer"])
        if "?" in issuer or "#" in issuer:
            raise forms.ValidationError(_("An issuer has no question mark and no # in it."))
        try:
            places_for(issuer, settings.OWN_NETWORKS)
        except Refused as error:
            raise forms.ValidationError(
                _(
                    "Omloop can't ask this address. It begins with https:// and is public; a network of your "
                    "own has to be named by the operator (OMLOOP_OWN_NETWORKS)."
                )
            ) from error
        return issuer

    def save(self, *, environment_id: UUID, actor: Actor, now: datetime) -> bool:
        """Set the provider; False when the form does not hold. Raises NotAdministrator."""
        if not self.is_valid():
            return False
        set_provider(environment_id=environment_id, **self.cleaned_data, actor=actor, now=now)
        return True
