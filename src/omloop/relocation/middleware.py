"""An old link to what has moved: who was of it before reads where it went (rules 6.3, 6.4)."""

import re
from collections.abc import Callable
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from omloop.environments.models import EnvironmentRole
from omloop.organisations.models import Organisation
from omloop.people.models import Person
from omloop.relocation.between.journal import Departure
from omloop.relocation.moves.plans import MovePlan, Mover
from omloop.relocation.moves.settling import MOVED
from omloop.relocation.tables import tables
from omloop.tenancy import directory
from omloop.tenancy.directory import hash_key
from omloop.tenancy.models import TenancyDirectory
from omloop.tenancy.scope import tenant_scope
from omloop.web.errors import gone

IDS = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
STAYED = (MovePlan.State.RUNNING, MovePlan.State.DONE)


class MovedAway:
    """Turns the 404 of a page whose subject moved into a page that says so; a stranger keeps his 404.

    Links name invoices and organisations and no environment, so for who has access they go on working.
    Programs are told by the API itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        person, ids = request.user, {UUID(text) for text in IDS.findall(request.path.lower())}
        if not ids or not isinstance(person, Person) or not person.is_active:
            return response
        if "Authorization" in request.headers:
            return response
        if mover := find_moved(person, ids):
            plan = mover.plan
            context = {"mover": mover, "plan": plan, "there": plan.to_name}
            return render(request, "relocation/moved.html", context, status=410)
        if places := find_gone(person, ids):
            return gone(request, [(place.name, place.moved_to) for place in places])
        return response


def find_gone(person: Person, ids: set[UUID]) -> list[Organisation]:
    """The organisations of this person at another installation that may have taken along what these ids name.

    Their rows are there and not here, so all that can be told is whether an id was made before they went.
    """
    with tenant_scope(person.id, directory.organisations_of("person", person.id)):
        left = list(Organisation.objects.exclude(moved_to="").order_by("name"))
        marks = Departure.objects.filter(gone_at__isnull=False, manifest__isnull=False)
        below = {mark.organisation_id: UUID(mark.manifest["below"]) for mark in marks.order_by("gone_at")}
    return [place for place in left if any(key.version == 7 and key < below[place.id] for key in ids)]


def find_moved(person: Person, ids: set[UUID]) -> Mover | None:
    """The move inside that took along what these ids name, if this person may know of it."""
    leads = TenancyDirectory.objects.filter(kind=MOVED, key=hash_key(person.id))
    places = dict(leads.values_list("organisation_id", "environment_id"))
    if not places:
        return None
    with tenant_scope(person.id, [p for p in places if p], {e for e in places.values() if e}):
        roles = EnvironmentRole.objects.at(timezone.now()).filter(person=person)
        still = set(roles.values_list("environment_id", flat=True))
        known = [place for place, environment in places.items() if environment in still]
        found = _organisation_of(ids, known)
        movers = Mover.objects.filter(of_organisation_id=found, plan__state__in=STAYED)
        moved = movers.exclude(plan__executed_at=None).select_related("plan")
        return moved.order_by("-plan__executed_at").first() if found else None


def _organisation_of(ids: set[UUID], places: list[UUID | None]) -> UUID | None:
    """Which of these organisations has a row with one of these keys; nothing of what is confidential."""
    for table in tables():
        if table.key != "id":
            continue
        rows = table.model._base_manager.filter(
            Q(pk__in=ids), **{f"{table.owner}__in": [place for place in places if place]}
        )
        found: UUID | None = rows.values_list(table.owner, flat=True).first()
        if found is not None:
            return found
    return None
