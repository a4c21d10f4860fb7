"""Undoing a transfer: item by item, or all that still can, at most 30 days (rules 5.3)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from omloop.audit.services import record
from omloop.kernel.ids import uuid7
from omloop.organisations.locks import lock_rights
from omloop.organisations.members import Member
from omloop.organisations.policies import demand_afresh
from omloop.organisations.rights import Right
from omloop.tenancy.scope import confidential_shown
from omloop.transfers.cost_centres import take_back_owned
from omloop.transfers.giving import KEY
from omloop.transfers.models import Item, Transfer
from omloop.transfers.refusals import TooLate
from omloop.transfers.schemes import take_back_groups, take_back_rules
from omloop.transfers.substitutions import take_back_substitutions

CAN = """
it.undone_at IS NULL AND it.kind = 'invoice'
AND EXISTS (SELECT FROM invoices_invoice i WHERE i.id = it.invoice_id AND i.booked_at IS NULL
            AND i.state = CASE cardinality(it.tasks) WHEN 0 THEN 'approved' ELSE 'circulating' END)
AND NOT EXISTS (SELECT FROM circulation_assignment t WHERE t.id = ANY (it.tasks) AND t.ended_at IS NOT NULL)
AND (cardinality(it.questions) = 0 OR NOT EXISTS (
    SELECT FROM circulation_consultation c WHERE c.id = ANY (it.questions)
       AND (c.answered_at IS NOT NULL OR c.recalled_at IS NOT NULL AND c.person_id = it.to_id)))
AND NOT EXISTS (SELECT FROM transfers_item later WHERE later.invoice_id = it.invoice_id
                AND later.undone_at IS NULL AND later.id > it.id)"""
"""Nothing has happened on it: what was open at the transfer still is, or what was approved is neither open
again nor booked; the other answered no question; and nobody transferred it again."""
LOCK = """
SELECT count(*) FROM (
    SELECT i.id FROM invoices_invoice i
    WHERE i.id IN (SELECT it.invoice_id FROM transfers_item it
                   WHERE it.transfer_id = %(transfer)s AND it.undone_at IS NULL AND {which})
    ORDER BY i.id FOR NO KEY UPDATE) locked"""
TAKE_BACK = f"""
WITH back AS MATERIALIZED (
    SELECT it.* FROM transfers_item it
    WHERE it.transfer_id = %(transfer)s AND {{which}} AND {CAN}),
named AS (
    UPDATE circulation_step s SET person_id = %(person)s FROM back b
    WHERE s.id = ANY (b.steps) AND s.person_id = b.to_id AND s.state IN ('waiting', 'open')),
held AS (
    UPDATE circulation_assignment t SET
        holder_id = CASE WHEN jsonb_typeof(old) = 'null' THEN %(person)s ELSE (old ->> 'holder')::uuid END,
        group_id = (old ->> 'group')::uuid, for_person_id = (old ->> 'for_person')::uuid,
        fallback = coalesce(old ->> 'fallback', ''), on_hold_until = (old ->> 'on_hold')::date,
        barred = ARRAY(SELECT jsonb_array_elements_text(
            CASE WHEN jsonb_typeof(old) = 'null' THEN '[]' ELSE old -> 'barred' END)::uuid),
        why = t.why || jsonb_build_object('transfers', (t.why -> 'transfers') - -1)
    FROM back b JOIN circulation_assignment mine ON mine.id = ANY (b.tasks)
         CROSS JOIN LATERAL (SELECT mine.why -> 'transfers' -> -1 ->> 'transfer' AS run,
                                    mine.why -> 'transfers' -> -1 -> 'before' AS old) last
    WHERE t.id = mine.id AND run = %(run)s::text),
asked_again AS (
    UPDATE circulation_consultation c SET person_id = %(person)s, recalled_at = NULL
    FROM (SELECT to_id, unnest(questions) AS id FROM back) b
    WHERE c.id = b.id AND c.answered_at IS NULL
      AND NOT EXISTS (SELECT FROM circulation_consultation o WHERE o.step_id = c.step_id AND o.id <> c.id
                      AND o.person_id = %(person)s AND o.answered_at IS NULL AND o.recalled_at IS NULL)),
marked AS (UPDATE transfers_item it SET undone_at = %(now)s FROM back b WHERE it.id = b.id),
told AS (
    INSERT INTO audit_event (id, chain_id, name, at, actor, person_id, subject_id, origin, detail)
    SELECT {KEY}, organisation_id, 'invoice.transfer_undone', %(now)s, %(actor)s, %(by)s, invoice_id,
           %(origin)s,
           jsonb_build_object('transfer', %(run)s::text, 'named', to_id, 'holder', %(person)s::text)
    FROM back RETURNING id, chain_id),
unsealed AS (INSERT INTO audit_unsealed (event_id, chain_id) SELECT id, chain_id FROM told)
SELECT count(*) FROM back"""  # noqa: S608 - put together from constants


def undo(
    *, run_id: UUID, item_ids: Collection[UUID] | None = None, actor: Member, now: datetime
) -> tuple[int, int]:
    """Undo these items, or all that still can; how many were undone, and how many of those asked were not.

    Reaches the organisations where the actor holds *transfer user data*. Raises TooLate after 30 days.
    """
    transfers = list(
        Transfer.objects.filter(run_id=run_id, organisation_id__in=actor.where(Right.TRANSFER)).order_by("id")
    )
    places = [transfer.organisation_id for transfer in transfers]
    lock_rights(places)
    undone = asked = 0
    with confidential_shown(places):
        for transfer in transfers:
            demand_afresh(actor, Right.TRANSFER, transfer.organisation_id, now=now)
            if now > transfer.undo_until:
                raise TooLate
            chosen = Item.objects.filter(transfer=transfer, undone_at=None)
            if item_ids is not None:
                chosen = chosen.filter(id__in=item_ids)
            asked += chosen.count()
            count = _take_back(transfer, item_ids, actor, now)
            undone += count
            if count:
                _record(transfer, count, actor, now)
    return undone, asked - undone


def _take_back(transfer: Transfer, item_ids: Collection[UUID] | None, actor: Member, now: datetime) -> int:
    count = _take_back_invoices(transfer, item_ids, actor, now)
    rest = Item.objects.filter(transfer=transfer, undone_at=None).exclude(kind=Item.Kind.INVOICE)
    if item_ids is not None:
        rest = rest.filter(id__in=item_ids)
    by_kind: dict[str, list[Item]] = {kind: [] for kind in Item.Kind.values}
    for item in rest:
        by_kind[item.kind].append(item)
    undone = take_back_rules(transfer, by_kind[Item.Kind.RULE], actor=actor, now=now)
    undone |= take_back_groups(transfer, by_kind[Item.Kind.GROUP], actor=actor, now=now)
    undone |= take_back_substitutions(transfer, by_kind[Item.Kind.SUBSTITUTION], actor=actor, now=now)
    owned = by_kind[Item.Kind.COST_CENTRE] + by_kind[Item.Kind.COST_UNIT]
    undone |= take_back_owned(transfer, owned, actor=actor, now=now)
    Item.objects.filter(id__in=undone).update(undone_at=now)
    return count + len(undone)


def _take_back_invoices(
    transfer: Transfer, item_ids: Collection[UUID] | None, actor: Member, now: datetime
) -> int:
    """Locked as the gate locks them, and read only then."""
    which = "true" if item_ids is None else "it.id = ANY (%(items)s)"
    values: dict[str, Any] = {
        "transfer": transfer.id,
        "items": sorted(item_ids or ()),
        "run": transfer.run_id,
        "person": transfer.person_id,
        "by": actor.person_id,
        "actor": actor.signature,
        "origin": actor.origin,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(LOCK.format(which=which), values)
        cursor.execute(TAKE_BACK.format(which=which), {**values, "key": uuid7().hex[:13]})
        return int(cursor.fetchone()[0])


def can_undo(items: Collection[UUID]) -> set[UUID]:
    """Those of these items of invoices on which nothing has happened yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT it.id FROM transfers_item it WHERE it.id = ANY (%s) AND {CAN}",  # noqa: S608
            [sorted(items)],
        )
        return {row[0] for row in cursor.fetchall()}


def _record(transfer: Transfer, count: int, actor: Member, now: datetime) -> None:
    record(
        "transfer.undone",
        actor=actor,
        chain_id=transfer.organisation_id,
        subject_id=transfer.run_id,
        for_person_id=transfer.person_id,
        at=now,
        detail={"items": count},
    )
