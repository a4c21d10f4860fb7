"""Open tasks whose holder the gate refuses by now, for something happened after the task was given: four eyes
became stricter, two accounts turned out to be of one human (rules 1.5, 3.5, 3.9), or he had a part in the
check of the invoice's bank account (rules 2.9).

Routing passes over whom four eyes bar, so only what was open before such a change is asked for; it would
otherwise stand still unseen.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from omloop.circulation.models import StepAction
from omloop.circulation.models.configuration import STILL, CirculationSettings
from omloop.circulation.who.eyes import ANSWERS, APART, COMPLETES
from omloop.people.humans import last_marked_at, marked_accounts
from omloop.tenancy.scope import current_scope

HUMAN = "WITH human AS (SELECT * FROM unnest(%(accounts)s::uuid[], %(humans)s::uuid[]) AS h(account, one))"
STUCK = """
SELECT id FROM held t
WHERE people && ARRAY[holder, named]
   OR (group_id IS NOT NULL AND cardinality(people) > 0 AND NOT EXISTS (
       SELECT FROM organisations_groupmember m LEFT JOIN human h ON h.account = m.person_id
       WHERE m.organisation_id = t.organisation_id AND m.group_id = t.group_id
         AND m.valid @> %(now)s::timestamptz AND m.person_id <> ALL (t.barred)
         AND coalesce(h.one, m.person_id) <> ALL (people)))
ORDER BY due_on NULLS LAST, id LIMIT %(limit)s"""
"""The holder, or for whom he acts, is one of `people`; or all of the group are, or were barred before."""
BARRED = f"""{HUMAN},
place AS (
    SELECT * FROM unnest(%(places)s::uuid[], %(actions)s::text[], %(apart)s::boolean[],
                         %(changed)s::timestamptz[]) AS p(place, action, is_apart, changed_at)),
held AS (
    SELECT t.id, t.due_on, t.organisation_id, t.group_id, t.barred, coalesce(h.one, t.holder_id) AS holder,
           coalesce(n.one, t.for_person_id) AS named,
           ARRAY(SELECT coalesce(w.one, who) FROM (
                     SELECT unnest(ARRAY[d.person_id, d.for_person_id]) AS who FROM circulation_decision d
                     JOIN circulation_step ds ON ds.id = d.step_id
                     WHERE d.organisation_id = t.organisation_id AND d.invoice_id = t.invoice_id
                       AND d.withdrawn_at IS NULL
                       AND (ds.position = s.position AND d.action = ANY (%(votes)s)
                            OR place.is_apart AND s.origin <> 'return' AND ds.origin <> 'return'
                               AND d.action = ANY (%(answers)s) AND EXISTS (
                                   SELECT FROM place same WHERE same.place = d.organisation_id
                                     AND same.action = ds.action AND same.is_apart))
                     UNION ALL
                     SELECT ty.typed_by_id FROM recognition_typing ty
                     WHERE ty.organisation_id = t.organisation_id AND ty.invoice_id = t.invoice_id
                       AND place.is_apart AND s.action = %(approve)s AND s.origin <> 'return') AS them
                 LEFT JOIN human w ON w.account = who WHERE who IS NOT NULL) AS people
    FROM circulation_assignment t
    JOIN circulation_step s ON s.id = t.step_id
    JOIN place ON place.place = t.organisation_id AND place.action = s.action
    LEFT JOIN human h ON h.account = t.holder_id LEFT JOIN human n ON n.account = t.for_person_id
    WHERE t.ended_at IS NULL AND t.opened_at < place.changed_at AND t.fallback = ''
      AND (%(task)s::uuid IS NULL OR t.id = %(task)s)) {STUCK}"""  # noqa: S608 - of constants
"""Those of whom `people` filled another pair of eyes of that invoice, made it, or voted in the same step."""
CHECKED = f"""{HUMAN},
held AS (
    SELECT t.id, t.due_on, t.organisation_id, t.group_id, t.barred, coalesce(h.one, t.holder_id) AS holder,
           coalesce(n.one, t.for_person_id) AS named,
           array_remove(ARRAY[coalesce(r.one, c.recorded_by_id), coalesce(f.one, c.confirmed_by_id)], NULL)
           AS people
    FROM circulation_assignment t
    JOIN circulation_step s ON s.id = t.step_id AND s.action = %(approve)s
    JOIN payees_payee p ON p.organisation_id = t.organisation_id AND p.invoice_id = t.invoice_id
    JOIN payees_accountcheck c ON c.organisation_id = t.organisation_id AND c.account_id = p.account_id
     AND c.ended_at IS NULL AND (c.confirmed_at IS NULL OR p.noted_at <= c.confirmed_at)
    LEFT JOIN human h ON h.account = t.holder_id LEFT JOIN human n ON n.account = t.for_person_id
    LEFT JOIN human r ON r.account = c.recorded_by_id LEFT JOIN human f ON f.account = c.confirmed_by_id
    WHERE t.organisation_id = ANY (%(places)s) AND t.ended_at IS NULL AND t.fallback = ''
      AND (%(task)s::uuid IS NULL OR t.id = %(task)s)) {STUCK}"""  # noqa: S608 - of constants
"""Those that approve, of whom `people` had a part in the check that the invoice waits or waited for, as
`payees.queries.checkers_by_invoice` says it."""


def barred_since(
    organisation_ids: Collection[UUID], *, task_id: UUID | None = None, now: datetime, limit: int = 1
) -> set[UUID]:
    """Whom four eyes bar: the tasks in these organisations, the most urgent first, or this one of them.

    At most four queries.
    """
    changed = _changed(organisation_ids)
    if not changed:
        return set()
    values: dict[str, Any] = {
        "places": [each.place for each in changed],
        "actions": [each.action for each in changed],
        "apart": [each.is_apart for each in changed],
        "changed": [each.at for each in changed],
        "answers": [str(each) for each in ANSWERS],
        "votes": [str(each) for each in COMPLETES],
        "approve": StepAction.APPROVE.value,
    }
    return _stuck(BARRED, values | {"task": task_id, "now": now, "limit": limit})


def checked_since(
    organisation_ids: Collection[UUID], *, task_id: UUID | None = None, now: datetime, limit: int = 1
) -> set[UUID]:
    """The same of tasks to approve with whoever had a part in the check of the bank account; two queries."""
    values: dict[str, Any] = {"places": list(organisation_ids), "approve": StepAction.APPROVE.value}
    return _stuck(CHECKED, values | {"task": task_id, "now": now, "limit": limit})


def _stuck(query: str, values: dict[str, Any]) -> set[UUID]:
    current_scope()
    marked = marked_accounts()
    with connection.cursor() as cursor:
        cursor.execute(query, values | {"accounts": list(marked), "humans": list(marked.values())})
        return {row for (row,) in cursor.fetchall()}


@dataclass(frozen=True)
class _Changed:
    """An action in an organisation, whether it needs different people, and since when it may bar others."""

    place: UUID
    action: str
    is_apart: bool
    at: datetime


def _changed(organisation_ids: Collection[UUID]) -> list[_Changed]:
    """Another setting bars by steps that need different people; a mark of two accounts also by votes."""
    rows = CirculationSettings.objects.filter(STILL, organisation_id__in=organisation_ids)
    said = {row.organisation_id: row for row in rows}
    marked_at = last_marked_at()
    found = []
    for place in organisation_ids:
        row = said.get(place)
        apart = APART[row.four_eyes if row else CirculationSettings().four_eyes]
        for action in StepAction.values:
            set_at = row.valid.lower if row and action in apart else None
            moments = [moment for moment in (set_at, marked_at) if moment is not None]
            if moments:
                found.append(_Changed(place, action, action in apart, max(moments)))
    return found
