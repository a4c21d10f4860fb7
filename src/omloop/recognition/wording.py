"""What the fields are called, and why something is proposed, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omloop.recognition.labels import Field
from omloop.recognition.proposing import Certainty, Proposal, Reason

LABELS: dict[str, Promise] = {
    "kind": gettext_lazy("Kind"),
    Field.SUPPLIER_NAME: gettext_lazy("Supplier"),
    Field.SUPPLIER_KVK: gettext_lazy("KvK number"),
    Field.SUPPLIER_VAT: gettext_lazy("VAT number"),
    Field.IBAN: gettext_lazy("IBAN"),
    Field.NUMBER: gettext_lazy("Invoice number"),
    Field.ISSUED_ON: gettext_lazy("Invoice date"),
    Field.DUE_ON: gettext_lazy("Due date"),
    Field.ORDER_REFERENCE: gettext_lazy("Order number"),
    Field.CURRENCY: gettext_lazy("Currency"),
    Field.WITHOUT_VAT: gettext_lazy("Total without VAT"),
    Field.VAT: gettext_lazy("VAT"),
    Field.WITH_VAT: gettext_lazy("Total with VAT"),
    "per_rate": gettext_lazy("Amounts per VAT rate"),
}

SURE: dict[Certainty, Promise] = {
    Certainty.SURE: gettext_lazy("Sure:"),
    Certainty.LIKELY: gettext_lazy("Compare:"),
    Certainty.GUESS: gettext_lazy("A guess:"),
}
"""How each certainty begins its sentence."""


def label_of(name: str) -> Promise | str:
    """What a field is called."""
    return LABELS.get(name, name)


def why(proposal: Proposal) -> str:
    """One sentence or less: on what ground it is proposed."""
    told = {"label": proposal.told}
    return {
        Reason.KNOWN: _("known from an earlier invoice of this supplier"),
        Reason.LEARNED: _("in the place where you confirmed it before"),
        Reason.CHECK_DIGITS: _("its check digits are right"),
        Reason.FITS: _("by “%(label)s”, and the totals add up") % told
        if proposal.told
        else _("the totals add up by it"),
        Reason.COMPUTED: _("worked out from the other totals"),
        Reason.LABEL: _("by “%(label)s”") % told,
        Reason.TERM: _("the invoice date and “%(label)s”") % told,
        Reason.ONLY_ONE: _("the only one that was found"),
        Reason.NAME: _("looks like a name; compare it"),
    }[proposal.reason]
