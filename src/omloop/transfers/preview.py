"""What a transfer would do, before anything changes: counts, conflicts and what is missing (rules 5.3)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from omloop.organisations.members import Member
from omloop.tenancy.scope import confidential_shown
from omloop.transfers.judging import ROOM, parameters, read_able, statement
from omloop.transfers.wish import Conflict, Phase, Wish

EXAMPLES = 5
COUNT = f"""
SELECT organisation_id, phase, conflict, goes_to, count(*), (array_agg(invoice_id))[1:{EXAMPLES}]
FROM judged GROUP BY 1, 2, 3, 4"""  # noqa: S608


@dataclass
class Clash:
    """Invoices of one organisation that the other can't have, for one reason; `goes_to` gets them instead."""

    count: int = 0
    goes_to: Counter[UUID] = field(default_factory=Counter)
    examples: list[UUID] = field(default_factory=list)

    @property
    def stays(self) -> int:
        """How many stay with the person: nobody was chosen, or who was can't have them either."""
        return self.count - self.goes_to.total()


@dataclass
class Preview:
    """How many invoices by organisation and phase, the conflicts, and how many go to whom."""

    counts: dict[UUID, Counter[Phase]] = field(default_factory=dict)
    clashes: dict[tuple[UUID, Conflict], Clash] = field(default_factory=dict)
    goes_to: Counter[UUID] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All invoices that the wish is about."""
        return sum(each.total() for each in self.counts.values())

    @property
    def going(self) -> int:
        """Those that go to somebody."""
        return self.goes_to.total()


def preview_invoices(wish: Wish, *, actor: Member, now: datetime) -> Preview:
    """Judge them all in one statement; confidential ones are counted too, and nothing of them is shown."""
    found = Preview()
    if not wish.places:
        return found
    able = read_able(wish, now=now)
    with confidential_shown(wish.places), connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(statement(wish, then=COUNT), parameters(wish, able, actor))
        rows = cursor.fetchall()
    for place, phase, conflict, goes_to, count, examples in rows:
        found.counts.setdefault(place, Counter())[Phase(phase)] += count
        if goes_to is not None:
            found.goes_to[goes_to] += count
        if conflict is not None:
            clash = found.clashes.setdefault((place, Conflict(conflict)), Clash())
            clash.count += count
            clash.examples = [*clash.examples, *examples][:EXAMPLES]
            if goes_to is not None:
                clash.goes_to[goes_to] += count
    return found
