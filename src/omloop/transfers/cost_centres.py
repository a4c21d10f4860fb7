"""The cost centres and cost units for which somebody answers, given to another (rules 5.1, 3.8)."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.circulation.who.policies import rights_of
from omloop.coding.models import CostCentre, CostUnit
from omloop.kernel.ids import uuid7
from omloop.organisations.activity import active_people
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.transfers.models import Item, Transfer
from omloop.transfers.rest import Found, Stay

OWNED = {Item.Kind.COST_CENTRE: CostCentre, Item.Kind.COST_UNIT: CostUnit}


def find_owned(organisation_id: UUID, person_id: UUID, to_id: UUID, now: datetime) -> Iterator[Found]:
    """What is his and still booked on, by code, with what keeps it from going to the other, if anything."""
    stays = _stays(organisation_id, to_id, now)
    for kind, model in OWNED.items():
        rows = model.objects.filter(organisation_id=organisation_id, owner_id=person_id, ended_at=None)
        for each in rows.order_by("code"):
            yield Found(kind, each.id, str(each), stays)


def _stays(organisation_id: UUID, to_id: UUID, now: datetime) -> Stay | None:
    """Who answers for lines is a member who acts there, and is asked to check or approve them (rules 3.8)."""
    rights = rights_of(organisation_id, [to_id], now=now).get(to_id)
    if not rights or not active_people(organisation_id, [to_id]):
        return Stay.NO_MEMBER
    return None if rights & {Right.CHECK, Right.APPROVE} else Stay.CANT_ANSWER


def give_owned(
    transfer: Transfer, to_id: UUID, going: list[Found], *, actor: Member, now: datetime
) -> Iterator[Item]:
    """The other answers for them from now on; lines that are under way keep whom they were given to."""
    for kind, model in OWNED.items():
        ids = [each.id for each in going if each.kind == kind]
        model.objects.filter(id__in=ids).update(owner_id=to_id)
        for each in ids:
            _record(transfer, each, to_id, actor, now)
            yield Item(
                id=uuid7(),
                organisation_id=transfer.organisation_id,
                transfer=transfer,
                kind=kind,
                to_id=to_id,
                before_id=each,
                after_id=each,
            )


def take_back_owned(transfer: Transfer, items: list[Item], *, actor: Member, now: datetime) -> set[UUID]:
    """He answers for them again where the other still does; the items that are undone."""
    undone = set()
    for item in items:
        rows = OWNED[Item.Kind(item.kind)].objects.filter(id=item.before_id, owner_id=item.to_id)
        if rows.update(owner_id=transfer.person_id):
            undone.add(item.id)
            assert item.before_id  # noqa: S101 - give_owned wrote it
            _record(transfer, item.before_id, transfer.person_id, actor, now)
    return undone


def _record(transfer: Transfer, owned: UUID, to_id: UUID, actor: Member, now: datetime) -> None:
    record(
        "chart.owner_changed",
        actor=actor,
        chain_id=transfer.organisation_id,
        subject_id=owned,
        at=now,
        detail={"transfer": str(transfer.run_id), "owner": str(to_id)},
    )
