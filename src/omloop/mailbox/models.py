"""Where documents of an organisation come in by themselves: its mailbox, its secret address, its folder."""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.outgoing.imap import Trouble
from omloop.tenancy.models import OfOrganisation


class Mailbox(OfOrganisation):
    """How mail for an organisation comes in: from a mailbox of its own, by its secret address, or both.

    Secrets are encrypted under this installation's key. `uidvalidity` and `last_uid` say up to where the
    mailbox was read: they are written with what was read, in one transaction.
    """

    class Security(models.TextChoices):
        TLS = "tls", _("TLS from the start (port 993)")
        STARTTLS = "starttls", _("STARTTLS (port 143)")

    host = models.TextField(blank=True)
    port = models.PositiveIntegerField(default=993)
    security = models.TextField(choices=Security.choices, default=Security.TLS)
    username = models.TextField(blank=True)
    password = models.TextField(blank=True)
    folder = models.TextField(default="INBOX")
    every_minutes = models.PositiveIntegerField(default=5)
    is_on = models.BooleanField(default=False)
    trusted = models.JSONField(default=list)
    """Addresses, and domains as `@example.nl`; mail of others waits to be accepted by hand."""
    is_confidential = models.BooleanField(default=False)
    address_secret = models.TextField(blank=True)
    uidvalidity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)
    """Why the last visit failed, as `Trouble`; empty after one that went well."""

    organisation_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(fields=["organisation"], name="an_organisation_has_one_mailbox"),
            models.CheckConstraint(
                condition=models.Q(security__in=["tls", "starttls"]), name="mailbox_security_is_known"
            ),
        ]

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to read it again."""
        if not self.is_on or not self.host:
            return False
        return self.read_at is None or (now - self.read_at).total_seconds() >= self.every_minutes * 60 - 30


class InstallationMailbox(models.Model):
    """Up to where the one mailbox of the installation was read; of no organisation, and without content."""

    key = models.CharField(max_length=64, primary_key=True)
    """SHA-256 of which mailbox it is."""
    uidvalidity = models.BigIntegerField()
    last_uid = models.BigIntegerField(default=0)

    class Meta:
        db_table = "mailbox_installation"


class WatchedFolder(OfOrganisation):
    """A folder of this machine whose files are taken in for an organisation; set by the operator."""

    path = models.TextField()
    is_on = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    organisation_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(fields=["organisation"], name="an_organisation_has_one_folder"),
        ]


TROUBLES = {
    Trouble.ADDRESS: _("This server is at an address that is not public. Whoever runs Omloop can allow it."),
    Trouble.CONNECTION: _("The server gives no answer. Look at its name and port."),
    Trouble.CERTIFICATE: _("The certificate of the server is not valid for this name, so nothing was said."),
    Trouble.SIGN_IN: _("The server refuses the user or the password. Type the password again."),
    Trouble.FOLDER: _("There is no such folder in this mailbox. INBOX is there always."),
    Trouble.ANSWER: _("The server answered something that is not understood. Try again later."),
}
"""What went wrong with a visit, and what to do."""
