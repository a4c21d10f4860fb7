"""An invoice of De Vries Papier to Bakkerij Anna, and a credit note on it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from omloop.einvoice import (
    Address,
    AllowanceCharge,
    Attachment,
    Contact,
    Delivery,
    Document,
    Identifier,
    InvoicePeriod,
    Item,
    ItemAttribute,
    Kind,
    Line,
    Party,
    PaymentMeans,
    PrecedingInvoice,
    Price,
    Totals,
    VatBreakdown,
)
from omloop.kernel.money import Money

PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PDF = b"%PDF-1.7 a picture of the invoice"


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


SELLER = Party(
    legal_name="De Vries Papier B.V.",
    trading_name="De Vries",
    identifiers=(Identifier("8712345000004", "0088"),),
    legal_registration=Identifier("12345678", "0106"),
    vat_number="NL004495445B01",
    legal_form="Besloten vennootschap",
    endpoint=Identifier("12345678", "0106"),
    address=Address(line_1="Papierstraat 1", city="Apeldoorn", postal_code="7311 AA", country="NL"),
    contact=Contact(name="Debiteuren", telephone="055 1234567", email="debiteuren@devries.example"),
)
BUYER = Party(
    legal_name="Bakkerij Anna & Zn. B.V.",
    legal_registration=Identifier("87654321", "0106"),
    vat_number="NL002455799B11",
    endpoint=Identifier("87654321", "0106"),
    address=Address(line_1="Broodplein 2", city="Utrecht", postal_code="3511 BB", country="NL"),
)


def line(number: str, quantity: str, price: str, net: str) -> Line:
    return Line(
        number=number,
        note="Geleverd op pallet",
        quantity=Decimal(quantity),
        unit="C62",
        net_amount=euros(net),
        order_line="7",
        accounting_reference="4100",
        period=InvoicePeriod(date(2026, 3, 1), date(2026, 3, 31)),
        price=Price(net=euros(price), base_quantity=Decimal(1), base_unit="C62"),
        vat_category="S",
        vat_rate=Decimal(21),
        item=Item(
            name="Papier A4, 80 g",
            description="Pak van 500 vel",
            seller_number="P-80",
            standard_number=Identifier("8712345678906", "0160"),
            attributes=(ItemAttribute("Kleur", "wit"),),
        ),
    )


INVOICE = Document(
    kind=Kind.INVOICE,
    number="2026-0042",
    issued_on=date(2026, 4, 3),
    type_code="380",
    currency="EUR",
    due_on=date(2026, 5, 3),
    buyer_reference="Anna",
    order_reference="ORD-7",
    payment_terms="30 dagen netto",
    notes=("Dank voor je bestelling.",),
    process="urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
    specification=PEPPOL,
    seller=SELLER,
    buyer=BUYER,
    delivery=Delivery(delivered_on=date(2026, 4, 2), address=BUYER.address),
    period=InvoicePeriod(date(2026, 3, 1), date(2026, 3, 31)),
    payment_means=(
        PaymentMeans(
            code="30", remittance="2026-0042", iban="NL91ABNA0417164300", account_name="De Vries Papier"
        ),
    ),
    allowances_charges=(
        AllowanceCharge(
            is_charge=False,
            amount=euros("10.00"),
            reason="Trouwe klant",
            vat_category="S",
            vat_rate=Decimal(21),
        ),
    ),
    totals=Totals(
        lines=euros("110.00"),
        allowances=euros("10.00"),
        without_vat=euros("100.00"),
        vat=euros("21.00"),
        with_vat=euros("121.00"),
        payable=euros("121.00"),
    ),
    vat_breakdown=(
        VatBreakdown(
            taxable_amount=euros("100.00"), tax_amount=euros("21.00"), category="S", rate=Decimal(21)
        ),
    ),
    attachments=(
        Attachment(
            number="2026-0042",
            description="De factuur als PDF",
            content=PDF,
            mime_type="application/pdf",
            filename="factuur.pdf",
        ),
    ),
    lines=(line("1", "10", "5.00", "50.00"), line("2", "12", "5.00", "60.00")),
)

CREDIT_NOTE = replace(
    INVOICE,
    kind=Kind.CREDIT_NOTE,
    number="2026-0043",
    type_code="381",
    preceding_invoices=(PrecedingInvoice("2026-0042", date(2026, 4, 3)),),
)
