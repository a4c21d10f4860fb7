"""The amount that limits and the scheme compare: one basis an organisation, one currency (rules 3.6)."""

from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Min

from omloop.audit.models import AuditEvent
from omloop.circulation.routing.configuring import settings_of
from omloop.circulation.routing.rates import rate_on
from omloop.invoices.models import Invoice, Release

CENT = Decimal("0.01")


class RateUnknown(LookupError):
    """The invoice is in another currency, and no rate of it is stored for its day."""


def settle_amount(invoice: Invoice) -> bool:
    """Set the amount that limits and the scheme compare; whether it can go on (rules 3.6).

    Without a rate it has none, which is above every limit; it goes on if somebody let it pass so.
    """
    try:
        invoice.compared_amount = compared_amount(invoice)
    except RateUnknown:
        invoice.compared_amount = None
        return _may_pass_without(invoice)
    return True


def _may_pass_without(invoice: Invoice) -> bool:
    """Whether somebody let it pass since it was held for its rate; before that he did for its errors."""
    held = AuditEvent.objects.filter(
        chain_id=invoice.organisation_id, subject_id=invoice.id, name="invoice.held_for_rate"
    )
    first = held.aggregate(at=Min("at"))["at"]
    releases = Release.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    return first is not None and releases.filter(released_at__gte=first).exists()


def compared_amount(invoice: Invoice) -> Decimal | None:
    """With or without VAT as the organisation has it set, whatever the sign, at the stored rate of its day.

    None: the invoice does not say its amount. Raises RateUnknown. Under reverse charge no VAT is on the
    invoice, so that both are one.
    """
    amount = invoice.with_vat if settings_of(invoice.organisation_id).counts_vat else invoice.without_vat
    if amount is None:
        return None
    if invoice.currency == invoice.organisation.currency:
        return abs(Decimal(amount))
    rate = rate_on(invoice.organisation_id, invoice.currency, invoice.issued_on or invoice.import_date)
    if rate is None:
        raise RateUnknown(invoice.currency)
    return abs(Decimal(amount) * rate).quantize(CENT, ROUND_HALF_UP)
