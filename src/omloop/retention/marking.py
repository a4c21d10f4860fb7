"""What is kept longer, and when the financial year ends (rules 2.8)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from omloop.audit.services import record
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold_alone
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.retention.models import NOT_ENDED, FinancialYear, KeptLonger
from omloop.retention.policies import demand_deciding, refuse_while_destroying
from omloop.retention.refusals import AlreadyKept, NotKept, ReasonMissing
from omloop.sending.models import SalesInvoice

Kept = Invoice | SalesInvoice | Organisation
Kind = KeptLonger.Kind
SET = {
    (Invoice, Kind.REAL_ESTATE): "invoice.real_estate_marked",
    (Invoice, Kind.LEGAL_HOLD): "invoice.legal_hold_set",
    (SalesInvoice, Kind.REAL_ESTATE): "sales_invoice.real_estate_marked",
    (SalesInvoice, Kind.LEGAL_HOLD): "sales_invoice.legal_hold_set",
    (Organisation, Kind.LEGAL_HOLD): "organisation.legal_hold_set",
}
LIFTED = {
    (Invoice, Kind.REAL_ESTATE): "invoice.real_estate_unmarked",
    (Invoice, Kind.LEGAL_HOLD): "invoice.legal_hold_lifted",
    (SalesInvoice, Kind.REAL_ESTATE): "sales_invoice.real_estate_unmarked",
    (SalesInvoice, Kind.LEGAL_HOLD): "sales_invoice.legal_hold_lifted",
    (Organisation, Kind.LEGAL_HOLD): "organisation.legal_hold_lifted",
}


def set_financial_year(organisation: Organisation, *, ends_in: int, actor: Member, now: datetime) -> None:
    """Say with which month (1-12) the financial year ends: every term is counted anew.

    Raises RightMissing without *manage settings*, and BeingDestroyed.
    """
    actor.demand(Right.MANAGE_SETTINGS, organisation.id)
    hold_alone([organisation.id])
    refuse_while_destroying(organisation.id)
    FinancialYear.objects.update_or_create(organisation_id=organisation.id, defaults={"ends_in": ends_in})
    _record("organisation.financial_year_set", organisation, actor, now, {"ends_in": ends_in})


def keep_longer(of: Kept, *, kind: str, reason: str = "", actor: Member, now: datetime) -> KeptLonger:
    """Mark an invoice as real estate, or hold it, or the whole organisation, beyond its term.

    Nothing of it is destroyed from the commit on, also by a list that is being carried out. Raises
    RightMissing, ReasonMissing for a hold without one, and AlreadyKept.
    """
    place = place_of(of)
    demand_deciding(actor, place)
    if kind == Kind.LEGAL_HOLD and not reason.strip():
        raise ReasonMissing
    hold_alone([place])
    if kept_of(of).filter(kind=kind).exists():
        raise AlreadyKept
    made: KeptLonger = KeptLonger.objects.create(
        **_which(of),
        confidential=getattr(of, "confidential", False),
        kind=Kind(kind),
        reason=reason.strip(),
        set_by_id=actor.person_id,
        set_at=now,
    )
    _record(SET[type(of), Kind(kind)], of, actor, now)
    return made


def keep_no_longer(of: Kept, *, kind: str, actor: Member, now: datetime) -> None:
    """Lift a mark or hold: the ordinary term counts again. Raises RightMissing, BeingDestroyed, NotKept."""
    place = place_of(of)
    demand_deciding(actor, place)
    hold_alone([place])
    refuse_while_destroying(place)
    if not kept_of(of).filter(kind=kind).update(ended_by_id=actor.person_id, ended_at=now):
        raise NotKept
    _record(LIFTED[type(of), Kind(kind)], of, actor, now)


def kept_of(of: Kept) -> Any:
    """The marks and holds that stand on exactly this."""
    return KeptLonger.objects.filter(NOT_ENDED, **_which(of))


def place_of(of: Kept) -> UUID:
    """The organisation whose it is."""
    return of.id if isinstance(of, Organisation) else of.organisation_id


def _which(of: Kept) -> dict[str, Any]:
    return {
        "organisation_id": place_of(of),
        "invoice": of if isinstance(of, Invoice) else None,
        "sale": of if isinstance(of, SalesInvoice) else None,
    }


def _record(name: str, of: Kept, actor: Member, now: datetime, detail: dict[str, Any] | None = None) -> None:
    record(name, actor=actor, chain_id=place_of(of), subject_id=of.id, at=now, detail=detail)
