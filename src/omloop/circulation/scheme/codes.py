"""On which accounts and cost centres an invoice is coded, as a scheme asks for them (rules 3.1)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from omloop.circulation.models import SchemeRule
from omloop.coding.models import CodingLine
from omloop.invoices.models import Invoice


@dataclass(frozen=True)
class Codes:
    """On which ledger accounts and cost centres an invoice is coded, each by its code."""

    ledger_accounts: frozenset[str]
    cost_centres: frozenset[str]

    def fit(self, rule: SchemeRule) -> bool:
        """Whether one line at least is on what the rule asks for."""
        account, centre = fold(rule.ledger_account), fold(rule.cost_centre)
        return (not account or account in map(fold, self.ledger_accounts)) and (
            not centre or centre in map(fold, self.cost_centres)
        )


def codes_of(invoice: Invoice, at: datetime) -> Codes:
    """As the invoice was coded at a moment, so that a choice can be made again."""
    lines = CodingLine.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=at),
        organisation_id=invoice.organisation_id,
        invoice=invoice,
        created_at__lte=at,
    )
    pairs = list(lines.values_list("ledger_account__code", "cost_centre__code"))
    return Codes(
        frozenset(account for account, _ in pairs), frozenset(centre for _, centre in pairs if centre)
    )


def fold(text: str) -> str:
    """As it is compared: without case, with single spaces."""
    return " ".join(text.split()).casefold()
