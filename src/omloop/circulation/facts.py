"""What of an invoice the rules of a scheme look at, kept so that the choice can be replayed (rules 3.14)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from omloop.circulation.codes import Codes, codes_of, fold
from omloop.circulation.crediting import approvers_of_credited
from omloop.circulation.models import SchemeRule
from omloop.invoices.models import Invoice

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Its kind, the supplier's name and numbers, order reference, amount as limits compare it, and codes.

    `approvers` of the invoice that it credits come before every rule (rules 2.11).
    """

    kind: str
    suppliers: tuple[str, ...]
    order_reference: str
    amount: Decimal | None
    codes: Codes
    approvers: tuple[UUID, ...] = ()

    @classmethod
    def of(cls, invoice: Invoice, codes: Codes, approvers: Iterable[UUID] = ()) -> "Facts":
        """As the invoice says them now."""
        return cls(
            kind=invoice.kind,
            suppliers=(invoice.supplier_name, invoice.supplier_kvk, invoice.supplier_vat),
            order_reference=invoice.order_reference,
            amount=invoice.compared_amount,
            codes=codes,
            approvers=tuple(approvers),
        )

    def fit_names(self, rule: SchemeRule) -> bool:
        """Whether kind, supplier and order reference of the rule fit."""
        return (
            rule.kind in ("", self.kind)
            and fold(rule.supplier) in ("", *map(fold, self.suppliers))
            and fold(rule.order_reference) in ("", fold(self.order_reference))
        )


def facts_of(invoice: Invoice, at: datetime) -> Facts:
    """As a stored invoice says them now, coded as it was at that moment."""
    return Facts.of(invoice, codes_of(invoice, at), approvers_of_credited(invoice))


def as_json(facts: Facts) -> Json:
    """In JSON's own types."""
    return {
        "kind": facts.kind,
        "suppliers": list(facts.suppliers),
        "order_reference": facts.order_reference,
        "amount": None if facts.amount is None else str(facts.amount),
        "ledger_accounts": sorted(facts.codes.ledger_accounts),
        "cost_centres": sorted(facts.codes.cost_centres),
        "approvers": list(map(str, facts.approvers)),
    }


def from_json(data: Json) -> Facts:
    """The facts that `as_json` wrote."""
    return Facts(
        kind=data["kind"],
        suppliers=tuple(data["suppliers"]),
        order_reference=data["order_reference"],
        amount=None if data["amount"] is None else Decimal(data["amount"]),
        codes=Codes(frozenset(data["ledger_accounts"]), frozenset(data["cost_centres"])),
        approvers=tuple(map(UUID, data["approvers"])),
    )
