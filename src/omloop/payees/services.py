"""Noting which account an invoice names, and having it checked by two people (rules 2.9)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from omloop.audit.models import AuditEvent
from omloop.audit.services import record, record_all
from omloop.invoices.models import Invoice
from omloop.kernel.identifiers import compact
from omloop.organisations.holding import hold_alone
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.payees.models import STANDS, AccountCheck, AccountKind, Payee, SupplierAccount
from omloop.payees.queries import waiting_for
from omloop.payees.refusals import (
    ApprovedAnInvoice,
    CheckedAlready,
    CheckedInTheFuture,
    HowIsMissing,
    NothingToConfirm,
    NothingToEnd,
    OnlyPeopleCheck,
    SecondPersonNeeded,
)
from omloop.people.humans import accounts_of


def note_payee(invoice: Invoice, *, now: datetime) -> None:
    """Remember which account this invoice asks to be paid on; one that is not known waits for its check.

    Twice changes nothing. The organisation is held by whoever calls.
    """
    iban = compact(invoice.iban)
    if not iban:
        return
    same: dict[str, Any] = {"supplier": invoice.supplier_key, "iban": iban}
    same |= {"organisation_id": invoice.organisation_id}
    account = find_or_make_account(
        **same, supplier_name=invoice.supplier_name, confidential=invoice.confidential, now=now
    )
    about: dict[str, Any] = {"organisation_id": invoice.organisation_id, "invoice": invoice}
    named: dict[str, Any] = {"account": account, "confidential": invoice.confidential, "noted_at": now}
    if not Payee.objects.filter(**about, account=account).exists():
        Payee.objects.update_or_create(**about, defaults=named)


def find_or_make_account(
    *, organisation_id: UUID, supplier: str, iban: str, supplier_name: str, confidential: bool, now: datetime
) -> SupplierAccount:
    """The row of a supplier's account; a new one is not confirmed. Two at once make one."""
    same = {"organisation_id": organisation_id, "supplier": supplier, "iban": iban}
    same |= {"confidential": confidential}
    rows = SupplierAccount.objects.filter(**same)
    if (known := rows.first()) is None:
        made = SupplierAccount(**same, supplier_name=supplier_name, found_at=now)
        SupplierAccount.objects.bulk_create([made], ignore_conflicts=True)
        known = rows.get()
    found: SupplierAccount = known
    return found


def record_check(
    account_id: UUID,
    *,
    how: str,
    checked_on: date,
    kind: str = AccountKind.ORDINARY,
    actor: Member,
    now: datetime,
) -> AccountCheck:
    """Write down how the account was checked, and what it is for; somebody else confirms.

    Raises RightMissing without *book*, OnlyPeopleCheck, CheckedAlready, HowIsMissing, CheckedInTheFuture and
    ApprovedAnInvoice.
    """
    account = _lock(account_id, actor)
    if AccountCheck.objects.filter(STANDS, account=account).exists():
        raise CheckedAlready
    if not how.strip():
        raise HowIsMissing
    if checked_on > now.astimezone(account.organisation.zone).date():
        raise CheckedInTheFuture
    _refuse_approvers(account, actor)
    made: AccountCheck = AccountCheck.objects.create(
        organisation_id=account.organisation_id,
        confidential=account.confidential,
        account=account,
        how=how.strip(),
        kind=AccountKind(kind),
        checked_on=checked_on,
        recorded_by_id=actor.person_id,
        recorded_at=now,
    )
    _tell(account, "account.recorded", "invoice.account_recorded", actor, now)
    return made


def confirm_check(account_id: UUID, *, actor: Member, now: datetime) -> None:
    """Confirm what a colleague recorded: from now on the account is known, and paid on.

    Raises RightMissing without *book*, OnlyPeopleCheck, NothingToConfirm, SecondPersonNeeded and
    ApprovedAnInvoice.
    """
    account = _lock(account_id, actor)
    check = AccountCheck.objects.filter(STANDS, account=account, confirmed_at=None).first()
    if check is None:
        raise NothingToConfirm
    if actor.person_id in accounts_of([check.recorded_by_id]):
        raise SecondPersonNeeded
    _refuse_approvers(account, actor)
    check.confirmed_by_id, check.confirmed_at = actor.person_id, now
    check.save(update_fields=["confirmed_by", "confirmed_at"])
    _set(account, kind=check.kind, confirmed_at=now)
    _tell(account, "account.confirmed", "invoice.account_confirmed", actor, now)


def end_check(account_id: UUID, *, reason: str, actor: Member, now: datetime) -> None:
    """The check counts no more: nothing is paid on the account until it is checked anew; one is enough.

    Raises RightMissing without *book*, OnlyPeopleCheck, NothingToEnd and HowIsMissing.
    """
    account = _lock(account_id, actor)
    if not reason.strip():
        raise HowIsMissing
    standing = AccountCheck.objects.filter(STANDS, account=account)
    if not standing.update(ended_at=now, ended_by_id=actor.person_id, ending=reason.strip()):
        raise NothingToEnd
    _set(account, kind=account.kind, confirmed_at=None)
    _tell(account, "account.distrusted", "invoice.account_distrusted", actor, now)


def _lock(account_id: UUID, actor: Member) -> SupplierAccount:
    """Ask the right, hold the organisation alone so that nobody decides meanwhile, and read afresh."""
    rows = SupplierAccount.objects.select_related("organisation")
    place = rows.values_list("organisation_id", flat=True).get(id=account_id)
    actor.demand(Right.BOOK, place)
    if actor.person_id is None:
        raise OnlyPeopleCheck
    hold_alone([place])
    found: SupplierAccount = rows.get(id=account_id)
    return found


def _refuse_approvers(account: SupplierAccount, actor: Member) -> None:
    """Decisions stand in a room above: they are reached by the name that they give an invoice."""
    human = accounts_of([actor.person_id] if actor.person_id else [])
    approved = waiting_for(account).filter(
        decisions__action="approve", decisions__step__action="approve", decisions__withdrawn_at=None
    )
    if approved.filter(decisions__person__in=human).exists():
        raise ApprovedAnInvoice
    if approved.filter(decisions__for_person__in=human).exists():
        raise ApprovedAnInvoice


def _set(account: SupplierAccount, *, kind: str, confirmed_at: datetime | None) -> None:
    account.kind, account.confirmed_at = kind, confirmed_at
    account.save(update_fields=["kind", "confirmed_at"])


def _tell(account: SupplierAccount, name: str, of_invoice: str, actor: Member, now: datetime) -> None:
    """An event of the account, and one of each invoice that is to be paid on it."""
    record(name, actor=actor, chain_id=account.organisation_id, subject_id=account.id, at=now)
    record_all(list(_events(account, of_invoice, actor, now)))


def _events(account: SupplierAccount, name: str, actor: Member, now: datetime) -> Iterable[AuditEvent]:
    invoices = Invoice.objects.filter(payees__account=account, booked_at=None).exclude(state="rejected")
    for invoice_id in invoices.order_by("id").values_list("id", flat=True):
        yield AuditEvent(
            chain_id=account.organisation_id,
            name=name,
            at=now,
            actor=actor.signature,
            person_id=actor.person_id,
            subject_id=invoice_id,
            origin=actor.origin,
            detail={"account": str(account.id)},
        )
