"""Rights that a substitute borrows for what he decides for the absent one (rules 4.5, 1.11)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from omloop.absences.models import AbsenceCover, LentRight
from omloop.absences.plan import A_DAY
from omloop.absences.policies import can_answer_lending
from omloop.absences.refusals import NotAThird, NothingToLend
from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.organisations.holding import hold
from omloop.organisations.locks import lock_rights
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.policies import demand_afresh
from omloop.organisations.rights import Right
from omloop.tenancy.history import between

Borrowed = dict[tuple[UUID, UUID], dict[str, datetime]]
"""By borrower and lender: the rights lent at this moment, and when each was confirmed."""


def lent_for(absence_id: UUID) -> QuerySet[LentRight]:
    """What was asked or lent for an absence; not what was declined or has ended."""
    rows: QuerySet[LentRight] = LentRight.objects.filter(absence_id=absence_id, ended_at=None)
    return rows.exclude(is_confirmed=False, answered_at__isnull=False)


def borrowed_in(organisation_id: UUID, people: Collection[UUID], *, now: datetime) -> Borrowed:
    """What these people borrow at this moment; whether the lender still has it is the caller's to ask."""
    return borrowed([organisation_id], people, now=now)[organisation_id]


def borrowed(
    organisation_ids: Collection[UUID], people: Collection[UUID], *, now: datetime
) -> dict[UUID, Borrowed]:
    """The same for several organisations, in one query."""
    found: dict[UUID, Borrowed] = {place: defaultdict(dict) for place in organisation_ids}
    rows = LentRight.objects.at(now).filter(
        organisation_id__in=organisation_ids, borrower_id__in=people, is_confirmed=True, ended_at=None
    )
    for row in rows:
        found[row.organisation_id][row.borrower_id, row.lender_id][row.right] = row.answered_at
    return found


def lent_in(organisation_ids: Collection[UUID], *, now: datetime) -> list[LentRight]:
    """What is asked or lent there, now or in days to come, the first days first."""
    rows = LentRight.objects.filter(organisation_id__in=organisation_ids, ended_at=None)
    going = rows.filter(Q(valid__endswith__gt=now) | Q(valid__upper_inf=True))
    known = going.exclude(is_confirmed=False, answered_at__isnull=False)
    return list(known.select_related("organisation", "lender", "borrower").order_by("valid", "id"))


def asked_in(organisation_ids: Collection[UUID], *, now: datetime) -> list[LentRight]:
    """What of that waits for an answer."""
    return [row for row in lent_in(organisation_ids, now=now) if row.answered_at is None]


def ask(
    covers: Iterable[AbsenceCover], missing: Mapping[UUID, Collection[str]], *, actor: Actor, now: datetime
) -> int:
    """Ask for the missing rights for the substitutes of an absence; how many. It gives nothing yet.

    `missing` are rights by organisation. What was asked or lent already is not asked twice.
    """
    count = 0
    for cover in covers:
        hold(cover.organisation_id)
        known = lent_for(cover.absence_id).filter(
            organisation_id=cover.organisation_id, borrower_id=cover.substitute_id
        )
        wanted = set(missing.get(cover.organisation_id, ())) - set(known.values_list("right", flat=True))
        asked = [_asked(cover, right, actor, now) for right in sorted(wanted)]
        LentRight.objects.bulk_create(asked)
        if asked:
            _record("lending.asked", asked, actor, now)
        count += len(asked)
    return count


def answer(lent_id: UUID, *, is_confirmed: bool, actor: Member, now: datetime) -> LentRight:
    """Confirm or decline what was asked; one right at a time, by somebody who is neither of the two.

    Raises NothingToLend, NotAThird and RightMissing.
    """
    found = LentRight.objects.filter(id=lent_id).first()
    if found is None:
        raise NothingToLend(str(lent_id))
    if not can_answer_lending(actor, found):
        raise NotAThird("somebody else who manages members answers this")
    lock_rights([found.organisation_id])
    demand_afresh(actor, Right.MANAGE_MEMBERS, found.organisation_id, now=now)
    lent: LentRight = LentRight.objects.select_for_update().get(id=lent_id)
    if lent.answered_at or lent.ended_at or (lent.valid.upper and lent.valid.upper <= now):
        raise NothingToLend(str(lent_id))
    lent.answered_by, lent.answered_at, lent.is_confirmed = actor.person_id, now, is_confirmed
    lent.save(update_fields=["answered_by", "answered_at", "is_confirmed"])
    _record("lending.confirmed" if is_confirmed else "lending.declined", [lent], actor, now)
    return lent


def follow(
    before: Sequence[AbsenceCover], after: Sequence[AbsenceCover], *, actor: Actor, now: datetime
) -> None:
    """What was lent follows a changed absence while it grows nowhere: else it ends, and can be asked anew."""
    new = {cover.organisation_id: cover for cover in after}
    for old in before:
        rows = lent_for(old.absence_id).filter(organisation_id=old.organisation_id)
        lent = list(rows.select_for_update())
        cover = new.get(old.organisation_id)
        if lent and cover and _is_within(cover, old):
            LentRight.objects.filter(id__in=[row.id for row in lent]).update(valid=_span(cover))
        elif lent:
            LentRight.objects.filter(id__in=[row.id for row in lent]).update(ended_at=now)
            _record("lending.ended", lent, actor, now)


def _is_within(cover: AbsenceCover, old: AbsenceCover) -> bool:
    if cover.substitute_id != old.substitute_id or cover.first_on < old.first_on:
        return False
    return old.last_on is None or (cover.last_on is not None and cover.last_on <= old.last_on)


def _asked(cover: AbsenceCover, right: str, actor: Actor, now: datetime) -> LentRight:
    return LentRight(
        organisation_id=cover.organisation_id,
        absence_id=cover.absence_id,
        lender_id=cover.person_id,
        borrower_id=cover.substitute_id,
        right=right,
        valid=_span(cover),
        asked_by=actor.person_id,
        asked_at=now,
    )


def _span(cover: AbsenceCover) -> Any:
    """From the first moment of the first day to the end of the last one, where the organisation is."""
    zone = Organisation.objects.get(id=cover.organisation_id).zone
    first = datetime.combine(cover.first_on, time.min, zone)
    after = datetime.combine(cover.last_on + A_DAY, time.min, zone) if cover.last_on else None
    return between(first, after)


def _record(name: str, lent: Sequence[LentRight], actor: Actor, now: datetime) -> None:
    row = lent[0]
    record(
        name,
        actor=actor,
        chain_id=row.organisation_id,
        subject_id=row.absence_id,
        for_person_id=row.lender_id if row.lender_id != actor.person_id else None,
        at=now,
        detail={
            "lender": str(row.lender_id),
            "borrower": str(row.borrower_id),
            "rights": [each.right for each in lent],
            "asked_by": str(row.asked_by) if row.asked_by else None,
        },
    )
