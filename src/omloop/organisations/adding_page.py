"""Adding an organisation: looked up by its KvK number, or typed by hand (rules 1.7).

Three requests, so that no transaction is open while the register is asked: the question is taken in, then
asked outside of every scope, and its answer waits in the session for the form.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.environments.models import Environment
from omloop.organisations.forms import AddForm
from omloop.organisations.members import Member
from omloop.organisations.refusals import MayNotAdd
from omloop.organisations.register import KeyRefused, NotInRegister, RegisterTrouble, look_up
from omloop.organisations.views import member_of

QUESTION, ANSWER = "register_question", "register_answer"


@require_http_methods(["GET", "HEAD", "POST"])
def add_organisation(request: HttpRequest) -> HttpResponse:
    """The form, filled with what the register said, where it was asked."""
    environments = environments_of(member_of(request))
    answer = _answer(request)
    if request.method == "POST":
        form = AddForm(request.POST, environments=environments)
        made = form.save(actor=member_of(request), now=timezone.now())
        if made:
            request.session.pop(ANSWER, None)
            messages.success(
                request, _("%(name)s is added. You are its administrator.") % {"name": made.name}
            )
            return redirect("organisation", made.id)
    else:
        form = AddForm(environments=environments, initial=answer.get("company") or {"kvk": answer.get("kvk")})
    context = {"form": form, "answer": answer, "has_register": bool(settings.REGISTER_URL)}
    return render(request, "organisations/add.html", context, status=422 if form.is_bound else 200)


@require_POST
def look_up_number(request: HttpRequest) -> HttpResponse:
    """Take in which number to look up."""
    environments_of(member_of(request))
    request.session[QUESTION] = request.POST.get("number", "")[:20]
    return redirect("ask_register")


@require_safe
def ask_register(request: HttpRequest) -> HttpResponse:
    """Ask the register what was asked of us, once, with no transaction open."""
    number = request.session.pop(QUESTION, None)
    if number is None:
        return redirect("add_organisation")
    answer: dict[str, Any] = {"kvk": number}
    try:
        answer["company"] = vars(look_up(number))
    except RegisterTrouble as trouble:
        answer["trouble"] = _explain(trouble)
    request.session[ANSWER] = answer
    return redirect(f"{reverse('add_organisation')}?{urlencode({'kvk': number})}")


ask_register.in_member_scope = False  # type: ignore[attr-defined]


def environments_of(member: Member) -> list[tuple[UUID, str]]:
    """The environments to which he may add an organisation; raises MayNotAdd when there is none."""
    if not member.adds_to:
        raise MayNotAdd("you may add organisations to no environment")
    rows = Environment.objects.filter(id__in=member.adds_to).order_by("name")
    return list(rows.values_list("id", "name"))


def _answer(request: HttpRequest) -> dict[str, Any]:
    """What the register said about the number of this page."""
    answer: dict[str, Any] = request.session.get(ANSWER) or {}
    return answer if answer and answer.get("kvk") == request.GET.get("kvk") else {}


def _explain(trouble: RegisterTrouble) -> str:
    match trouble:
        case NotInRegister():
            return _(
                "The business register has no company with this number. "
                "Look at the number on the extract, or type the company by hand."
            )
        case KeyRefused():
            return _(
                "The business register refuses the key of this installation, so nothing can be looked up. "
                "Tell whoever runs Omloop here, and type the company by hand meanwhile."
            )
    return _(
        "The business register gives no answer at this moment. Try again later, or type the company by hand."
    )
