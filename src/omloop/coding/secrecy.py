"""Ledger accounts whose invoices are confidential before anyone sees them (rules 2.12)."""

from copy import copy
from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.coding.models import IS_CURRENT, ConfidentialAccount, LedgerAccount
from omloop.coding.proposing import suggested
from omloop.coding.queries import lines_of
from omloop.coding.refusals import UnknownCode
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.tenancy.scope import confidential_shown


def marked_codes(organisation_id: UUID) -> set[str]:
    """The codes of the accounts that are confidential now."""
    rows = ConfidentialAccount.objects.filter(organisation_id=organisation_id, ended_at=None)
    return set(rows.values_list("code", flat=True))


def secret_account_of(invoice: Invoice) -> str:
    """The code of a confidential account on which an invoice is coded, or would be; empty for none.

    What would be proposed is asked with confidential invoices shown, for his last one may be.
    """
    codes = set() if invoice.confidential else marked_codes(invoice.organisation_id)
    if not codes:
        return ""
    with confidential_shown([invoice.organisation_id]):
        supposed = copy(invoice)
        supposed.confidential = True
        lines = lines_of(invoice) or suggested(supposed)
        named = {line.ledger_account_id for line in lines}
        found = LedgerAccount.objects.filter(id__in=named, code__in=codes).order_by("code").first()
    return found.code if found else ""


def mark_account(*, organisation_id: UUID, code: str, actor: Member, now: datetime) -> None:
    """From now on an invoice that is coded on this account, or would be, is confidential.

    What came before stays as it is, also what is coded on it. Twice does no harm. Raises RightMissing without
    *view confidential*, and UnknownCode.
    """
    actor.demand(Right.VIEW_CONFIDENTIAL, organisation_id)
    hold(organisation_id)
    if not LedgerAccount.objects.filter(IS_CURRENT, organisation_id=organisation_id, code=code).exists():
        raise UnknownCode(code)
    if code in marked_codes(organisation_id):
        return
    mark = ConfidentialAccount(
        organisation_id=organisation_id, code=code, marked_by_id=actor.person_id, marked_at=now
    )
    ConfidentialAccount.objects.bulk_create([mark], ignore_conflicts=True)
    _record("account.made_confidential", organisation_id, code, actor, now)


def unmark_account(*, organisation_id: UUID, code: str, actor: Member, now: datetime) -> None:
    """From now on an invoice on this account is as any; what became confidential stays so.

    Twice does no harm. Raises RightMissing without *view confidential*.
    """
    actor.demand(Right.VIEW_CONFIDENTIAL, organisation_id)
    hold(organisation_id)
    marks = ConfidentialAccount.objects.filter(organisation_id=organisation_id, code=code, ended_at=None)
    if marks.update(ended_by_id=actor.person_id, ended_at=now):
        _record("account.confidentiality_ended", organisation_id, code, actor, now)


def _record(name: str, organisation_id: UUID, code: str, actor: Member, now: datetime) -> None:
    record(name, actor=actor, chain_id=organisation_id, at=now, detail={"code": code})
