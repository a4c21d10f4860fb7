"""Rights that are asked for a substitute, to be confirmed by somebody else (rules 4.5)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from omloop.absences import lending
from omloop.absences.models import LentRight
from omloop.absences.policies import can_answer_lending
from omloop.absences.refusals import NotAThird, NothingToLend
from omloop.organisations.rights import Right
from omloop.standins.views import member_of


@require_safe
def lent_rights(request: HttpRequest) -> HttpResponse:
    """What waits for my answer, and what is lent now or will be, where I manage members."""
    places = member_of(request).where(Right.MANAGE_MEMBERS)
    if not places:
        raise NotAThird("you manage members nowhere")
    rows = lending.lent_in(places, now=timezone.now())
    context = {
        "asked": [
            (each, can_answer_lending(member_of(request), each)) for each in rows if not each.answered_at
        ],
        "lent": [each for each in rows if each.is_confirmed],
        "today": timezone.localdate(),
    }
    return render(request, "standins/lending.html", context)


@require_POST
def answer_lending(request: HttpRequest, lent_id: UUID) -> HttpResponse:
    """Confirm or decline one."""
    if not LentRight.objects.filter(id=lent_id).exists():
        raise Http404
    is_confirmed = request.POST.get("answer") == "confirm"
    try:
        lending.answer(lent_id, is_confirmed=is_confirmed, actor=member_of(request), now=timezone.now())
    except NothingToLend:
        messages.warning(request, _("This was answered or withdrawn meanwhile, so nothing has changed."))
    else:
        said = _("The right is lent for these days.") if is_confirmed else _("The right is not lent.")
        messages.success(request, said)
    return redirect("lent_rights")
