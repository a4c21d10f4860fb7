"""What the lines of a draft come to: net amounts with their discounts, and the VAT on them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from omloop.einvoice import AllowanceCharge, Item, Line, Price
from omloop.kernel.money import Money
from omloop.sending.drafts import DraftLine
from omloop.sending.figures import NoFigure, figure_in
from omloop.sending.vat import UNITS, VATS

CENT = Decimal("0.01")
ALL_OF_IT = Decimal(100)
DISCOUNT = "95"
"""UNTDID 5189: a discount."""


@dataclass(frozen=True)
class Sums:
    """What the lines come to: each line that can be read (None: it can't), and all of them by VAT."""

    lines: tuple[Decimal | None, ...]
    by_vat: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)

    @property
    def without_vat(self) -> Decimal:
        """All lines together."""
        return sum((taxable for taxable, _tax in self.by_vat.values()), Decimal("0.00"))

    @property
    def vat(self) -> Decimal:
        """All VAT together, each rate rounded by itself (BR-CO-17)."""
        return sum((tax for _taxable, tax in self.by_vat.values()), Decimal("0.00"))

    @property
    def payable(self) -> Decimal:
        """What is to be paid."""
        return self.without_vat + self.vat


@dataclass(frozen=True)
class Figures:
    """A line that can be read; a price is never negative (BR-27): of a deduction the quantity is."""

    quantity: Decimal
    price: Decimal
    discount: Decimal
    """Per cent."""

    @property
    def gross(self) -> Decimal:
        """Before the discount, to the cent."""
        return cents(self.quantity * self.price)

    @property
    def off(self) -> Decimal:
        """The discount, to the cent."""
        return cents(self.gross * self.discount / ALL_OF_IT)

    @property
    def net(self) -> Decimal:
        """What the line comes to."""
        return self.gross - self.off


def sums_of(lines: Sequence[DraftLine]) -> Sums:
    """Work out a draft as far as it can be read."""
    nets = tuple(_net(line) for line in lines)
    taxable: dict[str, Decimal] = {}
    for line, net in zip(lines, nets, strict=True):
        if net is not None and line.vat in VATS:
            taxable[line.vat] = taxable.get(line.vat, Decimal(0)) + net
    by_vat = {
        name: (taxable[name], cents(taxable[name] * VATS[name].rate / 100))
        for name in VATS
        if name in taxable
    }
    return Sums(nets, by_vat)


def line_of(n: int, line: DraftLine, currency: str) -> Line:
    """The line of the e-invoice; `problems_of_line` found none."""
    figures, vat = figures_of(line), VATS[line.vat]
    assert figures is not None  # noqa: S101 - problems_of_line has seen to that
    return Line(
        number=str(n),
        quantity=figures.quantity,
        unit=line.unit,
        net_amount=Money(figures.net, currency),
        allowances_charges=_discounts(figures, currency),
        price=Price(net=Money(figures.price, currency)),
        vat_category=vat.category,
        vat_rate=vat.rate,
        item=Item(name=line.name, description=line.description or None),
    )


def figures_of(line: DraftLine) -> Figures | None:
    """The figures of a line; None where one is lacking. Raises NoFigure."""
    quantity, price = figure_in(line.quantity), figure_in(line.price)
    if quantity is None or price is None:
        return None
    if price < 0:
        quantity, price = -quantity, -price
    return Figures(quantity, price, figure_in(line.discount.rstrip("% ")) or Decimal(0))


def problems_of_line(n: int, line: DraftLine) -> list[str]:
    """What a line lacks, in words."""
    found = [] if line.name else [_("Line %(n)s: write what it is.") % {"n": n}]
    for text, missing in (
        (line.quantity, _("Line %(n)s: fill in how many.")),
        (line.price, _("Line %(n)s: fill in the price.")),
        (line.discount.rstrip("% ") or "0", ""),
    ):
        try:
            if figure_in(text) is None:
                found.append(missing % {"n": n})
        except NoFigure:
            found.append(_("Line %(n)s: “%(text)s” is no number.") % {"n": n, "text": text})
    if not found and not _is_possible(line):
        found.append(_("Line %(n)s: a discount is between 0 and 100%%, and not on a deduction.") % {"n": n})
    if line.vat not in VATS or line.unit not in UNITS:
        found.append(_("Line %(n)s: choose the unit and the VAT from the lists.") % {"n": n})
    return found


def cents(value: Decimal) -> Decimal:
    """Rounded to the cent, half a cent up."""
    return value.quantize(CENT, ROUND_HALF_UP)


def _net(line: DraftLine) -> Decimal | None:
    try:
        figures = figures_of(line)
    except NoFigure:
        return None
    return None if figures is None else figures.net


def _is_possible(line: DraftLine) -> bool:
    figures = figures_of(line)
    if figures is None or not figures.discount:
        return True
    return 0 < figures.discount <= ALL_OF_IT and figures.gross >= 0


def _discounts(figures: Figures, currency: str) -> tuple[AllowanceCharge, ...]:
    """By its code, so that each reader is told in his language what it is."""
    if not figures.off:
        return ()
    off, gross = Money(figures.off, currency), Money(figures.gross, currency)
    return (AllowanceCharge(False, off, gross, figures.discount, reason_code=DISCOUNT),)
