"""How many invoices a person could see in an organisation, for who sees all of them there."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from omloop.invoices.models import Invoice
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.relocation.rights.standing import Key, Standing
from omloop.tenancy.scope import current_scope

OWN = """
WITH asked AS (
    SELECT * FROM unnest(%(people)s::uuid[], %(places)s::uuid[], %(trusted)s::boolean[])
    AS asked (person_id, organisation_id, sees_confidential)),
stands AS (SELECT unnest(%(members)s::uuid[]) AS person_id, unnest(%(groups)s::uuid[]) AS group_id),
seen AS (
    SELECT k.person_id, k.organisation_id, a.invoice_id FROM asked k JOIN circulation_assignment a
    ON a.organisation_id = k.organisation_id AND k.person_id IN (a.holder_id, a.for_person_id)
    WHERE sees_confidential OR NOT a.confidential
    UNION
    SELECT k.person_id, k.organisation_id, a.invoice_id FROM asked k JOIN stands s USING (person_id)
    JOIN circulation_assignment a ON a.organisation_id = k.organisation_id AND a.group_id = s.group_id
    WHERE sees_confidential OR NOT a.confidential
    UNION
    SELECT k.person_id, k.organisation_id, d.invoice_id FROM asked k JOIN circulation_decision d
    ON d.organisation_id = k.organisation_id AND k.person_id IN (d.person_id, d.for_person_id)
    WHERE sees_confidential OR NOT d.confidential
    UNION
    SELECT k.person_id, k.organisation_id, c.invoice_id FROM asked k JOIN circulation_consultation c
    ON c.organisation_id = k.organisation_id AND c.person_id = k.person_id
    WHERE sees_confidential OR NOT c.confidential)
SELECT person_id, organisation_id, count(*) FROM seen GROUP BY person_id, organisation_id"""
"""Those that are or were his: held, decided, by his group, or shown to him; as `visible_to` has it."""


def count_seen(keys: Collection[Key], standing: Standing, viewer: Member) -> dict[Key, int]:
    """Invoices that each person sees now in each organisation, as far as the viewer sees them; two queries.

    Keys of organisations where the viewer does not see all are left out.
    """
    known = [key for key in keys if viewer.can(Right.VIEW_ALL, key[1])]
    all_of = [key for key in known if Right.VIEW_ALL in standing.rights(key)]
    own_of = [key for key in known if key not in all_of]
    counts = dict.fromkeys(known, 0)
    totals = _totals({place for _, place in all_of}) if all_of else {}
    for key in all_of:
        everything, openly = totals.get(key[1], (0, 0))
        counts[key] = everything if Right.VIEW_CONFIDENTIAL in standing.rights(key) else openly
    return counts | (_own(own_of, standing) if own_of else {})


def _totals(organisation_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """By organisation: all invoices that the scope shows, and those that are not confidential."""
    rows = Invoice.objects.filter(organisation_id__in=organisation_ids).values("organisation_id")
    counted = rows.annotate(everything=Count("id"), openly=Count("id", filter=Q(confidential=False)))
    return {row["organisation_id"]: (row["everything"], row["openly"]) for row in counted}


def _own(keys: Collection[Key], standing: Standing) -> dict[Key, int]:
    pairs = [(person, group) for person, place in keys for group in standing.place((person, place)).groups]
    values: dict[str, Any] = {
        "people": [person for person, _ in keys],
        "places": [place for _, place in keys],
        "trusted": [Right.VIEW_CONFIDENTIAL in standing.rights(key) for key in keys],
        "members": [person for person, _ in pairs],
        "groups": [group for _, group in pairs],
    }
    current_scope()
    with connection.cursor() as cursor:
        cursor.execute(OWN, values)
        return {(person, place): count for person, place, count in cursor.fetchall()}
