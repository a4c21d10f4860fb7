"""From the words of a paper to what it says: proposals, each with its place and its reason; plain Python.

Nothing here decides: a person confirms (rules 2.2).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from omloop.kernel.identifiers import compact
from omloop.pdf.placed import Page
from omloop.recognition.anchors import Anchor, anchored
from omloop.recognition.labels import AMOUNTS, KIND_OF, Field, Named, labels_in, named_values
from omloop.recognition.rows import Kind, Place, Row, Value, rows_of, values_in
from omloop.recognition.texts import currencies_in
from omloop.recognition.totals import totals_of

_CREDIT = re.compile(r"\bcredit ?(?:nota|factuur|note|invoice|memo)\b", re.IGNORECASE)
_REVERSE = re.compile(r"\b(?:btw|vat) (?:is )?verlegd\b|\breverse charged?\b", re.IGNORECASE)
_TERM = re.compile(
    r"\b(?:binnen|within|termijn:?|terms?:?|net) (?P<days>\d{1,3}) (?:dagen|days)\b", re.IGNORECASE
)
_LEGAL_FORM = re.compile(
    r"\b(?:B\. ?V\.?|BV|N\. ?V\.?|NV|V\. ?O\. ?F\.?|VOF|C\. ?V\.|U\. ?A\.?|GmbH|AG|Ltd\.?|Limited|LLC|Inc\.?|"
    r"S\.?A\.?(?:R\.?L\.?)?|Stichting|Coöperatie|Maatschap|Sp\. z o\.o\.)(?!\w)"
)
_LONGEST_NAME = 80


class Certainty(StrEnum):
    """How sure a proposal is: nothing stands against it, look at it, or it is a guess."""

    SURE = "sure"
    LIKELY = "likely"
    GUESS = "guess"


class Reason(StrEnum):
    """Why this is proposed."""

    KNOWN = "known"
    LEARNED = "learned"
    CHECK_DIGITS = "check_digits"
    FITS = "fits"
    COMPUTED = "computed"
    LABEL = "label"
    TERM = "term"
    ONLY_ONE = "only_one"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Supplier:
    """Whom we had invoices of; `anchors` are what was confirmed on his papers."""

    name: str
    kvk: str = ""
    vat: str = ""
    iban: str = ""
    anchors: Mapping[Field, Anchor] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a field says: as we write it, where it stands (nowhere for what is known or computed), and why.

    `told` is the label it goes by.
    """

    plain: str
    certainty: Certainty
    reason: Reason
    place: Place | None = None
    told: str = ""
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Proposals:
    """All of one paper."""

    is_credit_note: bool
    fields: Mapping[Field, Proposal]
    rows: list[Row]
    values: list[Value]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers on a paper by which its supplier is known: without those of the organisation itself."""

    vat: list[Value]
    kvk: list[Value]
    iban: list[Value]

    @property
    def plain(self) -> list[str]:
        """As they are compared."""
        return [value.plain for value in (*self.vat, *self.kvk, *self.iban)]


class Reading:
    """One paper, laid out in rows with labels and values."""

    def __init__(self, pages: Sequence[Page], *, own: Iterable[str] = (), own_name: str = "") -> None:
        self.rows = rows_of(pages)
        self.values = values_in(self.rows)
        self.labels = labels_in(self.rows)
        self.own = {compact(number) for number in own}
        self.own_name = own_name.casefold()
        self.text = "\n".join(row.text.replace("\t", " ") for row in self.rows)

    def named(self, field: Field) -> list[Named]:
        """The values of a field by their labels, the best first."""
        return named_values(field, self.labels, self.rows, self.values)

    @property
    def numbers(self) -> Numbers:
        """Of whoever sent it; the one that the most labels name first."""
        kvk = [named.value for named in self.named(Field.SUPPLIER_KVK) if named.value.plain not in self.own]
        return Numbers(self._of_others(Kind.VAT), kvk, self._of_others(Kind.IBAN))

    def _of_others(self, kind: Kind) -> list[Value]:
        return [value for value in self.values if value.kind == kind and value.plain not in self.own]


def propose(reading: Reading, supplier: Supplier | None = None, *, currency: str = "EUR") -> Proposals:
    """What the paper says, as far as it can be told; `supplier` is whom its numbers name, where he is known.

    What was confirmed on his papers before wins (rules 2.2). `currency` is the organisation's.
    """
    found: dict[Field, Proposal] = {}
    found |= _totals(reading)
    found |= dict(_labelled(reading))
    found |= dict(_identity(reading, supplier))
    found[Field.CURRENCY] = _currency(reading, currency)
    found |= dict(_learned(reading, supplier))
    if Field.DUE_ON not in found and (due := _by_term(reading, found.get(Field.ISSUED_ON))):
        found[Field.DUE_ON] = due
    if not _adds_up(found):
        found |= {each: replace(found[each], certainty=Certainty.GUESS) for each in AMOUNTS if each in found}
    return Proposals(bool(_CREDIT.search(reading.text)), found, reading.rows, reading.values)


def _adds_up(found: Mapping[Field, Proposal]) -> bool:
    """Whether the totals do; what was learned may stand elsewhere this time."""
    net, vat, gross = (Decimal(found[each].plain) if each in found else None for each in AMOUNTS)
    return net is None or vat is None or gross is None or net + vat == gross


def _labelled(reading: Reading) -> Iterator[tuple[Field, Proposal]]:
    taken: set[Place] = set()
    for each in (Field.NUMBER, Field.ISSUED_ON, Field.DUE_ON, Field.ORDER_REFERENCE):
        named = [one for one in reading.named(each) if one.value.place not in taken]
        if named:
            taken.add(named[0].value.place)
            yield each, _by_label(named)
    dates = [value for value in reading.values if value.kind == Kind.DATE]
    if len({value.plain for value in dates}) == 1 and not reading.named(Field.ISSUED_ON):
        yield Field.ISSUED_ON, _proposal(dates[0], Certainty.LIKELY, Reason.ONLY_ONE)


def _by_label(named: Sequence[Named]) -> Proposal:
    best = named[0]
    rivals = {one.value.plain for one in named if one.score > best.score - 100}
    is_clear = best.label.strength > 1 and len(rivals) == 1
    certainty = Certainty.LIKELY if is_clear else Certainty.GUESS
    return _proposal(best.value, certainty, Reason.LABEL, told=best.label.text)


def _proposal(
    value: Value, certainty: Certainty, reason: Reason, *, told: str = "", plain: str = ""
) -> Proposal:
    return Proposal(plain or value.plain, certainty, reason, value.place, told, value)


def _totals(reading: Reading) -> dict[Field, Proposal]:
    amounts = [value for value in reading.values if value.kind == Kind.AMOUNT]
    named = {each: reading.named(each) for each in AMOUNTS}
    totals = totals_of(named, amounts, reverse=bool(_REVERSE.search(reading.text)))
    found: dict[Field, Proposal] = {}
    for each, candidate in totals.parts.items():
        certainty = Certainty.SURE if totals.fit else Certainty.GUESS
        reason = Reason.FITS if totals.fit else Reason.LABEL
        if totals.fit and candidate.value is None:
            reason = Reason.COMPUTED
        told = candidate.named.label.text if candidate.named else ""
        place = candidate.value.place if candidate.value else None
        found[each] = Proposal(f"{candidate.amount:f}", certainty, reason, place, told, candidate.value)
    return found


def _identity(reading: Reading, supplier: Supplier | None) -> Iterator[tuple[Field, Proposal]]:
    numbers = reading.numbers
    known = {each for each in (supplier.vat, supplier.kvk, supplier.iban) if each} if supplier else set()
    by_field = {
        Field.SUPPLIER_VAT: numbers.vat,
        Field.SUPPLIER_KVK: numbers.kvk,
        Field.IBAN: numbers.iban,
    }
    for each, values in by_field.items():
        best = next((value for value in values if value.plain in known), values[0] if values else None)
        if best is None:
            continue
        if best.plain in known:
            yield each, _proposal(best, Certainty.SURE, Reason.KNOWN)
        elif each == Field.SUPPLIER_KVK:
            yield each, _by_label([one for one in reading.named(each) if one.value == best])
        else:
            yield each, _proposal(best, Certainty.LIKELY, Reason.CHECK_DIGITS)
    if supplier is not None:
        yield Field.SUPPLIER_NAME, Proposal(supplier.name, Certainty.SURE, Reason.KNOWN)
        if supplier.kvk and not numbers.kvk:
            yield Field.SUPPLIER_KVK, Proposal(supplier.kvk, Certainty.SURE, Reason.KNOWN)
        if supplier.vat and not numbers.vat:
            yield Field.SUPPLIER_VAT, Proposal(supplier.vat, Certainty.SURE, Reason.KNOWN)
    elif (name := _name(reading)) is not None:
        yield Field.SUPPLIER_NAME, name


def _name(reading: Reading) -> Proposal | None:
    """The first text with a legal form that is not the organisation's own, else the first text at all."""
    texts = list(_texts(reading))
    with_form = (each for each in texts if _LEGAL_FORM.search(each[0]))
    chosen = next(with_form, next(iter(texts), None))
    if chosen is None:
        return None
    return Proposal(chosen[0], Certainty.GUESS, Reason.NAME, chosen[1])


def _texts(reading: Reading) -> Iterator[tuple[str, Place]]:
    for row in reading.rows:
        at = 0
        for text in row.text.split("\t"):
            is_own = bool(reading.own_name) and reading.own_name in text.casefold()
            if not is_own and any(map(str.isalpha, text)) and len(text) <= _LONGEST_NAME:
                yield text.strip(" ,|•·-"), row.place(at, at + len(text))
            at += len(text) + 1


def _currency(reading: Reading, currency: str) -> Proposal:
    named = Counter(currencies_in(reading.text)).most_common(1)
    if not named:
        return Proposal(currency, Certainty.GUESS, Reason.ONLY_ONE)
    return Proposal(named[0][0], Certainty.LIKELY, Reason.ONLY_ONE)


def _learned(reading: Reading, supplier: Supplier | None) -> Iterator[tuple[Field, Proposal]]:
    for each, anchor in (supplier.anchors if supplier else {}).items():
        value = anchored(each, anchor, reading.rows, reading.values)
        if value is None or value.plain in reading.own:
            continue
        plain = value.plain.removeprefix("-") if KIND_OF[each] == Kind.AMOUNT else value.plain
        yield each, _proposal(value, Certainty.SURE, Reason.LEARNED, plain=plain)


def _by_term(reading: Reading, issued: Proposal | None) -> Proposal | None:
    """Due so many days after the invoice date, where only the days are named."""
    found = _TERM.search(reading.text)
    if found is None or issued is None:
        return None
    due = date.fromisoformat(issued.plain) + timedelta(days=int(found["days"]))
    return Proposal(due.isoformat(), Certainty.LIKELY, Reason.TERM, told=found.group())
