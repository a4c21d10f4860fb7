"""The pages of the reports of an organisation, and the usage of an environment."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.reports import sample_file
from omloop.reports.duties import read_duties
from omloop.reports.forms import DayForm, SampleForm
from omloop.reports.parcel import as_download
from omloop.reports.places import find_environment, find_for_rights, find_organisation, reports_for
from omloop.reports.register import read_register
from omloop.reports.sample import draw
from omloop.reports.sheets import register_sheet, usage_sheet
from omloop.reports.usage import usage_of

FIRST_YEAR = 2000


@require_safe
def reports(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Which reports there are about this organisation, for this member."""
    organisation = find_organisation(request.member, organisation_id)
    open_to_him = reports_for(request.member, organisation)
    if not open_to_him:
        request.member.demand(Right.VIEW_ALL, organisation_id)
    return render(request, "reports/index.html", {"organisation": organisation, "reports": open_to_him})


@require_safe
def register(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Who could approve what on a day; as a page, or with `format=csv` as a sheet."""
    organisation = find_for_rights(request.member, organisation_id)
    today = timezone.localdate(timezone=organisation.zone)
    form = DayForm({"day": request.GET.get("day", today.isoformat())}, today=today)
    found = read_register(organisation, form.cleaned_data["day"]) if form.is_valid() else None
    if found and request.GET.get("format") == "csv":
        return _sheet(register_sheet(found), f"{organisation.name} {found.day}.csv")
    context = {"organisation": organisation, "form": form, "register": found, "today": today}
    return render(request, "reports/register.html", context, status=200 if found else 422)


@require_safe
def duties(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Who holds rights that should not be in one hand."""
    organisation = find_for_rights(request.member, organisation_id)
    found = read_duties(organisation, now=timezone.now())
    return render(request, "reports/duties.html", {"organisation": organisation, "duties": found})


@require_http_methods(["GET", "HEAD", "POST"])
def sample(request: MemberRequest, organisation_id: UUID) -> HttpResponse | StreamingHttpResponse:
    """Choose what to draw; a form that holds answers with the file."""
    organisation = find_organisation(request.member, organisation_id)
    for right in (Right.VIEW_ALL, Right.EXPORT):
        request.member.demand(right, organisation_id)
    form = SampleForm(request.POST) if request.method == "POST" else _empty_sample(organisation)
    if form.is_bound and form.is_valid():
        drawn = draw(organisation=organisation, wish=form.wish, actor=request.member, now=timezone.now())
        return as_download(sample_file.files_of(drawn), f"{organisation.name} {form.wish.seed}.zip")
    context = {"organisation": organisation, "form": form}
    return render(request, "reports/sample.html", context, status=422 if form.is_bound else 200)


@require_safe
def usage(request: MemberRequest, environment_id: UUID) -> HttpResponse:
    """What each organisation of the environment received, month by month."""
    environment = find_environment(request.member, environment_id)
    today = timezone.localdate()
    found = usage_of(environment_id, _year(request.GET.get("year", ""), today))
    if request.GET.get("format") == "csv":
        return _sheet(usage_sheet(found), f"{environment.name} {found.year}.csv")
    years = range(environment.created_at.year, today.year + 1)
    context = {"environment": environment, "usage": found, "years": years}
    return render(request, "reports/usage.html", context)


def _empty_sample(organisation: Organisation) -> SampleForm:
    return SampleForm.empty(organisation, timezone.localdate(timezone=organisation.zone))


def _year(text: str, today: date) -> int:
    """The year that was asked for; Http404 for one that can't be."""
    if not text:
        return today.year
    if not text.isascii() or not text.isdigit() or not FIRST_YEAR <= int(text) <= today.year:
        raise Http404
    return int(text)


def _sheet(data: bytes, filename: str) -> HttpResponse:
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, filename) or ""
    response.headers["Cache-Control"] = "private, no-store"
    return response
