"""Division keys: made, changed and ended by who manages settings (rules 3.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Prefetch

from omloop.audit.services import record
from omloop.coding.models import IS_CURRENT, CostCentre, CostUnit, DivisionKey, DivisionShare
from omloop.coding.refusals import KeyIsOver, KeyNameTaken, NoLines, NoShare, UnknownCode
from omloop.organisations.holding import hold_alone
from omloop.organisations.members import Member
from omloop.organisations.rights import Right


@dataclass(frozen=True, kw_only=True)
class NewShare:
    """What a cost centre, a cost unit or both get: a percentage or parts, only proportions count."""

    share: Decimal
    cost_centre_id: UUID | None = None
    cost_unit_id: UUID | None = None


def keep_key(
    *,
    organisation_id: UUID,
    name: str,
    shares: Sequence[NewShare],
    replaces: DivisionKey | None = None,
    actor: Member,
    now: datetime,
) -> DivisionKey:
    """Make a key, or end one and put this in its place; what it divided before stays as it is.

    Raises RightMissing without *manage settings*, NoLines, NoShare, UnknownCode, KeyIsOver and KeyNameTaken.
    """
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    hold_alone([organisation_id])
    _refuse(organisation_id, shares)
    if replaces:
        _end(replaces, now)
    if DivisionKey.objects.filter(IS_CURRENT, organisation_id=organisation_id, name=name).exists():
        raise KeyNameTaken(name)
    key: DivisionKey = DivisionKey.objects.create(organisation_id=organisation_id, name=name, created_at=now)
    DivisionShare.objects.bulk_create(
        DivisionShare(organisation_id=organisation_id, key=key, position=place, **vars(share))
        for place, share in enumerate(shares, 1)
    )
    detail = {"replaces": str(replaces.id)} if replaces else {}
    record(
        "division_key.kept",
        actor=actor,
        chain_id=organisation_id,
        subject_id=key.id,
        at=now,
        detail=detail,
    )
    return key


def end_key(*, key: DivisionKey, actor: Member, now: datetime) -> None:
    """Nothing is divided by it any more. Raises RightMissing without *manage settings*, and KeyIsOver."""
    actor.demand(Right.MANAGE_SETTINGS, key.organisation_id)
    hold_alone([key.organisation_id])
    _end(key, now)
    record("division_key.ended", actor=actor, chain_id=key.organisation_id, subject_id=key.id, at=now)


def keys_in(organisation_id: UUID) -> list[DivisionKey]:
    """The keys that are in use, by name, with their shares; two queries."""
    rows = DivisionKey.objects.filter(IS_CURRENT, organisation_id=organisation_id).order_by("name")
    shares = DivisionShare.objects.select_related("cost_centre", "cost_unit").order_by("position")
    return list(rows.prefetch_related(Prefetch("shares", shares)))


def _refuse(organisation_id: UUID, shares: Sequence[NewShare]) -> None:
    if not shares:
        raise NoLines
    if any(share.share <= 0 for share in shares):
        raise NoShare
    for model, name in ((CostCentre, "cost_centre_id"), (CostUnit, "cost_unit_id")):
        named = {key for share in shares if (key := getattr(share, name))}
        there = model.objects.filter(IS_CURRENT, organisation_id=organisation_id, id__in=named)
        if there.count() < len(named):
            raise UnknownCode(name)


def _end(key: DivisionKey, now: datetime) -> None:
    if not DivisionKey.objects.filter(IS_CURRENT, id=key.id).update(ended_at=now):
        raise KeyIsOver(str(key.id))
