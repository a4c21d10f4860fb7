"""Making UBL elements: what is None is left out."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from lxml import etree

from omloop.einvoice.names import Element, qualified
from omloop.einvoice.parties import Identifier
from omloop.kernel.money import Money

Value = str | Decimal | date | bool | None


def leaf(name: str, value: Value, /, **attributes: str | None) -> Element | None:
    """A `cbc:` element with a value and the attributes that are not None."""
    return filled(f"cbc:{name}", value, attributes)


def filled(name: str, value: Value, attributes: Mapping[str, str | None]) -> Element | None:
    """An element with a value and the attributes that are not None; None when it would have neither."""
    given = {key: text for key, text in attributes.items() if text is not None}
    if value is None and not given:
        return None
    element = etree.Element(qualified(name))
    element.text = None if value is None else _lexical(value)
    for key, text in given.items():
        element.set(key, text)
    return element


def _lexical(value: str | Decimal | date | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def amount(name: str, money: Money | None) -> Element | None:
    """An amount with its currency."""
    return None if money is None else leaf(name, money.amount, currencyID=money.currency)


def identifier(name: str, number: Identifier | None) -> Element | None:
    """An identifier with its scheme."""
    return None if number is None else leaf(name, number.value, schemeID=number.scheme)


def always(name: str, *children: Element | None) -> Element:
    """A `cac:` element, be it empty."""
    element = etree.Element(qualified(f"cac:{name}"))
    element.extend([child for child in children if child is not None])
    return element


def group(name: str, *children: Element | None) -> Element | None:
    """A `cac:` element, if it has a child."""
    return always(name, *children) if any(child is not None for child in children) else None


def reference(name: str, number: str | None) -> Element | None:
    """A reference to another document by its number."""
    return group(name, leaf("ID", number))


def vat_scheme() -> Element:
    """The tax scheme VAT, which every tax category and VAT number needs."""
    return always("TaxScheme", leaf("ID", "VAT"))


def tax_category(
    name: str, category: str | None, rate: Decimal | None, *reasons: Element | None
) -> Element | None:
    """A VAT category with its rate and the reasons of an exemption."""
    if category is None and rate is None and not any(reason is not None for reason in reasons):
        return None
    return always(name, leaf("ID", category), leaf("Percent", rate), *reasons, vat_scheme())
