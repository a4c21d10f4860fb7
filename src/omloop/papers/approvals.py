"""The page of who decided what about an invoice: "B, for A" (rules 4.7)."""

from datetime import datetime

from django.utils import timezone, translation

from omloop.circulation.reading.sheet import signed
from omloop.circulation.reading.timeline import Kind, Moment, timeline
from omloop.invoices.models import Invoice
from omloop.pdf.approval import Decided, approval_page
from omloop.pdf.words import Language, labels, money


def approval_of(invoice: Invoice, *, language: Language, now: datetime) -> bytes:
    """A PDF of every decision about it, in order, by the clock of who asks."""
    texts, made_at = labels(language), timezone.localtime(now)
    with translation.override(language):
        decisions = [
            _decided(moment)
            for moment in timeline(invoice, today=made_at.date())
            if moment.kind is Kind.DECIDED and moment.at
        ]
        state = str(invoice.get_state_display())
    due = invoice.with_vat if invoice.payable is None else invoice.payable
    owed = signed(due, invoice.currency, invoice.kind)
    facts = [
        (texts["supplier"], invoice.supplier_name),
        (texts["number"], invoice.number),
        (texts["organisation"], invoice.organisation.name),
        (texts["amount"], money(owed, language)),
        (texts["state"], state),
    ]
    return approval_page(
        heading=f"{texts[invoice.kind]} {invoice.number}",
        facts=facts,
        decisions=decisions,
        made_at=made_at,
        language=language,
    )


def _decided(moment: Moment) -> Decided:
    assert moment.at  # noqa: S101 - who decided did so at a moment
    return Decided(
        at=timezone.localtime(moment.at),
        person=moment.person_name,
        for_person=moment.for_person_name,
        what=moment.word,
        remark=moment.remark,
        counted_as_check=moment.counted_as_check,
        withdrawn_at=timezone.localtime(moment.withdrawn_at) if moment.withdrawn_at else None,
        withdrawal=moment.withdrawal,
        voided_by=moment.voided_by,
    )
