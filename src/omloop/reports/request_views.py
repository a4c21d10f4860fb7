"""The page of a data subject's request: search, export, correction. What is searched travels in POST only."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right
from omloop.reports.forms import WordsForm
from omloop.reports.parcel import as_download
from omloop.reports.requests import (
    AlsoElsewhere,
    NameMissing,
    UnknownPerson,
    correct_name,
    correctable,
    files_of,
    groups_of,
    note_request,
)
from omloop.reports.subject import search


@require_http_methods(["GET", "HEAD", "POST"])
def data_subject(request: MemberRequest) -> HttpResponse:
    """Ask for a name, and show where it stands."""
    _refuse_strangers(request)
    form = WordsForm(request.POST or None)
    if not form.is_bound or not form.is_valid():
        return render(request, "reports/subject.html", {"form": form}, status=422 if form.is_bound else 200)
    answer = search(form.cleaned_data["words"], actor=request.member)
    note_request("data_subject.searched", answer, actor=request.member, now=timezone.now())
    context = {
        "form": form,
        "answer": answer,
        "groups": groups_of(answer),
        "correctable": correctable(answer.people, actor=request.member),
    }
    return render(request, "reports/subject.html", context)


@require_POST
def export_data_subject(request: MemberRequest) -> HttpResponse | StreamingHttpResponse:
    """Everything that was found, and the letter, as one file."""
    _refuse_strangers(request)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return render(request, "reports/subject.html", {"form": form}, status=422)
    answer = search(form.cleaned_data["words"], actor=request.member)
    note_request("data_subject.exported", answer, actor=request.member, now=timezone.now())
    return as_download(list(files_of(answer, today=timezone.localdate())), f"{_('data')}.zip")


@require_POST
def correct_data_subject(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """Correct somebody's name."""
    _refuse_strangers(request)
    name = request.POST.get("name", "")[:120].replace("\0", "")
    try:
        correct_name(person_id=person_id, name=name, actor=request.member, now=timezone.now())
    except UnknownPerson as unknown:
        raise Http404 from unknown
    except AlsoElsewhere as elsewhere:
        raise PermissionDenied(str(elsewhere)) from elsewhere
    except NameMissing:
        messages.error(
            request, _("The name is empty, so nothing was changed. Type the name as it should be.")
        )
    else:
        messages.success(request, _("The name is corrected, everywhere from now on."))
    return redirect("data_subject")


def _refuse_strangers(request: MemberRequest) -> None:
    if not request.member.where(Right.MANAGE_MEMBERS):
        raise PermissionDenied
