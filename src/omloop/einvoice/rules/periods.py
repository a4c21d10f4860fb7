"""EN 16931: invoice periods (BR-29, BR-30, BR-CO-19, BR-CO-20)."""

from datetime import timedelta

from omloop.einvoice.rules.rule import Context, Rule, Uncomputable
from omloop.einvoice.rules.tree import Node, children
from omloop.einvoice.rules.wording import demand
from omloop.einvoice.rules.xpath import has, the_string
from omloop.einvoice.values import parse_instant


def _instant(period: Node, path: str) -> timedelta:
    instant = parse_instant(the_string(period, path))
    if instant is None:
        raise Uncomputable(path)
    return instant


def _ends_after_start(period: Node) -> bool:
    if not children(period, "cbc:StartDate") or not children(period, "cbc:EndDate"):
        return True
    return _instant(period, "cbc:EndDate") >= _instant(period, "cbc:StartDate")


def _order(rule: str, *terms: str) -> Rule:
    return Rule(
        rule,
        _ends_after_start,
        terms,
        f"De periode eindigt voor hij begint ({', '.join(terms)}). Verbeter een van de twee datums.",
        f"The period ends before it starts ({', '.join(terms)}). Mend one of the two dates.",
    )


PERIODS = (
    Context(
        ("cac:InvoiceLine/cac:InvoicePeriod", "cac:CreditNoteLine/cac:InvoicePeriod"),
        (
            _order("BR-30", "BT-134", "BT-135"),
            demand(
                "BR-CO-20",
                has("cbc:StartDate", "cbc:EndDate"),
                "cbc:StartDate of cbc:EndDate",
                ("BT-134", "BT-135"),
                "de datum van de periode van de regel",
                "a date of the line's period",
            ),
        ),
    ),
    Context(
        ("cac:InvoicePeriod",),
        (
            _order("BR-29", "BT-73", "BT-74"),
            demand(
                "BR-CO-19",
                has("cbc:StartDate", "cbc:EndDate", "cbc:DescriptionCode"),
                "cbc:StartDate of cbc:EndDate",
                ("BT-73", "BT-74"),
                "de datum van de factuurperiode",
                "a date of the invoice period",
            ),
        ),
    ),
)
