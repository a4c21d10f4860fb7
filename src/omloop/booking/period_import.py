"""Which months are closed, as the bookkeeping package says: first shown, then done (rules 3.10, 3.11)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from omloop.booking.periods import close, closed_months, reopen
from omloop.booking.refusals import NothingSaid
from omloop.coding.sheets import table_in
from omloop.organisations.holding import hold_alone
from omloop.organisations.members import Member
from omloop.organisations.rights import Right

HEADINGS = {
    "month": "month period periode boekperiode maand",
    "state": "state status closed afgesloten gesloten toestand",
}
"""What exports call the columns, in small letters without spaces and signs."""
STATES = {
    **dict.fromkeys(("open", "nee", "no", "0", "false"), False),
    **dict.fromkeys(("closed", "gesloten", "afgesloten", "dicht", "ja", "yes", "1", "true"), True),
}
"""What they write in them: whether the month is closed."""


@dataclass(frozen=True)
class Said:
    """A month as it is told, and whether it is closed there."""

    month: str
    state: str


@dataclass(frozen=True)
class PeriodPlan:
    """What would change, by the first days of months; `wrong` can't be read."""

    closes: list[date]
    opens: list[date]
    same: int
    wrong: list[Said]

    @property
    def digest(self) -> str:
        """The same as long as the same would change, so that nobody confirms what he has not seen."""
        return sha256(repr((self.closes, self.opens)).encode()).hexdigest()


class PeriodsChanged(ValueError):
    """Something else would change now than was shown; `plan` is what."""

    def __init__(self, plan: PeriodPlan) -> None:
        super().__init__("periods")
        self.plan = plan


def rows_of(text: str) -> list[Said]:
    """The rows of a table. Raises TooLarge, and NoCodes without a column of months or states."""
    return [Said(**cells) for _, cells in table_in(text, HEADINGS, needs=HEADINGS.keys())]


def plan_periods(*, organisation_id: UUID, rows: Iterable[Said]) -> PeriodPlan:
    """What these would change; months that are not named stay as they are. One query."""
    closed, wanted = closed_months(organisation_id), dict[date, bool]()
    wrong = []
    for row in rows:
        month, state = _month(row.month), STATES.get(row.state.strip().casefold())
        if month is None or state is None:
            wrong.append(row)
        else:
            wanted[month] = state
    closes = sorted(month for month, is_closed in wanted.items() if is_closed and month not in closed)
    opens = sorted(month for month, is_closed in wanted.items() if not is_closed and month in closed)
    return PeriodPlan(closes, opens, len(wanted) - len(closes) - len(opens), wrong)


def renew_periods(
    *,
    organisation_id: UUID,
    rows: Iterable[Said],
    reason: str,
    seen: str | None = None,
    actor: Member,
    now: datetime,
) -> PeriodPlan:
    """Close and open months as told; twice changes nothing. What was done.

    `reason` is kept with each month that opens, `seen` is the digest of what was shown. Raises RightMissing
    without *book*, PeriodsChanged, and NothingSaid where a month opens without a reason.
    """
    actor.demand(Right.BOOK, organisation_id)
    hold_alone([organisation_id])
    plan = plan_periods(organisation_id=organisation_id, rows=rows)
    if seen is not None and plan.digest != seen:
        raise PeriodsChanged(plan)
    if plan.opens and not reason.strip():
        raise NothingSaid
    if plan.closes:
        close(organisation_id=organisation_id, months=plan.closes, actor=actor, now=now)
    for month in plan.opens:
        reopen(organisation_id=organisation_id, month=month, reason=reason, actor=actor, now=now)
    return plan


def _month(text: str) -> date | None:
    """`2026-03`, `2026-03-31`, `2026/3` or `202603`, `03-2026`: the first day of that month."""
    found = re.fullmatch(r"(?P<year>20\d\d)[-/]?(?P<month>\d{1,2})([-/]\d{1,2})?", text.strip())
    found = found or re.fullmatch(r"(?P<month>\d{1,2})[-/](?P<year>20\d\d)", text.strip())
    if found is None or not 1 <= int(found["month"]) <= 12:
        return None
    return date(int(found["year"]), int(found["month"]), 1)
