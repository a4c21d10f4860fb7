"""The absences of others in which somebody stands in, given to another (rules 5.1, 4.6)."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from omloop.absences.models import AbsenceCover
from omloop.absences.queries import possible_substitutes
from omloop.absences.services import replace_substitutes
from omloop.kernel.ids import uuid7
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.transfers.models import Item, Transfer
from omloop.transfers.rest import Found, Stay

KIND = Item.Kind.SUBSTITUTION


def find_substitutions(
    organisation: Organisation, person_id: UUID, to_id: UUID, now: datetime
) -> list[Found]:
    """The running and planned ones, by whose they are, each with what keeps it from going, if anything."""
    fit = possible_substitutes([organisation], person_id=person_id, now=now)[organisation.id]
    found = []
    for cover in _covers(organisation.id, person_id, now).select_related("person").order_by("period", "id"):
        stays = None
        if cover.person_id == to_id:
            stays = Stay.HIMSELF
        elif to_id not in {person.id for person in fit}:
            stays = Stay.UNFIT
        found.append(Found(KIND, cover.id, cover.person.name, stays))
    return found


def give_substitutions(
    transfer: Transfer, to_id: UUID, going: list[Found], *, actor: Member, now: datetime
) -> Iterator[Item]:
    """The other stands in from now on."""
    place = transfer.organisation_id
    held = AbsenceCover.objects.in_bulk([each.id for each in going])
    replace_substitutes(place, {transfer.person_id: to_id}, only=set(held), actor=actor, now=now)
    absences = [cover.absence_id for cover in held.values()]
    made = _covers(place, to_id, now).filter(absence_id__in=absences, set_at=now)
    new = {(cover.absence_id, cover.period.lower): cover.id for cover in made}
    for cover in held.values():
        yield Item(
            id=uuid7(),
            organisation_id=place,
            transfer=transfer,
            kind=KIND,
            to_id=to_id,
            before_id=cover.id,
            after_id=new[cover.absence_id, cover.period.lower],
        )


def take_back_substitutions(
    transfer: Transfer, items: list[Item], *, actor: Member, now: datetime
) -> set[UUID]:
    """He stands in again where the cover is still as the transfer made it; the items that are undone."""
    undone = set()
    for to_id in {item.to_id for item in items}:
        made = {item.after_id: item.id for item in items if item.to_id == to_id and item.after_id}
        held = _covers(transfer.organisation_id, to_id, now).filter(id__in=made)
        still = set(held.exclude(person_id=transfer.person_id).values_list("id", flat=True))
        successors = {to_id: transfer.person_id}
        replace_substitutes(transfer.organisation_id, successors, only=still, actor=actor, now=now)
        undone |= {made[cover] for cover in still}
    return undone


def _covers(organisation_id: UUID, substitute_id: UUID, now: datetime) -> QuerySet[AbsenceCover]:
    """Those that hold and are not over."""
    not_over = Q(period__upper_inf=True) | Q(period__endswith__gt=timezone.localdate(now))
    rows: QuerySet[AbsenceCover] = AbsenceCover.objects.filter(
        not_over, organisation_id=organisation_id, substitute_id=substitute_id, cancelled_at=None
    )
    return rows
