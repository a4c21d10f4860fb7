"""Signing in as somebody of the demo with one click; there is no such door outside demo mode."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from omloop.demo.cast import PEOPLE
from omloop.people.models import Person

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_POST
@login_not_required
def sign_in(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Sign in as this person of the demo; anybody else, and any other mode, is not there."""
    if not settings.DEMO:
        raise Http404
    person = get_object_or_404(Person, id=person_id, email__in=[someone.email for someone in PEOPLE])
    login(request, person, backend=BACKEND)
    return redirect("worklist")
