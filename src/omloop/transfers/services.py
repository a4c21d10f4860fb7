"""Transferring one person's circulation to another (rules 5)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from omloop.absences.queries import people_in
from omloop.audit.services import record
from omloop.kernel.ids import uuid7
from omloop.organisations.holding import hold
from omloop.organisations.locks import lock_rights
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.policies import demand_afresh
from omloop.organisations.rights import Right
from omloop.tenancy.scope import confidential_shown
from omloop.transfers.cost_centres import find_owned, give_owned
from omloop.transfers.giving import give_invoices, lock_invoices
from omloop.transfers.judging import read_able
from omloop.transfers.models import Item, Transfer, What
from omloop.transfers.refusals import NoSuchPlace, NothingChosen, ReceiverUnfit
from omloop.transfers.rest import Found
from omloop.transfers.schemes import find_groups, find_rules, give_groups, give_rules
from omloop.transfers.substitutions import find_substitutions, give_substitutions
from omloop.transfers.wish import Wish, from_json

AT_ONCE = 5000
"""Up to so many invoices are transferred while the page waits; more are left to a job."""


def ask_transfer(*, wish: Wish, actor: Member, now: datetime) -> UUID:
    """Keep what is asked, one row an organisation; the id of the transfer, which `carry_out` then does.

    It reaches only organisations where its maker holds *transfer user data* (rules 5.3). Raises NoSuchPlace,
    NothingChosen and ReceiverUnfit.
    """
    assert actor.person_id  # noqa: S101 - a page is asked by a person
    wish = replace(wish, places=wish.places & actor.where(Right.TRANSFER))
    if not wish.places:
        raise NoSuchPlace
    if not wish.what:
        raise NothingChosen
    _lock(wish.places, wish.what)
    if wish.to_id == wish.person_id or wish.to_id not in {p.id for p in people_in(wish.places, now=now)}:
        raise ReceiverUnfit
    run_id = uuid7()
    rows = [
        Transfer(
            organisation_id=place,
            run_id=run_id,
            person_id=wish.person_id,
            made_by_id=actor.person_id,
            made_at=now,
            wish=wish.as_json(),
        )
        for place in sorted(wish.places)
    ]
    for row in Transfer.objects.bulk_create(rows):
        _record("transfer.asked", row, actor, now, {"to": str(wish.to_id), "what": sorted(wish.what)})
    return run_id


def refuse(*, run_id: UUID, actor: Member, now: datetime) -> None:
    """Say of a transfer that its maker may not make any more that it is refused; twice does no harm."""
    waiting = Transfer.objects.filter(run_id=run_id, state=Transfer.State.ASKED).order_by("organisation_id")
    hold(list(waiting.values_list("organisation_id", flat=True)))
    for row in waiting.select_for_update():
        row.state = Transfer.State.REFUSED
        row.save(update_fields=["state"])
        _record("transfer.refused", row, actor, now, {"to": row.wish["to"]})


def carry_out(*, run_id: UUID, actor: Member, now: datetime) -> list[Transfer]:
    """Do what was asked, in the caller's transaction: all of it or nothing; twice does no harm.

    Organisations are held first, then invoices locked as the gate locks one, then everything is read.
    Raises RightMissing where the maker lost the right meanwhile.
    """
    rows = list(Transfer.objects.filter(run_id=run_id).order_by("organisation_id"))
    places = [row.organisation_id for row in rows]
    _lock(places, {what for row in rows for what in row.wish["what"]})
    waiting = list(Transfer.objects.select_for_update().filter(run_id=run_id, state=Transfer.State.ASKED))
    for row in waiting:
        demand_afresh(actor, Right.TRANSFER, row.organisation_id, now=now)
    if not waiting:
        return []
    wish = from_json(waiting[0].person_id, [row.organisation_id for row in waiting], waiting[0].wish)
    transfers = {row.organisation_id: row for row in waiting}
    with confidential_shown(places):
        went = _give_invoices(wish, transfers, run_id, actor, now) if What.INVOICES in wish.what else {}
    for row in waiting:
        _give_rest(row, wish, actor, now)
        row.state, row.made_at = Transfer.State.DONE, now
        row.save(update_fields=["state", "made_at", "stayed"])
        receivers = {str(to): count for (place, to), count in went.items() if place == row.organisation_id}
        detail = {"to": str(wish.to_id), "what": sorted(wish.what), "receivers": receivers}
        _record("transfer.made", row, actor, now, detail)
    return waiting


def _lock(places: Collection[UUID], what: Collection[str]) -> None:
    """Hold the organisations; where people come into groups, rights are locked before that."""
    if What.RULES in what:
        lock_rights(places)
    else:
        hold(places)


def _give_invoices(
    wish: Wish, transfers: dict[UUID, Transfer], run_id: UUID, actor: Member, now: datetime
) -> Mapping[tuple[UUID, UUID], int]:
    """By organisation and receiver, how many went; what stayed is noted on the transfer."""
    locked = lock_invoices(wish)
    able = read_able(wish, now=now)
    went, stayed = give_invoices(wish, able, run_id=run_id, locked=locked, actor=actor, now=now)
    for (place, conflict), count in stayed.items():
        transfers[place].stayed.append({"kind": Item.Kind.INVOICE, "why": str(conflict), "count": count})
    return went


def _give_rest(transfer: Transfer, wish: Wish, actor: Member, now: datetime) -> None:
    """Rules, groups, substitutions and cost centres; what can't go is kept with its reason."""
    found = list(find_rest(transfer.organisation, wish, actor=actor, now=now))
    going = [each for each in found if each.stays is None]
    transfer.stayed += [
        {"kind": each.kind, "name": each.name, "why": str(each.stays)} for each in found if each.stays
    ]
    items: list[Item] = []
    for kind, give in (
        (Item.Kind.RULE, give_rules),
        (Item.Kind.GROUP, give_groups),
        (Item.Kind.SUBSTITUTION, give_substitutions),
        (Item.Kind.COST_CENTRE, give_owned),
        (Item.Kind.COST_UNIT, give_owned),
    ):
        of_kind = [each for each in going if each.kind == kind]
        if of_kind:
            items += give(transfer, wish.to_id, of_kind, actor=actor, now=now)
    Item.objects.bulk_create(items)


def find_rest(organisation: Organisation, wish: Wish, *, actor: Member, now: datetime) -> Iterator[Found]:
    """What the wish is about in one organisation beside invoices, with what keeps it from going."""
    about = (organisation.id, wish.person_id, wish.to_id, actor, now)
    if What.RULES in wish.what:
        yield from find_rules(*about)
        yield from find_groups(*about)
    if What.SUBSTITUTIONS in wish.what:
        yield from find_substitutions(organisation, wish.person_id, wish.to_id, now)
    if What.COST_CENTRES in wish.what:
        yield from find_owned(organisation.id, wish.person_id, wish.to_id, now)


def _record(name: str, row: Transfer, actor: Member, now: datetime, detail: dict[str, Any]) -> None:
    record(
        name,
        actor=actor,
        chain_id=row.organisation_id,
        subject_id=row.run_id,
        for_person_id=row.person_id,
        at=now,
        detail=detail,
    )
