"""What is done on the page of an organisation about networks: numbers, activation, receiving (rules 1.7)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from omloop.organisations.activation import ask_activation
from omloop.organisations.forms import IMPOSSIBLE
from omloop.organisations.models import Identifier
from omloop.organisations.receiving import (
    LATER,
    add_identifier,
    dont_ask_again,
    remove_identifier,
    switch_off,
    switch_on,
)
from omloop.organisations.refusals import AlreadyAsked, NotConfirmed, NumberImpossible, NumberThere
from omloop.organisations.views import managed, member_of
from omloop.web.views import page_to_return_to


@require_POST
def ask_for_activation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Ask the operator."""
    managed(request, organisation_id)
    try:
        ask_activation(organisation_id=organisation_id, actor=member_of(request), now=timezone.now())
    except AlreadyAsked:
        messages.warning(request, _("Somebody asked before you, so nothing has changed."))
    else:
        messages.success(request, _("Activation is asked. Whoever runs this installation decides."))
    return _back(organisation_id, "activation")


@require_POST
def add_number(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Add a number that is missing."""
    managed(request, organisation_id)
    scheme, number = request.POST.get("scheme", ""), request.POST.get("number", "")
    if scheme not in Identifier.Scheme.values:
        raise Http404
    try:
        add_identifier(
            organisation_id=organisation_id,
            scheme=scheme,
            number=number,
            actor=member_of(request),
            now=timezone.now(),
        )
    except NumberImpossible:
        messages.warning(request, IMPOSSIBLE[Identifier.Scheme(scheme)])
    except NumberThere:
        messages.warning(request, _("There is a number of this kind already, so nothing has changed."))
    else:
        messages.success(request, _("The number is added. It counts once it is confirmed."))
    return _back(organisation_id, "numbers")


@require_POST
def remove_number(request: HttpRequest, organisation_id: UUID, identifier_id: UUID) -> HttpResponse:
    """Take away a number that was mistyped."""
    _identifier(request, organisation_id, identifier_id)
    try:
        remove_identifier(
            identifier_id=identifier_id,
            organisation_id=organisation_id,
            actor=member_of(request),
            now=timezone.now(),
        )
    except NumberThere:
        messages.warning(request, _("A confirmed number stays, so nothing has changed."))
    return _back(organisation_id, "numbers")


@require_POST
def switch_receiving(request: HttpRequest, organisation_id: UUID, identifier_id: UUID) -> HttpResponse:
    """On or off for one number."""
    found = _identifier(request, organisation_id, identifier_id)
    if "on" in request.POST:
        _switch_on(request, organisation_id, [found.id])
    else:
        switch_off(
            organisation_id=organisation_id,
            identifier_id=found.id,
            actor=member_of(request),
            now=timezone.now(),
        )
    return _back(organisation_id, "receiving")


@require_POST
def answer_receiving(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """The answer to the question at sign-in: switch on, ask again, or don't ask again."""
    managed(request, organisation_id)
    answer = request.POST.get("answer")
    if answer == "on":
        confirmed = Identifier.objects.filter(organisation_id=organisation_id, confirmed_at__isnull=False)
        _switch_on(request, organisation_id, list(confirmed.values_list("id", flat=True)))
    elif answer == "never":
        dont_ask_again(organisation_id=organisation_id, actor=member_of(request), now=timezone.now())
    else:
        request.session[LATER] = [*request.session.get(LATER, []), str(organisation_id)]
    return redirect(page_to_return_to(request))


def _switch_on(request: HttpRequest, organisation_id: UUID, identifier_ids: list[UUID]) -> None:
    try:
        switch_on(
            organisation_id=organisation_id,
            identifier_ids=identifier_ids,
            actor=member_of(request),
            now=timezone.now(),
        )
    except NotConfirmed:
        messages.warning(
            request, _("This number is not confirmed yet, so nothing can be received on it. Wait for that.")
        )
    else:
        messages.success(request, _("Receiving is switched on. You can switch it off again at any time."))


def _identifier(request: HttpRequest, organisation_id: UUID, identifier_id: UUID) -> Identifier:
    managed(request, organisation_id)
    found: Identifier | None = Identifier.objects.filter(
        id=identifier_id, organisation_id=organisation_id
    ).first()
    if found is None:
        raise Http404
    return found


def _back(organisation_id: UUID, part: str) -> HttpResponse:
    return redirect(f"{reverse('organisation', args=[organisation_id])}#{part}")
