"""The page of an organisation's end: what is asked, agreed and waited for, and what stays (rules 6.5-6.7)."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.relocation.ending import export as ending_export
from omloop.relocation.ending import services
from omloop.relocation.ending.deleting import signed_certificate
from omloop.relocation.ending.forms import AskForm
from omloop.relocation.ending.late_arrivals import NothingLate, add_late
from omloop.relocation.ending.models import Ending
from omloop.relocation.ending.refusals import EndingRefused, NotAdministratorHere
from omloop.relocation.ending.shown import context_of
from omloop.relocation.ending.wording import tell_asked, tell_ending_refusal
from omloop.tenancy.scope import act_in

Page = Callable[..., HttpResponseBase]


def at_ending(view: Page) -> Page:
    """The view gets the organisation, for its members and its environment's administrators; 404 to others.

    Who administers the environment acts in it here without being a member, and sees none of its documents.
    """

    @wraps(view)
    def wrapped(request: MemberRequest, organisation_id: UUID, **rest: Any) -> HttpResponseBase:
        organisation = Organisation.objects.filter(id=organisation_id).first()
        member = request.member
        administers = organisation is not None and organisation.environment_id in member.environments
        if organisation is None or not (administers or member.rights.get(organisation_id)):
            raise Http404
        act_in(organisation_id)
        try:
            return view(request, organisation, **rest)
        except EndingRefused as refusal:
            messages.warning(request, tell_ending_refusal(refusal))
            return redirect("ending", organisation_id)
        except NotAdministratorHere as refusal:
            raise PermissionDenied(str(refusal)) from refusal

    return wrapped


@require_safe
@at_ending
def ending(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """Everything about it on one page."""
    return _page(request, organisation, AskForm(organisation=organisation, member=request.member))


@require_POST
@at_ending
def ask(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """Ask for a second person's consent."""
    form = AskForm(request.POST, organisation=organisation, member=request.member)
    if not form.is_valid():
        return _page(request, organisation, form, status=422)
    given = form.cleaned_data
    asked = services.ask_ending(
        organisation,
        kind=given["kind"],
        successor=given["successor"],
        successor_name=given["successor_name"],
        actor=request.member,
        now=timezone.now(),
    )
    messages.success(request, tell_asked(asked))
    return redirect("ending", organisation.id)


@require_POST
@at_ending
def answer(request: MemberRequest, organisation: Organisation, ending_id: UUID) -> HttpResponse:
    """Consent, or call it off."""
    act = services.consent_to_ending if request.POST.get("answer") == "consent" else services.call_off
    act(organisation, ending_id=ending_id, actor=request.member, now=timezone.now())
    messages.success(request, _("Noted."))
    return redirect("ending", organisation.id)


@require_safe
@at_ending
def export(request: MemberRequest, organisation: Organisation, ending_id: UUID) -> FileResponse:
    """Download the export that comes before deleting, with all that is in it: also confidential documents."""
    if not ending_export.may_download(organisation.id, request.member):
        raise PermissionDenied
    path = ending_export.path_of(organisation.id, _find(organisation, ending_id).id)
    if not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"export-{organisation.kvk}.zip")


@require_safe
@at_ending
def certificate(request: MemberRequest, organisation: Organisation, ending_id: UUID) -> HttpResponse:
    """The signed list of what was destroyed, for who administers or may export."""
    if not any(services.speaks_for(organisation, request.member)):
        request.member.demand(Right.EXPORT, organisation.id)
    found = _find(organisation, ending_id)
    if found.state != Ending.State.DONE or found.kind != Ending.Kind.DELETE:
        raise Http404
    response = HttpResponse(signed_certificate(found, organisation), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="certificate-{found.id}.txt"'
    return response


@require_POST
@at_ending
def late(request: MemberRequest, organisation: Organisation, late_id: UUID) -> HttpResponse:
    """Take in what came late for an organisation that this one succeeds."""
    try:
        add_late(organisation, late_id=late_id, actor=request.member, now=timezone.now())
    except NothingLate as nothing:
        raise Http404 from nothing
    messages.success(request, _("Added to %(name)s.") % {"name": organisation.name})
    return redirect("ending", organisation.id)


def _find(organisation: Organisation, ending_id: UUID) -> Ending:
    found: Ending | None = Ending.objects.filter(organisation=organisation, id=ending_id).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: MemberRequest, organisation: Organisation, form: AskForm, status: int = 200
) -> HttpResponse:
    context = context_of(organisation, request.member, now=timezone.now())
    return render(request, "relocation/ending.html", {**context, "form": form}, status=status)
