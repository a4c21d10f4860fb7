"""Bringing a queued invoice to its customer, and noting the proof (rules 2.7).

Each part is a short transaction of one organisation; mail and PDF are made between them. The sender never
reads the receiver's rows: what is handed over is taken in there by the system, as from any channel.
"""

from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPException
from uuid import UUID

from omloop import einvoice
from omloop.einvoice import Document
from omloop.intake import files
from omloop.intake.models import Channel, Delivery
from omloop.intake.services import accept
from omloop.organisations.members import system_scope
from omloop.organisations.receiving import receives_on
from omloop.papers.looks import look_of
from omloop.papers.making import pdf_to_send
from omloop.papers.models import Direction
from omloop.papers.options import Options, options_of
from omloop.papers.refusals import TooLarge
from omloop.pdf.look import Look
from omloop.pdf.words import Language
from omloop.people import mailing
from omloop.people.mail import File, send
from omloop.sending.models import SalesInvoice, SentStatus
from omloop.sending.route import receivers_of
from omloop.sending.seller import settings_of
from omloop.sending.states import note

NAME = "sending"
"""The name under which the system acts here."""
State, Way = SalesInvoice.State, SentStatus.Channel
NO_WAY, NOT_MAILED, NO_PICTURE = "no_way", "not_mailed", "too_large"
"""Reasons of a failure."""


@dataclass(frozen=True)
class Parcel:
    """All that is needed of the sender, read once."""

    invoice: SalesInvoice
    data: bytes
    document: Document
    seller: str
    reply_to: str
    options: Options
    look: Look
    attempt: int


def deliver(invoice_id: UUID, organisation_id: UUID, *, delivery: mailing.Delivery, now: datetime) -> None:
    """Hand it over on this installation, else mail it, else note why not; what was delivered is left alone.

    Run again after a crash it finds what it did: the receiver knows the bytes, and the mail has the same id.
    Raises what the mail server says, and StandsStill while the receiver is moving: the job tries again.
    """
    parcel = _pack(invoice_id, organisation_id)
    if parcel is None or _hand_over(parcel, now):
        return
    if not parcel.invoice.email:
        _note(parcel, State.FAILED, now, reason=NO_WAY)
        return
    try:
        _mail(parcel, delivery, now)
    except TooLarge:
        _note(parcel, State.FAILED, now, channel=Way.MAIL, to=parcel.invoice.email, reason=NO_PICTURE)
    except (OSError, SMTPException) as error:
        if mailing.RETRIES.get_retry_decision(exception=error, job=delivery.job) is None:
            answer = mailing.words_of(error)
            _note(
                parcel,
                State.FAILED,
                now,
                channel=Way.MAIL,
                to=parcel.invoice.email,
                reason=NOT_MAILED,
                answer=answer,
            )
        raise


def _pack(invoice_id: UUID, organisation_id: UUID) -> Parcel | None:
    with system_scope(NAME, organisation_id):
        invoice = SalesInvoice.objects.select_related("organisation").get(id=invoice_id)
        if invoice.state not in (State.QUEUED, State.FAILED):
            return None
        data = files.read(organisation_id, invoice.sha256)
        attempts = SentStatus.objects.filter(invoice=invoice, state=State.QUEUED)
        return Parcel(
            invoice,
            data,
            einvoice.read(data),
            invoice.organisation.name,
            settings_of(organisation_id).email,
            options_of(organisation_id)[Direction.SENDING],
            look_of(organisation_id),
            attempts.count(),
        )


def _hand_over(parcel: Parcel, now: datetime) -> bool:
    """Let a receiver on this installation take it in; False where there is none."""
    invoice = parcel.invoice
    for receiver_id, address in receivers_of(parcel.document, sender_id=invoice.organisation_id):
        if _take_in(parcel, receiver_id, address, now):
            _note(
                parcel,
                State.DELIVERED,
                now,
                delivered_to=receiver_id,
                channel=Way.INSTALLATION,
                to=address,
                sha256=invoice.sha256,
            )
            return True
    return False


def _take_in(parcel: Parcel, receiver_id: UUID, address: str, now: datetime) -> bool:
    invoice = parcel.invoice
    message_id = f"{invoice.organisation_id}/{invoice.id}"
    with system_scope(NAME, receiver_id) as actor:
        if not receives_on(receiver_id, address):
            return False
        came = Delivery.objects.filter(
            organisation_id=receiver_id, channel=Channel.INSTALLATION, message_id=message_id
        )
        if not came.exists():
            accept(
                organisation_id=receiver_id,
                data=parcel.data,
                filename=f"{invoice.number.replace('/', '-')}.xml",
                channel=Channel.INSTALLATION,
                actor=actor,
                now=now,
                message_id=message_id,
            )
    return True


def _mail(parcel: Parcel, delivery: mailing.Delivery, now: datetime) -> None:
    invoice = parcel.invoice
    pdf = pdf_to_send(parcel.data, parcel.options, look=parcel.look, language=Language(invoice.language))
    name = f"{parcel.seller} {invoice.number}".replace("/", "-")
    papers = [File(f"{name}.pdf", pdf, "application/pdf")] if pdf else []
    message_id = f"<{invoice.id}.{parcel.attempt}@omloop>"
    send(
        to=invoice.email,
        language=invoice.language,
        template="notifications/sales_invoice.txt",
        words={"invoice": invoice, "seller": parcel.seller, "has_pdf": bool(pdf)},
        delivery=delivery,
        files=[*papers, File(f"{name}.xml", parcel.data, "application/xml")],
        reply_to=parcel.reply_to,
        message_id=message_id,
    )
    _note(
        parcel,
        State.DELIVERED,
        now,
        channel=Way.MAIL,
        to=invoice.email,
        message_id=message_id,
        sha256=invoice.sha256,
    )


def _note(parcel: Parcel, state: str, now: datetime, **known: object) -> None:
    with system_scope(NAME, parcel.invoice.organisation_id) as actor:
        note(parcel.invoice.id, state, actor=actor, now=now, **known)  # type: ignore[arg-type]  # columns
