"""What one does with questions for advice, from the page of an invoice."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from omloop.circulation.deciding import consulting
from omloop.circulation.models.consultations import Consultation
from omloop.circulation.pages.answers import refused
from omloop.circulation.pages.forms import AdviceForm, ConsultForm, ticked
from omloop.circulation.pages.sent import said_in
from omloop.circulation.pages.views import PageRequest, find_invoice, find_task
from omloop.circulation.refusals import Refusal
from omloop.circulation.refusals.consultations import UnknownConsultation
from omloop.invoices.models import Invoice
from omloop.web.views import page_to_return_to


@require_POST
def consult(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Ask people for advice, or send them the invoice for information."""
    found, form = find_invoice(request.member, invoice_id), ConsultForm(request.POST)
    people = ticked(request.POST, "person")

    def act(**who: Any) -> str:
        said = said_in(form)
        kind, waits = form.kind_and_waits
        about = {"assignment_id": find_task(found, said["assignment"]), "remark": said["remark"]}
        asked = consulting.consult(people=people, kind=kind, waits=waits, **about, **who)
        text = ngettext("Asked %(count)d person", "Asked %(count)d people", len(asked))
        return text % {"count": len(asked)}

    return _act(request, found, act)


@require_POST
def answer_consultation(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Give my advice, or say that I saw it."""
    return _answer(request, invoice_id, consulting.answer, _("Thank you: whoever asked sees your answer."))


@require_POST
def recall_consultation(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Ask no longer."""
    return _answer(request, invoice_id, consulting.recall, _("The question is recalled."))


def _answer(
    request: PageRequest, invoice_id: UUID, act: Callable[..., Consultation], said: str
) -> HttpResponse:
    found, form = find_invoice(request.member, invoice_id), AdviceForm(request.POST)

    def carry_out(**who: Any) -> str:
        sent = said_in(form)
        about = {"consultation_id": sent["consultation"]}
        if act is consulting.answer:
            about["remark"] = sent["remark"]
        if not Consultation.objects.filter(id=about["consultation_id"], invoice=found).exists():
            raise UnknownConsultation
        act(**about, **who)
        return said

    return _act(request, found, carry_out)


def _act(request: PageRequest, found: Invoice, act: Callable[..., str]) -> HttpResponse:
    try:
        with transaction.atomic():
            said = act(actor=request.member, now=timezone.now())
    except Refusal as refusal:
        return refused(request, found, refusal)
    messages.success(request, said)
    return redirect(page_to_return_to(request))
