"""Any document that UBL has a place for."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st

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
)
from omloop.kernel.money import Money
from tests.einvoice.examples import CREDIT_NOTE, INVOICE

T = TypeVar("T")
XML_SPACE = " \t\r\n"


def maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


def several(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


letters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
texts = st.text(letters, min_size=1, max_size=12).map(lambda text: text.strip(XML_SPACE)).filter(bool)
numbers = st.decimals(-(10**9), 10**9, allow_nan=False, places=4)
identifiers = st.builds(Identifier, texts, maybe(texts))
addresses = st.builds(Address, *[maybe(texts)] * 7)
periods = st.builds(InvoicePeriod, maybe(st.dates()), maybe(st.dates())).filter(InvoicePeriod().__ne__)
parties = st.builds(
    Party,
    legal_name=maybe(texts),
    trading_name=maybe(texts),
    identifiers=several(identifiers),
    legal_registration=maybe(identifiers),
    vat_number=maybe(texts),
    tax_registration=maybe(texts),
    legal_form=maybe(texts),
    endpoint=maybe(identifiers),
    address=maybe(addresses),
    contact=maybe(st.builds(Contact, maybe(texts), maybe(texts), maybe(texts))),
)
items = st.builds(
    Item,
    name=maybe(texts),
    description=maybe(texts),
    seller_number=maybe(texts),
    buyer_number=maybe(texts),
    standard_number=maybe(identifiers),
    classifications=several(st.builds(Classification, texts, maybe(texts), maybe(texts))),
    origin_country=maybe(texts),
    attributes=several(st.builds(ItemAttribute, maybe(texts), maybe(texts))),
)
embedded = st.builds(
    Attachment,
    number=maybe(texts),
    description=maybe(texts),
    external_uri=maybe(texts),
    content=st.binary(max_size=20),
    mime_type=maybe(texts),
    filename=maybe(texts),
)
linked = st.builds(Attachment, number=maybe(texts), description=maybe(texts), external_uri=maybe(texts))


def amounts(currency: str) -> st.SearchStrategy[Money]:
    return st.builds(Money, numbers, st.just(currency))


def allowances(currency: str) -> st.SearchStrategy[AllowanceCharge]:
    money = maybe(amounts(currency))
    words = maybe(texts)
    return st.builds(
        AllowanceCharge, st.booleans(), money, money, maybe(numbers), words, words, words, maybe(numbers)
    )


def lines(currency: str) -> st.SearchStrategy[Line]:
    money, words, number = maybe(amounts(currency)), maybe(texts), maybe(numbers)
    return st.builds(
        Line,
        number=words,
        note=words,
        object_identifier=maybe(identifiers),
        quantity=number,
        unit=words,
        net_amount=money,
        order_line=words,
        accounting_reference=words,
        period=maybe(periods),
        allowances_charges=several(allowances(currency)),
        price=maybe(st.builds(Price, money, money, money, number, words)),
        vat_category=words,
        vat_rate=number,
        item=items,
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    currency, tax_currency = draw(st.sampled_from([("EUR", None), ("EUR", "EUR"), ("USD", "EUR")]))
    kind = draw(st.sampled_from(list(Kind)))
    money, words, number = maybe(amounts(currency)), maybe(texts), maybe(numbers)
    means = draw(several(st.builds(PaymentMeans, *[words] * 11)))
    has_due_date = kind is Kind.INVOICE or bool(means)
    accounted = maybe(amounts("EUR")) if currency == "USD" else st.none()
    totals = st.builds(Totals, money, money, money, money, money, accounted, money, money, money, money)
    breakdown = st.builds(VatBreakdown, money, money, words, number, words, words)
    values: dict[str, Any] = {
        "issued_on": draw(maybe(st.dates())),
        "tax_point_on": draw(maybe(st.dates())),
        "due_on": draw(maybe(st.dates())) if has_due_date else None,
        "object_identifier": draw(maybe(identifiers)),
        "notes": draw(several(texts)),
        "preceding_invoices": draw(several(st.builds(PrecedingInvoice, words, maybe(st.dates())))),
        "seller": draw(parties),
        "buyer": draw(parties),
        "payee": draw(maybe(parties)),
        "tax_representative": draw(maybe(parties)),
        "delivery": draw(
            maybe(st.builds(Delivery, words, maybe(identifiers), maybe(st.dates()), maybe(addresses)))
        ),
        "period": draw(maybe(periods)),
        "allowances_charges": draw(several(allowances(currency))),
        "totals": draw(totals),
        "vat_breakdown": draw(several(breakdown)),
        "attachments": draw(several(embedded | linked)),
        "lines": draw(several(lines(currency))),
    }
    references: dict[str, Any] = {name: draw(words) for name in _WORDS}
    return Document(
        kind, currency=currency, tax_currency=tax_currency, payment_means=means, **values, **references
    )


_WORDS = (
    *("number", "type_code", "tax_point_code", "buyer_reference", "project_reference"),
    *("contract_reference", "order_reference", "sales_order_reference", "receipt_reference"),
    *("despatch_reference", "tender_reference", "accounting_reference", "payment_terms"),
    *("process", "specification"),
)


def as_cii_has_it(document: Document) -> Document:
    """The same with what CII has no place for brought to what it has."""
    first, *_ = *document.payment_means, PaymentMeans()
    shared = {"remittance": first.remittance, "mandate": first.mandate, "card_network": None}
    has_vat = bool(document.vat_breakdown)
    return replace(
        document,
        type_code="381" if document.is_credit_note else "380",
        tax_point_on=document.tax_point_on if has_vat else None,
        tax_point_code="35" if has_vat and document.tax_point_code else None,
        seller=_with_sorted_numbers(document.seller),
        buyer=_with_sorted_numbers(document.buyer),
        payee=document.payee and _with_sorted_numbers(replace(document.payee, legal_name=None)),
        tax_representative=document.tax_representative
        and _with_sorted_numbers(replace(document.tax_representative, legal_name=None)),
        delivery=None if document.delivery == Delivery() else document.delivery,
        payment_means=tuple(replace(each, **shared) for each in document.payment_means),
    )


def _with_sorted_numbers(party: Party) -> Party:
    numbers = sorted(party.identifiers, key=lambda number: number.scheme is not None)
    return replace(party, identifiers=tuple(numbers))


_CENT = Decimal("0.01")
_RATES = {"S": (Decimal(21), Decimal(9)), "Z": (Decimal(0),), "E": (Decimal(0),), "AE": (Decimal(0),)}
_REASONS = {"E": "Onderwijs", "AE": "Btw verlegd"}


@st.composite
def whole_invoices(draw: st.DrawFn) -> Document:
    """Complete invoices and credit notes whose sums are right, on the example of De Vries Papier."""
    base = draw(st.sampled_from((INVOICE, CREDIT_NOTE)))
    lines = tuple(_whole_line(draw, number) for number in range(1, draw(st.integers(1, 4)) + 1))
    parts = tuple(
        AllowanceCharge(
            is_charge=draw(st.booleans()),
            amount=Money(draw(st.decimals("0.01", 50, places=2)), "EUR"),
            reason="Afspraak",
            vat_category=line.vat_category,
            vat_rate=line.vat_rate,
        )
        for line in lines[: draw(st.integers(0, 2))]
    )
    return with_sums(replace(base, lines=lines, allowances_charges=parts))


def _whole_line(draw: st.DrawFn, number: int) -> Line:
    category = draw(st.sampled_from(sorted(_RATES)))
    quantity = draw(st.decimals("-100", 1000, places=2))
    price = draw(st.decimals(0, 1000, places=draw(st.integers(0, 4))))
    net = (quantity * price).quantize(_CENT)
    return replace(
        INVOICE.lines[0],
        number=str(number),
        quantity=quantity,
        price=Price(net=Money(price, "EUR")),
        net_amount=Money(net, "EUR"),
        vat_category=category,
        vat_rate=draw(st.sampled_from(_RATES[category])),
    )


def with_sums(document: Document) -> Document:
    """The document with the totals and the VAT that its lines, allowances and charges come to."""
    bases: dict[tuple[str, Decimal], Decimal] = {}
    for line in document.lines:
        key = (line.vat_category or "", line.vat_rate or Decimal(0))
        bases[key] = bases.get(key, Decimal(0)) + _sum([line.net_amount])
    for part in document.allowances_charges:
        key = (part.vat_category or "", part.vat_rate or Decimal(0))
        bases[key] += _sum([part.amount]) if part.is_charge else -_sum([part.amount])
    vat = {key: (base * key[1] / 100).quantize(_CENT) for key, base in bases.items()}
    lines = _sum([line.net_amount for line in document.lines])
    charges, allowances = (
        _sum([part.amount for part in document.allowances_charges if part.is_charge is is_charge])
        for is_charge in (True, False)
    )
    total = lines + charges - allowances
    due = total + sum(vat.values())
    money = {"lines": lines, "without_vat": total, "vat": sum(vat.values()), "with_vat": due, "payable": due}
    parts = {"allowances": allowances, "charges": charges} if document.allowances_charges else {}
    return replace(
        document,
        totals=Totals(**{name: Money(Decimal(each), "EUR") for name, each in {**money, **parts}.items()}),
        vat_breakdown=tuple(
            VatBreakdown(
                Money(base, "EUR"), Money(vat[key], "EUR"), *key, exemption_reason=_REASONS.get(key[0])
            )
            for key, base in bases.items()
        ),
    )


def _sum(amounts: list[Money | None]) -> Decimal:
    return sum((each.amount for each in amounts if each), Decimal(0))
