"""By what a supplier, and the number of his invoice, are known again (rules 2.5).

Kept with each invoice, so that questions about a supplier are asked by an index. The fields fill themselves
whenever the row is saved whole, or they are named in `update_fields`; `QuerySet.update` does not fill them.
"""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

LONGEST = 200
"""Characters of a key; what is longer is kept as its hash, for an index holds no longer text."""
LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
NUMBERS = {"vat": "supplier_vat", "kvk": "supplier_kvk", "oin": "supplier_oin", "gln": "supplier_gln"}
"""The official numbers of a supplier, and the fields of an invoice in which they stand."""


def key_of(*, vat: str, kvk: str, name: str) -> str:
    """By what a supplier with these is known: VAT number, else KvK number, else name; empty: nobody.

    Numbers are without their signs, all is in small letters.
    """
    for number in (vat, kvk):
        if known := without_signs(number):
            return known
    return _short(" ".join(name.split()).casefold())


def number_key(number: str) -> str:
    """An invoice number as it is compared: without signs and leading zeros, in small letters.

    `F-000123` is `f123`, and `2026-0418` is `20260418`.
    """
    return _short(LEADING_ZEROS.sub("", without_signs(number)))


def numbers_of(invoice: Any) -> list[str]:
    """Every official number by which an invoice names its supplier, as `kvk:87654321`."""
    said = {scheme: without_signs(getattr(invoice, field)) for scheme, field in NUMBERS.items()}
    return [f"{scheme}:{number}" for scheme, number in said.items() if number]


def without_signs(text: str) -> str:
    """Letters and digits alone, in small letters."""
    plain = unicodedata.normalize("NFKC", text)
    return _short("".join(filter(str.isalnum, plain)).casefold())


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else sha256(text.encode()).hexdigest()


COMPUTED = ("supplier_key", "supplier_numbers", "number_key")
"""Columns of an invoice that follow from what it says; name them along where only some are saved."""


class SupplierKey(models.TextField):  # type: ignore[type-arg]
    """The key of the invoice's supplier."""

    def pre_save(self, model_instance: Any, add: bool) -> str:
        """What the invoice says of him now."""
        key = key_of(
            vat=model_instance.supplier_vat,
            kvk=model_instance.supplier_kvk,
            name=model_instance.supplier_name,
        )
        setattr(model_instance, self.attname, key)
        return key


class NumberKey(models.TextField):  # type: ignore[type-arg]
    """The invoice's number as it is compared."""

    def pre_save(self, model_instance: Any, add: bool) -> str:
        """Of the number as it is now."""
        key = number_key(model_instance.number)
        setattr(model_instance, self.attname, key)
        return key


class SupplierNumbers(ArrayField):  # type: ignore[type-arg]
    """The official numbers of the invoice's supplier."""

    def pre_save(self, model_instance: Any, add: bool) -> list[str]:
        """As they stand on the invoice now."""
        numbers = numbers_of(model_instance)
        setattr(model_instance, self.attname, numbers)
        return numbers


def keys_of(invoices: Iterable[Any]) -> list[tuple[Any, str, str, list[str]]]:
    """Of each invoice its id, the key of its supplier, its number as compared, and the supplier's numbers."""
    return [
        (
            each.id,
            key_of(vat=each.supplier_vat, kvk=each.supplier_kvk, name=each.supplier_name),
            number_key(each.number),
            numbers_of(each),
        )
        for each in invoices
    ]
