"""The page of my notices, opening one, and how I want to be told (rules 3.13, 4.7)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.joining.entrance import person_of
from omloop.notifications import notices as mine
from omloop.notifications.choices import choices_of, choose
from omloop.notifications.forms import NoticeForm
from omloop.notifications.known import Known
from omloop.notifications.sayings import lines_of
from omloop.organisations.middleware import MemberRequest


@require_safe
def notices(request: MemberRequest) -> HttpResponse:
    """My notices, newest first."""
    rows, following = mine.notices(request.member, after=_cursor(request.GET.get("after", "")))
    context = {
        "lines": lines_of(Known(rows, request.member)),
        "following": following,
        "is_first": "after" not in request.GET,
        "kept": mine.KEPT.days,
        "today": timezone.localdate(),
    }
    return render(request, "notifications/notices.html", context)


@require_POST
def open_notice(request: MemberRequest, notice_id: UUID) -> HttpResponse:
    """Mark one as read, and go to what it is about."""
    row = mine.find(request.member, notice_id)
    if row is None:
        raise Http404
    (line,) = lines_of(Known([row], request.member))
    mine.read(row, actor=request.member, now=timezone.now())
    if line.address:
        return redirect(line.address)
    messages.info(request, _("What this notice was about is not there any more, or not yours to see."))
    return redirect("notices")


@require_POST
def read_notices(request: MemberRequest) -> HttpResponse:
    """Mark all of mine as read."""
    mine.read_all(actor=request.member, now=timezone.now())
    messages.success(request, _("All your notices are marked as read."))
    return redirect("notices")


@require_http_methods(["GET", "HEAD", "POST"])
def notice_choices(request: MemberRequest) -> HttpResponse:
    """By mail, in the app, both or neither, topic by topic."""
    person = person_of(request)
    form = NoticeForm(request.POST or None, ways=choices_of(person.id))
    if request.method == "POST" and form.is_valid():
        choose(person.id, form.wanted())
        messages.success(request, _("Your settings are saved."))
        return redirect("notice_choices")
    status = 422 if request.method == "POST" else 200
    return render(request, "notifications/notice_choices.html", {"form": form}, status=status)


def _cursor(text: str) -> mine.Cursor | None:
    try:
        return mine.Cursor.parse(text)
    except ValueError:
        return None
