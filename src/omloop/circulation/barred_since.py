"""Open tasks that four eyes bar by now: the setting became stricter, or two accounts turned out to be of one
human, after the task was given (rules 1.5, 3.5).

Routing passes over whom four eyes bar, so only what was open before such a change is asked for; it would
otherwise stand still unseen, for the gate refuses its holder.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from omloop.circulation.configuration import STILL, CirculationSettings
from omloop.circulation.eyes import ANSWERS, APART
from omloop.people.humans import last_marked_at, marked_accounts
from omloop.tenancy.scope import current_scope

BARRED = """
WITH human AS (SELECT * FROM unnest(%(accounts)s::uuid[], %(humans)s::uuid[]) AS h(account, one)),
apart AS (SELECT * FROM unnest(%(places)s::uuid[], %(actions)s::text[], %(changed)s::timestamptz[])
          AS a(place, action, changed_at)),
answered AS (
    SELECT t.id, t.due_on, t.organisation_id, t.group_id, coalesce(h.one, t.holder_id) AS holder,
           coalesce(n.one, t.for_person_id) AS named,
           ARRAY(SELECT coalesce(w.one, who) FROM circulation_decision d
                 JOIN circulation_step ds ON ds.id = d.step_id
                 JOIN apart same ON same.place = d.organisation_id AND same.action = ds.action
                 CROSS JOIN LATERAL unnest(ARRAY[d.person_id, d.for_person_id]) who
                 LEFT JOIN human w ON w.account = who
                 WHERE d.organisation_id = t.organisation_id AND d.invoice_id = t.invoice_id
                   AND d.action = ANY (%(answers)s) AND d.withdrawn_at IS NULL AND ds.origin <> 'return'
                   AND who IS NOT NULL) AS people
    FROM circulation_assignment t
    JOIN circulation_step s ON s.id = t.step_id AND s.origin <> 'return'
    JOIN apart ON apart.place = t.organisation_id AND apart.action = s.action
    LEFT JOIN human h ON h.account = t.holder_id LEFT JOIN human n ON n.account = t.for_person_id
    WHERE t.ended_at IS NULL AND t.opened_at < apart.changed_at AND t.fallback = ''
      AND (%(task)s::uuid IS NULL OR t.id = %(task)s))
SELECT id FROM answered t
WHERE people && ARRAY[holder, named]
   OR (group_id IS NOT NULL AND cardinality(people) > 0 AND NOT EXISTS (
       SELECT FROM organisations_groupmember m LEFT JOIN human h ON h.account = m.person_id
       WHERE m.organisation_id = t.organisation_id AND m.group_id = t.group_id
         AND m.valid @> %(now)s::timestamptz AND coalesce(h.one, m.person_id) <> ALL (people)))
ORDER BY due_on NULLS LAST, id LIMIT %(limit)s"""
"""The holder, or for whom he acts, filled another pair of eyes of that invoice; or all of the group did."""


def barred_since(
    organisation_ids: Collection[UUID], *, task_id: UUID | None = None, now: datetime, limit: int = 1
) -> set[UUID]:
    """The tasks in these organisations, the most urgent first, or this one of them; three queries."""
    current_scope()
    apart = _apart(organisation_ids)
    if not apart:
        return set()
    marked = marked_accounts()
    values: dict[str, Any] = {
        "places": [place for place, _, _ in apart],
        "actions": [action for _, action, _ in apart],
        "changed": [changed for _, _, changed in apart],
        "accounts": list(marked),
        "humans": list(marked.values()),
        "answers": [str(each) for each in ANSWERS],
        "task": task_id,
        "now": now,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(BARRED, values)
        return {row for (row,) in cursor.fetchall()}


def _apart(organisation_ids: Collection[UUID]) -> list[tuple[UUID, str, datetime]]:
    """Where which action needs different people, and since when it may bar who was not barred before."""
    rows = CirculationSettings.objects.filter(STILL, organisation_id__in=organisation_ids)
    said = {row.organisation_id: row for row in rows}
    marked_at = last_marked_at()
    found = []
    for place in organisation_ids:
        row = said.get(place)
        changes = [each for each in (row.valid.lower if row else None, marked_at) if each is not None]
        actions = APART[row.four_eyes if row else CirculationSettings().four_eyes]
        found += [(place, action, max(changes)) for action in actions if changes]
    return found
