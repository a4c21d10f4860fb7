"""Why data of a person are kept and on what ground erasing them is refused, in words (rules 7.7)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from omloop.reports.subject import Kind

Text = str | Promise


@dataclass(frozen=True)
class Reason:
    """What it is, why it is kept and for how long, and what can be done."""

    title: Text
    kept: Text
    ground: Text
    possible: Text


RETENTION = _(
    "Part of the books: kept for 7 years after the financial year (article 52 AWR), 10 years for real estate "
    "(article 34a Wet OB 1968). Erasing is refused on the ground of article 17(3)(b) GDPR."
)

REASONS: dict[Kind, Reason] = {
    Kind.ACCOUNT: Reason(
        _("Account"),
        _("To sign in, and to name who decided."),
        _(
            "Kept as long as somebody signs in with it, then as long as the decisions that bear this name "
            "(article 52 AWR; article 17(3)(b) GDPR)."
        ),
        _("The name can be corrected. The person changes the address, after a mail to the new one."),
    ),
    Kind.RIGHTS: Reason(
        _("Rights and limits"),
        _("To show who could approve what on any day."),
        RETENTION,
        _("A right can be withdrawn from now on. What it was stays."),
    ),
    Kind.ABSENCES: Reason(
        _("Absences"),
        _("To show why an invoice went to whom. Only days and substitute, never a reason."),
        RETENTION,
        _("A planned absence can be changed or withdrawn."),
    ),
    Kind.DECISIONS: Reason(
        _("Decisions on invoices"),
        _("To show who checked or approved an invoice, and when."),
        RETENTION,
        _("A decision can't be changed: a correction is a decision of its own."),
    ),
    Kind.CONTACTS: Reason(
        _("Invoices that name this person"),
        _("The name stands in the invoice as the supplier sent it."),
        RETENTION,
        _("An original is not changed. The supplier can send a credit note and a new invoice."),
    ),
    Kind.REMARKS: Reason(
        _("Remarks that name this person"),
        _("Said with a decision on an invoice."),
        RETENTION,
        _("A remark is part of the decision and is not changed; a new remark can correct it."),
    ),
    Kind.PAYEES: Reason(
        _("Bank accounts of suppliers"),
        _("To pay a supplier on his own account, which two people have checked."),
        RETENTION,
        _("A check that is wrong can be ended with a reason; the account is then checked anew."),
    ),
    Kind.PROPOSALS: Reason(
        _("Suggested rules of a scheme"),
        _("Somebody said whose invoice it was, which may become a rule."),
        RETENTION,
        _("A suggestion can be put aside on the page of the scheme."),
    ),
    Kind.ENTRANCE: Reason(
        _("Invitations and requests"),
        _("To show who let whom in, and who was not let in."),
        _(
            "Part of what shows who could see the books: kept as long as those (article 52 AWR; article "
            "17(3)(b) GDPR)."
        ),
        _("An open invitation or request can be withdrawn."),
    ),
    Kind.TRAIL: Reason(
        _("Audit trail"),
        _("What changed in this person's rights and data, by whom and when."),
        _(
            "The trail is sealed by hashes and proves that the books are whole (article 52 AWR). Erasing is "
            "refused on the grounds of article 17(3)(b) and (e) GDPR."
        ),
        _("A correction is a new entry; none is ever changed."),
    ),
}
