"""What of an invoice the rules of a scheme look at, kept so that the choice can be replayed (rules 3.14)."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from omloop.circulation.ending.crediting import approvers_of_credited
from omloop.circulation.models import SchemeRule
from omloop.circulation.scheme.codes import Codes, codes_of, fold
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

    def fit(self, rule: SchemeRule) -> bool:
        """Whether they are what the rule asks for; the amount is not looked at."""
        order = rule.order_reference
        return (
            rule.kind in ("", self.kind)
            and (not rule.supplier.strip() or fold(rule.supplier) in map(fold, self.suppliers))
            and (not order.strip() or fold(order) == fold(self.order_reference))
            and self.codes.fit(rule)
        )


def facts_at(invoice: Invoice, at: datetime) -> Facts:
    """As the invoice says them now, coded as it was at that moment, with who approved what it credits."""
    approvers = tuple(approvers_of_credited(invoice))
    return replace(facts_of(invoice, codes_of(invoice, at)), approvers=approvers)


def facts_of(invoice: Invoice, codes: Codes) -> Facts:
    """As the invoice says them now, with these codes; no query."""
    return Facts(
        kind=invoice.kind,
        suppliers=(invoice.supplier_name, invoice.supplier_kvk, invoice.supplier_vat),
        order_reference=invoice.order_reference,
        amount=invoice.compared_amount,
        codes=codes,
    )


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
