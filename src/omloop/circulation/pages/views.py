"""The worklist, the page of an invoice, and what one decides there."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from omloop.circulation.deciding import (
    bulk,
    forwarding,
    gate,
    naming,
    on_hold,
    taking,
    taking_back,
    withdrawing,
)
from omloop.circulation.models import Assignment, Decision
from omloop.circulation.pages.answers import answered, refused, told, told_named
from omloop.circulation.pages.attention import attention_page
from omloop.circulation.pages.forms import (
    DecisionForm,
    HoldForm,
    NamingForm,
    ReleaseForm,
    TaskForm,
    WithdrawForm,
    ticked,
)
from omloop.circulation.pages.invoice import invoice_page
from omloop.circulation.pages.sent import said_in
from omloop.circulation.pages.worklist import VIEW_COOKIE, Asked, NotVisible, worklist_page
from omloop.circulation.refusals import Refusal, UnknownAssignment, UnknownDecision
from omloop.circulation.scheme.proposing import propose_rule
from omloop.intake.opening import note_opened
from omloop.invoices.models import Invoice
from omloop.invoices.queries import visible_to
from omloop.joining.entrance import person_of
from omloop.joining.newcomers import is_placed
from omloop.organisations.members import Member
from omloop.organisations.middleware import MemberRequest
from omloop.web.views import keep_on_device, page_to_return_to


class PageRequest(MemberRequest):
    """A request for a page: htmx may ask for a part of it."""

    htmx: HtmxDetails


@require_safe
def worklist(request: PageRequest) -> HttpResponse:
    """What waits for me, with one invoice beside it; htmx asks for that one alone.

    Who has no place anywhere is shown where he may belong; one whose places are shut stays here.
    """
    sees_nothing = not request.member.rights and not request.member.belongs_to
    if sees_nothing and not is_placed(person_of(request)):
        return redirect("welcome")
    asked = Asked.read(request.GET, kept_view=request.COOKIES.get(VIEW_COOKIE, ""))
    try:
        page = worklist_page(request.member, asked, today=timezone.localdate(), now=timezone.now())
    except NotVisible as not_visible:
        raise Http404 from not_visible
    is_part = request.htmx.target == "preview"
    template = "circulation/parts/preview.html" if is_part else "circulation/worklist.html"
    context: dict[str, object] = {"page": page}
    if asked.organisation_id is None:
        context["worklist_count"] = page.everything  # the frame needn't count again
    response = render(request, template, context)
    if "view" in request.GET:
        keep_on_device(request, response, VIEW_COOKIE, asked.view)
    return response


@require_safe
def invoice(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """One invoice: its paper, and a part of what is known about it."""
    found, now = find_invoice(request.member, invoice_id), timezone.now()
    note_opened(found.document, actor=request.member, now=now)
    page = invoice_page(
        found,
        request.member,
        part=request.GET.get("part", ""),
        start=request.GET.get("from", ""),
        today=timezone.localdate(),
        now=now,
    )
    return render(request, "circulation/invoice.html", {"page": page})


@require_POST
def decide(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Check, approve, return or reject; then on to where the page says."""
    return _act(request, invoice_id, DecisionForm(request.POST), gate.decide)


@require_POST
def hold(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Put a task on hold, with why, and until when."""
    return _act(request, invoice_id, HoldForm(request.POST), on_hold.put_on_hold)


@require_POST
def release(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Release a task that is on hold."""
    return _act(request, invoice_id, ReleaseForm(request.POST), on_hold.release)


def _act(
    request: PageRequest, invoice_id: UUID, form: Form, act: Callable[..., gate.Outcome]
) -> HttpResponse:
    found = find_invoice(request.member, invoice_id)
    try:
        said = said_in(form)
        with transaction.atomic():
            task = find_task(found, said.pop("assignment"))
            outcome = act(assignment_id=task, **said, actor=request.member, now=timezone.now())
    except Refusal as refusal:
        return refused(request, found, refusal)
    messages.success(request, told(outcome))
    return redirect(page_to_return_to(request))


@require_POST
def answer_each(request: PageRequest) -> HttpResponse:
    """Check or approve what was ticked on the worklist, and say of each what came of it."""
    results = bulk.answer_each(ticked(request.POST), actor=request.member, now=timezone.now())
    context = {"lines": answered(results), "back": page_to_return_to(request)}
    return render(request, "circulation/answered.html", context)


@require_POST
def name_person(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Say whose invoice it is."""
    found = find_invoice(request.member, invoice_id)
    form = NamingForm(request.POST)
    try:
        said = said_in(form)
        with transaction.atomic():
            named = {"assignment_id": find_task(found, said["assignment"]), "person_id": said["person"]}
            opened = naming.name_person(**named, actor=request.member, now=timezone.now())
            if said["as_rule"]:
                propose_rule(found, person_id=said["person"], actor=request.member, now=timezone.now())
    except Refusal as refusal:
        return refused(request, found, refusal)
    messages.success(request, told_named(opened))
    if said["as_rule"]:
        messages.info(request, _("Suggested as a rule, for who manages the scheme."))
    return redirect(page_to_return_to(request))


@require_POST
def take_task(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Take a task of my group for myself."""
    return _pass_on(request, invoice_id, taking.take_task, _("It waits for you alone now."))


@require_POST
def give_back(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Give a task that I took back to the group."""
    return _pass_on(request, invoice_id, taking.give_back, _("It waits for the group again."))


def _pass_on(
    request: PageRequest, invoice_id: UUID, pass_on: Callable[..., Assignment], said: str
) -> HttpResponse:
    found, form = find_invoice(request.member, invoice_id), TaskForm(request.POST)
    try:
        with transaction.atomic():
            task = find_task(found, said_in(form)["assignment"])
            pass_on(assignment_id=task, actor=request.member, now=timezone.now())
    except Refusal as refusal:
        return refused(request, found, refusal)
    messages.success(request, said)
    return redirect(page_to_return_to(request))


@require_POST
def forward(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Give my task to one or several others."""
    found = find_invoice(request.member, invoice_id)
    form = ReleaseForm(request.POST)
    try:
        said = said_in(form)
        with transaction.atomic():
            about = {"assignment_id": find_task(found, said["assignment"]), "remark": said["remark"]}
            people = ticked(request.POST, "person")
            outcome = forwarding.forward(people=people, **about, actor=request.member, now=timezone.now())
    except Refusal as refusal:
        return refused(request, found, refusal)
    messages.success(request, told(outcome))
    return redirect(page_to_return_to(request))


@require_POST
def take_back(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Hold a task again that somebody has for me."""
    return _pass_on(request, invoice_id, taking_back.take_back, _("Taken back: it waits for you again."))


@require_POST
def withdraw(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Withdraw my decision on this invoice."""
    found, form = find_invoice(request.member, invoice_id), WithdrawForm(request.POST)
    try:
        said = said_in(form)
        with transaction.atomic():
            about = {"decision_id": find_decision(found, said["decision"]), "remark": said["remark"]}
            outcome = withdrawing.withdraw(**about, actor=request.member, now=timezone.now())
    except Refusal as refusal:
        return refused(request, found, refusal)
    messages.success(request, told(outcome))
    return redirect(page_to_return_to(request))


@require_safe
def attention(request: PageRequest) -> HttpResponse:
    """What nobody present can do, and what was rejected; 403 for who can do nothing about either."""
    organisation = request.GET.get("organisation", "")
    page = attention_page(request.member, organisation, today=timezone.localdate(), now=timezone.now())
    return render(request, "circulation/attention.html", {"page": page})


def find_invoice(member: Member, invoice_id: UUID) -> Invoice:
    """The invoice with its document and organisation; Http404 when this member can't see it."""
    found = visible_to(member).select_related("document", "organisation").filter(id=invoice_id).first()
    if found is None:
        raise Http404
    return found


def find_task(invoice: Invoice, assignment_id: UUID) -> UUID:
    """The id, when it is a task of this invoice; raises UnknownAssignment."""
    if not Assignment.objects.filter(id=assignment_id, invoice=invoice).exists():
        raise UnknownAssignment
    return assignment_id


def find_decision(invoice: Invoice, decision_id: UUID) -> UUID:
    """The id, when it is a decision on this invoice; raises UnknownDecision."""
    if not Decision.objects.filter(id=decision_id, invoice=invoice).exists():
        raise UnknownDecision
    return decision_id
