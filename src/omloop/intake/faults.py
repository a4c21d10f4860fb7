"""Why a file stayed in the mail or ZIP that it came in, for people."""

from django.utils.translation import gettext as _

from omloop.intake.taking_apart import Fault

HARMLESS = frozenset({Fault.OTHER_KIND, Fault.DECORATION})
"""Nothing is wrong with these: they are no invoices."""


def fault_in_words(fault: str) -> str:
    """What is wrong and what to do; a fault that an older version knew is called as it was."""
    said: dict[str, str] = {
        Fault.ENCRYPTED: _("Encrypted or sealed, so it can't be opened. Ask for it without a password."),
        Fault.BROKEN: _("Damaged, so it can't be opened. Ask for it once more."),
        Fault.TOO_LARGE: _("Too large to take out. Ask for it as a file of its own."),
        Fault.TOO_MANY: _("There are more than 100 files; this one and what follows stay inside. Split it."),
        Fault.TOO_DEEP: _("A mail or ZIP too deep inside others. Ask for the file itself."),
        Fault.OTHER_KIND: _("No PDF, XML or picture. It stays in the mail or ZIP."),
        Fault.DECORATION: _("A picture that belongs to the text of the mail."),
    }
    return said.get(fault, fault)
