"""An invoice that never was, to show how those of an organisation look."""

from base64 import b64encode
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from omloop.einvoice import (
    Address,
    Document,
    Identifier,
    Item,
    Kind,
    Line,
    Party,
    PaymentMeans,
    Price,
    Totals,
    VatBreakdown,
)
from omloop.kernel.money import Money
from omloop.organisations.models import Organisation
from omloop.pdf import guarded
from omloop.pdf.look import Look
from omloop.pdf.rendering import render
from omloop.pdf.words import Language

WIDTH = 1_000
"""Pixels of the picture."""


def picture_of(organisation: Organisation, look: Look, *, language: Language, today: date) -> str:
    """The first page of the sample with this look, as an address that holds the picture (WEBP) itself.

    Raises WorkerBusy.
    """
    pdf = render(sample_of(organisation, today=today), language=language, look=look)
    picture = guarded.preview(pdf, page=0, width=WIDTH)
    return "data:image/webp;base64," + b64encode(picture or b"").decode()


def sample_of(organisation: Organisation, *, today: date) -> Document:
    """In the language of the reader; its account number can't exist, so that nobody pays it."""
    lines = (
        _line("1", _("Maintenance"), Decimal(12), "HUR", Decimal(85)),
        _line("2", _("Call-out charge"), Decimal(2), "C62", Decimal("42.50")),
        _line("3", _("Materials"), Decimal(1), "C62", Decimal("318.20")),
    )
    net = sum((line.net_amount.amount for line in lines if line.net_amount), Decimal(0))
    tax = (net * Decimal("0.21")).quantize(Decimal("0.01"))
    together = Money(net + tax, "EUR")
    return Document(
        kind=Kind.INVOICE,
        number=f"F{today.year}-0001",
        issued_on=today,
        due_on=today + timedelta(days=30),
        currency="EUR",
        order_reference="PO-4711",
        seller=_seller(organisation),
        buyer=_buyer(),
        payment_means=(PaymentMeans(code="30", iban="NL00BANK0123456789", account_name=organisation.name),),
        totals=Totals(
            lines=Money(net, "EUR"),
            without_vat=Money(net, "EUR"),
            vat=Money(tax, "EUR"),
            with_vat=together,
            payable=together,
        ),
        vat_breakdown=(VatBreakdown(Money(net, "EUR"), Money(tax, "EUR"), "S", Decimal(21)),),
        lines=lines,
    )


def _seller(organisation: Organisation) -> Party:
    address = Address(
        line_1=organisation.street or None,
        city=organisation.city or None,
        postal_code=organisation.postal_code or None,
        country="NL",
    )
    number = Identifier(organisation.kvk, "0106") if organisation.kvk else None
    return Party(legal_name=organisation.name, legal_registration=number, address=address)


def _buyer() -> Party:
    address = Address(line_1="Dorpsstraat 1", city="Ons Dorp", postal_code="1234 AB", country="NL")
    return Party(legal_name=_("Your customer"), address=address)


def _line(number: str, name: str, quantity: Decimal, unit: str, price: Decimal) -> Line:
    return Line(
        number=number,
        quantity=quantity,
        unit=unit,
        net_amount=Money(quantity * price, "EUR"),
        price=Price(net=Money(price, "EUR")),
        vat_category="S",
        vat_rate=Decimal(21),
        item=Item(name=name),
    )
