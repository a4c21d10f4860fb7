"""The page behind a link in a mail: one invoice, one decision; opening it decides nothing (rules 3.4)."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from omloop.circulation.deciding import gate
from omloop.circulation.deciding.offer import is_with
from omloop.circulation.deciding.said import already_decided
from omloop.circulation.models import Assignment
from omloop.circulation.pages.answers import status_of, told
from omloop.circulation.pages.forms import AnswerForm
from omloop.circulation.pages.sent import said_in
from omloop.circulation.reading.mail_link import Opened, places_with_links, read_link
from omloop.circulation.reading.sheet import sheet_of
from omloop.circulation.refusals import Refusal
from omloop.invoices.models import Invoice
from omloop.invoices.queries import visible_to
from omloop.organisations.doors import Door
from omloop.organisations.members import Member, member_scope
from omloop.people.models import names_of


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def task_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Show the task, or take the decision that is posted; who is signed in himself goes to the invoice."""
    opened = read_link(token)
    if opened is None:
        return _over(request)
    with translation.override(opened.person.language), timezone.override(opened.person.zone):
        return _opened(request, opened)


def _opened(request: HttpRequest, opened: Opened) -> HttpResponse:
    now, origin = timezone.now(), f"mail link, {request.META.get('REMOTE_ADDR', '')}"
    place, person = opened.organisation_id, opened.person
    with member_scope(person, now=now, only=place, origin=origin, door=Door()) as member:
        task = _find(opened, member)
        if task is None:
            return _over(request)
        if request.user == opened.person and request.method != "POST":
            return redirect("invoice", task.invoice_id)
        if task.ended_at is not None:
            return _said(request, str(already_decided(task)), status=410)
        answer = _answer if request.method == "POST" else _shown
        return answer(request, task, member, now)


task_by_mail.in_member_scope = False  # type: ignore[attr-defined]


def _find(opened: Opened, member: Member) -> Assignment | None:
    """The task, as long as mails of its organisation open tasks and this person may see it so."""
    if not places_with_links(opened.person, member.rights):
        return None
    visible = visible_to(member).filter(confidential=False)
    tasks = Assignment.objects.filter(id=opened.assignment_id, invoice__in=visible)
    found: Assignment | None = tasks.select_related(
        "invoice__document", "invoice__organisation", "step", "holder", "group"
    ).first()
    return found if found and (found.ended_at or is_with(found, member)) else None


def _answer(request: HttpRequest, task: Assignment, member: Member, now: datetime) -> HttpResponse:
    form = AnswerForm(request.POST)
    try:
        with transaction.atomic():
            outcome = gate.decide(assignment_id=task.id, **said_in(form), actor=member, now=now)
    except Refusal as refusal:
        return _shown(request, task, member, now, refusal=refusal, status=status_of(refusal))
    return _said(request, told(outcome), invoice=task.invoice)


def _shown(
    request: HttpRequest,
    task: Assignment,
    member: Member,
    now: datetime,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate(now, task.invoice.organisation.zone)
    sheet = sheet_of(task.invoice, member, today=today, now=now)
    context = {
        "sheet": sheet,
        "invoice": task.invoice,
        "today": today,
        "name": names_of({member.person_id}).get(member.person_id, "") if member.person_id else "",
        "refusal": refusal,
        "said": request.POST,
    }
    return render(request, "circulation/task_by_mail.html", context, status=status)


def _said(
    request: HttpRequest, text: str, *, invoice: Invoice | None = None, status: int = 200
) -> HttpResponse:
    context = {"text": text, "invoice": invoice}
    return render(request, "circulation/task_by_mail_said.html", context, status=status)


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "circulation/task_by_mail_over.html", status=410)
