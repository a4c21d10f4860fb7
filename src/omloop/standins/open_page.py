"""What is open with somebody who goes away: decide on it, or hand it over in one go (rules 4.3, 4.8)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from omloop.absences.refusals import AbsenceRefused
from omloop.standins.open_tasks import open_before, ticked
from omloop.standins.saving import hand_over_ticked
from omloop.standins.views import find_absence, member_of


@require_http_methods(["GET", "HEAD", "POST"])
def open_before_absence(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """The list of what is open; what is ticked goes to the substitute, and nothing else does."""
    found = find_absence(member_of(request), absence_id)
    if request.method == "POST":
        return _hand_over(request, absence_id)
    is_own = found.person.id == member_of(request).person_id
    context = {
        "absence": found,
        "is_own": is_own,
        "tasks": open_before(found),
        "has_begun": found.first_on <= timezone.localdate(),
        "back": reverse("absence" if is_own else "absence_of_other", args=[absence_id]),
        "today": timezone.localdate(),
    }
    return render(request, "standins/open.html", context)


def _hand_over(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    tasks = ticked(request.POST.getlist("task"))
    try:
        moved, stayed = hand_over_ticked(absence_id, tasks, actor=member_of(request), now=timezone.now())
    except AbsenceRefused:
        messages.warning(request, _("This absence is already over or withdrawn, so nothing has changed."))
        return redirect("absences")
    if moved:
        text = ngettext("%(count)d invoice is handed over.", "%(count)d invoices are handed over.", moved)
        messages.success(request, text % {"count": moved})
    if stayed:
        text = ngettext(
            "%(count)d invoice stays: the substitute may not decide on it, or it was decided meanwhile.",
            "%(count)d invoices stay: the substitute may not decide on them, or they were decided meanwhile.",
            stayed,
        )
        messages.warning(request, text % {"count": stayed})
    return redirect("open_before_absence", absence_id)
