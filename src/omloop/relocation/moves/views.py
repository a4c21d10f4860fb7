"""The pages of moving: the list, a new plan, one plan with its steps, and the manifest to keep."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from omloop.environments.models import Environment
from omloop.organisations.door_pages import end_session
from omloop.organisations.doors import SessionOver, door_of
from omloop.organisations.humans import belonging
from omloop.organisations.members import Member, NotAdministrator, RightMissing
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.relocation.moves import agreeing, proposing
from omloop.relocation.moves.access import Party, UnknownPlan, party_scope
from omloop.relocation.moves.forms import ChoicesForm, NewMoveForm
from omloop.relocation.moves.page import context_of, names_of_sides
from omloop.relocation.moves.plans import Consent, MovePlan, Mover
from omloop.relocation.moves.refusals import MoveRefused, NotYourSide
from omloop.relocation.moves.situation import Situation
from omloop.relocation.moves.wording import tell_refusal

Answer = Callable[..., HttpResponse]


@require_safe
def moves(request: HttpRequest, environment_id: UUID) -> HttpResponse:
    """The moves of an environment: under way, done, and dropped."""
    environment = _administered(request, environment_id)
    of_it = Q(from_environment_id=environment_id) | Q(to_environment_id=environment_id)
    here = list(MovePlan.objects.filter(of_it).order_by("-created_at", "-id").prefetch_related("movers"))
    rows = list(zip(here, names_of_sides(here), strict=True))
    return render(request, "relocation/moves.html", {"environment": environment, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def new_move(request: HttpRequest, environment_id: UUID) -> HttpResponse:
    """Which organisations move, and who is the other side."""
    environment, member = _administered(request, environment_id), _member(request)
    own = Organisation.objects.filter(environment_id=environment_id, id__in=member.where(Right.MOVE))
    offered = list(own.order_by("name"))
    form = NewMoveForm(
        request.POST or None,
        organisations=offered,
        initial=_as_chosen(request, environment_id, offered),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        plan = proposing.propose(
            environment_id=environment_id,
            organisation_ids=given["organisations"],
            to_email=given["to_email"],
            to_name=given["to_name"],
            actor=member,
            now=timezone.now(),
        )
        return redirect("move", environment_id, plan.id)
    context = {"environment": environment, "form": form, "offered": offered}
    status = 422 if request.method == "POST" else 200
    return render(request, "relocation/new.html", context, status=status)


def _as_chosen(request: HttpRequest, environment_id: UUID, offered: list[Organisation]) -> dict[str, Any]:
    """What the wizard of splitting says in the address: organisations, a name, and who administers there.

    `everything` merges the environment into another (rules 6.7).
    """
    administrator = _uuid(request.GET.get("administrator", ""))
    known = belonging(environment_id, {administrator} if administrator else set(), now=timezone.now())
    person = Person.objects.filter(id__in=known).first()
    everything = [str(place.id) for place in offered] if "everything" in request.GET else []
    return {
        "organisations": everything or request.GET.getlist("organisation"),
        "to_name": request.GET.get("name", ""),
        "to_email": person.email if person else "",
    }


def at_plan(view: Answer) -> Answer:
    """The view gets the person at the plan, inside their scope; whoever is no party gets 404 or 403."""

    @wraps(view)
    def wrapped(request: HttpRequest, environment_id: UUID, plan_id: UUID, **rest: Any) -> HttpResponse:
        person = request.user
        if not isinstance(person, Person) or hasattr(request, "connection_key"):
            raise Http404
        origin = request.META.get("REMOTE_ADDR", "")
        scope = {
            "environment_id": environment_id,
            "plan_id": plan_id,
            "now": timezone.now(),
            "origin": origin,
            "door": door_of(request.session),
        }
        try:
            with party_scope(person, **scope) as party:
                request.member = party.member  # type: ignore[attr-defined]
                response = view(request, party, environment_id, **rest)
                request.member = None  # type: ignore[attr-defined]
                return response
        except MoveRefused as refusal:
            messages.warning(request, tell_refusal(refusal))
            return redirect("move", environment_id, plan_id)
        except SessionOver as over:
            return end_session(request, over)
        except UnknownPlan as unknown:
            raise Http404 from unknown
        except (NotAdministrator, RightMissing, NotYourSide) as refusal:
            raise PermissionDenied(str(refusal)) from refusal

    wrapped.in_member_scope = False  # type: ignore[attr-defined]
    return wrapped


@vary_on_headers("HX-Request")
@require_safe
@at_plan
def move(request: HttpRequest, party: Party, environment_id: UUID) -> HttpResponse:
    """One plan; to htmx only how far it is, and the whole page again once that is over."""
    if request.htmx:  # type: ignore[attr-defined]
        if party.plan.state != MovePlan.State.RUNNING:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "relocation/parts/progress.html", {"plan": party.plan})
    return _page(request, party, environment_id)


@require_POST
@at_plan
def choose_people(request: HttpRequest, party: Party, environment_id: UUID) -> HttpResponse:
    """Keep what was chosen for each person."""
    form = ChoicesForm(request.POST, situation=Situation(party.plan, timezone.now()))
    if not form.is_valid():
        return _page(request, party, environment_id, form=form, status=422)
    agreeing.choose(
        plan=party.plan,
        choices=form.choices,
        successors=form.successors,
        closing_on=form.cleaned_data["closing_on"],
        read_until=form.cleaned_data["read_until"],
        actor=party.member,
        now=timezone.now(),
    )
    messages.success(request, _("Kept. Below you see whether something still stands in the way."))
    return redirect("move", environment_id, party.plan.id)


@require_POST
@at_plan
def ask_consent(request: HttpRequest, party: Party, environment_id: UUID) -> HttpResponse:
    """Send the plan to both sides."""
    agreeing.ask(plan=party.plan, actor=party.member, now=timezone.now())
    messages.success(request, _("Sent. Both sides can consent now."))
    return redirect("move", environment_id, party.plan.id)


@require_POST
@at_plan
def answer_move(request: HttpRequest, party: Party, environment_id: UUID) -> HttpResponse:
    """Consent, take it back, or decline, for one side."""
    side, answer = request.POST.get("side", ""), request.POST.get("answer", "")
    common: dict[str, Any] = {"plan": party.plan, "side": side, "actor": party.member, "now": timezone.now()}
    if answer == "consent":
        chosen, version = _uuid(request.POST.get("environment", "")), request.POST.get("version", "")
        agreeing.consent(**common, version=version, to_environment_id=chosen)
    elif answer == "take_back":
        agreeing.withdraw_consent(**common)
    elif answer == "decline":
        agreeing.decline(**common)
    return redirect("move", environment_id, party.plan.id)


@require_POST
@at_plan
def withdraw_move(request: HttpRequest, party: Party, environment_id: UUID) -> HttpResponse:
    """Drop the plan."""
    agreeing.withdraw(plan=party.plan, actor=party.member, now=timezone.now())
    messages.success(request, _("Dropped. Nothing has changed."))
    return redirect("moves", environment_id)


@require_POST
@at_plan
def undo_move(request: HttpRequest, party: Party, environment_id: UUID) -> HttpResponse:
    """Draw up the move back."""
    back = proposing.propose_undo(plan=party.plan, actor=party.member, now=timezone.now())
    return redirect("move", environment_id, back.id)


@require_safe
@at_plan
def move_manifest(request: HttpRequest, party: Party, environment_id: UUID, mover_id: UUID) -> HttpResponse:
    """The signed manifest of one organisation, to keep: before the move and after it."""
    mover = Mover.objects.filter(plan=party.plan, id=mover_id).exclude(before=None).first()
    if mover is None:
        raise Http404
    response = JsonResponse({"before": mover.before, "after": mover.after, "differences": mover.differences})
    response["Content-Disposition"] = f'attachment; filename="manifest-{mover.of_organisation_id}.json"'
    return response


def _page(
    request: HttpRequest,
    party: Party,
    environment_id: UUID,
    form: ChoicesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    if form is None and party.plan.is_open and Consent.Side.FROM in party.sides:
        form = ChoicesForm(situation=Situation(party.plan, now))
    lists_moves = environment_id in party.member.environments
    context = {"environment_id": environment_id, "lists_moves": lists_moves, **context_of(party, form, now)}
    return render(request, "relocation/move.html", context, status=status)


def _administered(request: HttpRequest, environment_id: UUID) -> Environment:
    """The environment, for who administers it; others of it 403, strangers 404."""
    member = _member(request)
    if environment_id not in member.belongs_to:
        raise Http404
    member.demand_administrator(environment_id)
    found: Environment = Environment.objects.get(id=environment_id)
    return found


def _member(request: HttpRequest) -> Member:
    member: Member = request.member  # type: ignore[attr-defined]
    return member


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
