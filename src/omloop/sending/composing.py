"""From a draft to an e-invoice: Peppol BIS Billing 3, or EN 16931 for who has no electronic address."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from omloop.einvoice import (
    Address,
    Attachment,
    Delivery,
    Document,
    Identifier,
    Item,
    Line,
    Party,
    PaymentMeans,
    PrecedingInvoice,
    Price,
    Totals,
    VatBreakdown,
)
from omloop.einvoice import Kind as DocumentKind
from omloop.kernel.money import Money
from omloop.sending.drafts import Draft, DraftLine
from omloop.sending.figures import NoFigure, figure_in
from omloop.sending.models import Customer
from omloop.sending.refusals import Incomplete
from omloop.sending.seller import Seller
from omloop.sending.vat import UNITS, VATS, Vat

CENT = Decimal("0.01")
PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PEPPOL_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
EN16931 = "urn:cen.eu:en16931:2017"
TRANSFER = "30"
"""UNTDID 4461: credit transfer."""


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


def sums_of(lines: Sequence[DraftLine]) -> Sums:
    """Work out a draft as far as it can be read."""
    nets = tuple(_net(line) for line in lines)
    taxable: dict[str, Decimal] = {}
    for line, net in zip(lines, nets, strict=True):
        if net is not None and line.vat in VATS:
            taxable[line.vat] = taxable.get(line.vat, Decimal(0)) + net
    by_vat = {
        name: (taxable[name], _cents(taxable[name] * VATS[name].rate / 100))
        for name in VATS
        if name in taxable
    }
    return Sums(nets, by_vat)


def compose(
    draft: Draft,
    *,
    kind: str,
    number: str,
    seller: Seller,
    customer: Customer | None,
    attachments: Sequence[Attachment] = (),
    currency: str = "EUR",
) -> Document:
    """The e-invoice that a draft stands for. Raises Incomplete with everything that is lacking."""
    problems = problems_of(draft, customer) + problems_of_parties(seller, customer)
    if problems or customer is None:
        raise Incomplete(problems)
    buyer, is_credit = party_of(customer), kind == DocumentKind.CREDIT_NOTE
    sums = sums_of(draft.said)
    preceding = PrecedingInvoice(draft.preceding_number or None, day_in(draft.preceding_on))
    delivered_on = day_in(draft.delivered_on)
    return Document(
        kind=DocumentKind(kind),
        number=number,
        type_code="381" if is_credit else "380",
        issued_on=day_in(draft.issued_on),
        due_on=None if is_credit else day_in(draft.due_on),
        currency=currency,
        specification=PEPPOL if buyer.endpoint else EN16931,
        process=PEPPOL_PROCESS if buyer.endpoint else None,
        buyer_reference=draft.buyer_reference or None,
        order_reference=draft.order_reference or None,
        notes=(draft.remarks,) if draft.remarks else (),
        preceding_invoices=(preceding,) if preceding.number else (),
        seller=seller.party,
        buyer=buyer,
        delivery=Delivery(delivered_on=delivered_on, address=_where(buyer)) if delivered_on else None,
        payment_means=_means(seller, number),
        payment_terms=seller.terms or None,
        totals=_totals(sums, currency),
        vat_breakdown=tuple(_breakdown(VATS[name], *each, currency) for name, each in sums.by_vat.items()),
        attachments=tuple(attachments),
        lines=tuple(_line(n, line, currency) for n, line in enumerate(draft.said, start=1)),
    )


def problems_of(draft: Draft, customer: Customer | None) -> list[str]:
    """What a draft lacks before the rules of e-invoicing can judge it, in words."""
    found = [] if customer else [_("Choose a customer.")]
    for text in (draft.issued_on, draft.due_on, draft.delivered_on):
        if text and day_in(text) is None:
            found.append(_("“%(text)s” is no date. Write it as 2026-04-01.") % {"text": text})
    if not draft.issued_on:
        found.append(_("Fill in the invoice date."))
    if not draft.said:
        found.append(_("Add a line: what do you sell?"))
    return found + [each for n, line in enumerate(draft.said, start=1) for each in _problems_of_line(n, line)]


def problems_of_parties(seller: Seller, customer: Customer | None) -> list[str]:
    """What is lacking of the seller and the customer, and where it is filled in."""
    found = []
    if not seller.iban:
        found.append(_("Your IBAN is missing: fill it in at “Sending”, on the page of your organisation."))
    if not _is_whole(seller.party.address):
        found.append(_("Your address is not complete: fill it in at the settings of your organisation."))
    if customer and not _is_whole(party_of(customer).address):
        found.append(_("The address of the customer is not complete: fill it in at the customer."))
    return found


def party_of(customer: Customer) -> Party:
    """The customer as the buyer (BG-7), with the address under which the network knows him."""
    registered = Identifier(customer.oin, "0190") if customer.oin else None
    if registered is None and customer.kvk:
        registered = Identifier(customer.kvk, "0106")
    endpoint = (
        Identifier(customer.address_number, customer.address_scheme)
        if customer.address_number
        else registered
    )
    return Party(
        legal_name=customer.name,
        identifiers=(Identifier(customer.gln, "0088"),) if customer.gln else (),
        legal_registration=registered,
        vat_number=customer.vat_number or None,
        endpoint=endpoint,
        address=Address(
            line_1=customer.street or None,
            city=customer.city or None,
            postal_code=customer.postal_code or None,
            country=customer.country,
        ),
    )


def day_in(text: str) -> date | None:
    """The day that a text names; None for none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_whole(address: Address | None) -> bool:
    return bool(address and address.line_1 and address.city and address.postal_code)


def _problems_of_line(n: int, line: DraftLine) -> list[str]:
    found = [] if line.name else [_("Line %(n)s: write what it is.") % {"n": n}]
    for text, missing in (
        (line.quantity, _("Line %(n)s: fill in how many.")),
        (line.price, _("Line %(n)s: fill in the price.")),
    ):
        try:
            if figure_in(text) is None:
                found.append(missing % {"n": n})
        except NoFigure:
            found.append(_("Line %(n)s: “%(text)s” is no number.") % {"n": n, "text": text})
    if line.vat not in VATS or line.unit not in UNITS:
        found.append(_("Line %(n)s: choose the unit and the VAT from the lists.") % {"n": n})
    return found


def _net(line: DraftLine) -> Decimal | None:
    try:
        quantity, price = figure_in(line.quantity), figure_in(line.price)
    except NoFigure:
        return None
    return None if quantity is None or price is None else _cents(quantity * price)


def _line(n: int, line: DraftLine, currency: str) -> Line:
    """A price is never negative (BR-27): of a deduction the quantity is."""
    quantity, price, vat = figure_in(line.quantity), figure_in(line.price), VATS[line.vat]
    assert quantity is not None and price is not None  # noqa: S101 - problems_of has seen to that
    if price < 0:
        quantity, price = -quantity, -price
    return Line(
        number=str(n),
        quantity=quantity,
        unit=line.unit,
        net_amount=Money(_cents(quantity * price), currency),
        price=Price(net=Money(price, currency)),
        vat_category=vat.category,
        vat_rate=vat.rate,
        item=Item(name=line.name, description=line.description or None),
    )


def _breakdown(vat: Vat, taxable: Decimal, tax: Decimal, currency: str) -> VatBreakdown:
    return VatBreakdown(
        Money(taxable, currency),
        Money(tax, currency),
        vat.category,
        vat.rate,
        vat.reason or None,
        vat.reason_code or None,
    )


def _totals(sums: Sums, currency: str) -> Totals:
    net, vat, all_of_it = (Money(each, currency) for each in (sums.without_vat, sums.vat, sums.payable))
    return Totals(lines=net, without_vat=net, vat=vat, with_vat=all_of_it, payable=all_of_it)


def _means(seller: Seller, number: str) -> tuple[PaymentMeans, ...]:
    if not seller.iban:
        return ()
    means = PaymentMeans(code=TRANSFER, remittance=number, iban=seller.iban, account_name=seller.account_name)
    return (means,)


def _where(buyer: Party) -> Address | None:
    """Where it was delivered: the country of the customer (BR-IC-12)."""
    return Address(country=buyer.address.country) if buyer.address else None


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
