"""What VAT a line can bear, and what the law wants said of it."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from omloop.circulation.reading.paper import UNITS as MEASURES


@dataclass(frozen=True)
class Vat:
    """A category (UNTDID 5305) with its rate; `reason` stands on the invoice where none is charged."""

    label: str | Promise
    category: str
    rate: Decimal
    reason: str = ""
    english: str = ""
    """The same reason, for who reads English."""
    reason_code: str = ""


VATS: dict[str, Vat] = {
    "S21": Vat(_("21%"), "S", Decimal(21)),
    "S9": Vat(_("9%"), "S", Decimal(9)),
    "Z": Vat(_("0%"), "Z", Decimal(0)),
    "E": Vat(_("exempt"), "E", Decimal(0), "Vrijgesteld van btw (art. 11 Wet OB 1968)", "Exempt from VAT"),
    "AE": Vat(_("reverse charge"), "AE", Decimal(0), "Btw verlegd", "Reverse charge", "VATEX-EU-AE"),
    "K": Vat(
        *(_("to an EU country"), "K", Decimal(0)),
        *("Intracommunautaire levering", "Intra-Community supply", "VATEX-EU-IC"),
    ),
    "G": Vat(
        *(_("outside the EU"), "G", Decimal(0)),
        *("Uitvoer buiten de EU", "Export outside the EU", "VATEX-EU-G"),
    ),
}
"""By the name that a draft keeps, in the order of a form."""
EXEMPT = "E"
EXEMPTIONS = (
    VATS[EXEMPT].reason,
    "Kleineondernemersregeling (art. 25 Wet OB 1968)",
    "Vrijgesteld van btw: onderwijs (art. 11 lid 1 onder o Wet OB 1968)",
    "Vrijgesteld van btw: verhuur van onroerende zaken (art. 11 lid 1 onder b Wet OB 1968)",
)
"""Grounds that a form offers; one can write another."""
UNITS: dict[str, str | Promise] = {"C62": _("pieces"), **MEASURES}
"""Units that a form offers (UN/ECE Rec 20)."""
CHOICE_OF: dict[tuple[str, Decimal], str] = {(vat.category, vat.rate): name for name, vat in VATS.items()}
