"""The page of how an organisation circulates, and of its exchange rates."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from omloop.circulation.models.configuration import FourEyes
from omloop.circulation.pages.forms import ConfigurationForm, RateForm
from omloop.circulation.routing.configuring import Configuration, configure, settings_of
from omloop.circulation.routing.rates import OwnCurrency, rates_of, set_rate, waiting_for_rate
from omloop.organisations.members import Member
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right


@require_http_methods(["GET", "HEAD", "POST"])
def circulation_settings(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Four eyes, what limits compare, answering by mail; a POST saves these."""
    place = _place(request.member, organisation_id)
    if request.method != "POST":
        return _shown(request, place, RateForm(initial={"from_on": timezone.localdate()}))
    form = ConfigurationForm(request.POST)
    if not form.is_valid():
        return _shown(request, place, RateForm(), status=422)
    wanted = Configuration(**form.cleaned_data)
    configure(organisation_id=place.id, wanted=wanted, actor=request.member, now=timezone.now())
    messages.success(request, _("Saved. It counts from now on."))
    return redirect("circulation_settings", place.id)


@require_POST
def set_exchange_rate(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Store a rate, and say how many invoices go on by it."""
    place = _place(request.member, organisation_id)
    form = RateForm(request.POST)
    if not form.is_valid():
        return _shown(request, place, form, status=422)
    try:
        gone = set_rate(
            organisation_id=place.id, **form.cleaned_data, actor=request.member, now=timezone.now()
        )
    except OwnCurrency:
        form.add_error("currency", _("That is the organisation's own currency."))
        return _shown(request, place, form, status=422)
    told = ngettext("Rate set; %(count)d invoice goes on.", "Rate set; %(count)d invoices go on.", gone)
    messages.success(request, told % {"count": gone} if gone else _("Rate set."))
    return redirect("circulation_settings", place.id)


def _place(member: Member, organisation_id: UUID) -> Organisation:
    """The organisation; Http404 for a stranger, RightMissing for who does not manage settings there."""
    place: Organisation | None = Organisation.objects.filter(id=organisation_id, id__in=member.rights).first()
    if place is None:
        raise Http404
    member.demand(Right.MANAGE_SETTINGS, place.id)
    return place


def _shown(request: HttpRequest, place: Organisation, form: RateForm, *, status: int = 200) -> HttpResponse:
    context = {
        "organisation": place,
        "settings": settings_of(place.id),
        "four_eyes": FourEyes.choices,
        "rates": rates_of(place.id),
        "waiting": waiting_for_rate(place.id).count(),
        "form": form,
        "today": timezone.localdate(),
    }
    return render(request, "circulation/settings.html", context, status=status)
