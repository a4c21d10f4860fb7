"""Two environments that are partners: Elders, an accountant's office where Eva works, and Noordgroep."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.environments.models import Partnership
from omloop.environments.partnerships import answer_partner, ask_partner, renew_code
from omloop.environments.services import give_role
from omloop.organisations.members import Member, member_scope
from omloop.organisations.rights import DefaultGroup
from omloop.organisations.services import make_connection_key
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.joining.people import (
    RunJobs,
    at_desk_of,
    link_in,
    mail_to,
)
from tests.world import BEGINNING, World

APPROVER, ADMINISTRATOR = DefaultGroup.APPROVER, DefaultGroup.ADMINISTRATOR


def make_administrator(person: Person, environment_id: UUID) -> None:
    with tenant_scope(None, [], [environment_id]):
        give_role(
            environment_id=environment_id,
            person_id=person.id,
            role="administrator",
            actor=OPERATOR,
            now=BEGINNING,
        )


def eva() -> Person:
    return Person.objects.get(name="Eva Smit")


def by(actor: Person, service: Callable[..., Any], **values: Any) -> Any:
    with member_scope(actor, now=timezone.now()) as member:
        return service(**values, actor=member, now=timezone.now())


def places_of(person: Person) -> Member:
    with member_scope(person, now=timezone.now()) as member:
        return member


def code_of(world: World) -> str:
    return str(by(world.marit, renew_code, environment_id=world.noordgroep_id))


def become_partners(world: World) -> UUID:
    asked = by(world.otto, ask_partner, environment_id=world.elsewhere_id, code=code_of(world))
    by(world.marit, answer_partner, partnership_id=asked.id, is_accepted=True)
    return UUID(str(asked.id))


def partnerships(world: World) -> list[Partnership]:
    with tenant_scope(None, [], [world.noordgroep_id]):
        return list(Partnership.objects.order_by("asked_at"))


def invite_eva(world: World, run_jobs: RunJobs, partnership: UUID, *groups: str) -> str:
    """Marit invites Eva to Zwaluw by the page; the path of the link that the mail brings."""
    asked = {
        "email": eva().email,
        "environment": str(world.noordgroep_id),
        "role": "basic",
        "organisation": str(world.zwaluw.id),
        "groups": list(groups or (APPROVER,)),
        "partner": str(partnership),
    }
    answer = at_desk_of(world.marit).post("/people/invite/", asked)
    assert answer.status_code == 302, answer.content.decode()
    run_jobs()
    return link_in(mail_to(eva().email))


def eva_at_zwaluw(world: World, run_jobs: RunJobs, *groups: str) -> UUID:
    """Partners, and Eva is a member of Zwaluw; the partnership."""
    partnership = become_partners(world)
    at_desk_of(eva()).post(invite_eva(world, run_jobs, partnership, *groups))
    assert places_of(eva()).rights.keys() == {world.zwaluw.id}
    return partnership


def key_of(person: Person, world: World) -> str:
    with tenant_scope(None, [world.zwaluw.id]):
        about = {"holder": person, "name": "accounts", "actor": OPERATOR, "now": timezone.now()}
        return make_connection_key(organisation_id=world.zwaluw.id, **about)[1]


def ask(world: World, kvk: str, **values: Any) -> Any:
    desk = at_desk_of(eva())
    (held,) = partnerships(world)
    asked = {"partner": f"{held.id}/{world.elsewhere_id}", "kvk": kvk, "groups": [APPROVER], **values}
    return desk.post("/authorisations/", asked, follow=True)


def count_queries(client: Client, page: str) -> int:
    client.get(page)  # what a first visit reads once
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)
