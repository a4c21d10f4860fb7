"""Giving somebody's active invoices to others: a few statements however many, in the caller's transaction.

The invoices are locked as the gate locks one, in the order of their ids, and only then read: a decision that
was being taken is waited for and then seen, one that comes later finds the new holder. Nothing is decided.
"""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from omloop.kernel.ids import uuid7
from omloop.organisations.members import Member
from omloop.transfers.his import HIS
from omloop.transfers.judging import ROOM, Able, parameters, statement
from omloop.transfers.wish import Conflict, Wish

LOCK = f"""
WITH RECURSIVE {HIS}
SELECT array_agg(id)::text FROM (
    SELECT i.id FROM invoices_invoice i WHERE i.id IN (SELECT invoice_id FROM asks)
    ORDER BY i.id FOR NO KEY UPDATE) locked"""  # noqa: S608 - put together from constants
KEY = "(%(key)s || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid"
"""A UUIDv7 made in SQL: its moment and version come from Python, the rest is chance."""

KEEPS = "CASE WHEN t.holder_id = %(person)s THEN t.fallback ELSE '' END"
"""A question that he took stays one; of what the fallback was asked in his place the other has the task."""
GIVE = f"""
, going AS (SELECT * FROM judged WHERE goes_to IS NOT NULL),
made AS (SELECT id, organisation_id FROM transfers_transfer
         WHERE run_id = %(run)s AND organisation_id = ANY (%(places)s)),
named AS (
    UPDATE circulation_step s SET person_id = g.goes_to
    FROM (SELECT goes_to, unnest(named_steps) AS id FROM going) g WHERE s.id = g.id),
given AS (
    UPDATE circulation_assignment t SET
        holder_id = g.goes_to, group_id = NULL, barred = '{{}}', on_hold_until = NULL,
        fallback = {KEEPS},
        for_person_id = nullif(nullif(t.for_person_id, %(person)s), g.goes_to),
        why = t.why || jsonb_build_object('transfers', coalesce(t.why -> 'transfers', '[]') ||
            jsonb_build_object(
                'transfer', %(run)s::text, 'by', %(by)s::text, 'person', %(person)s::text, 'to', g.goes_to,
                'for_person', nullif(nullif(t.for_person_id, %(person)s), g.goes_to), 'fallback', {KEEPS},
                'before', CASE WHEN t.holder_id = %(person)s AND t.for_person_id IS NULL AND t.fallback = ''
                                AND t.on_hold_until IS NULL THEN NULL
                    ELSE jsonb_build_object('holder', t.holder_id, 'group', t.group_id, 'for_person',
                        t.for_person_id, 'fallback', t.fallback, 'on_hold', t.on_hold_until,
                        'barred', to_jsonb(t.barred)) END))
    FROM (SELECT goes_to, unnest(his_tasks) AS id FROM going) g WHERE t.id = g.id),
passed_on AS (
    UPDATE circulation_consultation c SET
        person_id = CASE WHEN q.can_be_asked THEN q.goes_to ELSE c.person_id END,
        recalled_at = CASE WHEN NOT q.can_be_asked THEN %(now)s::timestamptz END
    FROM (
        SELECT c.id, g.goes_to, NOT EXISTS (
            SELECT FROM able p WHERE p.person_id = g.goes_to AND c.asked_by_id = ANY (p.accounts)
        ) AND NOT EXISTS (
            SELECT FROM circulation_consultation o WHERE o.step_id = c.step_id AND o.person_id = g.goes_to
              AND o.answered_at IS NULL AND o.recalled_at IS NULL) AS can_be_asked
        FROM (SELECT goes_to, unnest(his_questions) AS id FROM going) g
        JOIN circulation_consultation c ON c.id = g.id) q
    WHERE c.id = q.id RETURNING c.*),
kept AS (
    INSERT INTO transfers_item
        (id, organisation_id, confidential, transfer_id, kind, invoice_id, to_id, steps, questions, tasks)
    SELECT {KEY}, g.organisation_id, g.confidential, made.id, 'invoice', g.invoice_id, g.goes_to,
           g.named_steps, g.his_questions, CASE WHEN g.is_open THEN g.his_tasks ELSE ARRAY(
               SELECT t.id FROM circulation_assignment t
               WHERE t.invoice_id = g.invoice_id AND t.ended_at IS NULL) END
    FROM going g JOIN made USING (organisation_id)),
told AS (
    INSERT INTO audit_event (id, chain_id, name, at, actor, person_id, subject_id, origin, detail)
    SELECT {KEY}, organisation_id, 'invoice.transferred', %(now)s, %(actor)s, %(by)s, invoice_id, %(origin)s,
           jsonb_build_object('transfer', %(run)s::text, 'named', %(person)s::text, 'holder', goes_to)
    FROM going
    UNION ALL
    SELECT {KEY}, organisation_id, 'advice.recalled', %(now)s, %(actor)s, %(by)s, invoice_id, %(origin)s,
           jsonb_build_object('step', step_id, 'consultation', id, 'named', person_id)
    FROM passed_on WHERE recalled_at IS NOT NULL
    RETURNING id, chain_id),
unsealed AS (INSERT INTO audit_unsealed (event_id, chain_id) SELECT id, chain_id FROM told)
SELECT organisation_id, conflict, goes_to, count(*) FROM judged GROUP BY 1, 2, 3"""  # noqa: S608
"""What he was asked goes along; a question that the other asked himself, or is asked too, is recalled."""


def lock_invoices(wish: Wish) -> str:
    """Lock what is his as the gate does, waiting for decisions that are being taken; their ids, as text."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"places": sorted(wish.places), "person": wish.person_id})
        return cursor.fetchone()[0] or "{}"


def give_invoices(
    wish: Wish, able: list[Able], *, run_id: UUID, locked: str, actor: Member, now: datetime
) -> tuple[Counter[tuple[UUID, UUID]], Counter[tuple[UUID, str]]]:
    """Give the locked ones that are still his; by organisation how many went to whom, and stayed and why."""
    values: dict[str, Any] = {
        **parameters(wish, able, actor),
        "locked": locked,
        "run": run_id,
        "by": actor.person_id,
        "actor": actor.signature,
        "origin": actor.origin,
        "now": now,
        "key": uuid7().hex[:13],
    }
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(statement(wish, then=GIVE, is_locked=True), values)
        rows = cursor.fetchall()
    went, stayed = Counter[tuple[UUID, UUID]](), Counter[tuple[UUID, str]]()
    for place, conflict, goes_to, count in rows:
        if goes_to is None:
            stayed[place, Conflict(conflict)] += count
        else:
            went[place, goes_to] += count
    return went, stayed
