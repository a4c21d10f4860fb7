"""The invoice as a sheet of paper, made from what the e-invoice says: for reading."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from omloop import einvoice
from omloop.einvoice import AllowanceCharge, Line, Party, Unreadable
from omloop.intake import files
from omloop.invoices.models import Invoice
from omloop.invoices.reading import read_original
from omloop.kernel.money import Money

LONGEST = 4_000_000
"""Bytes of an e-invoice, its attachments not counted, that are still drawn as a sheet."""
MOST_LINES = 100
"""Lines on the sheet; the part Lines has all of them."""

UNITS: dict[str, Promise] = {
    "DAY": _("days"),
    "HUR": _("hours"),
    "KGM": _("kg"),
    "KMT": _("km"),
    "KWH": _("kWh"),
    "LTR": _("litres"),
    "MIN": _("minutes"),
    "MON": _("months"),
    "MTK": _("m²"),
    "MTR": _("m"),
    "WEE": _("weeks"),
    "ANN": _("years"),
}
"""The units of UN/ECE Recommendation 20 that people say; a piece needs no word."""


@dataclass(frozen=True)
class Place:
    """A party on the sheet: its name, the lines below it, its numbers."""

    name: str
    address: tuple[str, ...]
    kvk: str
    vat: str


@dataclass(frozen=True)
class Row:
    """One line on the sheet; a price per other quantity than one says so in `per`."""

    name: str
    description: str
    quantity: Decimal | None
    unit: str | Promise
    price: Decimal | None
    per: Decimal | None
    net: Money | None


@dataclass(frozen=True)
class Paper:
    """What the sheet shows; `further` counts the lines that did not go on it."""

    document: einvoice.Document
    seller: Place
    buyer: Place
    rows: list[Row]
    further: int

    @property
    def payment(self) -> einvoice.PaymentMeans | None:
        """The first way to pay that names an account."""
        return next((means for means in self.document.payment_means if means.iban), None)

    @property
    def parts(self) -> frozenset[str]:
        """What of it can be pointed at, beside its rows."""
        has_footer = bool(self.iban or self.document.payment_terms or self.document.notes)
        drawn = {
            "vat": bool(self.document.vat_breakdown),
            "adjustments": bool(self.document.allowances_charges),
            "payment": has_footer,
        }
        return frozenset(("head", "seller", "buyer", "totals", *(name for name in drawn if drawn[name])))

    @property
    def iban(self) -> str:
        """The account to pay to, in groups of four."""
        return in_fours(self.payment.iban or "") if self.payment else ""

    @property
    def prepaid(self) -> Money | None:
        """What was paid already, as a minus."""
        prepaid = self.document.totals.prepaid
        return -prepaid if prepaid else None

    @property
    def adjustments(self) -> list[tuple[AllowanceCharge, Money | None]]:
        """Allowances (as a minus) and charges of the whole invoice."""
        return [(each, _signed(each)) for each in self.document.allowances_charges]


def paper_of(invoice: Invoice, *, attached: int) -> Paper | None:
    """The sheet of an invoice; None when it is too long for one, or the original can't be read any more.

    `attached` is the size in bytes of the attachments inside, which are not drawn.
    """
    document = invoice.document
    if document.size - attached * 4 // 3 > LONGEST:
        return None
    try:
        return lay_out(read_original(document))
    except (Unreadable, files.FileDamaged):
        return None


def in_fours(iban: str) -> str:
    """An account number as people read it: NL02 ABNA 0123 4567 89."""
    plain = "".join(iban.split())
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def lay_out(read: einvoice.Document) -> Paper:
    """What of a document goes on the sheet."""
    rows = [_row(line) for line in read.lines[:MOST_LINES]]
    return Paper(read, _place(read.seller), _place(read.buyer), rows, len(read.lines) - len(rows))


def _place(party: Party) -> Place:
    registration = party.legal_registration
    kvk = registration.value if registration and registration.scheme == "0106" else ""
    return Place(party.name or "", tuple(_address(party)), kvk, party.vat_number or "")


def _address(party: Party) -> Iterator[str]:
    address = party.address
    if address is None:
        return
    yield from filter(None, (address.line_1, address.line_2, address.line_3))
    if address.postal_code or address.city:
        yield " ".join(filter(None, (address.postal_code, address.city)))
    if address.country and address.country != "NL":
        yield address.country


def _row(line: Line) -> Row:
    price = line.price
    base = price.base_quantity if price else None
    return Row(
        name=line.item.name or "",
        description=line.item.description or line.note or "",
        quantity=line.quantity,
        unit=UNITS.get(line.unit or "", ""),
        price=price.net.amount if price and price.net else None,
        per=base if base is not None and base != 1 else None,
        net=line.net_amount,
    )


def _signed(each: AllowanceCharge) -> Money | None:
    return each.amount if each.is_charge or each.amount is None else -each.amount
