"""Saving an absence from its page: the days, the rights asked for along, what is handed over (4.3, 4.5)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from omloop.absences import lending
from omloop.absences.models import AbsenceCover
from omloop.absences.policies import can_manage
from omloop.absences.refusals import AbsenceGone, NotAllowed
from omloop.absences.services import change_absence, set_absence
from omloop.circulation.routing.passing import hand_over_these
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.people.models import Person
from omloop.standins.draft import Draft
from omloop.standins.preflight import missing_rights
from omloop.standins.queries import deciders_in


def save_absence(
    *,
    person: Person,
    absence_id: UUID | None,
    wish: Mapping[str, Any],
    lends_for: Draft | None,
    actor: Member,
    now: datetime,
) -> UUID:
    """Set a new absence or change this one, and ask for what its substitutes lack; its id.

    Raises what `set_absence` and `change_absence` raise.
    """
    if absence_id is None:
        absence_id = set_absence(person_id=person.id, **wish, actor=actor, now=now)
    else:
        change_absence(absence_id=absence_id, **wish, actor=actor, now=now)
    if lends_for is not None:
        _ask(absence_id, lends_for, actor, now)
    return absence_id


def _ask(absence_id: UUID, draft: Draft, actor: Member, now: datetime) -> None:
    covers = list(AbsenceCover.objects.filter(absence_id=absence_id, cancelled_at=None))
    own = [cover for cover in covers if can_manage(actor, cover.person_id, cover.organisation_id)]
    places = list(Organisation.objects.filter(id__in=[cover.organisation_id for cover in own]))
    deciders = deciders_in([place.id for place in places], now=now)
    missing = missing_rights(
        draft, [p for p in places if draft.person.id in deciders.get(p.id, {})], deciders, now=now
    )
    lending.ask(own, missing, actor=actor, now=now)


def hand_over_ticked(
    absence_id: UUID, task_ids: Collection[UUID], *, actor: Member, now: datetime
) -> tuple[int, int]:
    """Hand the ticked open tasks of the absent one to his substitutes; how many, and how many stay.

    What a substitute may not do stays where it is. By himself, or who manages his absences there
    (rules 4.3, 4.8). Raises AbsenceGone and NotAllowed.
    """
    covers = list(AbsenceCover.objects.filter(absence_id=absence_id, cancelled_at=None).order_by("id"))
    if not covers:
        raise AbsenceGone(str(absence_id))
    own = [cover for cover in covers if can_manage(actor, cover.person_id, cover.organisation_id)]
    if not own:
        raise NotAllowed("you may not hand over this person's invoices in any organisation")
    hold([cover.organisation_id for cover in own])
    moved = sum(hand_over_these(cover, task_ids, actor=actor, now=now) for cover in own)
    return moved, len(set(task_ids)) - moved
