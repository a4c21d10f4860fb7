"""What each mail is about, in a few words: for lists that show no text of it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, Promise] = {
    "absence": _("Absence"),
    "absence_extended": _("Absence holds in another organisation"),
    "asked_to_join": _("Somebody asks to join"),
    "authorisation_answered": _("Answer to an authorisation request"),
    "authorisation_asked": _("Authorisation request"),
    "digest": _("Digest of what waits"),
    "ending": _("End of an organisation"),
    "has_account": _("Registering with a known address"),
    "invitation": _("Invitation"),
    "join_accepted": _("Answer to who asked to join"),
    "join_declined": _("Answer to who asked to join"),
    "last_day": _("Last working day of somebody"),
    "lending_answered": _("Answer about lent rights"),
    "lending_asked": _("Question about lent rights"),
    "mail_without_invoice": _("Answer to a mail without an invoice"),
    "move": _("Move of organisations"),
    "open_end": _("Question whether an absence still holds"),
    "partnership": _("Partner"),
    "registration": _("Registering"),
    "removal": _("List of what may go"),
    "role_changed": _("Another role"),
    "role_ended": _("End of a role"),
    "sales_invoice": _("Invoice to a customer"),
    "sent_back": _("Answer about a file that was sent back"),
    "sent_invoice": _("News of an invoice that you sent"),
    "taken_back": _("Task taken back"),
    "task_reached": _("New task"),
    "test": _("Test mail"),
    "transferred": _("Transferred invoices"),
}


def kind_in_words(kind: str) -> str:
    """What a mail of this template is about."""
    return str(KINDS[kind])
