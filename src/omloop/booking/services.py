"""Booking invoices in batches, taking out what failed, and reversing what was wrong (rules 3.10, 3.11)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Max

from omloop.audit.services import record
from omloop.booking.choosing import Candidate, candidates
from omloop.booking.creditors import numbers_of
from omloop.booking.journal import Line, fully_booked, pre_booked, reversed_lines
from omloop.booking.models import STANDS, Batch, Booking, BookingLine, FixedAccounts
from omloop.booking.periods import booking_date, closed_months, period_of
from omloop.booking.refusals import (
    FullyBookedOnIt,
    NoFixedAccounts,
    NoLongerCounts,
    NothingSaid,
    NothingToBook,
    UnknownAccount,
)
from omloop.coding.models import IS_CURRENT, LedgerAccount
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold_alone
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.network import Identifier
from omloop.organisations.rights import Right

SAID_OF_INVOICE = (
    "invoice_date", "invoice_number", "supplier", "supplier_name", "supplier_kvk", "supplier_vat", "creditor",
    "due_on",
)  # fmt: skip
"""What an entry and the one that reverses it say alike."""


def fix_accounts(
    *,
    organisation_id: UUID,
    accounts: dict[str, UUID],
    codes: Mapping[str, str] | None = None,
    actor: Member,
    now: datetime,
) -> None:
    """Say what creditors, VAT, suspense and accruals are booked on; for what is booked from now on.

    `codes` says by what the package knows the organisation (`administration`), its purchase journal and its
    memorial; those that are not named stay as they are.

    Raises RightMissing without *manage settings*, and UnknownAccount.
    """
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    hold_alone([organisation_id])
    there = LedgerAccount.objects.filter(IS_CURRENT, organisation_id=organisation_id)
    if there.filter(id__in=accounts.values()).count() < len(set(accounts.values())):
        raise UnknownAccount
    named: dict[str, object] = {f"{name}_id": account for name, account in accounts.items()}
    said = {name: code.strip() for name, code in (codes or {}).items()}
    FixedAccounts.objects.update_or_create(organisation_id=organisation_id, defaults=named | said)
    detail = {name: str(account) for name, account in accounts.items()} | said
    record("booking.accounts_fixed", actor=actor, chain_id=organisation_id, at=now, detail=detail)


def fixed_accounts(organisation_id: UUID) -> FixedAccounts:
    """The accounts that no coding names. Raises NoFixedAccounts."""
    rows = FixedAccounts.objects.select_related("creditors", "vat", "suspense", "accruals")
    found: FixedAccounts | None = rows.filter(organisation_id=organisation_id).first()
    if found is None:
        raise NoFixedAccounts
    return found


def book(
    *,
    organisation_id: UUID,
    kind: str,
    up_to: date,
    only: Collection[UUID] | None = None,
    actor: Member,
    now: datetime,
) -> list[Batch]:
    """Book what can be booked, up to an invoice date: all of it, or those with these keys.

    One batch for each calendar year of booking dates, and others for confidential invoices. Twice books
    nothing double. Raises RightMissing without *book*, NoFixedAccounts and NothingToBook.
    """
    actor.demand(Right.BOOK, organisation_id)
    hold_alone([organisation_id])
    place = Organisation.objects.get(id=organisation_id)
    fixed = fixed_accounts(organisation_id)
    ready = [each for each in candidates(place, kind, up_to=up_to, only=only) if not each.problem]
    if not ready:
        raise NothingToBook
    ready.sort(key=lambda each: (each.invoice.confidential, each.booked_on.year))
    numbers = numbers_of(organisation_id, {each.invoice.supplier_key for each in ready})
    batches = []
    for (confidential, year), group in groupby(
        ready, key=lambda each: (each.invoice.confidential, each.booked_on.year)
    ):
        chosen = list(group)
        batch = _batch(place, fixed, kind, year, actor, now, confidential=confidential)
        _store(
            batch,
            [
                (_booking(batch, each, at, numbers), _entry(each, kind, fixed))
                for at, each in _numbered(chosen)
            ],
        )
        batches.append(batch)
        _told(batch, chosen, kind, actor, now)
    return batches


def take_out(*, booking_id: UUID, reason: str, actor: Member, now: datetime) -> None:
    """The package did not take this entry: it counts no more, and the invoice can be booked again.

    The file of its batch stays as it was. Raises RightMissing without *book*, NothingSaid, NoLongerCounts
    and FullyBookedOnIt.
    """
    found = _standing(booking_id, reason, actor)
    _end(found, reason, actor, now)
    _tell(found, "invoice.booking_failed", actor, now)


def reverse(*, booking_id: UUID, reason: str, actor: Member, now: datetime) -> Batch:
    """Correct a booking by a new entry with the signs turned; the invoice can then be booked anew.

    What was exported stays as it is. Raises as `take_out` does.
    """
    found = _standing(booking_id, reason, actor)
    day = booking_date(found.booked_on, closed_months(found.organisation_id))
    place, fixed = found.organisation, fixed_accounts(found.organisation_id)
    kind = Batch.Kind.REVERSAL
    batch = _batch(place, fixed, kind, day.year, actor, now, confidential=found.confidential)
    entry = Booking(
        organisation_id=found.organisation_id,
        confidential=found.confidential,
        batch=batch,
        invoice_id=found.invoice_id,
        kind=Batch.Kind.REVERSAL,
        position=1,
        booked_on=day,
        total=-found.total,
        **{name: getattr(found, name) for name in SAID_OF_INVOICE},
    )
    _store(batch, [(entry, reversed_lines(found))])
    _end(found, reason, actor, now)
    _tell(found, "invoice.booking_reversed", actor, now)
    return batch


def _numbered(chosen: list[Candidate]) -> Iterable[tuple[int, Candidate]]:
    return enumerate(sorted(chosen, key=lambda each: (each.booked_on, each.invoice.id)), 1)


def _batch(
    place: Organisation,
    fixed: FixedAccounts,
    kind: str,
    year: int,
    actor: Member,
    now: datetime,
    *,
    confidential: bool,
) -> Batch:
    """The next of its series; the organisation is held alone, so there is no gap and no double."""
    series = Batch.objects.filter(organisation_id=place.id, confidential=confidential)
    vat = Identifier.objects.filter(organisation_id=place.id, scheme=Identifier.Scheme.VAT).first()
    made: Batch = Batch.objects.create(
        organisation_id=place.id,
        confidential=confidential,
        number=(series.aggregate(last=Max("number"))["last"] or 0) + 1,
        kind=kind,
        year=year,
        made_at=now,
        made_by_id=actor.person_id,
        tells_periods=True,
        company={
            "name": place.name,
            "kvk": place.kvk,
            "vat": vat.number if vat else "",
            "currency": place.currency,
            "zone": place.time_zone,
            "journal": fixed.journal,
            "memorial": fixed.memorial,
            "administration": fixed.administration,
        },
    )
    return made


def _booking(batch: Batch, each: Candidate, position: int, numbers: Mapping[str, str]) -> Booking:
    invoice, amounts = each.invoice, each.amounts
    assert amounts is not None  # noqa: S101 - what has no amounts has a problem
    return Booking(
        organisation_id=batch.organisation_id,
        confidential=invoice.confidential,
        batch=batch,
        invoice=invoice,
        kind=batch.kind,
        position=position,
        booked_on=each.booked_on,
        invoice_date=invoice.issued_on or invoice.import_date,
        invoice_number=invoice.number,
        supplier=invoice.supplier_key,
        supplier_name=invoice.supplier_name,
        supplier_kvk=invoice.supplier_kvk,
        supplier_vat=invoice.supplier_vat,
        creditor=numbers.get(invoice.supplier_key, ""),
        due_on=invoice.due_on,
        total=amounts.total,
    )


def _entry(each: Candidate, kind: str, fixed: FixedAccounts) -> list[Line]:
    assert each.amounts is not None  # noqa: S101 - what has no amounts has a problem
    if kind == Batch.Kind.PRE:
        return pre_booked(each.amounts, fixed)
    return fully_booked(each.amounts, each.lines, fixed, is_pre_booked=each.is_pre_booked)


def _store(batch: Batch, entries: list[tuple[Booking, list[Line]]]) -> None:
    closed = closed_months(batch.organisation_id)
    Booking.objects.bulk_create(booking for booking, _ in entries)
    BookingLine.objects.bulk_create(
        BookingLine(
            organisation_id=batch.organisation_id,
            confidential=batch.confidential,
            booking=booking,
            position=position,
            **vars(line) | {"period": period_of(line.period, booking.booked_on, closed)},
        )
        for booking, lines in entries
        for position, line in enumerate(lines, 1)
    )


def _told(batch: Batch, chosen: list[Candidate], kind: str, actor: Member, now: datetime) -> None:
    """Mark what is fully booked, and one event for each invoice."""
    ids = [each.invoice.id for each in chosen]
    if kind == Batch.Kind.FULL:
        Invoice.objects.filter(id__in=ids).update(booked_at=now)
    name = "invoice.booked" if kind == Batch.Kind.FULL else "invoice.pre_booked"
    detail = {"batch": str(batch.id)}
    for invoice_id in ids:
        record(
            name, actor=actor, chain_id=batch.organisation_id, subject_id=invoice_id, at=now, detail=detail
        )


def _standing(booking_id: UUID, reason: str, actor: Member) -> Booking:
    """Hold its organisation and read it afresh; refuse what doesn't count, or what another stands on."""
    rows = Booking.objects.select_related("organisation", "batch")
    place = rows.values_list("organisation_id", flat=True).get(id=booking_id)
    actor.demand(Right.BOOK, place)
    hold_alone([place])
    if not reason.strip():
        raise NothingSaid
    found: Booking | None = rows.filter(STANDS, id=booking_id).exclude(kind=Batch.Kind.REVERSAL).first()
    if found is None:
        raise NoLongerCounts
    full = Booking.objects.filter(STANDS, invoice_id=found.invoice_id, kind=Batch.Kind.FULL)
    if found.kind == Batch.Kind.PRE and full.exists():
        raise FullyBookedOnIt
    return found


def _end(found: Booking, reason: str, actor: Member, now: datetime) -> None:
    found.ended_at, found.ended_by_id, found.ending = now, actor.person_id, reason.strip()
    found.save(update_fields=["ended_at", "ended_by", "ending"])
    if found.kind == Batch.Kind.FULL:
        Invoice.objects.filter(id=found.invoice_id).update(booked_at=None)


def _tell(found: Booking, name: str, actor: Member, now: datetime) -> None:
    record(
        name,
        actor=actor,
        chain_id=found.organisation_id,
        subject_id=found.invoice_id,
        at=now,
        detail={"batch": str(found.batch_id)},
    )
