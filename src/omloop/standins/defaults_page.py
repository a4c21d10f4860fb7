"""The options of new absences by default, organisation by organisation (rules 4.3)."""

from dataclasses import fields
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from omloop.absences.plan import Options, defaults_of
from omloop.absences.refusals import NotAllowed
from omloop.absences.services import set_defaults
from omloop.organisations.members import RightMissing
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.standins.views import member_of


@require_safe
def absence_defaults(request: HttpRequest) -> HttpResponse:
    """What they are where I manage settings."""
    places = member_of(request).where(Right.MANAGE_SETTINGS)
    if not places:
        raise NotAllowed("you manage settings nowhere")
    found = defaults_of(places)
    organisations = Organisation.objects.filter(id__in=places).order_by("name", "id")
    context = {
        "rows": [(each, found[each.id]) for each in organisations],
        "today": timezone.localdate(),
    }
    return render(request, "standins/defaults.html", context)


@require_POST
def set_absence_defaults(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Change them in one organisation; absences that are set keep theirs."""
    place = Organisation.objects.filter(id=organisation_id).first()
    if place is None or organisation_id not in member_of(request).rights:
        raise Http404
    options = Options(**{each.name: each.name in request.POST for each in fields(Options)})
    try:
        set_defaults(
            organisation_id=organisation_id, options=options, actor=member_of(request), now=timezone.now()
        )
    except RightMissing as missing:
        raise NotAllowed(str(missing)) from missing
    messages.success(request, _("Saved for new absences at %(place)s.") % {"place": place.name})
    return redirect("absence_defaults")
