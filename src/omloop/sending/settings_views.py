"""How an organisation sends: its settings and number series (rules 2.7)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.views import managed
from omloop.sending.forms import SeriesForm, SettingsForm
from omloop.sending.refusals import SendingRefused
from omloop.sending.seller import change_settings, settings_of
from omloop.sending.series import add_series, end_series, series_of
from omloop.sending.wording import tell_refusal


@require_http_methods(["GET", "HEAD", "POST"])
def sending_settings(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """How the organisation stands on its invoices, and its number series."""
    organisation = managed(request, organisation_id)
    form = SettingsForm(
        request.POST if request.method == "POST" else None, settings=settings_of(organisation_id)
    )
    if form.is_bound and form.is_valid():
        change_settings(
            organisation_id=organisation_id,
            settings=form.cleaned_data,
            actor=request.member,
            now=timezone.now(),
        )
        messages.success(request, _("The settings are saved."))
        return redirect("sending_settings", organisation_id)
    return _show_settings(request, organisation, form, SeriesForm())


@require_POST
def add_number_series(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Add a number series."""
    organisation, form = managed(request, organisation_id), SeriesForm(request.POST)
    if form.is_valid():
        try:
            add_series(
                organisation_id=organisation_id,
                kind=form.cleaned_data["kind"],
                prefix=form.cleaned_data["letters"],
                is_per_year=form.cleaned_data["is_per_year"],
                first_number=form.cleaned_data["first_number"],
                actor=request.member,
                now=timezone.now(),
            )
            return redirect("sending_settings", organisation_id)
        except SendingRefused as refusal:
            form.add_error("letters", tell_refusal(refusal))
    return _show_settings(request, organisation, SettingsForm(settings=settings_of(organisation_id)), form)


@require_POST
def end_number_series(request: MemberRequest, organisation_id: UUID, series_id: UUID) -> HttpResponse:
    """Give no more numbers of a series."""
    managed(request, organisation_id)
    try:
        end_series(
            series_id=series_id, organisation_id=organisation_id, actor=request.member, now=timezone.now()
        )
    except SendingRefused as refusal:
        messages.warning(request, tell_refusal(refusal))
    return redirect("sending_settings", organisation_id)


def _show_settings(
    request: MemberRequest, organisation: Organisation, form: SettingsForm, adding: SeriesForm
) -> HttpResponse:
    context = {
        "organisation": organisation,
        "form": form,
        "adding": adding,
        "series": series_of(organisation.id),
        "year": timezone.localdate().year,
    }
    status = 422 if form.is_bound or adding.is_bound else 200
    return render(request, "sending/settings.html", context, status=status)
