"""In words: why a coding, a key or a file is refused, and what to do next (rules 7.6)."""

from django.utils.translation import gettext as _

from omloop.coding import refusals
from omloop.coding.auditfile import NoAuditfile, NotInAuditfile
from omloop.coding.importing import Fault, Finding
from omloop.coding.services import MOST_LINES
from omloop.coding.sheets import MOST_ROWS, NoCodes, NoTable
from omloop.kernel.money import Money
from omloop.web import words


def tell_refusal(refusal: refusals.CodingRefused) -> str:
    """Why nothing was saved, and what to do."""
    if isinstance(refusal, refusals.CodingDoesNotAddUp):
        return _not_adding_up(refusal)
    if isinstance(refusal, refusals.NoSuchCode):
        return _("The code %(code)s is not in use here. Choose another one.") % {"code": refusal.said}
    texts: dict[type[refusals.CodingRefused], str] = {
        refusals.NoLines: _("Fill in one line at least."),
        refusals.NoSupplier: _(
            "This invoice names no supplier for whom its coding could be remembered. Correct its data first."
        ),
        refusals.TooManyLines: _("An invoice has at most %(most)d lines.") % {"most": MOST_LINES},
        refusals.AmountUnknown: _("The amount of this invoice without VAT is unknown, so it can't be coded."),
        refusals.UnknownCode: _("A code has ended meanwhile. Choose another one."),
        refusals.AlreadyBooked: _(
            "This invoice is booked with this coding. Reverse the booking first; then it can be coded anew."
        ),
        refusals.NotToBeCoded: _(
            "This invoice is rejected or cancelled. It is not booked, so there is nothing to code."
        ),
        refusals.NoShare: _("A share is more than 0."),
        refusals.KeyNameTaken: _("Another key has this name. Choose another one."),
        refusals.TemplateIsOver: _("Somebody changed or ended this template meanwhile. Look at it again."),
        refusals.KeyIsOver: _("Somebody changed or ended this key meanwhile. Look at it again."),
    }
    return texts.get(type(refusal), _("This was not possible. Nothing has changed."))


def _not_adding_up(refusal: refusals.CodingDoesNotAddUp) -> str:
    off = refusal.invoice - refusal.lines
    amounts = {"lines": refusal.lines, "invoice": refusal.invoice, "off": abs(off)}
    said = {name: words.money(Money(amount, refusal.currency)) for name, amount in amounts.items()}
    if off > 0:
        return _("The lines are %(lines)s together, the invoice is %(invoice)s: %(off)s is missing.") % said
    return _("The lines are %(lines)s together, the invoice is %(invoice)s: %(off)s too much.") % said


def tell_no_table(problem: NoTable) -> str:
    """Why nothing could be read."""
    if isinstance(problem, NoCodes):
        return _(
            "No column with codes was found. Put headings in the first row, such as code, name and e-mail "
            "address of the owner."
        )
    if isinstance(problem, NoAuditfile):
        return _("This file is no auditfile that can be read: %(problem)s") % {"problem": problem}
    if isinstance(problem, NotInAuditfile):
        return _("An auditfile does not tell this list. Bring it in as CSV.")
    return _("This is too much at once: at most %(rows)s rows and 1 MB.") % {"rows": MOST_ROWS}


def tell_finding(finding: Finding) -> str:
    """What is wrong with a row, and what becomes of it."""
    return {
        Fault.NO_CODE: _("Line %(line)d has no code and is passed over."),
        Fault.TOO_LONG: _("Line %(line)d, %(said)s: the code or the name is too long. It is passed over."),
        Fault.TWICE: _("Line %(line)d, %(said)s: this code stood above already. It is passed over."),
        Fault.NO_SUCH_OWNER: _(
            "Line %(line)d: nobody here has the address %(said)s. The owner stays as it is."
        ),
    }[finding.fault] % {"line": finding.line, "said": finding.said}
