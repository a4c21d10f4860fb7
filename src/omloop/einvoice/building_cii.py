"""Making CII elements: what is None is left out."""

from datetime import date
from decimal import Decimal

from lxml import etree

from omloop.einvoice.building import Value, filled
from omloop.einvoice.names import Element, qualified
from omloop.einvoice.parties import Identifier
from omloop.kernel.money import Money

VAT = "VAT"
"""The one type of tax that EN 16931 knows."""


def leaf(name: str, value: Value, /, **attributes: str | None) -> Element | None:
    """A `ram:` element with a value and the attributes that are not None."""
    return filled(f"ram:{name}", value, attributes)


def always(name: str, *children: Element | None) -> Element:
    """A `ram:` element, be it empty; with a prefix another one."""
    element = etree.Element(qualified(name if ":" in name else f"ram:{name}"))
    element.extend([child for child in children if child is not None])
    return element


def group(name: str, *children: Element | None) -> Element | None:
    """The same, if it has a child."""
    return always(name, *children) if any(child is not None for child in children) else None


def amount(name: str, money: Money | None) -> Element | None:
    """An amount, which is in the currency of the document."""
    return None if money is None else leaf(name, money.amount)


def identifier(name: str, number: Identifier | None) -> Element | None:
    """An identifier with its scheme."""
    return None if number is None else leaf(name, number.value, schemeID=number.scheme)


def day(name: str, on: date | None, within: str = "udt:DateTimeString") -> Element | None:
    """A date, written as 20260403 (format 102)."""
    if on is None:
        return None
    return always(name, filled(within, f"{on.year:04}{on.month:02}{on.day:02}", {"format": "102"}))


def reference(name: str, number: str | None) -> Element | None:
    """A reference to another document by its number."""
    return group(name, leaf("IssuerAssignedID", number))


def trade_tax(name: str, category: str | None, rate: Decimal | None) -> Element | None:
    """A VAT category with its rate."""
    if category is None and rate is None:
        return None
    of_rate = leaf("RateApplicablePercent", rate)
    return always(name, leaf("TypeCode", VAT), leaf("CategoryCode", category), of_rate)
