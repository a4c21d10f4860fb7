"""What the bookkeeping package made of an export: what it took, and what it refused and why (rules 3.11).

The same report twice changes nothing. What was refused can be booked again, with its reason on the invoice.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from omloop.audit.models import AuditEvent
from omloop.audit.services import record_all
from omloop.booking.models import STANDS, Batch, Booking
from omloop.booking.refusals import BookingRefused
from omloop.booking.services import take_out
from omloop.coding.sheets import table_in
from omloop.organisations.holding import hold_alone
from omloop.organisations.members import Member
from omloop.organisations.rights import Right

HEADINGS = {
    "entry": "entry reference nr invoiceid boekstuk boekstuknummer boeking referentie",
    "number": "number packagenumber entrynumber nummer boekingsnummer journaalpost journaalpostnummer",
    "reason": "reason error message reden fout foutmelding melding",
}
"""What reports call the columns, in small letters without spaces and signs."""
LONGEST_NUMBER, LONGEST_REASON = 60, 500


@dataclass(frozen=True)
class Result:
    """Of one entry, named as the file names it (12-3), by its place in it (3), or by the key of its invoice.

    With a reason it was refused; else it was taken, under `number` if the package says so.
    """

    entry: str
    number: str = ""
    reason: str = ""


class Fault(StrEnum):
    """Why a result is passed over."""

    UNKNOWN = "unknown"
    ENDED = "ended"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True)
class Reported:
    """How many are new, and what was passed over, by its entry."""

    taken: int
    refused: int
    passed_over: list[tuple[str, Fault]]


def results_in(text: str) -> list[Result]:
    """The results of a table. Raises TooLarge, and NoCodes without a column of entries."""
    rows = table_in(text, HEADINGS, needs={"entry"})
    return [Result(**{name: cells.get(name, "") for name in HEADINGS}) for _, cells in rows]


def report_results(*, batch: Batch, results: Collection[Result], actor: Member, now: datetime) -> Reported:
    """Keep what the package says of the entries of an export. Raises RightMissing without *book*."""
    actor.demand(Right.BOOK, batch.organisation_id)
    hold_alone([batch.organisation_id])
    known = _named(batch)
    passed_over: list[tuple[str, Fault]] = []
    taken, refused = list[tuple[Booking, str]](), 0
    for each in results:
        booking = known.get(each.entry.strip().lower())
        if booking is None:
            passed_over.append((each.entry[:80], Fault.UNKNOWN))
        elif booking.ended_at:
            if not each.reason.strip():
                passed_over.append((each.entry, Fault.ENDED))
        elif not each.reason.strip():
            taken.append((booking, each.number.strip()[:LONGEST_NUMBER]))
        elif _refused(booking, each.reason.strip()[:LONGEST_REASON], actor, now):
            refused += 1
        else:
            passed_over.append((each.entry, Fault.NOT_POSSIBLE))
    return Reported(_confirm(taken, actor, now), refused, passed_over)


def _named(batch: Batch) -> dict[str, Booking]:
    """The entries of a batch by everything that can name them."""
    named: dict[str, Booking] = {}
    for each in batch.bookings.all():
        for name in (f"{batch.name}-{each.position}", str(each.position), str(each.invoice_id)):
            named[name.lower()] = each
    return named


def _refused(booking: Booking, reason: str, actor: Member, now: datetime) -> bool:
    """Whether it could be taken out: a reversal can't, nor what another entry stands on."""
    try:
        take_out(booking_id=booking.id, reason=reason, actor=actor, now=now)
    except BookingRefused:
        return False
    booking.ended_at = now
    return True


def _confirm(taken: Iterable[tuple[Booking, str]], actor: Member, now: datetime) -> int:
    """Those that were not taken before, or under another number; with an event for each."""
    told = {}
    for booking, number in taken:
        if booking.confirmed_at is None or (number and number != booking.package_number):
            booking.confirmed_at, booking.package_number = now, number
            told[booking.id] = booking
    Booking.objects.filter(STANDS).bulk_update(told.values(), ["confirmed_at", "package_number"])
    record_all([_event(each, actor, now) for each in told.values()])
    return len(told)


def _event(booking: Booking, actor: Member, now: datetime) -> AuditEvent:
    return AuditEvent(
        chain_id=booking.organisation_id,
        name="invoice.booking_confirmed",
        at=now,
        actor=actor.signature,
        person_id=actor.person_id,
        subject_id=booking.invoice_id,
        origin=actor.origin,
        detail={"batch": str(booking.batch_id)},
    )
