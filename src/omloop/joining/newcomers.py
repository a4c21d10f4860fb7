"""Where somebody who just came belongs: by the domain of his address, or nowhere yet (rules 1.2)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from omloop.audit.actors import Actor
from omloop.environments.mail_domains import name_from, private_domain_of
from omloop.environments.models import Environment, EnvironmentRole
from omloop.environments.refusals import DomainTaken
from omloop.environments.services import create_environment
from omloop.joining.models import JoinRequest
from omloop.joining.refusals import AlreadyIn, NotOfThisDomain
from omloop.joining.requests import ASKERS, ask_to_join
from omloop.people.models import Person
from omloop.people.services import verified_addresses
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope


@dataclass(frozen=True)
class Door:
    """An environment of one's own domain, who lets people in there, and what became of asking."""

    environment: Environment
    domain: str
    administrators: list[str]
    request: JoinRequest | None


@dataclass(frozen=True)
class Outlook:
    """What somebody without a place can do: doors to knock at, and an environment of his own."""

    doors: list[Door]
    free_domain: str
    proposed_name: str

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has been asked and has not answered."""
        return any(door.request and door.request.state == JoinRequest.State.OPEN for door in self.doors)


def is_placed(person: Person) -> bool:
    """Whether the person belongs anywhere: in an environment, or in an organisation."""
    return bool(
        directory.environments_of("person", person.id) or directory.organisations_of("person", person.id)
    )


def proven_domains(person: Person) -> list[str]:
    """The private domains of his verified addresses; the one of his first address first."""
    return list(dict.fromkeys(filter(None, map(private_domain_of, verified_addresses(person)))))


def outlook_of(person: Person, *, now: datetime) -> Outlook:
    """What this person can do; opens scopes of its own."""
    domains = proven_domains(person)
    holders = {domain: directory.environments_of("domain", domain) for domain in domains}
    asked = directory.environments_of(ASKERS, person.id)
    environment_ids = {*asked, *(found for held in holders.values() for found in held)}
    free = next((domain for domain in domains if not holders[domain]), "")
    with tenant_scope(person.id, [], environment_ids):
        doors = [_door(each, person, holders, now) for each in Environment.objects.order_by("name", "id")]
    return Outlook(doors, free, name_from(free))


def ask_by_domain(person: Person, *, actor: Actor, now: datetime) -> list[UUID]:
    """Ask to join the environments of his domains, or join where that goes at once; which ones.

    Opens scopes of its own. Asking twice is asking once.
    """
    domains, asked = proven_domains(person), []
    for environment_id in {found for d in domains for found in directory.environments_of("domain", d)}:
        with tenant_scope(person.id, [], [environment_id]):
            try:
                ask_to_join(
                    environment_id=environment_id, person_id=person.id, proven=domains, actor=actor, now=now
                )
            except (AlreadyIn, NotOfThisDomain):
                continue
        asked.append(environment_id)
    return asked


def make_own_environment(
    person: Person, *, name: str, domain: str, actor: Actor, now: datetime
) -> Environment | None:
    """His own environment, with a domain of his that nobody has; None when somebody was just before him.

    Then he asks that one to join. Opens scopes of its own.
    """
    held = domain if domain in proven_domains(person) else ""
    try:
        return create_environment(name=name, administrator_id=person.id, domain=held, actor=actor, now=now)
    except DomainTaken:
        ask_by_domain(person, actor=actor, now=now)
        return None


def _door(environment: Environment, person: Person, holders: dict[str, list[UUID]], now: datetime) -> Door:
    held = EnvironmentRole.objects.at(now).filter(
        environment=environment, role=EnvironmentRole.Role.ADMINISTRATOR, person__is_active=True
    )
    requests = JoinRequest.objects.filter(environment=environment, person=person)
    return Door(
        environment=environment,
        domain=next((domain for domain, found in holders.items() if environment.id in found), ""),
        administrators=list(held.order_by("person__name").values_list("person__name", flat=True)),
        request=requests.order_by("-asked_at", "-id").first(),
    )
