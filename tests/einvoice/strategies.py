"""Any document that UBL has a place for."""

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
