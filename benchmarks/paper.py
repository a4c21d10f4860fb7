"""The invoice that is measured with: 20 lines, 15 kB of UBL, nothing wrong with it."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import count

from omloop import einvoice
from omloop.einvoice import Item, Line, Price, Totals, VatBreakdown
from tests.paper import euro, paper

NUMBER = "B-0000000"


def invoice(lines: int = 20) -> bytes:
    """A file of Kuipers to Zwaluw with this many lines of 50 euros."""
    net, vat = Decimal(50 * lines), Decimal(50 * lines) * Decimal("0.21")
    total = euro(str(net + vat))
    document = paper(
        NUMBER,
        lines=tuple(line(number) for number in range(1, lines + 1)),
        totals=Totals(euro(str(net)), None, None, euro(str(net)), euro(str(vat)), None, total, payable=total),
        vat_breakdown=(VatBreakdown(euro(str(net)), euro(str(vat)), "S", Decimal(21)),),
    )
    return einvoice.write(document)


def line(number: int) -> Line:
    """One line, with a name and a description as suppliers write them."""
    return replace(
        paper().lines[0],
        number=str(number),
        quantity=Decimal(1),
        net_amount=euro("50"),
        price=Price(net=euro("50")),
        item=Item(
            name=f"Ventilatiebox type {number}, met filter",
            description="Geleverd en gemonteerd op de eerste verdieping, kamer aan de straatzijde.",
        ),
    )


def invoices(start: int = 1) -> Iterator[bytes]:
    """The same under ever new numbers, without the time that it takes to write one."""
    first = invoice()
    for number in count(start):
        yield first.replace(NUMBER.encode(), f"B-{number:07}".encode(), 1)
