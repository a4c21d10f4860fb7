"""One's own absences, those of others under Management, and the page of one absence."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from omloop.absences.lending import asked_in, lent_for
from omloop.absences.models import AbsenceCover
from omloop.absences.policies import can_answer_lending, can_manage
from omloop.absences.queries import (
    Absence,
    absences_in,
    absences_of,
    covers_of,
    grouped,
    organisations_of,
    people_in,
    places_within_reach,
    possible_substitutes,
)
from omloop.absences.refusals import AbsenceRefused, NotAllowed
from omloop.absences.services import cancel_absence, confirm_open_end
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.standins.calendar import draw_calendar
from omloop.standins.destinations import forecast
from omloop.standins.forms import AbsenceForm
from omloop.standins.open_tasks import count_open, open_before, stood_in_for
from omloop.standins.queries import changes_of, rows_of
from omloop.standins.year import draw_years

A_YEAR = timedelta(days=365)


@require_safe
def absences(request: HttpRequest) -> HttpResponse:
    """My absences: planned, running, and those of the past year."""
    person, today = _person(request), timezone.localdate()
    found = absences_of(person.id, since=today - A_YEAR)
    context = {
        "rows": rows_of(found, today),
        "years": draw_years(found, today),
        "today": today,
        "is_member": bool(organisations_of(person.id, now=timezone.now())),
        "with_others": stood_in_for(person),
    }
    return render(request, "standins/absences.html", context)


@require_safe
def absences_of_others(request: HttpRequest) -> HttpResponse:
    """Everybody's absences in the organisations where I may manage them."""
    places, today = member_of(request).where(Right.MANAGE_ABSENCES), timezone.localdate()
    if not places:
        raise NotAllowed("you manage nobody's absences")
    found = absences_in(places, since=today - A_YEAR)
    asked = asked_in(member_of(request).where(Right.MANAGE_MEMBERS), now=timezone.now())
    context = {
        "rows": rows_of(found, today),
        "away": draw_calendar(found, today),
        "asked": [each for each in asked if can_answer_lending(member_of(request), each)],
        "sets_defaults": bool(member_of(request).where(Right.MANAGE_SETTINGS)),
        "people": [p for p in people_in(places, now=timezone.now()) if p.id != _person(request).id],
        "today": today,
    }
    return render(request, "standins/others.html", context)


@require_safe
def choose_person(request: HttpRequest) -> HttpResponse:
    """From the list of people to the form for one of them."""
    try:
        return redirect("new_absence_of_other", UUID(request.GET.get("person", "")))
    except ValueError as mistake:
        raise Http404 from mistake


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def new_absence(request: HttpRequest) -> HttpResponse:
    """A new absence of my own."""
    return _edit(request, _person(request), None)


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def new_absence_of_other(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A new absence of somebody in my organisations."""
    if not organisations_of(person_id, now=timezone.now()):
        raise Http404
    return _edit(request, get_object_or_404(Person, id=person_id), None)


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """One absence: what it does, who changed it, and the form while it is not over."""
    found = find_absence(member_of(request), absence_id)
    if found.is_cancelled:
        messages.warning(request, _("This absence was withdrawn. Add a new one if it is needed."))
        return redirect(_list_of(request, found.person))
    return _edit(request, found.person, found)


@require_POST
def still_away(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """The open end of an absence still holds."""
    found = find_absence(member_of(request), absence_id)
    try:
        confirm_open_end(absence_id=absence_id, actor=member_of(request), now=timezone.now())
    except AbsenceRefused:
        messages.warning(request, _("This absence is already over or withdrawn, so nothing has changed."))
    else:
        messages.success(request, _("Noted. Omloop asks again in four weeks."))
    return redirect(_list_of(request, found.person))


@require_POST
def withdraw_absence(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """Withdraw a planned absence, or end a running one."""
    found = find_absence(member_of(request), absence_id)
    try:
        cancel_absence(absence_id=absence_id, actor=member_of(request), now=timezone.now())
    except AbsenceRefused:
        messages.warning(request, _("This absence is already over or withdrawn, so nothing has changed."))
    else:
        messages.success(request, _("Withdrawn: from now on nothing goes to a substitute for this absence."))
    return redirect(_list_of(request, found.person))


def _edit(request: HttpRequest, person: Person, found: Absence | None) -> HttpResponse:
    """The page of an absence; a part of it for htmx, which sends the form along with every change."""
    actor, now, today = member_of(request), timezone.now(), timezone.localdate()
    form = _form(request, person, found)
    if request.method == "POST" and (saved := form.save(actor=actor, now=now)):
        messages.success(request, _("The absence is saved."))
        offers = any(each.is_of_period for each in open_before(find_absence(actor, saved)))
        return redirect("open_before_absence", saved) if offers else redirect(_list_of(request, person))
    context = _context(request, person, found, form, today)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "standins/parts/where.html", context)
    return render(request, "standins/absence.html", context, status=422 if request.method == "POST" else 200)


def _form(request: HttpRequest, person: Person, found: Absence | None) -> AbsenceForm:
    now = timezone.now()
    places = places_within_reach(member_of(request), person.id, now=now)
    if not places:
        raise NotAllowed("there is no organisation in which you may set this person's absence")
    sent = request.GET if request.htmx and "first_on" in request.GET else None  # type: ignore[attr-defined]
    return AbsenceForm(
        request.POST if request.method == "POST" else sent,
        person=person,
        absence=found,
        places=places,
        candidates=possible_substitutes(places, person_id=person.id, now=now),
        is_own=person.id == member_of(request).person_id,
    )


def _context(
    request: HttpRequest, person: Person, found: Absence | None, form: AbsenceForm, today: date
) -> dict[str, Any]:
    draft, try_on = form.draft(), _day(request.GET.get("import_date", ""))
    at, now = request.GET.get("at", ""), timezone.now()
    covers = manageable(member_of(request), covers_of(found.absence_id)) if found else []
    shown = forecast(draft, form.places, at=at, try_on=try_on, now=now) if draft else None
    lent = list(lent_for(found.absence_id).select_related("organisation", "borrower")) if found else []
    return {
        "form": form,
        "person": person,
        "absence": found,
        "state": found.state(today) if found else None,
        "draft": draft,
        "forecast": shown,
        "try_on": try_on,
        "changes": changes_of(covers),
        "differing": grouped(covers)[1:],
        "open_count": count_open(person.id, [place.id for place in form.places]),
        "lent": lent,
        "asks_for": shown.could_lend(lent) if shown else [],
        "is_asked_about": bool(found and any(cover.asked_on for cover in found.covers)),
        "is_own": person.id == member_of(request).person_id,
        "back": _list_of(request, person),
        "today": today,
    }


def find_absence(actor: Member, absence_id: UUID) -> Absence:
    """The absence, where the actor may manage it; 404 when he sees nothing of it, 403 when he may not."""
    covers = covers_of(absence_id)
    if not covers:
        raise Http404
    reachable = manageable(actor, covers)
    if not reachable:
        raise NotAllowed("you may not change this person's absence in any organisation")
    return grouped(reachable)[0]


def manageable(actor: Member, covers: list[AbsenceCover]) -> list[AbsenceCover]:
    """Those of these covers that the actor may manage."""
    return [c for c in covers if can_manage(actor, c.person_id, c.organisation_id)]


def _list_of(request: HttpRequest, person: Person) -> str:
    is_own = person.id == member_of(request).person_id
    return reverse("absences" if is_own else "absences_of_others")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def member_of(request: HttpRequest) -> Member:
    """Who asks, with what he may do at this moment."""
    member: Member = request.member  # type: ignore[attr-defined]
    return member


def _person(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)  # noqa: S101 - strangers don't get past the sign-in
    return person
