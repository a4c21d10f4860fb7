"""Which words an invoice is found by, and what somebody who looks for it means (rules 2.8).

Both sides are cut into words here, without case, accents and signs; PostgreSQL's dictionaries of Dutch and
English then bring singular and plural together.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import chain
from operator import add
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.db.models.expressions import Combinable

WORD = re.compile(r"[^\W_]+")
LONGEST = 100
"""Characters of a word that count."""
MOST_BYTES = 100_000
"""Of different words; a tsvector holds 1 MB, and no supplier's text may fail there."""
MOST_WORDS = 20
"""In one question."""
PREFIX = 2
"""From so many characters on, the last word may still be going on."""
DICTIONARIES = ("dutch", "english", "simple")
NUMBERS = (
    "number", "order_reference", "buyer_reference", "iban", "supplier_kvk", "supplier_vat", "supplier_oin",
    "supplier_gln", "preceding_number", "payment_reference",
)  # fmt: skip
"""What is also found without its signs: 2026-0418 by 20260418."""


def words_of(text: str) -> list[str]:
    """The words of a text, folded: no case, no accents, no signs."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return [word[:LONGEST] for word in WORD.findall(bare)]


def without_signs(text: str) -> str:
    """A number as one word: `NL02 ABNA 0123` is `nl02abna0123`."""
    return "".join(words_of(text))[:LONGEST]


def vector_of(
    invoice: Any, lines: Iterable[Any], attachments: Iterable[Any], further: Iterable[str] = ()
) -> Combinable:
    """The expression that stores the words of an invoice; its lines and attachments come along, and further
    texts as far as they fit: of its contacts, and of its PDFs."""
    supplier = (invoice.supplier_name, invoice.supplier_kvk, invoice.supplier_vat)
    vectors = _vectors(_words(supplier, supplier[1:]), weight="A")
    texts = chain(_texts(invoice, lines, attachments), further)
    numbers = [getattr(invoice, name, "") for name in NUMBERS]  # an early migration has not all of them
    return _sum([*vectors, *_vectors(_words([*texts, in_fours(invoice.iban)], numbers), weight="D")])


def of_contacts(contacts: Iterable[Any]) -> list[str]:
    """What people are found by who are named on an invoice."""
    return [text for each in contacts for text in (each.name, each.email, each.telephone)]


def in_fours(iban: str) -> str:
    """An IBAN as people write it."""
    whole = without_signs(iban)
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def query_of(text: str) -> str:
    """What `to_tsquery` asks for: every word, the last as the beginning of one; or all as one number."""
    words = words_of(text)[:MOST_WORDS]
    every = " & ".join([*words[:-1], *map(_going_on, words[-1:])])
    if len(words) < 2:
        return every
    return f"({every}) | {_going_on(without_signs(text))}"


def query_of_supplier(text: str) -> str:
    """The same within the words of the supplier alone."""
    return " & ".join(f"{word}:*A" for word in words_of(text)[:MOST_WORDS])


def _going_on(word: str) -> str:
    return f"{word}:*" if len(word) >= PREFIX else word


def _texts(invoice: Any, lines: Iterable[Any], attachments: Iterable[Any]) -> Iterator[str]:
    yield from (invoice.number, invoice.buyer_name, invoice.order_reference, invoice.buyer_reference)
    yield from (getattr(invoice, name, "") for name in ("iban", "preceding_number", "payment_reference"))
    for attachment in attachments:
        yield from (attachment.filename, attachment.description)
    for line in lines:
        yield from (line.name, line.description)


def _words(texts: Iterable[str], numbers: Iterable[str]) -> str:
    """Every word once, as many as fit."""
    found = dict.fromkeys(filter(None, map(without_signs, numbers)))
    for text in texts:
        found.update(dict.fromkeys(words_of(text)))
    return " ".join(found).encode()[:MOST_BYTES].decode(errors="ignore")


def _vectors(words: str, *, weight: str) -> list[SearchVector]:
    return [SearchVector(Value(words), config=each, weight=weight) for each in DICTIONARIES]


def _sum(vectors: list[SearchVector]) -> Combinable:
    return reduce(add, vectors)
