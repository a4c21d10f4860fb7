"""Whether another can have the invoices that are somebody's: set by set, in SQL (rules 5.2, 5.3).

One statement however many invoices. Who runs it has shown the confidential ones to the system for a moment.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from omloop.absences.models import AbsenceCover
from omloop.circulation.who.awaited import SEES
from omloop.circulation.who.eyes import actions_apart_in
from omloop.circulation.who.policies import RIGHT_FOR, rights_of
from omloop.organisations.activity import active_people
from omloop.organisations.members import Member
from omloop.organisations.models import ApprovalLimit
from omloop.organisations.rights import Right
from omloop.people.humans import accounts_of
from omloop.transfers.his import HIS, MINE
from omloop.transfers.wish import Wish

ROOM = "SELECT set_config('work_mem', '64MB', true)"
"""Until the transaction ends: what is judged fits in memory, also a hundred thousand."""

NEEDS: Mapping[str, Collection[str]] = {
    **{action: (right,) for action, right in RIGHT_FOR.items()},
    "circulate": (Right.CIRCULATE,),
    "look": SEES,
}
"""The rights of which one is needed for what `HIS` says is asked."""

LOCKED = "m.invoice_id = ANY (%(locked)s::uuid[])"
"""Asked of a hash, whatever the planner expects: joined, it may go through all of them for each."""

VERDICT = """
CASE
    WHEN NOT m.needs <@ p.may THEN 'right_missing'
    WHEN m.confidential AND NOT p.sees_confidential THEN 'not_confidential'
    WHEN (m.approves AND 'approve' = ANY (p.apart) OR m.is_asked_to_check AND 'check' = ANY (p.apart)) AND (
        EXISTS (SELECT FROM circulation_decision d JOIN circulation_step ds ON ds.id = d.step_id
                WHERE d.organisation_id = m.organisation_id AND d.invoice_id = m.invoice_id
                  AND ds.action = ANY (p.apart) AND ds.origin <> 'return' AND ds.id <> ALL (m.his_steps)
                  AND d.action IN ('check', 'approve') AND d.withdrawn_at IS NULL
                  AND (d.person_id = ANY (p.accounts) OR d.for_person_id = ANY (p.accounts)))
        OR m.approves AND 'approve' = ANY (p.apart) AND m.invoice_id IN (
            SELECT ty.invoice_id FROM recognition_typing ty
            WHERE ty.organisation_id = ANY (%(places)s) AND ty.typed_by_id = ANY (%(rivals)s))
        AND EXISTS (SELECT FROM recognition_typing ty WHERE ty.organisation_id = m.organisation_id
                    AND ty.invoice_id = m.invoice_id AND ty.typed_by_id = ANY (p.accounts))
        OR m.invoice_id IN (
            SELECT s.invoice_id FROM circulation_step s
            WHERE s.organisation_id = ANY (%(places)s) AND s.person_id = ANY (%(rivals)s)
              AND s.state IN ('waiting', 'open'))
        AND EXISTS (SELECT FROM circulation_step os WHERE os.invoice_id = m.invoice_id
                   AND os.state IN ('waiting', 'open') AND os.action = ANY (p.apart)
                   AND os.id <> ALL (m.his_steps) AND os.person_id = ANY (p.eyes)))
      OR m.approves AND m.invoice_id IN (SELECT c.invoice_id FROM checked c)
      AND EXISTS (SELECT FROM checked c WHERE c.invoice_id = m.invoice_id AND c.person_id = ANY (p.accounts))
      OR m.is_open AND m.invoice_id IN (
        SELECT t.invoice_id FROM circulation_assignment t WHERE t.organisation_id = ANY (%(places)s)
          AND t.holder_id = ANY (%(rivals)s) AND t.ended_at IS NULL)
      AND EXISTS (
        SELECT FROM circulation_assignment ot WHERE ot.invoice_id = m.invoice_id AND ot.ended_at IS NULL
           AND ot.step_id <> ALL (m.his_steps) AND ot.holder_id = ANY (p.accounts))
        THEN 'barred'
    WHEN m.approves AND (CASE m.kind WHEN 'invoice' THEN p.limit_invoice ELSE p.limit_credit END) <
        coalesce(m.amount, 'Infinity')
        THEN 'above_limit'
END"""
"""Whether person `p` can have all that is asked on invoice `m`. Barred: he, another account of his or one
whom he stands in for signed it, or will; he made what he would approve, or checked the bank account that it
waits for; or he is asked in the same step (rules 1.5, 2.9, 3.5, 3.9). What is asked of the few first, `IN`,
is read once, for it says nothing of `m` and `p`; the rest only for those."""

JUDGED = f"""
checked AS (
    SELECT pa.invoice_id, who.person_id FROM payees_accountcheck ch
    JOIN payees_payee pa ON pa.organisation_id = ch.organisation_id AND pa.account_id = ch.account_id
     AND (ch.confirmed_at IS NULL OR pa.noted_at <= ch.confirmed_at)
    CROSS JOIN LATERAL unnest(ARRAY[ch.recorded_by_id, ch.confirmed_by_id]) AS who (person_id)
    WHERE ch.organisation_id = ANY (%(places)s) AND ch.ended_at IS NULL AND who.person_id = ANY (%(rivals)s)
),
able AS (
    SELECT * FROM jsonb_to_recordset(%(able)s) AS p (
        organisation_id uuid, for_conflict text, person_id uuid, accounts uuid[], eyes uuid[], apart text[],
        may text[], sees_confidential boolean, limit_invoice numeric, limit_credit numeric)
),
first AS MATERIALIZED (
    SELECT m.*, p.person_id AS first_id, {VERDICT} AS conflict
    FROM mine m JOIN able p ON p.organisation_id = m.organisation_id AND p.for_conflict = ''
),
judged AS (
    SELECT m.*, CASE
        WHEN m.conflict IS NULL OR m.conflict = 'above_limit' AND p.person_id = m.first_id THEN m.first_id
        WHEN p.person_id IS NOT NULL AND {VERDICT} IS NULL THEN p.person_id END AS goes_to
    FROM first m
    LEFT JOIN able p ON p.organisation_id = m.organisation_id AND p.for_conflict = m.conflict
)"""  # noqa: S608 - put together from constants
"""Who gets each: the other; where that can't be, who was chosen instead and can; else nobody, it stays."""


@dataclass(frozen=True, kw_only=True)
class Able:
    """What somebody can take over in one organisation, in the words of `JUDGED`."""

    organisation_id: UUID
    for_conflict: str
    person_id: UUID
    accounts: list[UUID]
    eyes: list[UUID]
    apart: tuple[str, ...]
    may: list[str]
    sees_confidential: bool
    limit_invoice: Decimal | None
    limit_credit: Decimal | None


def read_able(wish: Wish, *, now: datetime) -> list[Able]:
    """What the other, and whoever was chosen instead of him, can take over; read afresh."""
    asked = [(place, "", wish.to_id) for place in sorted(wish.places)]
    asked += [
        (place, str(conflict), who) for (place, conflict), who in wish.instead.items() if place in wish.places
    ]
    return list(_able(asked, now))


def _able(asked: list[tuple[UUID, str, UUID]], now: datetime) -> Iterator[Able]:
    people = {person for _, _, person in asked}
    accounts = {person: accounts_of([person]) for person in people}
    stands_for = _stands_for(people, now)
    apart = actions_apart_in({place for place, _, _ in asked})
    for place in sorted({place for place, _, _ in asked}):
        held = rights_of(place, active_people(place, people), now=now)
        limits = _limits(place, now)
        for _, conflict, person in (each for each in asked if each[0] == place):
            rights = held.get(person, set())
            any_kind = limits.get((person, ""))
            yield Able(
                organisation_id=place,
                for_conflict=conflict,
                person_id=person,
                accounts=sorted(accounts[person]),
                eyes=sorted(accounts[person] | stands_for.get((place, person), set())),
                apart=apart[place],
                may=[needed for needed, enough in NEEDS.items() if rights.intersection(enough)],
                sees_confidential=Right.VIEW_CONFIDENTIAL in rights,
                limit_invoice=limits.get((person, "invoice"), any_kind),
                limit_credit=limits.get((person, "credit_note"), any_kind),
            )


def _stands_for(people: set[UUID], now: datetime) -> Mapping[tuple[UUID, UUID], set[UUID]]:
    """By organisation and person, for whom he stands in today."""
    today = timezone.localdate(now)
    covers = AbsenceCover.objects.filter(substitute_id__in=people, cancelled_at=None, period__contains=today)
    found: dict[tuple[UUID, UUID], set[UUID]] = {}
    for place, person, away in covers.values_list("organisation_id", "substitute_id", "person_id"):
        found.setdefault((place, person), set()).add(away)
    return found


def _limits(organisation_id: UUID, now: datetime) -> dict[tuple[UUID, str], Decimal]:
    rows = ApprovalLimit.objects.at(now).filter(organisation_id=organisation_id)
    return {
        (person, kind): amount for person, kind, amount in rows.values_list("person_id", "kind", "amount")
    }


def statement(wish: Wish, *, then: str, is_locked: bool = False) -> str:
    """The SQL that judges what the wish is about, and goes on with `judged`.

    What narrows it by what an invoice says finds no confidential one that the maker may not see (rules 2.12).
    """
    where = [LOCKED if is_locked else "true"]
    chosen = wish.selection
    if chosen.supplier:
        where.append("strpos(lower(i.supplier_name), lower(%(supplier)s)) > 0")
    if chosen.first_on:
        where.append("i.import_date >= %(first_on)s")
    if chosen.last_on:
        where.append("i.import_date <= %(last_on)s")
    if chosen.asks_content:
        where.append("(NOT i.confidential OR i.organisation_id = ANY (%(seen)s))")
    if chosen.phases:
        where.append("m.phase = ANY (%(phases)s)")
    mine = MINE.format(where=" AND ".join(where))
    return f"WITH RECURSIVE {HIS}, {mine}, {JUDGED} {then}"


def parameters(wish: Wish, able: list[Able], actor: Member) -> dict[str, Any]:
    """What `statement` asks for, where this actor makes the transfer."""
    chosen = wish.selection
    return {
        "places": sorted(wish.places),
        "person": wish.person_id,
        "rivals": sorted({account for each in able for account in each.eyes}),
        "able": json.dumps([asdict(each) for each in able], default=str),
        "seen": sorted(actor.where(Right.VIEW_CONFIDENTIAL)),
        "supplier": chosen.supplier,
        "first_on": chosen.first_on,
        "last_on": chosen.last_on,
        "phases": sorted(chosen.phases),
    }
