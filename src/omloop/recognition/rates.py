"""The amounts of a typed invoice per Dutch VAT rate: they become its lines (rules 2.2)."""

from decimal import Decimal

from omloop.invoices.models import Invoice, InvoiceLine

RATES = (Decimal(21), Decimal(9), Decimal(0))
SLACK = Decimal("0.02")
"""What rounding may make of the VAT of each rate."""

PerRate = list[tuple[Decimal, Decimal]]
"""A rate in per cent, with the amount without VAT that it is of."""


def vat_of(rows: PerRate) -> Decimal:
    """The VAT that these come to."""
    return sum((net * rate / 100 for rate, net in rows), Decimal(0)).quantize(Decimal("0.01"))


def fits(rows: PerRate, vat: Decimal) -> bool:
    """Whether the VAT on the paper is that of these, but for rounding."""
    return abs(vat_of(rows) - vat) <= SLACK * len(rows)


def of_one_rate(without_vat: Decimal, vat: Decimal) -> PerRate:
    """The only rate by which the totals are right; nothing where there are several, or a foreign one."""
    if not vat:
        return [(Decimal(0), without_vat)]
    return next((rows for rate in RATES if fits(rows := [(rate, without_vat)], vat)), [])


def rates_of(invoice: Invoice) -> PerRate:
    """What its lines say; a rate that was taken away has nothing left."""
    rows = InvoiceLine.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    said = rows.exclude(vat_rate=None).filter(net__gt=0).order_by("-vat_rate")
    return [(rate, net) for rate, net in said.values_list("vat_rate", "net")]


def store_rates(invoice: Invoice, rows: PerRate) -> None:
    """Make these the lines of the invoice; none goes: of a rate that was taken away nothing is left."""
    own = {"organisation_id": invoice.organisation_id, "invoice": invoice}
    lines = {line.vat_rate: line for line in InvoiceLine.objects.filter(**own)}
    for line in lines.values():
        line.net = dict(rows).get(line.vat_rate, Decimal(0))
    InvoiceLine.objects.bulk_update(lines.values(), ["net"])
    new = [(rate, net) for rate, net in rows if rate not in lines]
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            **own,
            confidential=invoice.confidential,
            position=position,
            vat_category="S" if rate else "Z",
            vat_rate=rate,
            net=net,
        )
        for position, (rate, net) in enumerate(new, len(lines) + 1)
    )
