"""The page on which user data are transferred, and the report of a transfer (rules 5)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from procrastinate.contrib.django import app

from omloop.organisations.members import Member, RightMissing
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.transfers.forms import TransferForm
from omloop.transfers.models import What
from omloop.transfers.queries import (
    Run,
    Somebody,
    earlier_runs,
    find_runs,
    lines_of,
    people_with_work,
    went_to,
)
from omloop.transfers.refusals import TransferRefused
from omloop.transfers.services import AT_ONCE, ask_transfer, carry_out
from omloop.transfers.shown import Shown, stayed_in_words
from omloop.transfers.undoing import undo
from omloop.transfers.wish import Wish


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: MemberRequest) -> HttpResponse:
    """Choose whose and to whom, see what would happen, and do it."""
    places, now = _places(request.member), timezone.now()
    people = people_with_work([place.id for place in places], now=now)
    sent = request.POST if request.method == "POST" else request.GET
    person = _chosen(sent.get("from", ""), people)
    context: dict[str, Any] = {"people": people, "person": person, "today": timezone.localdate()}
    if person is None:
        context["earlier"] = earlier_runs([place.id for place in places])
        return render(request, "transfers/transfer.html", context)
    form = _form(sent, person.person, places, people)
    wish = form.wish() if form.is_bound and form.is_valid() else None
    if request.method == "POST" and wish and (run_id := _do(request, form, wish)):
        return redirect("transferred", run_id)
    context |= {"form": form, "shown": Shown(wish, form, request.member, now) if wish else None}
    page = "parts/preview.html" if request.htmx else "transfer.html"  # type: ignore[attr-defined]
    status = 422 if request.method == "POST" else 200
    return render(request, f"transfers/{page}", context, status=status)


@require_safe
def transferred(request: MemberRequest, run_id: UUID) -> HttpResponse:
    """What went where, what stayed and why, and what can still be undone."""
    run, now = _find(request.member, run_id), timezone.now()
    context = {
        "run": run,
        "went": went_to(run),
        "stayed": list(stayed_in_words(run)),
        "lines": lines_of(run, request.member, page=request.GET.get("page", "1")),
        "can_undo": run.is_done and now <= run.first.undo_until and run.undone < run.went,
        "today": timezone.localdate(),
    }
    return render(request, "transfers/transferred.html", context)


@require_POST
def undo_transfer(request: MemberRequest, run_id: UUID) -> HttpResponse:
    """Undo one item, or all that still can."""
    _find(request.member, run_id)
    try:
        items = [UUID(request.POST["item"])] if "item" in request.POST else None
    except ValueError as mistake:
        raise Http404 from mistake
    try:
        undone, left = undo(run_id=run_id, item_ids=items, actor=request.member, now=timezone.now())
    except TransferRefused as refused:
        messages.warning(request, str(refused))
    else:
        _tell_undone(request, undone, left)
    return redirect("transferred", run_id)


def _tell_undone(request: MemberRequest, undone: int, left: int) -> None:
    if undone:
        said = ngettext("%(count)d is back where it was.", "%(count)d are back where they were.", undone)
        messages.success(request, said % {"count": undone})
    if left:
        said = ngettext(
            "%(count)d stays: something has happened on it since, or you may not change it.",
            "%(count)d stay: something has happened on them since, or you may not change them.",
            left,
        )
        messages.warning(request, said % {"count": left})


def _do(request: MemberRequest, form: TransferForm, wish: Wish) -> UUID | None:
    """Ask for it and carry it out, at once or by a job when there is much; None when it was refused."""
    actor, now = request.member, timezone.now()
    try:
        run_id = ask_transfer(wish=wish, actor=actor, now=now)
    except TransferRefused as refused:
        form.add_error(None, str(refused))
        return None
    if Shown(wish, form, actor, now).preview.total <= AT_ONCE:
        carry_out(run_id=run_id, actor=actor, now=now)
    else:
        app.configure_task("transfers.carry_out", allow_unknown=False).defer(
            run_id=str(run_id), person_id=str(actor.person_id)
        )
    return run_id


def _form(
    sent: QueryDict, person: Person, places: list[Organisation], people: list[Somebody]
) -> TransferForm:
    everything = [str(what) for what in What]
    begin = {"what": everything if "everything" in sent else [str(What.INVOICES)]}
    active = sorted((each.person for each in people if each.is_active), key=lambda each: each.name)
    bound = sent if "to" in sent else None
    return TransferForm(bound, person=person, places=places, candidates=active, begin=begin)


def _places(member: Member) -> list[Organisation]:
    """Where he may transfer; 404 for who has no organisation at all."""
    places = member.where(Right.TRANSFER)
    if places:
        return list(Organisation.objects.filter(id__in=places).order_by("name", "id"))
    if not member.rights:
        raise Http404
    raise RightMissing(Right.TRANSFER, min(member.rights))


def _chosen(text: str, people: list[Somebody]) -> Somebody | None:
    if not text:
        return None
    for each in people:
        if str(each.person.id) == text:
            return each
    raise Http404


def _find(member: Member, run_id: UUID) -> Run:
    """The transfer as far as he may know it; 404 for others."""
    places = member.where(Right.TRANSFER)
    found = find_runs([run_id], places) if places else []
    if not found:
        raise Http404
    return found[0]
