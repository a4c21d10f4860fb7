"""Being asked whether one is somebody who worked in an organisation that came here (rules 6.4)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from omloop.audit.actors import Actor
from omloop.people.models import Person
from omloop.relocation.between.joining import NotAsked, answer, questions_for


@require_safe
def arrivals(request: HttpRequest) -> HttpResponse:
    """The questions that wait for me."""
    return render(request, "relocation/arrivals.html", {"questions": questions_for(_person(request))})


@require_POST
def answer_arrival(request: HttpRequest, placeholder_id: UUID) -> HttpResponse:
    """Yes, that was me; anything else is no."""
    person, is_me = _person(request), request.POST.get("answer") == "yes"
    actor = Actor(kind="person", person_id=person.id, origin=request.META.get("REMOTE_ADDR", ""))
    try:
        organisation = answer(placeholder_id, person=person, is_me=is_me, actor=actor, now=timezone.now())
    except NotAsked as unasked:
        raise Http404 from unasked
    if is_me:
        said = _("You go on in %(name)s, with the rights and tasks that you had there.")
    else:
        said = _("Noted: that was not you. In %(name)s nothing becomes yours.")
    messages.success(request, said % {"name": organisation.name})
    return redirect("arrivals")


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


# Who is asked is no member yet: the questions open a scope of their own.
arrivals.in_member_scope = False  # type: ignore[attr-defined]
answer_arrival.in_member_scope = False  # type: ignore[attr-defined]
