"""About what a person chooses how he is told, and what is as delivered (rules 3.13)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """What notices and mails are about, as one chooses it under My settings."""

    TASK = "task", _("A new task waits for you")
    TAKEN_BACK = "taken_back", _("A task is taken back")
    TRANSFERRED = "transferred", _("You get invoices of somebody else")
    SENT = "sent", _("An invoice that you sent is rejected, disputed or not delivered")
    ABSENCE = "absence", _("Absence: yours, or somebody's for whom you stand in")
    LENDING = "lending", _("Lent rights: questions and answers")
    LAST_DAY = "last_day", _("The last working day of somebody")
    JOINING = "joining", _("Who asks to join, partners and authorisations")


TOPIC_OF: dict[str, str] = {
    "task_reached": Topic.TASK,
    "taken_back": Topic.TAKEN_BACK,
    "transferred": Topic.TRANSFERRED,
    "sent_invoice": Topic.SENT,
    "absence": Topic.ABSENCE,
    "absence_extended": Topic.ABSENCE,
    "open_end": Topic.ABSENCE,
    "lending_asked": Topic.LENDING,
    "lending_answered": Topic.LENDING,
    "last_day": Topic.LAST_DAY,
    "asked_to_join": Topic.JOINING,
    "partnership": Topic.JOINING,
    "authorisation_asked": Topic.JOINING,
}
"""The topic of a mail, by its template. One that is not here is always sent: invitations, roles, and what
ends or moves an organisation."""

BY_MAIL_IF_WISHED = frozenset({Topic.TASK})
"""No mail per invoice unless somebody wishes it; of all else a mail goes, as delivered."""
NEVER_OFF = frozenset({Topic.LENDING, Topic.LAST_DAY, Topic.JOINING})
"""Here something waits for an answer, so one way to be told must stay."""
MAIL_ALONE = frozenset({"authorisation_answered", "join_accepted", "join_declined", "role_ended"})
"""Told by mail alone: who gets it has no place there, where a notice would stand."""
