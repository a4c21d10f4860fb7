"""What goes on by earlier rules, and the choice to have it follow the scheme of today (rules 3.2)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from omloop.circulation.models import Assignment, SchemeRule, Step
from omloop.circulation.rerouting import AT_ONCE, Result, by_earlier_rules, follow_each
from omloop.circulation.why import group_name
from omloop.invoices.models import Invoice
from omloop.organisations.models import Organisation
from omloop.schemes.queries import find_place
from omloop.schemes.views import member_of


@dataclass(frozen=True)
class Row:
    """An invoice that keeps its steps, the rule it came by, and who is asked now."""

    invoice: Invoice
    rule: str
    asked: list[str]


@require_http_methods(["GET", "HEAD", "POST"])
def under_way(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """What goes on by earlier rules; those that are chosen follow the scheme of today."""
    member, now = member_of(request), timezone.now()
    place = find_place(member, organisation_id, to_change=True)
    if request.method == "POST":
        chosen = [UUID(key) for key in request.POST.getlist("invoice") if _is_id(key)]
        _tell(request, follow_each(place.id, chosen, actor=member, now=now))
        return redirect("scheme_under_way", place.id)
    found = by_earlier_rules(place.id, member, now=now)
    context = {
        "organisation": place,
        "rows": _rows(place, list(found[:AT_ONCE]), now),
        "count": found.count(),
        "most": AT_ONCE,
    }
    return render(request, "schemes/under_way.html", context)


def _tell(request: HttpRequest, results: Sequence[Result]) -> None:
    """How many follow it now, and why each other one does not."""
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
    for result in results:
        if result.refusal:
            messages.error(request, f"{result.invoice.number}: {result.refusal}")


def _rows(place: Organisation, invoices: list[Invoice], now: datetime) -> list[Row]:
    """With names, in two queries."""
    own = {"organisation": place, "invoice__in": invoices}
    steps = Step.objects.filter(**own, origin=Step.Origin.SCHEME, state__in=["open", "waiting"])
    rules: dict[UUID, SchemeRule] = {
        step.invoice_id: step.rule for step in steps.select_related("rule").order_by("-position")
    }
    asked: dict[UUID, list[str]] = defaultdict(list)
    tasks = Assignment.objects.filter(**own, ended_at=None).select_related("holder", "group")
    for task in tasks.order_by("id"):
        name = task.holder.name if task.holder else group_name(task.group.name, task.group.default)
        asked[task.invoice_id].append(name)
    return [Row(each, rules[each.id].name, asked[each.id]) for each in invoices]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
