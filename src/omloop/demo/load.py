"""Loading the demo through the same doors as everybody: services, intake, the gate.

Loading again changes nothing: what is there is found by address, KvK number and bytes, and the dates hang
on the day that it was first loaded.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from django.utils import timezone

from omloop.absences.models import AbsenceCover
from omloop.absences.services import set_absence
from omloop.audit.actors import OPERATOR
from omloop.circulation.models import SchemeRule
from omloop.circulation.scheme.rules import Conditions, NewStep, add_rule
from omloop.demo.accounts import ensure_accounts
from omloop.demo.books import ensure_books
from omloop.demo.cast import COMPANIES, ENVIRONMENT, HORECA, PEOPLE, ROUTES, Company, Route, Someone
from omloop.demo.papers import Paper, papers
from omloop.demo.sales import ensure_sales
from omloop.demo.story import play, put_one_on_hold
from omloop.environments.models import Environment
from omloop.environments.services import create_environment, give_role
from omloop.flow.command_line import take_in
from omloop.intake.models import Channel, Document
from omloop.organisations.activation import activate, is_activated
from omloop.organisations.changing import change_organisation
from omloop.organisations.members import Member, member_scope, operator_member, system_scope
from omloop.organisations.models import GroupMember, Identifier
from omloop.organisations.receiving import add_identifier
from omloop.organisations.rights import Right
from omloop.organisations.services import create_organisation, grant, set_limit
from omloop.organisations.shares import Part, set_parents
from omloop.people.models import Person
from omloop.people.services import add_person
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope

FOUNDED_AT = datetime(2026, 1, 1, 8, tzinfo=UTC)
"""Since when the demo's group exists; all its history comes after it."""

ANNAS_ABSENCE = (date(2026, 4, 1), date(2026, 5, 1))


def load_demo() -> Iterator[str]:
    """Load what is not there yet; yields a line for each thing done."""
    people = {someone.email.split("@")[0]: ensure_person(someone) for someone in PEOPLE}
    environment = ensure_environment(people["marit"])
    places = {company.kvk: ensure_company(company, environment, people["marit"]) for company in COMPANIES}
    ensure_group(places, environment.id)
    yield f"{ENVIRONMENT}: {len(places)} companies, {len(people)} people"
    for someone in PEOPLE:
        ensure_places(someone, people[someone.email.split("@")[0]], places, environment.id)
    for route in ROUTES:
        ensure_route(route, places[route.company], people)
    ensure_books(places[HORECA], people, now=FOUNDED_AT)
    today = people["marit"].joined_at.date()
    ensure_absences(people, today)
    arrived = sum(arrive(paper, places[paper.kvk], people) for paper in papers(today))
    ensure_accounts(places.values(), now=timezone.now())
    if arrived:
        put_one_on_hold(people["annemieke"], today)
    ensure_sales(places, people["sanne"], today)
    yield f"{arrived} invoices arrived" if arrived else "everything was there already"


def ensure_person(someone: Someone) -> Person:
    """The person, made when he is not there; he has no password."""
    found = Person.objects.filter(email=someone.email).first()
    return found or add_person(email=someone.email, name=someone.name)


def ensure_environment(administrator: Person) -> Environment:
    """The demo's environment."""
    with tenant_scope(None, [], directory.environments_of("person", administrator.id)):
        found: Environment | None = Environment.objects.filter(name=ENVIRONMENT).first()
    if found:
        return found
    return create_environment(
        name=ENVIRONMENT, administrator_id=administrator.id, actor=OPERATOR, now=FOUNDED_AT
    )


def ensure_company(company: Company, environment: Environment, administrator: Person) -> UUID:
    """The organisation with this KvK number."""
    found = directory.organisations_of("kvk", company.kvk)
    if found:
        return found[0]
    made = create_organisation(
        environment_id=environment.id,
        name=company.name,
        kvk=company.kvk,
        administrator_id=administrator.id,
        actor=OPERATOR,
        now=FOUNDED_AT,
    )
    return made.id


def ensure_group(places: dict[str, UUID], environment_id: UUID) -> None:
    """Address, VAT number, activation and parents of each company; receiving stays off."""
    rights = dict.fromkeys(places.values(), frozenset(Right.values))
    actor = Member(kind="system", label="demo", rights=rights)
    with tenant_scope(None, list(places.values()), [environment_id]):
        for company in COMPANIES:
            organisation_id = places[company.kvk]
            if is_activated(organisation_id):
                continue
            settings = {name: getattr(company, name) for name in ("kind", "street", "postal_code", "city")}
            change_organisation(
                organisation_id=organisation_id, settings=settings, actor=actor, now=FOUNDED_AT
            )
            add_identifier(
                organisation_id=organisation_id,
                scheme=Identifier.Scheme.VAT,
                number=company.vat,
                actor=actor,
                now=FOUNDED_AT,
            )
            activate(organisation_id=organisation_id, actor=OPERATOR, now=FOUNDED_AT)
            parts = [
                Part(Decimal(percent), places.get(owner), "" if owner in places else owner)
                for owner, percent in company.owners.items()
            ]
            set_parents(organisation_id=organisation_id, parts=parts, actor=actor, now=FOUNDED_AT)


def ensure_places(someone: Someone, person: Person, places: dict[str, UUID], environment_id: UUID) -> None:
    """His groups and limit in each company."""
    for kvk, groups in someone.places.items():
        organisation_id = places[kvk]
        with tenant_scope(None, [organisation_id], [environment_id]):
            if GroupMember.objects.filter(person=person, organisation_id=organisation_id).exists():
                continue
            for group in groups:
                grant(
                    organisation_id=organisation_id,
                    person_id=person.id,
                    group=group,
                    actor=OPERATOR,
                    now=FOUNDED_AT,
                )
            give_role(environment_id=environment_id, person_id=person.id, actor=OPERATOR, now=FOUNDED_AT)
            if someone.limit:
                set_limit(
                    organisation_id=organisation_id,
                    person_id=person.id,
                    amount=someone.limit,
                    actor=OPERATOR,
                    now=FOUNDED_AT,
                )


def ensure_route(route: Route, organisation_id: UUID, people: dict[str, Person]) -> None:
    """A rule of the company's scheme."""
    with system_scope("demo", organisation_id) as actor:
        if SchemeRule.objects.filter(organisation_id=organisation_id, name=route.name).exists():
            return
        add_rule(
            organisation_id=organisation_id,
            name=route.name,
            priority=route.priority,
            conditions=Conditions(amount_from=route.amount_from),
            steps=[NewStep(action=action, person_id=people[name].id) for action, name in route.steps],
            actor=actor,
            now=FOUNDED_AT,
        )


def ensure_absences(people: dict[str, Person], today: date) -> None:
    """Anna in April 2026, and Yusuf these weeks: Bram stands in for both."""
    now = (today - timedelta(days=5), today + timedelta(days=9))
    for person, (first_on, last_on) in ((people["anna"], ANNAS_ABSENCE), (people["yusuf"], now)):
        with member_scope(person, now=timezone.now()) as member:
            if AbsenceCover.objects.filter(person=person).exists():
                continue
            set_absence(
                person_id=person.id,
                first_on=first_on,
                last_on=last_on,
                substitute_id=people["bram"].id,
                actor=member,
                now=FOUNDED_AT,
            )


def arrive(paper: Paper, organisation_id: UUID, people: dict[str, Person]) -> bool:
    """Take a file in as at its own time, and let people decide what they decided; False when it was there."""
    with system_scope("demo", organisation_id):
        if Document.objects.filter(sha256=sha256(paper.data).hexdigest()).exists():
            return False
    accepted = take_in(
        organisation_id=organisation_id,
        data=paper.data,
        filename=paper.filename,
        channel=Channel.COMMAND_LINE,
        actor=operator_member(organisation_id),
        received_at=paper.received_at,
    )
    play(paper, accepted.document_id, organisation_id, people)
    return True
