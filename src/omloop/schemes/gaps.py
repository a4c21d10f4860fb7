"""Which invoices no rule for all suppliers catches: those go to the fallback group (rules 3.1)."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from omloop.circulation.models import SchemeRule
from omloop.schemes.wording import show_amounts

CENT = Decimal("0.01")
KINDS = ("invoice", "credit_note")
Gap = tuple[Decimal | None, Decimal | None]


def gaps_in(rules: Sequence[SchemeRule], currency: str) -> list[str]:
    """A sentence a gap; what is missing for invoices and credit notes alike is said once.

    Rules for one supplier, order, account or cost centre are left out: they say nothing of all others.
    """
    if not rules:
        return []
    found = {kind: gaps_for(kind, rules) for kind in KINDS}
    both = [gap for gap in found["invoice"] if gap in found["credit_note"]]
    said = [_both(gap, currency) for gap in both]
    for kind in KINDS:
        said += [_one(kind, gap, currency) for gap in found[kind] if gap not in both]
    return said


def gaps_for(kind: str, rules: Sequence[SchemeRule]) -> list[Gap]:
    """The runs of amounts, both ends included, that no rule for all suppliers catches; None: no bound."""
    runs = [
        (rule.amount_from or Decimal(0), rule.amount_to)
        for rule in rules
        if rule.kind in ("", kind) and not _is_narrow(rule)
    ]
    start, gaps = Decimal(0), list[Gap]()
    for low, high in sorted(runs, key=lambda run: run[0]):
        if low > start:
            gaps.append((start or None, low - CENT))
        if high is None:
            return gaps
        start = max(start, high + CENT)
    return [*gaps, (start or None, None)]


def _is_narrow(rule: SchemeRule) -> bool:
    return any((rule.supplier, rule.order_reference, rule.ledger_account, rule.cost_centre))


def _both(gap: Gap, currency: str) -> str:
    amounts = show_amounts(*gap, currency)
    if not amounts:
        return _(
            "No rule is for all suppliers: what no rule catches goes to the administration, who says whose "
            "it is."
        )
    return _("No rule for all suppliers catches amounts %(amounts)s: these go to the administration.") % {
        "amounts": amounts
    }


def _one(kind: str, gap: Gap, currency: str) -> str:
    parts = {"amounts": show_amounts(*gap, currency)}
    if kind == "invoice":
        text = _("No rule for all suppliers catches invoices %(amounts)s: these go to the administration.")
    else:
        text = _(
            "No rule for all suppliers catches credit notes %(amounts)s: these go to the administration."
        )
    return (text % parts).replace(" :", ":")
