"""The templates of suppliers: the list, changing one, and ending it (rules 3.2)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.coding.chart_pages import TITLES
from omloop.coding.forms import Chart, count_of
from omloop.coding.models import IS_CURRENT, CodingTemplate, TemplateLine
from omloop.coding.refusals import CodingRefused, TemplateIsOver
from omloop.coding.services import change_template, end_template
from omloop.coding.template_form import FIELDS, TemplateRow, filled, percent_of, rows_of
from omloop.coding.wording import tell_refusal
from omloop.organisations.members import Member
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right

SHOWN, MORE_ROWS = 500, 2


@require_safe
def templates(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """How the invoices of each supplier are coded, as somebody had it remembered."""
    place = _place(request.member, organisation_id)
    found = list(_of(place).order_by("supplier_name", "id")[:SHOWN])
    rows = [(each, [(line, percent_of(line, each.shown)) for line in each.shown]) for each in found]
    context = {"organisation": place, "rows": rows, "titles": TITLES, "codes": True}
    return render(request, "coding/templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: MemberRequest, organisation_id: UUID, template_id: UUID) -> HttpResponse:
    """One of them, to change; invoices that it was proposed for stay as they are."""
    place = _place(request.member, organisation_id)
    found, chart, data = _find(place, template_id), Chart.of(place.id), request.POST
    if request.method != "POST":
        return _show(request, place, found, rows_of(found.shown, chart, MORE_ROWS), chart)
    if "more" in data:
        said = [{name: data.get(f"line{n}-{name}", "") for name in FIELDS} for n in range(count_of(data))]
        return _show(request, place, found, filled(said, chart, MORE_ROWS), chart)
    rows = [TemplateRow(data, prefix=f"line{n}", chart=chart) for n in range(count_of(data))]
    problem = _save(request, found, rows)
    if problem:
        return _show(request, place, found, rows, chart, problem=problem, status=422)
    messages.success(request, _("The template is saved. It is proposed for the next invoices."))
    return redirect("coding_templates", place.id)


def _save(request: MemberRequest, found: CodingTemplate, rows: list[TemplateRow]) -> str:
    """Save it; why it is not saved, empty when it is."""
    if False in {row.is_valid() for row in rows}:
        return _("Something is not right yet: you see it at the line.")
    lines = [line for row in rows if (line := row.new_line())]
    try:
        with transaction.atomic():
            change_template(template=found, lines=lines, actor=request.member, now=timezone.now())
    except CodingRefused as refusal:
        return tell_refusal(refusal)
    return ""


@require_POST
def end(request: MemberRequest, organisation_id: UUID, template_id: UUID) -> HttpResponse:
    """End a template: nothing is proposed by it any more."""
    place = _place(request.member, organisation_id)
    found = _find(place, template_id)
    try:
        end_template(template=found, actor=request.member, now=timezone.now())
    except TemplateIsOver as over:
        messages.error(request, tell_refusal(over))
    else:
        text = _("The template of %(supplier)s has ended. Proposals follow its earlier invoices again.")
        messages.success(request, text % {"supplier": found.supplier_name})
    return redirect("coding_templates", place.id)


def _show(
    request: MemberRequest,
    place: Organisation,
    found: CodingTemplate,
    rows: list[TemplateRow],
    chart: Chart,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"organisation": place, "template": found, "rows": rows, "problem": problem}
    return render(request, "coding/template.html", {**context, "offered": chart.offered}, status=status)


def _of(place: Organisation) -> Any:
    lines = TemplateLine.objects.select_related("ledger_account", "cost_centre", "cost_unit")
    found = CodingTemplate.objects.filter(IS_CURRENT, organisation=place).select_related("kept_by")
    return found.prefetch_related(Prefetch("lines", lines.order_by("position"), to_attr="shown"))


def _find(place: Organisation, template_id: UUID) -> Any:
    return get_object_or_404(_of(place), id=template_id)


def _place(member: Member, organisation_id: UUID) -> Organisation:
    """The organisation, for who codes there; Http404 where he is a stranger, RightMissing."""
    place: Organisation | None = Organisation.objects.filter(id=organisation_id, id__in=member.rights).first()
    if place is None:
        raise Http404
    member.demand(Right.CODE, organisation_id)
    return place
