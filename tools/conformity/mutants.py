"""Changed invoices, deterministic by seed: deleted, doubled, emptied, moved, said otherwise."""

import random
from collections.abc import Callable, Iterator
from copy import deepcopy

from lxml import etree

from omloop.einvoice.names import CAC, CBC, Element
from omloop.einvoice.rules.unused import UNUSED

_VALUES = (
    *("0", "0.00", "1", "-1", "0.001", "21", "21.00", "6", "100.00", "100.005", "200.00", "-200.00", "1.5"),
    *("S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B", " S ", "s", "XX", "NL", "IT", "EL", "1A", "DE"),
    *(
        "VAT",
        "vat",
        "GST",
        "EUR",
        "USD",
        "eur",
        "380",
        "381",
        "384",
        "30",
        "58",
        "48",
        "49",
        "59",
        "130",
        "50",
    ),
    *("true", "false", "1", "2026-04-03", "2026-02-30", "2025-01-01", "2026-04-03Z", "NLX", "DE123", "A B"),
    *(
        "0106",
        "0088",
        "SEPA",
        "9999",
        "AAA",
        "TST",
        "C62",
        "HUR",
        "#AAA#x",
        "#ZZ#x",
        "#XYZ#x",
        "application/pdf",
    ),
    *("VATEX-EU-AE", "vatex-eu-o", "95", "FC", "3", "35", "2.1", "1234567890123456", "NL004495445B01"),
)
_ATTRIBUTES = (
    *("currencyID", "schemeID", "unitCode", "listID", "mimeCode", "filename", "name", "listVersionID"),
    *("schemeName", "schemeAgencyID", "listName", "languageID", "unitCodeListID", "listAgencyID", "format"),
)
_NAMES = tuple(
    sorted(
        {
            word
            for word in UNUSED.split()
            if word.count(":") == 1 and "/" not in word and not word.endswith(":")
        }
    )
)
_SPACES = {
    "cac": CAC,
    "cbc": CBC,
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
}
Change = Callable[[random.Random, Element, list[Element]], None]


def mutants(sources: list[bytes], seed: int, count: int) -> Iterator[bytes]:
    """`count` mutants, each a source with one to three changes; the same for the same seed."""
    chance = random.Random(seed)
    trees = [etree.fromstring(source) for source in sources]
    for _ in range(count):
        root = deepcopy(chance.choice(trees))
        for _ in range(chance.choice((1, 1, 1, 2, 2, 3))):
            elements = list(root.iter(etree.Element))[1:]
            if elements:
                chance.choice(_CHANGES)(chance, chance.choice(elements), elements)
        yield etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _delete(_chance: random.Random, element: Element, _all: list[Element]) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _double(_chance: random.Random, element: Element, _all: list[Element]) -> None:
    element.addnext(deepcopy(element))


def _say_otherwise(chance: random.Random, element: Element, everything: list[Element]) -> None:
    leaves = [each for each in everything if not len(each)]
    leaf = element if not len(element) else chance.choice(leaves)
    leaf.text = chance.choice(_VALUES)


def _say_as_another(chance: random.Random, element: Element, everything: list[Element]) -> None:
    leaves = [each for each in everything if not len(each)]
    chance.choice(leaves).text = chance.choice(leaves).text


def _count_otherwise(chance: random.Random, element: Element, everything: list[Element]) -> None:
    amounts = [each for each in everything if (each.text or "").strip().replace(".", "").isdecimal()]
    if amounts:
        amount = chance.choice(amounts)
        amount.text = f"{float(amount.text or 0) + chance.choice((1, -1, 0.01, -0.01, 0.001, 0.99)):.3f}"
        amount.text = amount.text[:-1] if chance.random() < 0.8 else amount.text


def _empty(_chance: random.Random, element: Element, _all: list[Element]) -> None:
    for child in element:
        element.remove(child)
    element.text = None


def _pad(chance: random.Random, element: Element, everything: list[Element]) -> None:
    leaf = chance.choice([each for each in everything if not len(each)])
    leaf.text = f" {leaf.text}\n"


def _mark(chance: random.Random, element: Element, _all: list[Element]) -> None:
    name = chance.choice([*element.keys(), chance.choice(_ATTRIBUTES)])
    if name in element.attrib and chance.random() < 0.4:
        del element.attrib[name]
    else:
        element.set(name, chance.choice(_VALUES))


def _add(chance: random.Random, element: Element, everything: list[Element]) -> None:
    prefix, name = chance.choice(_NAMES).split(":")
    parent = chance.choice([element, chance.choice(everything)])
    added = etree.Element(f"{{{_SPACES[prefix]}}}{name}")
    added.text = chance.choice(_VALUES)
    parent.insert(chance.randrange(len(parent) + 1), added)


def _move(chance: random.Random, element: Element, everything: list[Element]) -> None:
    target = chance.choice(everything)
    if target is not element and element not in target.iterancestors():
        target.append(deepcopy(element))


_CHANGES: tuple[Change, ...] = (
    *(_delete, _delete, _double, _double, _say_otherwise, _say_otherwise, _say_otherwise, _say_as_another),
    *(_count_otherwise, _count_otherwise, _empty, _pad, _mark, _mark, _add, _move),
)
