"""What one does with a file without an invoice, and with one that came again (rules 2.1, 2.2, 2.10)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from omloop.intake import again, setting_aside
from omloop.intake.models import Channel, Document
from omloop.invoices import misdelivered
from omloop.invoices.again import invoice_of
from omloop.invoices.queries import originals_visible_to
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right
from omloop.web.errors import conflict


@require_POST
def set_aside(request: MemberRequest, document_id: UUID) -> HttpResponse:
    """Say that it is no invoice, with a reason."""
    said = _("Set aside: it is kept, and is no part of the books.")
    return _act(request, document_id, setting_aside.set_aside, said, reason=_text(request, "reason"))


@require_POST
def send_back(request: MemberRequest, document_id: UUID) -> HttpResponse:
    """Answer the sender of the mail in which it came."""
    said = _("Set aside; the sender gets your answer by mail.")
    return _act(request, document_id, setting_aside.send_back, said, answer=_text(request, "answer"))


@require_POST
def send_document_on(request: MemberRequest, document_id: UUID) -> HttpResponse:
    """Take it in where it belongs."""
    to = _id(request.POST.get("chosen", ""))
    if to not in request.member.rights:
        raise Http404
    said = _("Sent on: it is taken in there with the import date of today.")
    return _act(request, document_id, misdelivered.send_document_on, said, to_id=to)


@require_POST
def take_back(request: MemberRequest, document_id: UUID) -> HttpResponse:
    """Undo that it is set aside."""
    return _act(request, document_id, setting_aside.take_back, _("It stands with what waits again."))


@require_http_methods(["GET", "HEAD", "POST"])
def take_in_again(request: MemberRequest, document_id: UUID) -> HttpResponse:
    """Take a file that is known in once more on purpose, with a reason."""
    found = find_document(request, document_id)
    request.member.demand(Right.ADD, found.organisation_id)
    reason, is_wrong = _text(request, "reason"), False
    if request.method == "POST":
        how: dict[str, Any] = {"channel": Channel.UPLOAD, "actor": request.member, "now": timezone.now()}
        try:
            made = again.take_in_again(found, reason=reason, **how)
        except again.TakenInAgain:
            return conflict(request, _("Somebody took this file in again before you."))
        except again.AgainWithoutReason:
            is_wrong = True
        else:
            messages.success(request, _("%(file)s is taken in again.") % {"file": made.filename})
            return redirect("document", made.id)
    context = {"document": found, "invoice": invoice_of(found, request.member), "is_wrong": is_wrong}
    return render(request, "invoices/take_in_again.html", context, status=422 if is_wrong else 200)


@require_POST
def settle(request: MemberRequest, document_id: UUID) -> HttpResponse:
    """Say that nothing is to be done with a file that came again."""
    found = find_document(request, document_id)
    try:
        again.settle(found, actor=request.member, now=timezone.now())
    except again.NothingToSettle:
        return conflict(request, _("Somebody has dealt with this already."))
    messages.success(request, _("%(file)s is off the list.") % {"file": found.filename})
    return redirect("came_again")


def find_document(request: MemberRequest, document_id: UUID) -> Document:
    """A document that he may see, itself or by its invoice; Http404 for any other."""
    found = originals_visible_to(request.member).filter(id=document_id).first()
    if found is None:
        raise Http404
    return found


def _act(
    request: MemberRequest, document_id: UUID, act: Callable[..., object], said: str, **how: Any
) -> HttpResponse:
    found = find_document(request, document_id)
    try:
        with transaction.atomic():
            act(found, **how, actor=request.member, now=timezone.now())
    except setting_aside.AsideWithoutReason:
        messages.error(request, _("Say why: what you write stays with the file."))
    except (setting_aside.NotWaiting, setting_aside.NotAside):
        return conflict(request, _("Somebody has dealt with this file already."))
    except setting_aside.NobodyToAnswer:
        return conflict(request, _("This file came by no mail of a person: there is nobody to answer."))
    except (misdelivered.BelongsHere, misdelivered.TakesNothingInNow):
        return conflict(request, _("That organisation takes nothing in now. Try again later."))
    else:
        messages.success(request, said)
    return redirect("document", found.id)


def _text(request: MemberRequest, name: str) -> str:
    return request.POST.get(name, "")[:4000]


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
