"""An invoice of a supplier, as a file, for tests in which a file comes in."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from omloop import einvoice
from omloop.einvoice import (
    Address,
    Attachment,
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
    write,
)
from omloop.kernel.money import Money

DRAWING = Attachment(
    number="A1",
    description="Drawing",
    content=b"%PDF-1.4 a drawing %%EOF",
    mime_type="application/pdf",
    filename="drawing.pdf",
)
PAGE = Attachment(
    number="A2", content=b"<script>alert(1)</script>", mime_type="text/html", filename="evil.html"
)


def euro(amount: str) -> Money:
    """An amount in euros."""
    return Money(Decimal(amount), "EUR")


def paper(number: str = "2026-0418", **changes: Any) -> Document:
    """Kuipers bills Zwaluw 100 euros and 21 VAT."""
    document = Document(
        kind=Kind.INVOICE,
        number=number,
        issued_on=date(2026, 4, 3),
        due_on=date(2026, 4, 17),
        type_code="380",
        currency="EUR",
        specification="urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
        process="urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
        buyer_reference="PO-1",
        seller=party("Kuipers Installatietechniek B.V.", "87654321", "NL000099998B57"),
        buyer=party("Zwaluw Techniek B.V.", "90001001", "NL000012348B06"),
        payment_means=(PaymentMeans(code="30", iban="NL02ABNA0123456789"),),
        totals=Totals(
            euro("100"), None, None, euro("100"), euro("21"), None, euro("121"), payable=euro("121")
        ),
        vat_breakdown=(VatBreakdown(euro("100"), euro("21"), "S", Decimal(21)),),
        lines=(
            Line(
                number="1",
                quantity=Decimal(2),
                unit="C62",
                net_amount=euro("100"),
                price=Price(net=euro("50")),
                vat_category="S",
                vat_rate=Decimal(21),
                item=Item(name="Ventilator"),
            ),
        ),
    )
    return replace(document, **changes)


def party(name: str, kvk: str, vat: str) -> Party:
    """A Dutch company."""
    return Party(
        legal_name=name,
        legal_registration=Identifier(kvk, "0106"),
        vat_number=vat,
        endpoint=Identifier(kvk, "0106"),
        address=Address(line_1="Werfstraat 18", city="Zaandam", postal_code="1505 AB", country="NL"),
    )


def file(number: str = "2026-0418", **changes: Any) -> bytes:
    """The same as bytes."""
    return write(paper(number, **changes))


def broken_file(number: str = "2026-0419") -> bytes:
    """One whose total is ten euros off: BR-CO-15 is fatal."""
    totals = replace(paper().totals, with_vat=euro("131"), payable=euro("131"))
    return file(number, totals=totals)


def rules_of(data: bytes) -> set[str]:
    """The rules that a file breaks, by the validation alone."""
    return {finding.rule for finding in einvoice.check(einvoice.read(data)).fatal}
