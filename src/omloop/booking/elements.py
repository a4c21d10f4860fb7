"""Writing XML: elements with texts, in the order in which they are named."""

import re
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def say(parent: Element, **elements: object) -> None:
    """Add elements with these texts; a sign that XML can't hold becomes a space."""
    for name, said in elements.items():
        SubElement(parent, name).text = NOT_IN_XML.sub(" ", str(said))


def coded(parent: Element, name: str, code: str) -> Element:
    """Add an element that says a code in its attribute."""
    return SubElement(parent, name, code=NOT_IN_XML.sub(" ", code))


def plain(amount: Decimal) -> str:
    """An amount with two decimals and a point."""
    return f"{amount:.2f}"


def written(root: Element) -> bytes:
    """The document, indented, in UTF-8."""
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'.encode()
