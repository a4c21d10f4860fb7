"""Invoices from which mutants are made: together they use most of what EN 16931 knows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from omloop.einvoice import (
    Address,
    AllowanceCharge,
    Attachment,
    Classification,
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
    write,
)
from omloop.kernel.money import Money

_SPECIFICATION = "urn:cen.eu:en16931:2017"
_RATES = {"S": Decimal(21), "L": Decimal(7), "M": Decimal(4), "O": None}
_CATEGORIES = ("S", "Z", "E", "AE", "K", "G", "O", "L", "M")
_ADDRESS = Address("Kade 1", "Achterhuis", "Hof 3", "Zwolle", "8011 AA", "Overijssel", "NL")


def bases() -> Iterator[bytes]:
    """For each VAT category a plain and a rich invoice and a credit note, as UBL."""
    for category in _CATEGORIES:
        for kind in Kind:
            plain = _plain(kind, category)
            yield write(plain)
            yield write(_rich(plain, category))


def _euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def _party(name: str, number: str, vat: str | None) -> Party:
    return Party(
        legal_name=name,
        legal_registration=Identifier(number, "0106"),
        vat_number=vat,
        endpoint=Identifier(number, "0106"),
        address=_ADDRESS,
    )


def _line(number: str, category: str, net: str) -> Line:
    return Line(
        number=number,
        quantity=Decimal(2),
        unit="C62",
        net_amount=_euros(net),
        price=Price(net=_euros(str(Decimal(net) / 2)), base_quantity=Decimal(1), base_unit="C62"),
        vat_category=category,
        vat_rate=_RATES.get(category, Decimal(0)),
        item=Item(name="Papier"),
    )


def _plain(kind: Kind, category: str) -> Document:
    rate = _RATES.get(category, Decimal(0))
    has_number = category != "O"
    vat = _euros(str((Decimal(200) * (rate or 0) / 100).quantize(Decimal("0.01"))))
    has_reason = category in ("E", "AE", "K", "G", "O")
    return Document(
        kind=kind,
        number="42",
        issued_on=date(2026, 4, 3),
        type_code="380" if kind is Kind.INVOICE else "381",
        currency="EUR",
        specification=_SPECIFICATION,
        seller=_party("De Vries", "12345678", "NL004495445B01" if has_number else None),
        buyer=_party("Bakkerij Anna", "87654321", "NL002455799B11" if has_number else None),
        delivery=Delivery(delivered_on=date(2026, 4, 2), address=_ADDRESS),
        totals=Totals(
            lines=_euros("200.00"),
            without_vat=_euros("200.00"),
            vat=vat,
            with_vat=_euros(str(200 + vat.amount)),
            payable=_euros(str(200 + vat.amount)),
        ),
        vat_breakdown=(
            VatBreakdown(
                taxable_amount=_euros("200.00"),
                tax_amount=vat,
                category=category,
                rate=rate,
                exemption_reason="Geen btw" if has_reason else None,
            ),
        ),
        lines=(_line("1", category, "150.00"), _line("2", category, "50.00")),
    )


def _part(category: str, amount: str, *, is_charge: bool) -> AllowanceCharge:
    return AllowanceCharge(
        is_charge=is_charge,
        amount=_euros(amount),
        base_amount=_euros("100.00"),
        percentage=Decimal(amount),
        reason="Vracht",
        reason_code="FC" if is_charge else "95",
        vat_category=category,
        vat_rate=_RATES.get(category, Decimal(0)),
    )


def _rich_line(line: Line) -> Line:
    parts = (
        AllowanceCharge(is_charge=False, amount=_euros("5.00"), reason="Korting", reason_code="95"),
        AllowanceCharge(is_charge=True, amount=_euros("5.00"), reason="Toeslag", reason_code="FC"),
    )
    item = Item(
        name="Papier",
        description="A4",
        seller_number="P",
        buyer_number="Q",
        standard_number=Identifier("8712345678906", "0160"),
        classifications=(Classification("14111500", "TST", "26.0801"),),
        origin_country="NL",
        attributes=(ItemAttribute("Kleur", "wit"),),
    )
    return replace(
        line,
        note="Op pallet",
        object_identifier=Identifier("X1", "AAA"),
        order_line="7",
        accounting_reference="4100",
        period=InvoicePeriod(date(2026, 3, 1), date(2026, 3, 31)),
        allowances_charges=parts,
        item=item,
        price=line.price and replace(line.price, discount=_euros("0.00"), gross=line.price.net),
    )


def _rich(plain: Document, category: str) -> Document:
    parts = (_part(category, "10", is_charge=False), _part(category, "10", is_charge=True))
    means = PaymentMeans(
        code="30",
        code_name="Overboeking",
        remittance="42",
        iban="NL91ABNA0417164300",
        account_name="De Vries",
        bic="ABNANL2A",
    )
    direct_debit = PaymentMeans(code="30", remittance="42", iban="NL91ABNA0417164300", mandate="M1")
    return replace(
        plain,
        tax_point_on=date(2026, 4, 2),
        due_on=date(2026, 5, 3),
        buyer_reference="Anna",
        project_reference="PR",
        contract_reference="C",
        order_reference="O",
        sales_order_reference="SO",
        receipt_reference="R",
        despatch_reference="D",
        tender_reference="T",
        object_identifier=Identifier("OB", "AAA"),
        accounting_reference="4000",
        payment_terms="30 dagen",
        notes=("#AAI#Dank",),
        process="urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
        preceding_invoices=(PrecedingInvoice("41", date(2026, 3, 3)),),
        seller=replace(
            plain.seller,
            trading_name="De Vries",
            identifiers=(Identifier("8712345000004", "0088"),),
            tax_registration="12",
            legal_form="B.V.",
            contact=Contact("Jan", "055", "jan@devries.example"),
        ),
        payee=Party(legal_name="Factor B.V.", trading_name="Factor", identifiers=(Identifier("9", "0106"),)),
        tax_representative=None
        if category == "O"
        else Party(trading_name="Fiscus B.V.", vat_number="NL002455799B11", address=_ADDRESS),
        period=InvoicePeriod(date(2026, 3, 1), date(2026, 3, 31)),
        payment_means=(means, direct_debit),
        allowances_charges=parts,
        totals=replace(
            plain.totals,
            allowances=_euros("10.00"),
            charges=_euros("10.00"),
            prepaid=_euros("1.00"),
            rounding=_euros("0.50"),
            payable=_euros(str((plain.totals.payable or _euros("0")).amount - Decimal("0.50"))),
        ),
        attachments=(
            Attachment("B1", "Bon", content=b"%PDF", mime_type="application/pdf", filename="bon.pdf"),
        ),
        lines=tuple(_rich_line(line) for line in plain.lines),
    )
