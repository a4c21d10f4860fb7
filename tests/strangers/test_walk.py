"""Nobody sees or changes what is not his, by any route, known or new."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, path, set_urlconf

from omloop.config import urls
from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.strangers.entries import ENTRIES, Entry
from tests.strangers.victim import AFTERWARDS, CANARY, SECRET, Victim, key_for, make_victim, strangers
from tests.strangers.walk import METHODS, Route, Watch, faults_of, routes, tempting_body, visit
from tests.world import World

SEES_OPEN = "member who may not see confidential documents"
"""A stranger to confidential documents only: he walks past those, and may see the others."""
SEES_EARLIER = "reader up to a day"
"""A stranger to what was imported after that day only (rules 6.6)."""
MEMBERS = ("member without a right",)
"""Strangers to the documents: what the organisation says of itself they may read."""
READ_AND_SEND = ("get", "post")
TRY_ALL = (*MEMBERS, "key of an organisation elsewhere")
"""By each door who comes nearest. Who one is and how one asks are judged apart: not every pair is tried."""
BATCH = 20
ENDS_SESSION = ("account_logout",)
Fault = tuple[str, str, str, str]
"""At which route, who, by which method, got what."""


@pytest.fixture
def victim(world: World) -> Victim:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    return make_victim(world)


@pytest.fixture
def above(world: World) -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        yield connection


def watch_over(victim: Victim, above: psycopg.Connection, *, everywhere: str = "") -> Watch:
    """Looks at everything, and at what is about the invoices that some may not see."""
    texts = [str(ids["invoice_id"]) for ids in (victim.secret, victim.later)]
    return Watch(above, *texts, everywhere=everywhere)


def walk_all(everywhere: Iterable[Route], victim: Victim, watch: Watch) -> set[Fault]:
    """These routes, those that change nothing together: looking at everything takes longer than visits."""
    quiet, others = [], []
    for route in everywhere:
        (others if ENTRIES[route.name].changes or route.name in ENDS_SESSION else quiet).append(route)
    batches = [quiet[first : first + BATCH] for first in range(0, len(quiet), BATCH)]
    batches += [[route] for route in others]
    return {fault for batch in batches for fault in walk(batch, victim, watch)}


def walk(batch: list[Route], victim: Victim, watch: Watch) -> set[Fault]:
    """These routes, all strangers: each reads and sends a form, some try every method; what they should not
    have got."""
    found: set[Fault] = set()
    allowed = {table for route in batch for table in ENTRIES.get(route.name, Entry()).changes}
    aims = {SEES_OPEN: (victim.secret, SECRET), SEES_EARLIER: (victim.later, AFTERWARDS)}
    together = sorted(visitors(), key=lambda visitor: visitor.who if visitor.who in aims else "")
    for whose, group in groupby(together, key=lambda visitor: visitor.who if visitor.who in aims else ""):
        ids, canary = aims.get(whose, (victim.seen, CANARY))
        for visitor in group:
            for route in batch:
                found |= visitor.faults_at(route, ids, canary)
            found |= visitor.signed_out_by(batch)
        touched = watch.changed(str(ids["invoice_id"]) if whose else "")
        found |= {
            (of(batch), whose or "a stranger", "any", f"changed {table}") for table in touched - allowed
        }
    return found


def of(batch: list[Route]) -> str:
    return " or ".join(route.name for route in batch)


@dataclass(frozen=True)
class Visitor:
    """One stranger, with a session or with a connection key."""

    who: str
    person: Person | None = None
    key: str = ""
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def __post_init__(self) -> None:
        if self.person is not None:
            self.client.force_login(self.person)

    def faults_at(self, route: Route, ids: dict[str, UUID], canary: str) -> set[Fault]:
        """What he got at a route that he should not have."""
        entry, found = ENTRIES.get(route.name, Entry()), set()
        address = route.filled({**ids, **entry.values})
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        for method in METHODS if self.who in TRY_ALL else READ_AND_SEND:
            faults = faults_of(visit(self.client, method, address, tempting_body(ids), headers), canary)
            if self.who in MEMBERS and entry.for_members:
                faults = [fault for fault in faults if fault != "the canary"]
            found |= {(route.name, self.who, method, fault) for fault in faults}
        return found

    def signed_out_by(self, batch: list[Route]) -> set[Fault]:
        """Without his session he would have been somebody else on the routes that followed."""
        if self.person is None or len(batch) == 1 or self.client.session.get(SESSION_KEY):
            return set()
        return {(of(batch), self.who, "any", "ended his session: it belongs to ENDS_SESSION")}


def visitors() -> list[Visitor]:
    """Every stranger, by session and, where he can have one, by connection key."""
    return [Visitor(who, person) for who, person in WALKERS.items()] + [
        Visitor(who, key=key) for who, key in KEYS.items()
    ]


WALKERS: dict[str, Person | None] = {}
KEYS: dict[str, str] = {}


@pytest.fixture(autouse=True)
def gathered(world: World) -> None:
    WALKERS.clear()
    WALKERS.update(strangers(world))
    KEYS["key of an organisation elsewhere"] = key_for(world.otto, world.vuurtoren.id)
    KEYS["key that never was"] = "oml_never"


def test_every_route_has_an_entry_and_every_entry_a_route(world: World) -> None:
    assert {route.name for route in routes()} == set(ENTRIES)


def test_strangers_see_and_change_nothing_on_any_route(world: World, victim: Victim, above: Any) -> None:
    watch = watch_over(victim, above)
    assert walk_all(routes(), victim, watch) == set()


def test_who_may_does_get_in(world: World, victim: Victim) -> None:
    """Else the walk would prove nothing: a route that is shut to everybody is shut to strangers too."""
    by_name = {route.name: route for route in routes()}
    opening = {name: entry for name, entry in ENTRIES.items() if entry.opens_for}
    assert {
        name: told for name, entry in opening.items() if (told := shut(by_name[name], entry, world, victim))
    } == {}


def shut(route: Route, entry: Entry, world: World, victim: Victim) -> str:
    """What keeps somebody out who may come in; nothing: he sees what he should."""
    client, headers = Client(), {}
    if entry.by_key:
        key = key_for(world.people[entry.opens_for], world.zwaluw.id)
        headers = {"Authorization": f"Bearer {key}"}
    else:
        client.force_login(world.people[entry.opens_for])
    response = client.get(route.filled({**entry.values, **victim.seen}), headers=headers)
    if response.status_code != 200:
        return f"{response.status_code}: {response.content[:300]!r}"
    return "" if not entry.shows_canary or "the canary" in faults_of(response) else "no canary"


def leak(request: HttpRequest, organisation_id: UUID, invoice_id: UUID) -> HttpResponse:
    return HttpResponse(Invoice.objects.get(id=invoice_id).number)


def forge(request: HttpRequest, organisation_id: UUID, invoice_id: UUID) -> HttpResponse:
    hold(organisation_id)
    Document.objects.filter(organisation_id=organisation_id).update(filename="forged")
    return HttpResponse("done")


def burst(request: HttpRequest, organisation_id: UUID, invoice_id: UUID) -> HttpResponse:
    with tenant_scope(None, [organisation_id]):
        return HttpResponse(Invoice.objects.get(id=invoice_id).number)


burst.in_member_scope = False  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("view", "fault"), [(leak, "the canary"), (forge, "changed intake_document"), (burst, "the canary")]
)
def test_a_planted_hole_is_found(
    view: Any, fault: str, world: World, victim: Victim, above: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = path("planted/<uuid:organisation_id>/<uuid:invoice_id>/", view, name="planted")
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, planted])
    clear_url_caches()
    set_urlconf(None)
    try:
        route = next(route for route in routes() if route.name == "planted")
        found = walk([route], victim, watch_over(victim, above))
    finally:
        monkeypatch.undo()
        clear_url_caches()
    assert fault in {what for *_, what in found}
