"""The pages that change a scheme: a rule, its place, a set-up, a copy (rules 3.1, 3.2)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from omloop.circulation.models import ProposedRule, SchemeRule
from omloop.circulation.refusals.scheme import RuleIsOver, SchemeNotEmpty, StandsInRule
from omloop.circulation.scheme.copying import copy_scheme
from omloop.circulation.scheme.ordering import STEP, move_rule
from omloop.circulation.scheme.proposing import dismiss_proposal
from omloop.circulation.scheme.rules import add_rule, end_rule
from omloop.organisations.models import Organisation
from omloop.organisations.refusals import OwnRights
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.schemes.editing import digest_of, save, warnings_of
from omloop.schemes.forms import CopyForm, Editor, editor_for, who_choices, with_more
from omloop.schemes.offering import offered_in
from omloop.schemes.queries import ShownRule, find_place, rules_by_id
from omloop.schemes.starters import STARTERS, StarterForm
from omloop.schemes.views import member_of

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
def new_rule(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """A rule that is not there yet; the address may say which supplier it is for and who approves."""
    return _edit(request, find_place(member_of(request), organisation_id, to_change=True), None)


@require_http_methods(GET_OR_POST)
def rule(request: HttpRequest, organisation_id: UUID, rule_id: UUID) -> HttpResponse:
    """A rule as it is, to change: it ends, and begins anew as it is then."""
    place = find_place(member_of(request), organisation_id, to_change=True)
    found = _find_rule(place, rule_id)
    return _edit(request, place, rules_by_id(place, [found.id])[found.id])


def _edit(request: HttpRequest, place: Organisation, shown: ShownRule | None) -> HttpResponse:
    now = timezone.now()
    choices = who_choices(place, also=_people_in(shown), with_owners=_asks_owners(shown), now=now)
    if "more" in request.POST:
        return _show(request, place, shown, with_more(request.POST, choices=choices))
    data = request.POST if request.method == "POST" else None
    editor = editor_for(data, shown=shown, initial=_initial(request, place, now), choices=choices)
    if data is None or not editor.is_valid():
        return _show(request, place, shown, editor, status=200 if data is None else 422)
    warnings = warnings_of(place, editor, shown, now=now)
    if warnings and digest_of(warnings) != request.POST.get("seen", ""):
        return _show(request, place, shown, editor, warnings=warnings, seen=digest_of(warnings))
    return _save(request, place, shown, editor, now)


def _save(
    request: HttpRequest, place: Organisation, shown: ShownRule | None, editor: Editor, now: datetime
) -> HttpResponse:
    try:
        with transaction.atomic():
            saved = save(place, editor, shown, actor=member_of(request), now=now)
    except OwnRights:
        editor.form.add_error(None, own_rule())
        return _show(request, place, shown, editor, status=422)
    except RuleIsOver as over:
        editor.form.add_error(None, str(over))
        return _show(request, place, shown, editor, status=409)
    messages.success(request, _("The rule is saved. It counts for invoices that start from now on."))
    return redirect(f"{reverse('scheme', args=[place.id])}?saved={saved.id}")


def _show(
    request: HttpRequest,
    place: Organisation,
    shown: ShownRule | None,
    editor: Editor,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    member = member_of(request)
    context = {
        "organisation": place,
        "shown": shown,
        "editor": editor,
        "manages_members": member.can(Right.MANAGE_MEMBERS, place.id),
        "offered": offered_in(place, member),
        **more,
    }
    return render(request, "schemes/rule.html", context, status=status)


@require_POST
def move(request: HttpRequest, organisation_id: UUID, rule_id: UUID) -> HttpResponse:
    """Try a rule before the one above it, or after the one below."""
    place = find_place(member_of(request), organisation_id, to_change=True)
    found, up = _find_rule(place, rule_id), request.POST.get("to") == "up"
    _do(request, lambda: move_rule(rule=found, up=up, actor=member_of(request), now=timezone.now()))
    return redirect("scheme", place.id)


@require_POST
def end(request: HttpRequest, organisation_id: UUID, rule_id: UUID) -> HttpResponse:
    """End a rule: what is under way by it goes on."""
    place = find_place(member_of(request), organisation_id, to_change=True)
    found = _find_rule(place, rule_id)
    if _do(request, lambda: end_rule(rule=found, actor=member_of(request), now=timezone.now())):
        messages.success(
            request, _("The rule has ended. Invoices that are under way by it go on as they were.")
        )
    return redirect("scheme", place.id)


@require_http_methods(GET_OR_POST)
def start(request: HttpRequest, organisation_id: UUID, starter: str) -> HttpResponse:
    """A common set-up: a few answers make the first rules."""
    place = find_place(member_of(request), organisation_id, to_change=True)
    if starter not in STARTERS:
        raise Http404
    now = timezone.now()
    form = StarterForm(
        request.POST if request.method == "POST" else None,
        starter=STARTERS[starter],
        choices=who_choices(place, now=now),
        currency=place.currency,
    )
    if form.is_valid() and _add_all(request, place, form, now):
        messages.success(request, _("The scheme is ready. Try it out before the first invoice does."))
        return redirect("scheme", place.id)
    context = {
        "organisation": place,
        "starter": STARTERS[starter],
        "form": form,
        "offered": offered_in(place, member_of(request)),
    }
    return render(request, "schemes/start.html", context, status=422 if form.is_bound else 200)


def _add_all(request: HttpRequest, place: Organisation, form: StarterForm, now: datetime) -> bool:
    try:
        with transaction.atomic():
            for new in form.rules():
                add_rule(organisation_id=place.id, **vars(new), actor=member_of(request), now=now)
    except OwnRights:
        form.add_error(None, own_rule())
        return False
    return True


@require_POST
def dismiss(request: HttpRequest, organisation_id: UUID, proposal_id: UUID) -> HttpResponse:
    """Put aside a suggested rule."""
    place = find_place(member_of(request), organisation_id, to_change=True)
    found = get_object_or_404(ProposedRule, id=proposal_id, organisation=place, dismissed_at=None)
    dismiss_proposal(proposal=found, actor=member_of(request), now=timezone.now())
    messages.success(request, _("The suggestion is gone."))
    return redirect("scheme", place.id)


@require_http_methods(GET_OR_POST)
def copy(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Copy the scheme of another organisation to this one; from then on they are two."""
    member = member_of(request)
    place = find_place(member, organisation_id, to_change=True)
    others = Organisation.objects.filter(id__in=member.where(Right.MANAGE_SCHEMES)).exclude(id=place.id)
    form = CopyForm(request.POST if request.method == "POST" else None, places=list(others.order_by("name")))
    if form.is_valid() and _copy(request, form, place):
        return redirect("scheme", place.id)
    context = {"organisation": place, "form": form}
    return render(request, "schemes/copy.html", context, status=422 if form.is_bound else 200)


def _copy(request: HttpRequest, form: CopyForm, place: Organisation) -> bool:
    try:
        left = copy_scheme(
            source_id=form.cleaned_data["source"],
            target_id=place.id,
            actor=member_of(request),
            now=timezone.now(),
        )
    except SchemeNotEmpty as full:
        form.add_error(None, str(full))
        return False
    messages.success(request, _("The scheme is copied. What you change here changes nothing there."))
    if left:
        names = ", ".join(rule.name for rule in left)
        text = _("Not copied: %(names)s. A group of it is not here, or you stand in it yourself.")
        messages.warning(request, text % {"names": names})
    return True


def own_rule() -> str:
    """Why somebody can't change a rule that he stands in."""
    return _("You stand in this rule yourself, or in a group of it: another administrator changes it.")


def _do(request: HttpRequest, change: Callable[[], object]) -> bool:
    """Whether the change was made; if not, the next page says why."""
    try:
        with transaction.atomic():
            change()
    except (RuleIsOver, StandsInRule) as refusal:
        messages.error(request, str(refusal))
        return False
    except OwnRights:
        messages.error(request, own_rule())
        return False
    return True


def _find_rule(place: Organisation, rule_id: UUID) -> SchemeRule:
    current = SchemeRule.objects.at(timezone.now())
    found: SchemeRule = get_object_or_404(current, id=rule_id, organisation=place)
    return found


def _people_in(shown: ShownRule | None) -> list[Person]:
    asked = {step.person_id for step in shown.steps if step.person_id} if shown else set()
    return list(Person.objects.filter(id__in=asked)) if asked else []


def _asks_owners(shown: ShownRule | None) -> bool:
    return shown is not None and any(step.per_line for step in shown.steps)


def _initial(request: HttpRequest, place: Organisation, now: datetime) -> dict[str, Any]:
    rules = SchemeRule.objects.at(now).filter(organisation=place)
    highest = rules.aggregate(highest=Max("priority"))["highest"] or 0
    supplier, person = request.GET.get("supplier", ""), request.GET.get("approver", "")
    step = {"who": f"person:{person}"} if person else {}
    return {"priority": highest + STEP, "supplier": supplier, "name": supplier, "steps": [step]}
