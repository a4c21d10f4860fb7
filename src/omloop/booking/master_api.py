"""Creditor numbers and periods of the bookkeeping package, by API (rules 3.10)."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from omloop.booking.creditors import Told, creditors_of, plan_creditors, renew_creditors
from omloop.booking.pages import find_place
from omloop.booking.period_import import Said, plan_periods, renew_periods
from omloop.booking.periods import closed_months
from omloop.booking.refusals import NothingSaid
from omloop.coding.sheets import MOST_ROWS
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right

router = Router(tags=["master data"])
Text = Annotated[str, Field(max_length=200)]


class CreditorIn(Schema):
    """A supplier as the package knows him; he is known by his VAT number, else KvK number, else name."""

    number: Annotated[str, Field(min_length=1, max_length=35)]
    name: Text
    vat: Text = ""
    kvk: Text = ""


class CreditorsIn(Schema):
    """Suppliers by their numbers; `preview`: only say what would change."""

    organisation: UUID
    creditors: Annotated[list[CreditorIn], Field(max_length=MOST_ROWS)]
    preview: bool = False


class CreditorOut(Schema):
    """A supplier with his number."""

    number: str
    name: str


class Renewed(Schema):
    """How many are new, have another number or name, are the same, and name no supplier."""

    new: int
    changed: int
    same: int
    wrong: int


class PeriodIn(Schema):
    """A month, as `2026-03`."""

    month: Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
    state: Literal["open", "closed"]


class PeriodsIn(Schema):
    """Months with their states; those that are not named stay. `reason` is needed where one opens again."""

    organisation: UUID
    periods: Annotated[list[PeriodIn], Field(max_length=1200)]
    reason: Annotated[str, Field(max_length=500)] = ""
    preview: bool = False


class PeriodsOut(Schema):
    """The months that close and that open again, and how many stay the same."""

    closes: list[str]
    opens: list[str]
    same: int


@router.get("/creditors", response=list[CreditorOut])
def list_creditors(request: MemberRequest, organisation: UUID) -> Any:
    """The creditor numbers of an organisation, by name."""
    return creditors_of(find_place(request.member, organisation).id)


@router.put("/creditors", response=Renewed)
def renew_creditor_numbers(request: MemberRequest, body: CreditorsIn) -> Any:
    """Take creditor numbers over; the same twice makes nothing double."""
    place = find_place(request.member, body.organisation, Right.BOOK)
    rows = [Told(each.number, each.name, each.vat, each.kvk) for each in body.creditors]
    if body.preview:
        plan = plan_creditors(organisation_id=place.id, rows=rows)
    else:
        plan = renew_creditors(organisation_id=place.id, rows=rows, actor=request.member, now=timezone.now())
    counts = {"new": len(plan.new), "changed": len(plan.changed)}
    return {**counts, "same": plan.same, "wrong": len(plan.wrong)}


@router.get("/periods", response=list[str])
def list_closed_periods(request: MemberRequest, organisation: UUID) -> Any:
    """The months that are closed, as `2026-03`."""
    return _months(closed_months(find_place(request.member, organisation).id))


@router.put("/periods", response=PeriodsOut)
def renew_closed_periods(request: MemberRequest, body: PeriodsIn) -> Any:
    """Close and open months as the package says; 422 when one opens without a reason."""
    place = find_place(request.member, body.organisation, Right.BOOK)
    rows = [Said(each.month, each.state) for each in body.periods]
    try:
        if body.preview:
            plan = plan_periods(organisation_id=place.id, rows=rows)
        else:
            who: dict[str, Any] = {"actor": request.member, "now": timezone.now()}
            plan = renew_periods(organisation_id=place.id, rows=rows, reason=body.reason, **who)
    except NothingSaid as refusal:
        raise HttpError(422, str(refusal)) from refusal
    return {"closes": _months(plan.closes), "opens": _months(plan.opens), "same": plan.same}


def _months(firsts: "set[date] | list[date]") -> list[str]:
    return [f"{each:%Y-%m}" for each in sorted(firsts)]
