"""An old link to what has moved: who was of the old environment reads where it went (rules 6.3)."""

import re
from collections.abc import Callable
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from omloop.environments.models import EnvironmentRole
from omloop.people.models import Person
from omloop.relocation.plans import MovePlan, Mover
from omloop.relocation.settling import MOVED
from omloop.relocation.tables import tables
from omloop.tenancy.directory import hash_key
from omloop.tenancy.models import TenancyDirectory
from omloop.tenancy.scope import tenant_scope

IDS = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
STAYED = (MovePlan.State.RUNNING, MovePlan.State.DONE)


class MovedAway:
    """Turns the 404 of a page whose subject moved into a page that says so; a stranger keeps his 404.

    Links name invoices and organisations and no environment, so for who has access they go on working.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        mover = find_moved(request)
        if mover is None:
            return response
        plan = mover.plan
        context = {"mover": mover, "plan": plan, "there": plan.to_name}
        return render(request, "relocation/moved.html", context, status=410)


def find_moved(request: HttpRequest) -> Mover | None:
    """The move that took along what this address names, if this person may know of it."""
    person, ids = request.user, {UUID(text) for text in IDS.findall(request.path.lower())}
    if not ids or not isinstance(person, Person) or not person.is_active:
        return None
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
