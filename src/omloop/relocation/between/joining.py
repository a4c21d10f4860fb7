"""Whoever worked in an organisation before it came here is asked, and goes on where he stood (rules 6.4).

What is over keeps the placeholder and so his name; what goes on becomes his account's.
"""

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import Q

from omloop.absences.models import AbsenceCover
from omloop.audit.actors import OPERATOR, Actor
from omloop.audit.services import record
from omloop.circulation.models import Assignment, SchemeStep, Step
from omloop.circulation.models.proposals import ProposedRule
from omloop.coding.models import CostCentre, CostUnit
from omloop.environments.models import EnvironmentRole
from omloop.environments.services import give_role
from omloop.kernel.ids import uuid7
from omloop.organisations.holding import hold
from omloop.organisations.models import Membership, Organisation
from omloop.people.models import Person
from omloop.relocation.between.journal import Arrival, Placeholder
from omloop.relocation.between.people import count_as_one, is_person_key
from omloop.relocation.tables import tables
from omloop.tenancy import directory
from omloop.tenancy.history import WithHistory, since
from omloop.tenancy.scope import show_confidential, tenant_scope

ASKED = "asked"
"""The kind under which the directory leads from an address to where its owner is asked."""


class NotAsked(LookupError):
    """Nobody asks this person whether he is that placeholder, or he has answered."""


def going_on(now: datetime) -> list[tuple[type[models.Model], str, Q]]:
    """Where a person stands in what is not over: the table, the key to him, and which rows."""
    running = Q(cancelled_at=None) & ~Q(period__fully_lt=(now.date(), None))
    return [
        (SchemeStep, "person", Q(rule__valid__contains=now)),
        (Step, "person", Q(state__in=[Step.State.WAITING, Step.State.OPEN])),
        (Assignment, "holder", Q(ended_at=None)),
        (Assignment, "for_person", Q(ended_at=None)),
        (ProposedRule, "person", Q(dismissed_at=None)),
        (AbsenceCover, "person", running),
        (AbsenceCover, "substitute", running),
        (CostCentre, "owner", Q(ended_at=None)),
        (CostUnit, "owner", Q(ended_at=None)),
    ]


def ask(organisation_id: UUID) -> None:
    """Let the addresses of the placeholders lead to this organisation, inside a scope."""
    waiting = Placeholder.objects.filter(organisation_id=organisation_id, answered_at=None)
    for address in waiting.exclude(address="").values_list("address", flat=True):
        directory.enter(ASKED, address.lower(), organisation_id=organisation_id)


def welcome_back(arrival: Arrival, *, now: datetime) -> None:
    """Members who were here before the organisation left are members again, inside a scope."""
    organisation_id = arrival.organisation_id
    away = Placeholder.objects.filter(organisation_id=organisation_id).values("person_id")
    back = Membership.objects.at(now).filter(organisation_id=organisation_id).exclude(person_id__in=away)
    for person_id in back.values_list("person_id", flat=True):
        _place(organisation_id, arrival.environment_id, person_id, actor=OPERATOR, now=now)


def is_asked(person: Person) -> bool:
    """Whether a question may wait for this person; needs no scope."""
    return any(directory.organisations_of(ASKED, address) for address in _addresses(person))


def questions_for(person: Person) -> list[Placeholder]:
    """The placeholders of which this person is asked whether he is it; opens its own scope."""
    addresses = _addresses(person)
    organisation_ids = {
        found for address in addresses for found in directory.organisations_of(ASKED, address)
    }
    if not organisation_ids:
        return []
    with tenant_scope(person.id, organisation_ids) as scope:
        waiting = Placeholder.objects.filter(answered_at=None).select_related("organisation", "person")
        waiting = waiting.exclude(organisation_id__in=list(scope.standing_still))
        return [each for each in waiting.order_by("id") if each.address.lower() in addresses]


def _addresses(person: Person) -> set[str]:
    verified = EmailAddress.objects.filter(user_id=person.id, verified=True)
    return {address.lower() for address in verified.values_list("email", flat=True)}


def answer(placeholder_id: UUID, *, person: Person, is_me: bool, actor: Actor, now: datetime) -> Organisation:
    """Answer for oneself: yes, that was me, and I go on here; or no. Opens its own scope.

    Raises NotAsked, also when somebody was first.
    """
    asked = {each.id: each for each in questions_for(person)}
    if placeholder_id not in asked:
        raise NotAsked(str(placeholder_id))
    organisation = asked[placeholder_id].organisation
    with tenant_scope(person.id, [organisation.id], [organisation.environment_id]):
        show_confidential([organisation.id])
        hold(organisation.id)
        waiting = Placeholder.objects.select_for_update().filter(id=placeholder_id, answered_at=None)
        placeholder = waiting.first()
        if placeholder is None:
            raise NotAsked(str(placeholder_id))
        Placeholder.objects.filter(id=placeholder_id).update(
            answered_at=now, account_id=person.id if is_me else None
        )
        if is_me:
            _go_on_as(placeholder, person, now=now)
            _be_one_human(placeholder, person, organisation, actor=actor, now=now)
            _place(organisation.id, organisation.environment_id, person.id, actor=actor, now=now)
        _stop_asking(placeholder)
        record(
            "person.found_again" if is_me else "person.is_another",
            actor=actor,
            chain_id=organisation.id,
            subject_id=placeholder.person_id,
            at=now,
        )
    return organisation


def _go_on_as(placeholder: Placeholder, account: Person, *, now: datetime) -> None:
    of_organisation = Q(organisation_id=placeholder.organisation_id)
    for table in tables():
        if issubclass(table.model, WithHistory):
            _begin_anew(table.model, placeholder, account, now)
    for model, key, still in going_on(now):
        rows = model._base_manager.filter(of_organisation & still, **{key: placeholder.person_id})
        if model is AbsenceCover:
            other = "substitute" if key == "person" else "person"
            rows = rows.exclude(**{other: account.id})
        rows.update(**{key: account.id})


def _be_one_human(
    placeholder: Placeholder, account: Person, organisation: Organisation, *, actor: Actor, now: datetime
) -> None:
    """What the placeholder decided and what the account decides are of one pair of eyes (rules 3.5)."""
    environment_id = organisation.environment_id
    if count_as_one(placeholder.person_id, account.id, environment_id=environment_id, now=now):
        record(
            "accounts.marked_as_one",
            actor=actor,
            chain_id=environment_id,
            subject_id=account.id,
            at=now,
            detail={"other": str(placeholder.person_id)},
        )


def _begin_anew(model: type[WithHistory], placeholder: Placeholder, account: Person, now: datetime) -> None:
    """End what holds now for the placeholder, and let the same begin for the account."""
    for field in filter(is_person_key, model._meta.concrete_fields):
        held = model.objects.at(now).filter(
            organisation_id=placeholder.organisation_id, **{field.name: placeholder.person_id}
        )
        rows = list(held)
        held.end(now)
        for row in rows:
            row.pk, row.valid = uuid7(), since(now)
            setattr(row, field.attname, account.id)
        model.objects.bulk_create(rows, ignore_conflicts=True)


def _place(
    organisation_id: UUID, environment_id: UUID, person_id: UUID, *, actor: Actor, now: datetime
) -> None:
    directory.enter("person", person_id, organisation_id=organisation_id)
    held = EnvironmentRole.objects.at(now).filter(environment_id=environment_id, person_id=person_id)
    if not held.exists():
        give_role(environment_id=environment_id, person_id=person_id, actor=actor, now=now)


def _stop_asking(placeholder: Placeholder) -> None:
    left = Placeholder.objects.filter(
        organisation_id=placeholder.organisation_id, address__iexact=placeholder.address, answered_at=None
    )
    if not left.exists():
        directory.leave(ASKED, placeholder.address.lower(), organisation_id=placeholder.organisation_id)
