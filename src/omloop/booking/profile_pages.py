"""Making CSV profiles of one's own, and the file of an export in one (rules 3.11)."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.booking import profiles
from omloop.booking.files import IN_PROFILES, profiled
from omloop.booking.models import ExportProfile
from omloop.booking.pages import done, find_place, place_of_settings, show
from omloop.booking.states import batches_of
from omloop.booking.views import download
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right

FIRST = "booking_date\ninvoice_number\nsupplier\naccount\ncost_centre\nvat_code\ndescription\namount"
SELECT = forms.Select({"class": "input"})


class ProfileForm(forms.Form):
    """What a file of one's own looks like."""

    name = forms.CharField(
        label=gettext_lazy("Name of the profile"), max_length=60, widget=forms.TextInput({"class": "input"})
    )
    columns = forms.CharField(
        label=gettext_lazy("Columns, one on each line"),
        max_length=4000,
        initial=FIRST,
        help_text=gettext_lazy("With a heading of your own: account = Grootboekrekening."),
        widget=forms.Textarea({"class": "input code", "rows": 10, "spellcheck": "false"}),
    )
    separator = forms.ChoiceField(
        label=gettext_lazy("Between two columns"), choices=ExportProfile.Separator.choices, widget=SELECT
    )
    decimal_sign = forms.ChoiceField(
        label=gettext_lazy("Amounts as"), choices=ExportProfile.DecimalSign.choices, widget=SELECT
    )
    dates = forms.ChoiceField(
        label=gettext_lazy("Dates as"), choices=ExportProfile.Dates.choices, widget=SELECT, initial="%d-%m-%Y"
    )
    has_headings = forms.BooleanField(
        label=gettext_lazy("The first row holds the headings"), required=False, initial=True
    )

    def said(self) -> dict[str, Any]:
        """What a valid form says, as the service takes it."""
        return {**self.cleaned_data, "columns": profiles.columns_in(self.cleaned_data["columns"])}


@require_http_methods(["GET", "HEAD", "POST"])
def export_profiles(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """The profiles, and making one; by who manages settings."""
    place = place_of_settings(request.member, organisation_id)
    form = ProfileForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        request.member.demand(Right.MANAGE_SETTINGS, place.id)
        who: dict[str, Any] = {"organisation_id": place.id, "actor": request.member, "now": timezone.now()}
        said = _("The profile is made: every export can be downloaded in it.")
        if form.is_valid() and done(request, lambda: profiles.make_profile(**form.said(), **who), said):
            return redirect("export_profiles", place.id)
    context = {"form": form, "profiles": profiles.profiles_of(place.id), "names": IN_PROFILES}
    status = 422 if request.method == "POST" else 200
    template = "booking/export_profiles.html"
    return show(request, place, "exports", context, template=template, status=status)


@require_POST
def end_profile(request: MemberRequest, organisation_id: UUID, profile_id: UUID) -> HttpResponse:
    """A profile is offered no more."""
    place = place_of_settings(request.member, organisation_id)
    request.member.demand(Right.MANAGE_SETTINGS, place.id)
    if not profiles.profiles_of(place.id).filter(id=profile_id).exists():
        raise Http404
    who: dict[str, Any] = {"actor": request.member, "now": timezone.now()}
    done(request, lambda: profiles.end_profile(profile_id, **who), _("The profile is offered no more."))
    return redirect("export_profiles", place.id)


@require_safe
def profiled_file(
    request: MemberRequest, organisation_id: UUID, batch_id: UUID, profile_id: UUID
) -> HttpResponse:
    """An export in a profile of one's own; by who may export."""
    place = find_place(request.member, organisation_id, Right.EXPORT)
    batch = batches_of(request.member).filter(organisation=place, id=batch_id).first()
    profile = ExportProfile.objects.filter(organisation=place, id=profile_id).first()
    if batch is None or profile is None:
        raise Http404
    return download(profiled(batch, profile), "text/csv; charset=utf-8", f"omloop-{batch.name}.csv")
