"""The ways into a person's environments: their providers, and how he is linked there (rules 1.9)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from omloop.environments.models import Identity, SignInProvider
from omloop.organisations.models import Organisation
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope


@dataclass(frozen=True)
class Way:
    """The provider of an environment, and the person's link to it if he has one."""

    provider: SignInProvider
    identity: Identity | None


def ways_of(person_id: UUID, *, now: datetime) -> list[Way]:
    """The ways into every environment in which the person has a place or a membership."""
    organisation_ids, environment_ids = directory.places_of("person", person_id)
    with tenant_scope(person_id, organisation_ids):
        homes = Organisation.objects.filter(id__in=organisation_ids).values_list("environment_id", flat=True)
        around = environment_ids.union(homes)
    return ways_into(around, person_id, now=now)


def ways_into(environment_ids: Collection[UUID], person_id: UUID, *, now: datetime) -> list[Way]:
    """The ways into these environments, by name of the environment; opens its own scope."""
    with tenant_scope(person_id, [], environment_ids):
        providers = SignInProvider.objects.filter(environment__in=environment_ids)
        own = Identity.objects.at(now).filter(person_id=person_id, environment__in=environment_ids)
        linked = {identity.environment_id: identity for identity in own}
        return [
            Way(provider, linked.get(provider.environment_id))
            for provider in providers.select_related("environment").order_by("environment__name")
        ]
