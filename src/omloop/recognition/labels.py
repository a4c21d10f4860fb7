"""How invoices name their values, in Dutch and English, and which value a label is about; plain Python."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from omloop.recognition.rows import Kind, Place, Row, Value

BELOW = 70
"""Units under its label that a value stands at most."""
ASIDE = 40
"""Units that a value under its label may lie beside it."""


class Field(StrEnum):
    """What is recognised; each is a field of the form."""

    SUPPLIER_NAME = "supplier_name"
    SUPPLIER_KVK = "supplier_kvk"
    SUPPLIER_VAT = "supplier_vat"
    IBAN = "iban"
    NUMBER = "number"
    ISSUED_ON = "issued_on"
    DUE_ON = "due_on"
    ORDER_REFERENCE = "order_reference"
    CURRENCY = "currency"
    WITHOUT_VAT = "without_vat"
    VAT = "vat"
    WITH_VAT = "with_vat"


KIND_OF = {
    Field.SUPPLIER_KVK: Kind.TOKEN,
    Field.SUPPLIER_VAT: Kind.VAT,
    Field.IBAN: Kind.IBAN,
    Field.NUMBER: Kind.TOKEN,
    Field.ISSUED_ON: Kind.DATE,
    Field.DUE_ON: Kind.DATE,
    Field.ORDER_REFERENCE: Kind.TOKEN,
    Field.WITHOUT_VAT: Kind.AMOUNT,
    Field.VAT: Kind.AMOUNT,
    Field.WITH_VAT: Kind.AMOUNT,
}
AMOUNTS = (Field.WITHOUT_VAT, Field.VAT, Field.WITH_VAT)
_VAT = r"(?:btw|b\.t\.w\.?|omzetbelasting|vat|tax)"
_NUMBER = r"(?:nummer|nr|no|number|num|#)\b\.?"
_WITHOUT = r"(?:excl(?:usief|uding|\.)?|ex\b|zonder|without|netto|net\b|voor|before)"


def _any(*patterns: str) -> "re.Pattern[str]":
    return re.compile("|".join(patterns), re.IGNORECASE)


_TITLE = _any(r"(?:factuur|invoice|credit ?(?:nota|factuur|note))")
"""The title of the paper: what stands right behind it may be its number, what stands further off is not."""

NAMED: Mapping[Field, Mapping[int, "re.Pattern[str]"]] = {
    Field.NUMBER: {
        3: _any(
            rf"\b(?:factuur|nota|invoice|bill|credit ?(?:nota|factuur|note|invoice))[ -]?{_NUMBER}",
            r"\binvoice ?#",
        ),
        2: _any(
            rf"\bdocument[ -]?{_NUMBER}",
            r"(?:^|\t)(?:factuur|invoice|credit ?(?:nota|factuur|note)|nummer|number|nr)\b",
        ),
        1: _any(r"\b(?:ons kenmerk|onze referentie|our reference)\b"),
    },
    Field.ISSUED_ON: {
        3: _any(
            r"\b(?:factuur|nota|credit(?:nota|factuur)?)[ -]?datum\b",
            r"\bdatum factuur\b",
            r"\b(?:invoice|issue|billing) date\b",
            r"\bdate of (?:invoice|issue)\b",
        ),
        1: _any(r"(?:^|\t)(?:datum|date)\b"),
    },
    Field.DUE_ON: {
        3: _any(
            r"\bverval(?:datum|dag)\b",
            r"\b(?:uiterste )?betaaldatum\b",
            r"\bdue (?:date|on|by)\b",
            r"\bpayment due\b",
            r"\b(?:uiterlijk|voor|vóór)(?: te)? (?:betalen|voldoen)\b",
            r"\b(?:betalen|voldoen) (?:voor|vóór|uiterlijk)\b",
            r"\bpay(?:able)? (?:by|before)\b",
        ),
    },
    Field.ORDER_REFERENCE: {
        3: _any(
            rf"\b(?:order|bestel|inkoop(?:order)?|opdracht|purchase order|po)[ -]?{_NUMBER}",
            r"\bpurchase order\b",
        ),
        2: _any(r"\b(?:uw|your) (?:referentie|kenmerk|order|opdracht|reference|ref)\b\.?"),
    },
    Field.SUPPLIER_KVK: {
        3: _any(
            rf"\bk\.?v\.?k\.?\b(?:[ -]?{_NUMBER})?",
            r"\bkamer van koophandel\b",
            r"\bhandelsregister\b",
            r"\bchamber of commerce\b",
            r"\bcoc\b",
        ),
    },
    Field.WITHOUT_VAT: {
        3: _any(
            rf"\b(?:totaal|total)(?:bedrag| amount)? ?\(?{_WITHOUT}",
            r"\bsub ?tota(?:al|l)\b",
            r"\bnetto ?(?:bedrag|totaal)?\b",
            r"\bnet (?:amount|total)\b",
            rf"\bbedrag {_WITHOUT}",
        ),
        2: _any(r"\bgrondslag\b", rf"\b{_WITHOUT} ?{_VAT}"),
    },
    Field.VAT: {
        3: _any(rf"\b(?:totaal|total) ?{_VAT}\b", rf"\b{_VAT}[- ]?bedrag\b", rf"\b{_VAT} amount\b"),
        2: _any(rf"(?:^|\t|\d ?% )\b{_VAT}(?![- ]?(?:nr|nummer|id|number|no|reg))"),
    },
    Field.WITH_VAT: {
        3: _any(
            r"\b(?:totaal|total)(?:bedrag| amount)? ?\(?(?:incl|met|with|inclusi)",
            r"\b(?:totaal |bedrag )?te (?:betalen|voldoen|ontvangen)\b(?! (?:voor|vóór|uiterlijk))",
            r"\b(?:total |amount |balance )(?:due|payable)\b",
            r"\bto (?:pay|be paid|be settled)\b",
            r"\bte verrekenen\b",
            r"\b(?:factuur|eind)(?:bedrag|totaal)\b",
            r"\b(?:invoice|grand) total\b",
        ),
        2: _any(rf"\b(?:totaal|total)(?:bedrag)?\b(?! ?(?:amount )?\(?(?:{_WITHOUT}|{_VAT}))"),
    },
}
"""The labels of each field by how much they say: 3 names it, 2 may be it, 1 where nothing better is."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label that stands somewhere."""

    field: Field
    strength: int
    text: str
    row: int
    start: int
    end: int
    place: Place


@dataclass(frozen=True, slots=True)
class Named:
    """A value with the label that it goes by; the higher the score the surer."""

    value: Value
    label: Label
    score: int


def labels_in(rows: Sequence[Row]) -> list[Label]:
    """All labels, from left to right in each row; of two on the same words the one that says more."""
    return [label for number, row in enumerate(rows) for label in _labels(number, row)]


def named_values(
    field: Field, labels: Sequence[Label], rows: Sequence[Row], values: Sequence[Value]
) -> list[Named]:
    """The values of a field by their labels, the best first."""
    found = [
        named
        for label in labels
        if label.field == field
        for named in _beside(label, labels, values) or _below(label, rows, values)
    ]
    return sorted(found, key=lambda named: -named.score)


def _labels(number: int, row: Row) -> Iterator[Label]:
    met = [
        (strength, found.end() - found.start(), found, field)
        for field, by_strength in NAMED.items()
        for strength, pattern in by_strength.items()
        for found in pattern.finditer(row.text)
        if found.group().strip()
    ]
    kept: list[Label] = []
    for strength, _length, found, field in sorted(met, key=lambda each: (-each[0], -each[1])):
        start, end = found.span()
        if all(end <= other.start or start >= other.end for other in kept):
            place = row.place(start, end)
            kept.append(Label(field, strength, found.group().strip(" \t:"), number, start, end, place))
    yield from sorted(kept, key=lambda label: label.start)


def _beside(label: Label, labels: Sequence[Label], values: Sequence[Value]) -> list[Named]:
    """To the right in its row, before the next label: of amounts the last, of others the first."""
    later = [other.start for other in labels if other.row == label.row and other.start >= label.end]
    until = min(later, default=1_000_000)
    fitting = [
        value
        for value in values
        if value.row == label.row and label.end <= value.start < until and _suits(label, value)
    ]
    if not fitting:
        return []
    value = fitting[-1] if label.field in AMOUNTS else fitting[0]
    apart = max(0, value.place.left - label.place.right)
    if apart > 2 * ASIDE and _TITLE.fullmatch(label.text):
        return []
    return [Named(value, label, 100 * label.strength - apart // 25)]


def _below(label: Label, rows: Sequence[Row], values: Sequence[Value]) -> list[Named]:
    """Under it, in the nearest row that has one."""
    fitting = [
        value
        for value in values
        if value.row > label.row
        and value.place.page == label.place.page
        and value.place.top - label.place.bottom <= BELOW
        and _suits(label, value)
        and _is_under(label.place, value.place)
    ]
    if not fitting or _TITLE.fullmatch(label.text):
        return []
    value = fitting[0]
    apart = abs(value.place.left - label.place.left)
    return [Named(value, label, 100 * label.strength - 30 - apart // 25)]


def _suits(label: Label, value: Value) -> bool:
    if value.kind != KIND_OF[label.field]:
        return False
    if label.field == Field.SUPPLIER_KVK:
        return len(value.plain) == 8 and value.plain.isdigit()
    return True


def _is_under(label: Place, value: Place) -> bool:
    is_flush = abs(label.left - value.left) <= ASIDE or abs(label.right - value.right) <= ASIDE
    return is_flush or (value.left < label.right and value.right > label.left)
