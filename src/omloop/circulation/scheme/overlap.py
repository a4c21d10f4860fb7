"""Whether two rules of a scheme are for the same invoices (rules 3.1)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from omloop.circulation.models import SchemeRule
from omloop.circulation.scheme.codes import fold
from omloop.invoices.models import Invoice
from omloop.invoices.supplier import without_signs

NAME, KVK, VAT = "name", "kvk", "vat"
KVK_NUMBER = re.compile(r"\d{8}")
VAT_NUMBER = re.compile(r"[a-z]{2}(?=.*\d)[0-9a-z]{2,13}")
Identity = dict[str, str]


def form_of(supplier: str) -> str:
    """Whether the text by which a supplier is meant is a KvK number, a VAT number, or a name."""
    text = fold(supplier)
    if KVK_NUMBER.fullmatch(text):
        return KVK
    return VAT if VAT_NUMBER.fullmatch(text) else NAME


@dataclass(frozen=True)
class Suppliers:
    """What the invoices of an organisation tell of suppliers that rules name in more than one form."""

    known: list[Identity] = field(default_factory=list)

    def can_be_one(self, one: str, other: str) -> bool:
        """Whether an invoice can be of both; of a number that no invoice has told about yet it can."""
        one, other = fold(one), fold(other)
        forms = form_of(one), form_of(other)
        if not one or not other or one == other:
            return True
        if forms[0] == forms[1]:
            return False
        pairs = [(each[forms[0]], each[forms[1]]) for each in self.known]
        told = any((left == one and right) or (right == other and left) for left, right in pairs)
        return (one, other) in pairs or not told


def read_suppliers(organisation_id: UUID, rules: Iterable[SchemeRule]) -> Suppliers:
    """What is known of the suppliers of these rules; one query, and none while all are named in one form."""
    named = {fold(rule.supplier) for rule in rules if rule.supplier}
    if len({form_of(text) for text in named}) < 2:
        return Suppliers()
    numbers = [f"{form_of(text)}:{without_signs(text)}" for text in named if form_of(text) != NAME]
    rows = Invoice.objects.filter(organisation_id=organisation_id, supplier_numbers__overlap=numbers)
    found = rows.order_by().values_list("supplier_name", "supplier_kvk", "supplier_vat").distinct()
    return Suppliers([dict(zip((NAME, KVK, VAT), map(fold, row), strict=True)) for row in found])


def can_both_match(one: SchemeRule, other: SchemeRule, suppliers: Suppliers) -> bool:
    """Whether an invoice is possible that fits both rules; its lines can be on several accounts."""
    if not suppliers.can_be_one(one.supplier, other.supplier):
        return False
    fields = ("kind", "order_reference")
    pairs = [(fold(getattr(one, field)), fold(getattr(other, field))) for field in fields]
    if any(left and right and left != right for left, right in pairs):
        return False
    lows = [rule.amount_from for rule in (one, other) if rule.amount_from is not None]
    highs = [rule.amount_to for rule in (one, other) if rule.amount_to is not None]
    return not lows or not highs or max(lows) <= min(highs)


def takes_all_of(one: SchemeRule, other: SchemeRule) -> bool:
    """Whether every invoice that fits the other rule fits this one too."""
    fields = ("kind", "supplier", "order_reference", "ledger_account", "cost_centre")
    if any(fold(getattr(one, field)) not in ("", fold(getattr(other, field))) for field in fields):
        return False
    low, high = one.amount_from, one.amount_to
    is_low = low is None or (other.amount_from is not None and low <= other.amount_from)
    return is_low and (high is None or (other.amount_to is not None and other.amount_to <= high))
