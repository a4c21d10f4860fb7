"""What the pages of retention show to whom (rules 2.8, 2.12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404
from django.utils.functional import Promise

from omloop.invoices.models import Invoice
from omloop.invoices.queries import NoSuchPlace, Place, visible_to
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.people.humans import accounts_of
from omloop.retention.deciding import UNDER_WAY, removals_of
from omloop.retention.going import (
    Group,
    Kind,
    Reckoning,
    examples_of,
    groups_of,
    may_go,
)
from omloop.retention.models import NOT_ENDED, Destroyed, KeptLonger, Removal
from omloop.retention.policies import decides
from omloop.retention.terms import REAL_ESTATE_YEARS, held_whole, kept_until, last_month_of
from omloop.sending.models import SalesInvoice
from omloop.sending.queries import visible_to as sales_visible_to

SHOWN = 100
PAGE = 50
State = Removal.State


@dataclass(frozen=True)
class Sheet:
    """What may go, of ordinary or of confidential things, and the list that waits or is carried out."""

    confidential: bool
    groups: list[Group]
    examples: list[tuple[Promise | str, list[tuple[str, date]]]]
    removal: Removal | None
    chosen: list[tuple[str, int]]
    is_mine: bool

    @property
    def is_empty(self) -> bool:
        """Nothing may go, and nothing waits."""
        return not self.groups and self.removal is None


@dataclass(frozen=True)
class Kept:
    """How long one invoice is kept, and why."""

    until: date
    estate: KeptLonger | None
    hold: KeptLonger | None
    whole: KeptLonger | None
    earlier: list[KeptLonger]


def context_of(organisation: Organisation, member: Member, *, now: datetime) -> dict[str, Any]:
    """All of an organisation's page, in a fixed number of queries."""
    on = Reckoning.of(organisation, now=now)
    sorts = [False, True] if member.can(Right.VIEW_CONFIDENTIAL, organisation.id) else [False]
    sheets = [_sheet(on, member, confidential) for confidential in sorts]
    removals = Removal.objects.filter(organisation=organisation).exclude(state__in=UNDER_WAY)
    people = ("proposed_by", "confirmed_by", "withdrawn_by")
    return {
        "organisation": organisation,
        "on": on,
        "decides": decides(member, organisation.id),
        "manages": member.can(Right.MANAGE_SETTINGS, organisation.id),
        "hold": held_whole(organisation.id).select_related("set_by").first(),
        "sheets": [sheet for sheet in sheets if not sheet.confidential or not sheet.is_empty],
        "earlier": list(removals.select_related(*people).order_by("-proposed_at", "-id")[:SHOWN]),
        "longer": _longer(organisation, member),
        "went": Destroyed.objects.filter(organisation=organisation).exists(),
    }


def kept(of: Invoice | SalesInvoice, organisation: Organisation) -> Kept:
    """Until when it is kept, and what keeps it longer; in four queries."""
    rows = KeptLonger.objects.filter(**_of(of)).select_related("set_by", "ended_by").order_by("-set_at")
    found = list(rows)
    standing = {each.kind: each for each in found if each.ended_at is None}
    estate = standing.get(KeptLonger.Kind.REAL_ESTATE)
    years = {"years": REAL_ESTATE_YEARS} if estate else {}
    came_on, issued_on = _days(of, organisation)
    return Kept(
        kept_until(came_on, issued_on, last_month_of(organisation.id), **years),
        estate,
        standing.get(KeptLonger.Kind.LEGAL_HOLD),
        held_whole(organisation.id).select_related("set_by").first(),
        [each for each in found if each.ended_at],
    )


def register_of(organisation: Organisation, asked: Mapping[str, str]) -> dict[str, Any]:
    """A page of what was destroyed, the newest first; `asked` (q, after); Http404 for no place."""
    rows = found_in_register(organisation, asked)
    if asked.get("after"):
        try:
            place = Place.parse(asked["after"])
        except NoSuchPlace:
            raise Http404 from None
        rows = rows.filter(destroyed_at__lte=place.received_at).exclude(
            destroyed_at=place.received_at, id__lte=place.id
        )
    page = list(rows.order_by("-destroyed_at", "id")[: PAGE + 1])
    more = Place(page[PAGE - 1].destroyed_at, page[PAGE - 1].id) if len(page) > PAGE else None
    decisions = Removal.objects.select_related("proposed_by", "confirmed_by")
    known = decisions.in_bulk({each.decision_id for each in page[:PAGE]})
    shown = [(each, known.get(each.decision_id)) for each in page[:PAGE]]
    return {"rows": shown, "next": more, "q": asked.get("q", ""), "is_first": "after" not in asked}


def found_in_register(organisation: Organisation, asked: Mapping[str, str]) -> Any:
    """What was destroyed, or of it what has this number or hash."""
    rows = Destroyed.objects.filter(organisation=organisation)
    if words := asked.get("q", "").strip()[:80]:
        rows = rows.filter(number__icontains=words) | rows.filter(sha256__startswith=words.lower())
    return rows


def _sheet(on: Reckoning, member: Member, confidential: bool) -> Sheet:
    found = may_go(on, confidential=confidential)
    sees = member.can(Right.VIEW_ALL, on.organisation_id)
    examples = examples_of(found) if sees else {}
    removals = removals_of(on.organisation_id, confidential).filter(state__in=UNDER_WAY)
    removal = removals.select_related("proposed_by", "confirmed_by").first()
    own = accounts_of([removal.proposed_by_id]) if removal else frozenset()
    return Sheet(
        confidential,
        groups_of(found),
        [(kind.label, rows) for kind, rows in examples.items() if rows],
        removal,
        [(str(Kind(kind).label), year) for kind, year in removal.chosen] if removal else [],
        member.person_id in own,
    )


def _longer(organisation: Organisation, member: Member) -> list[KeptLonger]:
    """What is marked or held, of the invoices that he sees."""
    rows = KeptLonger.objects.filter(NOT_ENDED, organisation=organisation)
    seen = rows.filter(invoice__in=visible_to(member)) | rows.filter(sale__in=sales_visible_to(member))
    return list(seen.select_related("invoice", "sale", "set_by").order_by("-set_at", "id")[:SHOWN])


def _days(of: Invoice | SalesInvoice, organisation: Organisation) -> tuple[date, date | None]:
    if isinstance(of, Invoice):
        return of.import_date, of.issued_on
    return of.changed_at.astimezone(organisation.zone).date(), of.issued_on


def _of(of: Invoice | SalesInvoice) -> dict[str, Any]:
    name = "invoice" if isinstance(of, Invoice) else "sale"
    return {"organisation_id": of.organisation_id, name: of}
