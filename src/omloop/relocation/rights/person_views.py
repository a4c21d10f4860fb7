"""The page of a person, and what is done there: deactivating, and marking two accounts as one human."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from omloop.organisations import deactivation
from omloop.organisations.humans import mark_as_one, mark_as_two, other_accounts
from omloop.organisations.members import Member
from omloop.organisations.refusals import LastAdministrator, OwnRights, RightsRefused
from omloop.organisations.rights import Right
from omloop.people.models import Person, names_of
from omloop.relocation.rights.person_page import Section, sections_of


@require_safe
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What this person can see and do."""
    found, sections = _find(request, person_id)
    others = other_accounts(found.id)
    context = {
        "person": found,
        "sections": sections,
        "is_own": found.id == _member(request).person_id,
        "others": others,
        "transfers": bool(_member(request).where(Right.TRANSFER)),
        "markers": names_of({mark.marked_by for _account, mark in others}),
        "today": timezone.localdate(),
    }
    return render(request, "relocation/person.html", context)


@require_POST
def person_state(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Deactivate a person in an environment, make him active again, or close one's own account."""
    found, sections = _find(request, person_id)
    what, name = request.POST.get("what", ""), found.name
    try:
        if what == "close":
            return _close(request, found)
        switch = deactivation.reactivate if what == "reactivate" else deactivation.deactivate
        environment_id = _environment(request, sections)
        switch(environment_id=environment_id, person_id=person_id, actor=_member(request), now=timezone.now())
    except RightsRefused as refused:
        messages.error(request, _refusal_in_words(refused))
    else:
        said = (
            _("%(name)s can act here again, with the same rights as before.")
            if what == "reactivate"
            else _("%(name)s can't act here any more. What waits for him stands on Needs attention.")
        )
        messages.success(request, said % {"name": name})
    return redirect("person", person_id)


@require_POST
def person_accounts(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Mark this account and another one as those of one human, or end that."""
    _found, sections = _find(request, person_id)
    email, is_marking = request.POST.get("email", "").strip(), request.POST.get("what") == "mark"
    other = Person.objects.filter(email__iexact=email).first()
    mark = mark_as_one if is_marking else mark_as_two
    try:
        if other is None:
            raise OwnRights(email)
        mark(
            environment_id=_environment(request, sections),
            one_id=person_id,
            other_id=other.id,
            actor=_member(request),
            now=timezone.now(),
        )
    except RightsRefused:
        messages.error(
            request,
            _(
                "No other account with this address has a place here, so nothing has changed. "
                "Check the address."
            ),
        )
    else:
        messages.success(
            request,
            _("Both accounts count as one human from now on.")
            if is_marking
            else _("The accounts count as two humans again."),
        )
    return redirect("person", person_id)


def _close(request: HttpRequest, found: Person) -> HttpResponse:
    deactivation.close_account(person=found, actor=_member(request), now=timezone.now())
    logout(request)
    return redirect("account_login")


def _find(request: HttpRequest, person_id: UUID) -> tuple[Person, list[Section]]:
    """The person and what the one who asks may know of him; 404 when that is nothing."""
    viewer, found = _member(request), get_object_or_404(Person, id=person_id)
    sections = sections_of(found, viewer, now=timezone.now())
    if not sections and found.id != viewer.person_id:
        raise Http404
    return found, sections


def _environment(request: HttpRequest, sections: list[Section]) -> UUID:
    wanted = request.POST.get("environment", "")
    for section in sections:
        if str(section.environment_id) == wanted:
            return section.environment_id
    raise Http404


def _refusal_in_words(refused: RightsRefused) -> str:
    match refused:
        case LastAdministrator():
            return _(
                "He is the only administrator of a place here or at a partner. Name a second one there first."
            )
        case OwnRights():
            return _("Nobody does this to himself: another administrator does.")
        case _:
            return _("Nothing has changed: it was already so.")


def _member(request: HttpRequest) -> Member:
    member: Member = request.member  # type: ignore[attr-defined]
    return member
