"""From the place of a finding in the file to the place on the paper, for who does not read XML."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omloop.circulation.reading.paper import Paper

NAMES: dict[str, Promise] = {
    "head": gettext_lazy("Top of the invoice"),
    "seller": gettext_lazy("Supplier"),
    "buyer": gettext_lazy("Buyer"),
    "payee": gettext_lazy("Payee or tax representative"),
    "delivery": gettext_lazy("Delivery"),
    "payment": gettext_lazy("Payment"),
    "adjustments": gettext_lazy("Allowances and charges"),
    "totals": gettext_lazy("Totals"),
    "vat": gettext_lazy("VAT"),
    "attachments": gettext_lazy("Attachments"),
    "lines": gettext_lazy("Lines"),
}
"""What can be pointed at, in words."""

_LINE = re.compile(r"(?:InvoiceLine|CreditNoteLine|IncludedSupplyChainTradeLineItem)(?:\[([0-9]+)\])?")
_ELEMENTS = {
    **dict.fromkeys(("AccountingSupplierParty", "SellerTradeParty"), "seller"),
    **dict.fromkeys(("AccountingCustomerParty", "BuyerTradeParty"), "buyer"),
    **dict.fromkeys(("PayeeParty", "TaxRepresentativeParty"), "payee"),
    **dict.fromkeys(("PayeeTradeParty", "SellerTaxRepresentativeTradeParty"), "payee"),
    **dict.fromkeys(("Delivery", "ApplicableHeaderTradeDelivery"), "delivery"),
    **dict.fromkeys(("PaymentMeans", "PaymentTerms", "SpecifiedTradePaymentTerms"), "payment"),
    **dict.fromkeys(("SpecifiedTradeSettlementPaymentMeans", "PaymentReference"), "payment"),
    **dict.fromkeys(("AllowanceCharge", "SpecifiedTradeAllowanceCharge"), "adjustments"),
    **dict.fromkeys(("TaxTotal", "ApplicableTradeTax", "TaxTotalAmount"), "vat"),
    **dict.fromkeys(
        ("LegalMonetaryTotal", "SpecifiedTradeSettlementHeaderMonetarySummation"),
        "totals",
    ),
    **dict.fromkeys(("AdditionalDocumentReference", "AdditionalReferencedDocument"), "attachments"),
}
"""Elements of UBL and CII that stand for a part of the paper."""
_TERMS = (
    *((19, "head"), (20, "payment"), (26, "head"), (43, "seller"), (58, "buyer"), (69, "payee")),
    *((80, "delivery"), (91, "payment"), (105, "adjustments"), (109, "totals"), (111, "vat")),
    *((115, "totals"), (121, "vat"), (125, "attachments"), (161, "lines")),
)
"""The last business term (BT) of each part of the paper."""


@dataclass(frozen=True)
class Spot:
    """A part of the invoice in words, and where it can be seen: an anchor, another part, or nowhere."""

    words: str
    address: str = ""


def spot_of(path: str, terms: tuple[str, ...], paper: Paper | None) -> Spot:
    """Where on the paper a finding is, by the element it was met at, else by its terms (`BT-112`)."""
    name = "head"
    for step in path.strip("/").split("/"):
        if line := _LINE.fullmatch(step):
            return _line_spot(int(line[1] or 1), paper)
        element = step.partition("[")[0]
        if element in _ELEMENTS:
            name = _ELEMENTS[element]
            break
    else:
        name = next(filter(None, map(_part_of_term, terms)), name)
    return Spot(str(NAMES[name]), _address(name, paper))


def _part_of_term(term: str) -> str:
    kind, _dash, number = term.partition("-")
    place = int(number.partition("-")[0] or 0)
    if kind != "BT" or not 0 < place <= _TERMS[-1][0]:
        return ""
    return _TERMS[bisect_left(_TERMS, (place, ""))][1]


def _line_spot(number: int, paper: Paper | None) -> Spot:
    words = _("Line %(number)s") % {"number": number}
    if paper is None or number > len(paper.rows):
        return Spot(words, "?part=lines")
    name = paper.rows[number - 1].name
    return Spot(f"{words}: {name[:30]}" if name else words, f"#paper-line-{number}")


def _address(name: str, paper: Paper | None) -> str:
    if name in ("attachments", "lines"):
        return f"?part={name}"
    return f"#paper-{name}" if paper and name in paper.parts else ""
