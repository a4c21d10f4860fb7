"""What goes another way than the scheme of today, and the choice to have it follow that (rules 3.2)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from omloop.circulation.deciding.offer import holder_of
from omloop.circulation.models import Assignment
from omloop.circulation.scheme.behind import Behind, behind_scheme
from omloop.circulation.scheme.rerouting import AT_ONCE, Result, follow_each, follow_unseen, without_sight
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.schemes.queries import find_place
from omloop.schemes.views import member_of


@dataclass(frozen=True)
class Row:
    """An invoice that he sees, and who is asked now."""

    behind: Behind
    asked: list[str]


@dataclass
class Unseen:
    """How many invoices that he may not see went the same way."""

    behind: Behind
    count: int = 0


@dataclass(frozen=True)
class Shown:
    """What goes another way: each that he sees, the number of those that he doesn't, and how many in all."""

    rows: list[Row] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    count: int = 0


@require_http_methods(["GET", "HEAD", "POST"])
def under_way(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """What goes another way than the scheme of today; what is chosen follows it. `rule`: only what that one
    would take."""
    member, now = member_of(request), timezone.now()
    place = find_place(member, organisation_id, to_change=True)
    if request.method == "POST":
        _tell(request, member, place, _follow(request, member, place, now))
        return redirect(request.get_full_path())
    behind = behind_scheme(place.id, now=now)
    rule = next((each.today for each in behind if _is(each, request.GET.get("rule", ""))), None)
    shown = _shown(place, member, [each for each in behind if rule is None or each.today == rule])
    context = {"organisation": place, "rule": rule, "shown": shown, "most": AT_ONCE}
    return render(request, "schemes/under_way.html", context)


def _is(behind: Behind, rule_id: str) -> bool:
    return behind.today is not None and str(behind.today.id) == rule_id


def _follow(request: HttpRequest, member: Member, place: Organisation, now: datetime) -> list[Result]:
    chosen = [UUID(key) for key in request.POST.getlist("invoice") if _is_id(key)]
    ways = request.POST.getlist("way")
    unseen = follow_unseen(place.id, ways, actor=member, now=now) if ways else []
    return [*follow_each(place.id, chosen, actor=member, now=now), *unseen]


def _tell(request: HttpRequest, member: Member, place: Organisation, results: Sequence[Result]) -> None:
    """How many follow it now, and why each other one does not; without the number of what he may not see."""
    done = sum(result.refusal is None for result in results)
    if not results:
        messages.error(request, _("Choose at least one invoice."))
    if done:
        said = ngettext(
            "%(count)d invoice follows the scheme of today; who is asked first has it.",
            "%(count)d invoices follow the scheme of today; who is asked first has them.",
            done,
        )
        messages.success(request, said % {"count": done})
    refused = [result for result in results if result.refusal]
    unseen = set(without_sight(member, [result.invoice for result in refused])) if refused else set()
    for result in refused:
        name = _("An invoice") if result.invoice in unseen else result.invoice.number
        messages.error(request, f"{name}: {result.refusal}")


def _shown(place: Organisation, member: Member, behind: list[Behind]) -> Shown:
    hidden = set(without_sight(member, [each.invoice for each in behind])) if behind else set()
    seen = [each for each in behind if each.invoice not in hidden][:AT_ONCE]
    unseen: dict[str, Unseen] = {}
    for each in behind:
        if each.invoice in hidden:
            unseen.setdefault(each.way, Unseen(each)).count += 1
    asked = _asked(place, seen)
    rows = [Row(each, asked[each.invoice.id]) for each in seen]
    return Shown(rows, list(unseen.values()), len(behind))


def _asked(place: Organisation, behind: Iterable[Behind]) -> dict[UUID, list[str]]:
    """Who has each of these now; one query."""
    tasks = Assignment.objects.filter(
        organisation=place, invoice__in=[each.invoice for each in behind], ended_at=None
    )
    asked: dict[UUID, list[str]] = defaultdict(list)
    for task in tasks.select_related("holder", "group").order_by("id"):
        asked[task.invoice_id].append(holder_of(task))
    return asked


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
