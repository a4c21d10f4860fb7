"""The form of a mailbox: where it is, whose mail is trusted, and who may see what comes of it."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omloop.mailbox.changing import change_mailbox
from omloop.mailbox.models import Mailbox
from omloop.mailbox.trust import NoSender, parse_trusted
from omloop.organisations.members import Member

EVERY = [
    (5, _("every 5 minutes")),
    (15, _("every quarter of an hour")),
    (60, _("every hour")),
]
FIELDS = (
    "is_on",
    "host",
    "port",
    "security",
    "username",
    "folder",
    "every_minutes",
    "trusted",
    "is_confidential",
)


class MailboxForm(forms.Form):
    """What somebody who manages settings says of it; the password is never shown again."""

    is_on = forms.BooleanField(label=_("Read this mailbox"), required=False)
    host = forms.CharField(
        label=_("Server"), max_length=250, required=False, help_text=_("Such as imap.example.nl.")
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65_535)
    security = forms.ChoiceField(label=_("Security"), choices=Mailbox.Security.choices)
    username = forms.CharField(label=_("User"), max_length=250, required=False)
    password = forms.CharField(
        label=_("Password"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Kept encrypted and never shown. Leave it empty to keep the one that is there."),
    )
    folder = forms.CharField(
        label=_("Folder"),
        max_length=250,
        help_text=_("All that is in it is taken in, so give invoices a folder or address of their own."),
    )
    every_minutes = forms.TypedChoiceField(label=_("How often"), choices=EVERY, coerce=int)
    trusted = forms.CharField(
        label=_("Trusted senders"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One a line: an address, or a domain as @example.nl. Their mail is taken in at once; mail of "
            "others waits until you let it in."
        ),
    )
    is_confidential = forms.BooleanField(
        label=_("Invoices from this mailbox are confidential"),
        required=False,
        help_text=_("From the moment they arrive, before anybody has seen them."),
    )

    def __init__(self, data: Any = None, *, mailbox: Mailbox) -> None:
        initial = {name: getattr(mailbox, name) for name in FIELDS}
        initial["trusted"] = "\n".join(mailbox.trusted)
        super().__init__(data, initial=initial)
        self.mailbox = mailbox

    def clean_host(self) -> str:
        return self._plain("host")

    def clean_username(self) -> str:
        return self._plain("username")

    def clean_password(self) -> str:
        return self._plain("password")

    def clean_folder(self) -> str:
        folder = self._plain("folder")
        if not folder.isascii():
            raise forms.ValidationError(gettext("Choose a folder with plain letters in its name."))
        return folder

    def clean_trusted(self) -> list[str]:
        try:
            return parse_trusted(self.cleaned_data["trusted"])
        except NoSender as error:
            raise forms.ValidationError(
                gettext("%(line)s is no address and no domain. Write a@example.nl or @example.nl.")
                % {"line": error}
            ) from error

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("is_on"):
            return cleaned
        for name in ("host", "username"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, gettext("Fill this in, or leave the mailbox switched off."))
        if not cleaned.get("password") and not self.mailbox.password and "password" not in self.errors:
            self.add_error("password", gettext("Fill this in, or leave the mailbox switched off."))
        return cleaned

    def save(self, *, actor: Member, now: datetime) -> bool:
        """Save it when it is right."""
        if not self.is_valid():
            return False
        change_mailbox(
            organisation_id=self.mailbox.organisation_id,
            settings={name: self.cleaned_data[name] for name in FIELDS},
            password=self.cleaned_data["password"],
            actor=actor,
            now=now,
        )
        return True

    def _plain(self, name: str) -> str:
        """Without characters that would end a line of the protocol."""
        text = str(self.cleaned_data[name])
        if not text.isprintable():
            raise forms.ValidationError(gettext("There are characters in it that can't be sent."))
        return text
