"""The scheme of an organisation as it is or was, and trying it out (rules 3.1)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from omloop.absences.queries import people_in
from omloop.circulation.routing.configuring import settings_of
from omloop.circulation.routing.why import group_name
from omloop.circulation.scheme.behind import behind_scheme
from omloop.circulation.scheme.proposing import open_proposals
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import DefaultGroup, Right
from omloop.schemes.findings import Drafted, findings_of
from omloop.schemes.forms import QuestionForm
from omloop.schemes.offering import offered_in
from omloop.schemes.queries import ShownRule, changes_of, end_of, find_place, rules_at
from omloop.schemes.starters import STARTERS
from omloop.schemes.trial import try_out


@require_safe
def scheme(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """The rules by priority, what is wrong with them, and who changed what; `on` shows another day."""
    member, now = member_of(request), timezone.now()
    place = find_place(member, organisation_id, to_change=False)
    today = now.astimezone(place.zone).date()
    on = _past_day(request.GET.get("on", ""), today)
    rules = rules_at(place, end_of(on, place) if on else now)
    context = {
        "organisation": place,
        "rules": rules,
        "on": on,
        "today": today,
        "changes": changes_of(place),
        "findings": [] if on else _findings(place, rules, now),
        "fallback": _fallback(),
        **_what_he_can(member, place, is_empty=not rules, is_past=on is not None, now=now),
    }
    context |= _behind(place, rules, request.GET.get("saved", ""), now) if context["changes_it"] else {}
    return render(request, "schemes/scheme.html", context)


@require_safe
def try_scheme(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Who would get an invoice like this, and why."""
    place = find_place(member_of(request), organisation_id, to_change=False)
    now = timezone.now()
    today = now.astimezone(place.zone).date()
    initial = {"kind": "invoice", "import_date": today, "opened_on": today}
    asked = request.GET if "import_date" in request.GET else None
    people, counts_vat = people_in([place.id], now=now), settings_of(place.id).counts_vat
    form = QuestionForm(asked, people=people, counts_vat=counts_vat, initial=initial)
    reads = member_of(request).can(Right.VIEW_CONFIDENTIAL, place.id)
    answer = try_out(place, form.question(), reads_confidential=reads, now=now) if form.is_valid() else None
    context = {
        "organisation": place,
        "form": form,
        "answer": answer,
        "reads_confidential": reads,
        "offered": offered_in(place, member_of(request)),
    }
    return render(request, "schemes/try.html", context, status=422 if form.errors else 200)


def _fallback() -> str:
    """Who is asked when no rule matches."""
    return group_name("", DefaultGroup.FINANCE)


def _past_day(text: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day < today else None


def _findings(place: Organisation, rules: list[ShownRule], now: datetime) -> list[str]:
    drafted = [Drafted(each.rule, each.steps) for each in rules]
    return [finding.text for finding in findings_of(place, drafted, now=now)]


def _what_he_can(
    member: Member, place: Organisation, *, is_empty: bool, is_past: bool, now: datetime
) -> dict[str, Any]:
    changes = member.can(Right.MANAGE_SCHEMES, place.id) and not is_past
    return {
        "changes_it": changes,
        "proposals": open_proposals(place, now=now) if changes else [],
        "manages_members": member.can(Right.MANAGE_MEMBERS, place.id),
        "starters": list(STARTERS.values()) if changes and is_empty else [],
        "may_copy": changes and is_empty and len(member.where(Right.MANAGE_SCHEMES)) > 1,
    }


def _behind(place: Organisation, rules: list[ShownRule], saved: str, now: datetime) -> dict[str, Any]:
    """How many go another way than the scheme of today, and how many of them fit the rule just saved."""
    behind = behind_scheme(place.id, now=now)
    rule = next((each.rule for each in rules if str(each.rule.id) == saved), None)
    fitting = [each for each in behind if rule and each.today == rule]
    return {"behind": len(behind), "saved": rule if fitting else None, "fitting": len(fitting)}


def member_of(request: HttpRequest) -> Member:
    """Who acts in this request."""
    member: Member = request.member  # type: ignore[attr-defined]
    return member
