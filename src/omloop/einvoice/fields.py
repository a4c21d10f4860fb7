"""Values at a path below an element: the first one that is there, None when it lacks or can't be read."""

from datetime import date
from decimal import Decimal

from omloop.einvoice.codes import INVOICED_OBJECT, NO_CURRENCY
from omloop.einvoice.names import Element, child, children
from omloop.einvoice.parties import Identifier
from omloop.einvoice.values import parse_date, parse_decimal, trimmed
from omloop.kernel.money import Money


def _raw(element: Element, path: str) -> str:
    found = child(element, path)
    return "" if found is None else found.text or ""


def text(element: Element, path: str) -> str | None:
    """The trimmed text at `path`; None when it is empty."""
    return trimmed(_raw(element, path)) or None


def attribute(element: Element | None, name: str) -> str | None:
    """A trimmed attribute; None when it is empty."""
    return None if element is None else trimmed(element.get(name)) or None


def day(element: Element, path: str) -> date | None:
    """The date at `path`."""
    return parse_date(_raw(element, path))


def number(element: Element, path: str) -> Decimal | None:
    """The decimal at `path`: a quantity, rate or percentage."""
    return parse_decimal(_raw(element, path))


def money(element: Element, path: str, currency: str | None) -> Money | None:
    """The amount at `path` in its own currency, else in `currency`, that of the document."""
    found = child(element, path)
    amount = None if found is None else parse_decimal(found.text)
    if amount is None:
        return None
    return Money(amount, attribute(found, "currencyID") or currency or NO_CURRENCY)


def identifier(element: Element, path: str) -> Identifier | None:
    """The identifier at `path` with its scheme."""
    found = child(element, path)
    return None if found is None else as_identifier(found)


def as_identifier(element: Element) -> Identifier | None:
    """The identifier that `element` itself holds; None when it is empty."""
    value = trimmed(element.text)
    return Identifier(value, attribute(element, "schemeID")) if value else None


def object_identifier(element: Element, path: str) -> Identifier | None:
    """BT-18 or BT-128: the document reference at `path` that stands for the invoiced object."""
    for reference in children(element, path):
        if text(reference, "cbc:DocumentTypeCode") == INVOICED_OBJECT:
            return identifier(reference, "cbc:ID")
    return None
