"""Payment files, and what is reported of payments (rules 3.10). Nothing is ever sent from here."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max

from omloop.audit.models import AuditEvent
from omloop.audit.services import record, record_all
from omloop.invoices.models import Invoice
from omloop.invoices.paying import PaymentState, payments_of
from omloop.kernel.identifiers import compact, is_iban
from omloop.organisations.holding import hold_alone
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.payments.choosing import Candidate, Transfer, candidates, transfers
from omloop.payments.models import STANDS, Payment, PaymentBatch, PaymentOption
from omloop.payments.refusals import (
    CountsNoMore,
    DayIsPast,
    FilesAreOff,
    NotABank,
    NotAnAccount,
    NothingToPay,
    NotPaidYet,
    WhyIsMissing,
)


def set_option(
    *, organisation_id: UUID, is_on: bool, name: str, iban: str, bic: str, actor: Member, now: datetime
) -> None:
    """Switch payment files on or off, and say from which account is paid; for files made from now on.

    Raises RightMissing without *manage settings*, NotAnAccount and NotABank.
    """
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    hold_alone([organisation_id])
    said = {"is_on": is_on, "name": name.strip(), "iban": compact(iban), "bic": compact(bic)}
    if (is_on or said["iban"]) and not (said["name"] and is_iban(compact(iban))):
        raise NotAnAccount
    if said["bic"] and not (len(compact(bic)) in (8, 11) and compact(bic).isalnum()):
        raise NotABank
    PaymentOption.objects.update_or_create(organisation_id=organisation_id, defaults=said)
    detail = {"is_on": is_on}
    record("payments.option_set", actor=actor, chain_id=organisation_id, at=now, detail=detail)


def option_of(organisation_id: UUID) -> PaymentOption:
    """The option as it stands; off where nobody set it."""
    found: PaymentOption | None = PaymentOption.objects.filter(organisation_id=organisation_id).first()
    return found or PaymentOption(organisation_id=organisation_id)


def make_files(
    *,
    organisation_id: UUID,
    execution_on: date,
    only: Collection[UUID] | None = None,
    actor: Member,
    now: datetime,
) -> list[PaymentBatch]:
    """Put payable invoices in a payment file: all of them, or those with these keys.

    Another for confidential ones. One transaction that holds the organisation alone: a file is whole or
    absent, and an invoice never stands in two. Raises RightMissing without *book*, FilesAreOff, DayIsPast
    and NothingToPay.
    """
    actor.demand(Right.BOOK, organisation_id)
    hold_alone([organisation_id])
    place = Organisation.objects.get(id=organisation_id)
    option = option_of(organisation_id)
    if not option.is_on:
        raise FilesAreOff
    if execution_on < now.astimezone(place.zone).date():
        raise DayIsPast
    ready = transfers(candidates(organisation_id, only))
    batches = []
    for confidential in (False, True):
        if chosen := [each for each in ready if _is_confidential(each) == confidential]:
            batch = _batch(option, execution_on, actor, now, confidential=confidential)
            _store(batch, chosen, actor, now)
            batches.append(batch)
    if not batches:
        raise NothingToPay
    return batches


def report_paid(
    *,
    organisation_id: UUID,
    invoice_ids: Collection[UUID],
    paid_on: date,
    reference: str = "",
    actor: Member,
    now: datetime,
) -> int:
    """What the bank or the package says was paid: what is left of each, or what stands in a file; how many.

    What is paid already stays as it was, so that the same report twice changes nothing. Raises RightMissing
    without *book*, and NotPaidYet.
    """
    actor.demand(Right.BOOK, organisation_id)
    hold_alone([organisation_id])
    place = Organisation.objects.get(id=organisation_id)
    if paid_on > now.astimezone(place.zone).date():
        raise NotPaidYet
    said = {"paid_on": paid_on, "reference": reference.strip()}
    said |= {"reported_at": now, "reported_by_id": actor.person_id}
    own = Invoice.objects.filter(organisation_id=organisation_id, id__in=list(invoice_ids))
    waiting = Payment.objects.filter(STANDS, invoice__in=own, paid_on=None)
    told = set(waiting.values_list("invoice_id", flat=True))
    waiting.update(**said)
    stands = payments_of(own.exclude(id__in=told).values_list("id", flat=True))
    left = [each for each in own.exclude(id__in=told).order_by("id") if stands[each.id].left]
    Payment.objects.bulk_create(_by_hand(each, stands[each.id].left, said) for each in left)
    told |= {each.id for each in left}
    _note_paid_off(told)
    record_all([_event("invoice.paid", organisation_id, key, actor, now) for key in sorted(told)])
    return len(told)


def fail(*, payment_id: UUID, reason: str, actor: Member, now: datetime) -> None:
    """A payment did not go through, or was reported wrongly: it counts no more, and is left to pay again.

    The file that held it stays as it was. Raises RightMissing without *book*, WhyIsMissing and CountsNoMore.
    """
    place = Payment.objects.values_list("organisation_id", flat=True).get(id=payment_id)
    actor.demand(Right.BOOK, place)
    hold_alone([place])
    if not reason.strip():
        raise WhyIsMissing
    standing = Payment.objects.filter(STANDS, id=payment_id)
    invoice_id = standing.values_list("invoice_id", flat=True).first()
    if invoice_id is None:
        raise CountsNoMore
    standing.update(ended_at=now, ended_by_id=actor.person_id, ending=reason.strip())
    Invoice.objects.filter(id=invoice_id).update(paid_off=False)
    record("invoice.payment_failed", actor=actor, chain_id=place, subject_id=invoice_id, at=now)


def _note_paid_off(invoice_ids: Collection[UUID]) -> None:
    """A part that is paid while the rest is disputed leaves its invoice as it is: the dispute may end. So
    does an amount that was agreed on: a credit note for the rest may come, and is set off against it."""
    stands = payments_of(invoice_ids)
    paid = [key for key, each in stands.items() if each.state == PaymentState.PAID and not each.agreed]
    Invoice.objects.filter(id__in=paid).update(paid_off=True)


def _is_confidential(transfer: Transfer) -> bool:
    return transfer.parts[0].invoice.confidential


def _batch(
    option: PaymentOption, execution_on: date, actor: Member, now: datetime, *, confidential: bool
) -> PaymentBatch:
    series = PaymentBatch.objects.filter(organisation_id=option.organisation_id, confidential=confidential)
    made: PaymentBatch = PaymentBatch.objects.create(
        organisation_id=option.organisation_id,
        confidential=confidential,
        number=(series.aggregate(last=Max("number"))["last"] or 0) + 1,
        made_at=now,
        made_by_id=actor.person_id,
        execution_on=execution_on,
        debtor={"name": option.name, "iban": option.iban, "bic": option.bic},
    )
    return made


def _store(batch: PaymentBatch, chosen: list[Transfer], actor: Member, now: datetime) -> None:
    rows = [
        _ordered(batch, number, transfer.iban, each)
        for number, transfer in enumerate(chosen, 1)
        for each in transfer.parts
    ]
    Payment.objects.bulk_create(rows)
    place, detail = batch.organisation_id, {"batch": str(batch.id)}
    record_all([_event("invoice.payment_ordered", place, row.invoice_id, actor, now, detail) for row in rows])


def _ordered(batch: PaymentBatch, transfer: int, iban: str, each: Candidate) -> Payment:
    invoice = each.invoice
    return Payment(
        organisation_id=batch.organisation_id,
        confidential=batch.confidential,
        invoice=invoice,
        batch=batch,
        transfer=transfer,
        amount=each.left,
        iban=iban,
        supplier_name=invoice.supplier_name,
        invoice_number=invoice.number,
        payment_reference=invoice.payment_reference,
    )


def _by_hand(invoice: Invoice, amount: object, said: dict[str, object]) -> Payment:
    return Payment(
        organisation_id=invoice.organisation_id,
        confidential=invoice.confidential,
        invoice=invoice,
        amount=amount,
        supplier_name=invoice.supplier_name,
        invoice_number=invoice.number,
        **said,
    )


def _event(
    name: str,
    place: UUID,
    invoice_id: UUID,
    actor: Member,
    now: datetime,
    detail: dict[str, str] | None = None,
) -> AuditEvent:
    return AuditEvent(
        chain_id=place,
        name=name,
        at=now,
        actor=actor.signature,
        person_id=actor.person_id,
        subject_id=invoice_id,
        origin=actor.origin,
        detail=detail or {},
    )
