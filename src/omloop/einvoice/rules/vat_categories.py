"""The VAT categories of EN 16931 and what each of them asks, as data."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Category:
    """A VAT category: its code, how its rules are called, its name, and what its rules demand.

    `numbers` says who must give a number: `seller` (VAT or tax number), `vat` (the seller's VAT number),
    `seller and buyer`, `vat of both`, or `none` may give one; `rate` is zero, positive, any or none.
    """

    code: str
    family: str
    nl: str
    en: str
    numbers: str
    rate: str
    has_reason: bool

    @property
    def has_rate(self) -> bool:
        """Whether VAT is computed, so that each rate has a breakdown of its own."""
        return self.rate in ("positive", "any")


CATEGORIES: Final = {
    category.code: category
    for category in (
        Category("AE", "AE", "btw verlegd", "reverse charge", "seller and buyer", "zero", True),
        Category("E", "E", "vrijgesteld van btw", "exempt from VAT", "seller", "zero", True),
        Category("G", "G", "uitvoer buiten de EU", "export outside the EU", "vat", "zero", True),
        Category("K", "IC", "levering binnen de EU", "intra-community supply", "vat of both", "zero", True),
        Category("L", "AF", "IGIC (Canarische Eilanden)", "IGIC (Canary Islands)", "seller", "any", False),
        Category("M", "AG", "IPSI (Ceuta en Melilla)", "IPSI (Ceuta and Melilla)", "seller", "any", False),
        Category("O", "O", "valt niet onder de btw", "not subject to VAT", "none", "none", True),
        Category("S", "S", "gewoon tarief", "standard rate", "seller", "positive", False),
        Category("Z", "Z", "nultarief", "zero rate", "seller", "zero", False),
    )
}
