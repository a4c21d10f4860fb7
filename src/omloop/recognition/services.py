"""Keeping what was read, making an invoice of what a person confirms, changing it (rules 2.2, 3.5)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from omloop.audit.services import record
from omloop.einvoice import Finding, Flag
from omloop.intake.models import Document
from omloop.intake.services import storable
from omloop.intake.setting_aside import WAITING
from omloop.invoices.models import Attachment, Invoice, InvoiceLine, InvoiceWords
from omloop.invoices.secrecy import hide_if_secret
from omloop.invoices.services import connect
from omloop.invoices.storing import store_typed, store_validation
from omloop.invoices.supplier import COMPUTED
from omloop.invoices.words import vector_of
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.pdf.placed import Page
from omloop.recognition.labels import Field
from omloop.recognition.learning import learn
from omloop.recognition.models import Recognition, Typing
from omloop.recognition.queries import is_typed, reading_of
from omloop.recognition.rates import PerRate, rates_of, store_rates
from omloop.recognition.refusals import IsOver, NotTyped, TypedMeanwhile
from omloop.tenancy.scope import confidential_shown

PROFILE = "picture"
"""What stands where an e-invoice names its format."""
READ_BY_PEOPLE = Finding(
    rule="OML-REC-01",
    flag=Flag.INFORMATION,
    nl="Dit is geen leesbare e-factuur. Wat erop staat is door iemand overgenomen en bevestigd.",
    en="This is no e-invoice that can be read. Somebody typed and confirmed what stands on it.",
)
PER_RATE = "per_rate"
CHANGEABLE = (Invoice.State.RECEIVED, Invoice.State.HELD, Invoice.State.CIRCULATING, Invoice.State.APPROVED)

Said = dict[str, Any]
"""What a person says of an invoice: values by the name of their column, `kind` and those of `Field`; and
`per_rate`, its amounts per VAT rate."""


def keep_words(
    document_id: UUID, source: str, pages: list[Page], *, actor: Member, now: datetime
) -> Recognition | None:
    """Keep the words of a document that still waits for recognition; read again they replace the earlier."""
    document = Document.objects.get(id=document_id)
    actor.demand(Right.ADD, document.organisation_id)
    hold(document.organisation_id)
    document = Document.objects.select_for_update().get(id=document_id)
    if document.state != Document.State.PICTURE:
        return None
    kept: Recognition
    kept, is_new = Recognition.objects.update_or_create(
        organisation_id=document.organisation_id,
        document=document,
        defaults={
            "confidential": document.confidential,
            "source": source,
            "pages": [_storable(page.as_json()) for page in pages],
            "read_at": now,
        },
    )
    if is_new:
        _record("document.recognised", document, document.id, actor, now, {"source": source})
    return kept


def ask_again(document: Document, *, actor: Member, now: datetime) -> None:
    """Have the words of a document that waits for recognition read once more; raises RightMissing."""
    actor.demand(Right.ADD, document.organisation_id)
    hold(document.organisation_id)
    _record("document.to_recognise", document, document.id, actor, now, {})


def type_invoice(document: Document, said: Said, *, actor: Member, now: datetime) -> Invoice:
    """Make the invoice of a PDF or image, or of a file that can't be read, that a person says what it says.

    Its circulation follows. He made it, so he does not approve it. What he says teaches the next one of that
    supplier. Raises RightMissing, TypedMeanwhile.
    """
    actor.demand(Right.ADD, document.organisation_id)
    hold(document.organisation_id)
    rows = Document.objects.select_for_update(of=("self",)).select_related("organisation")
    document = rows.get(id=document.id)
    if document.state not in WAITING:
        raise TypedMeanwhile(str(document.id))
    said = {**_clean(said), "payable": said["with_vat"], "profile": ""}
    rates = said.pop(PER_RATE, [])
    with confidential_shown([document.organisation_id]):
        return _store(document, said, rates, actor, now)


def _store(document: Document, said: Said, rates: PerRate, actor: Member, now: datetime) -> Invoice:
    """Whoever the supplier is decides who may see it, so that is asked before anything is stored."""
    hide_if_secret(document, Invoice(**said))
    invoice = store_typed(
        document, {**said, "buyer_name": document.organisation.name}, words=_words(document)
    )
    store_rates(invoice, rates)
    store_validation(document, [READ_BY_PEOPLE], now=now, profile=PROFILE)
    document.state = Document.State.READ
    document.save(update_fields=["state"])
    _note(invoice, {name: ["", _plain(value)] for name, value in said.items() if value}, actor, now)
    _teach(invoice, document, now)
    _record("invoice.typed", document, invoice.id, actor, now, {"document": str(document.id)})
    connect(invoice, actor=actor, now=now)
    return invoice


def type_again(invoice: Invoice, said: Said, *, actor: Member, now: datetime) -> Invoice:
    """Change what was typed: making too (rules 3.5); what was decided about it is asked anew (rules 3.7).

    Nothing happens when nothing is changed. Raises RightMissing, NotTyped, IsOver.
    """
    actor.demand(Right.ADD, invoice.organisation_id)
    hold(invoice.organisation_id)
    rows = Invoice.objects.select_for_update(of=("self",)).select_related("document__organisation")
    locked: Invoice = rows.get(id=invoice.id)
    if not is_typed(locked):
        raise NotTyped(str(invoice.id))
    if locked.booked_at is not None or locked.state not in CHANGEABLE:
        raise IsOver(str(invoice.id))
    said = {**_clean(said), "payable": said["with_vat"]}
    rates = said.pop(PER_RATE, [])
    changed = {
        name: [_plain(getattr(locked, name)), _plain(value)]
        for name, value in said.items()
        if getattr(locked, name) != value
    }
    for name in changed:
        setattr(locked, name, said[name])
    if (before := rates_of(locked)) != rates:
        store_rates(locked, rates)
        changed[PER_RATE] = [_per_rate(before), _per_rate(rates)]
    if not changed:
        return locked
    locked.compared_amount = None  # above every limit, until the story has compared what it says now
    locked.save(update_fields=["compared_amount", *(changed.keys() - {PER_RATE}), *COMPUTED])
    _store_words(locked)
    _note(locked, changed, actor, now)
    _teach(locked, locked.document, now)
    fields = [name for name in changed if name != "payable"]
    _record("invoice.typed_again", locked.document, locked.id, actor, now, {"fields": fields})
    return locked


def _store_words(invoice: Invoice) -> None:
    lines = InvoiceLine.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    attached = Attachment.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    InvoiceWords.objects.filter(invoice=invoice).update(
        words=vector_of(invoice, lines, attached, _words(invoice.document))
    )


def _note(invoice: Invoice, changed: dict[str, list[str]], actor: Member, now: datetime) -> None:
    Typing.objects.create(
        organisation_id=invoice.organisation_id,
        confidential=invoice.confidential,
        invoice=invoice,
        typed_by_id=actor.person_id,
        typed_at=now,
        changed=changed,
    )


def _teach(invoice: Invoice, document: Document, now: datetime) -> None:
    """Nothing is kept of confidential papers."""
    recognition = Recognition.objects.filter(document=document).first()
    if recognition is None or invoice.confidential:
        return
    confirmed = {field: text for field in Field if (text := _plain(getattr(invoice, field.value)))}
    learn(invoice.organisation_id, confirmed, reading_of(recognition, document.organisation), now=now)


def _words(document: Document) -> list[str]:
    recognition = Recognition.objects.filter(document=document).first()
    return [word.text for page in recognition.read_pages for word in page.words] if recognition else []


def _clean(said: Said) -> Said:
    return {
        name: storable(value.strip()) if isinstance(value, str) else value for name, value in said.items()
    }


def _per_rate(rows: PerRate) -> str:
    return ", ".join(f"{_plain(net)} ({rate.normalize():f}%)" for rate, net in rows)


def _plain(value: object) -> str:
    """As the proposals write it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return str(value) if value is not None else ""


def _storable(page: dict[str, object]) -> dict[str, object]:
    words = page["words"]
    assert isinstance(words, list)  # noqa: S101 - as Page.as_json writes it
    return {**page, "words": [(storable(text), *box) for text, *box in words]}


def _record(
    name: str, document: Document, subject_id: UUID, actor: Member, now: datetime, detail: dict[str, Any]
) -> None:
    record(
        name,
        actor=actor,
        chain_id=document.organisation_id,
        subject_id=subject_id,
        at=now,
        detail=detail,
    )
