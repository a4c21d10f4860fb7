"""The OpenID Connect provider of an environment: set, demanded, taken away (rules 1.9)."""

from datetime import datetime
from uuid import UUID

from cryptography.fernet import Fernet

from omloop.audit.actors import OPERATOR, Actor
from omloop.audit.services import record
from omloop.environments.models import EnvironmentRole, Identity, SignInProvider
from omloop.environments.refusals import NoProvider, NotAdministrator, NotByProvider
from omloop.people.ciphers import cipher_for
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope

DEMANDS = "demands"
"""The directory's kind for environments that stay shut to sessions that their provider did not open."""


def set_provider(
    *,
    environment_id: UUID,
    name: str,
    issuer: str,
    client_id: str,
    secret: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Set or change the provider; without a secret the one that is there stays. Raises NotAdministrator.

    Another issuer is another provider: who was linked is so no longer, and it is not demanded any more.
    """
    _demand_administrator(environment_id, actor)
    found = _locked(environment_id)
    provider = found or SignInProvider(environment_id=environment_id)
    is_other = found is not None and found.issuer != issuer
    if is_other:
        _forget_everybody(environment_id, now)
        _let_others_in(provider)
    provider.name, provider.issuer, provider.client_id = name, issuer, client_id
    if secret:
        provider.secret = _cipher(environment_id).encrypt(secret.encode()).decode()
    provider.save()
    _record("provider.set", provider, {"issuer": issuer, "is_other": is_other}, actor, now)


def remove_provider(*, environment_id: UUID, actor: Actor, now: datetime) -> None:
    """Take the provider away, with everybody's links to it. Raises NotAdministrator, NoProvider."""
    _demand_administrator(environment_id, actor)
    provider = _found(environment_id)
    _forget_everybody(environment_id, now)
    _let_others_in(provider)
    _record("provider.removed", provider, {"issuer": provider.issuer}, actor, now)
    provider.delete()


def demand_provider(*, environment_id: UUID, identity_id: UUID | None, actor: Actor, now: datetime) -> None:
    """Make the provider the only way in; `identity_id` is that by which the actor's session was opened.

    Only who came in by it can do so, so that at least one administrator always can. Raises NotAdministrator,
    NoProvider, NotByProvider.
    """
    _demand_administrator(environment_id, actor)
    provider = _found(environment_id)
    own = Identity.objects.at(now).filter(
        id=identity_id, environment_id=environment_id, person_id=actor.person_id, issuer=provider.issuer
    )
    if identity_id is None or not own.exists():
        raise NotByProvider(str(environment_id))
    SignInProvider.objects.filter(id=provider.id).update(is_demanded=True)
    directory.enter(DEMANDS, environment_id, environment_id=environment_id)
    _record("provider.demanded", provider, {}, actor, now)


def stop_demanding(*, environment_id: UUID, actor: Actor, now: datetime) -> None:
    """Let other ways in again. Raises NotAdministrator, NoProvider; the operator may always."""
    if actor != OPERATOR:
        _demand_administrator(environment_id, actor)
    provider = _found(environment_id)
    _let_others_in(provider)
    provider.save()
    _record("provider.not_demanded", provider, {}, actor, now)


def provider_of(environment_id: UUID) -> SignInProvider | None:
    """The provider of an environment, with its environment; inside a scope that shows it."""
    found = SignInProvider.objects.select_related("environment").filter(environment_id=environment_id)
    provider: SignInProvider | None = found.first()
    return provider


def find_provider(environment_id: UUID) -> SignInProvider | None:
    """The same before there is a scope, for who stands at an entrance."""
    with tenant_scope(None, [], [environment_id]):
        return provider_of(environment_id)


def secret_of(provider: SignInProvider) -> str:
    """The secret that Omloop shares with the provider."""
    return _cipher(provider.environment_id).decrypt(provider.secret.encode()).decode()


def _demand_administrator(environment_id: UUID, actor: Actor) -> None:
    held = EnvironmentRole.objects.select_for_update(of=("self",)).filter(
        environment_id=environment_id,
        person_id=actor.person_id,
        role=EnvironmentRole.Role.ADMINISTRATOR,
        valid__upper_inf=True,
    )
    if not list(held):
        raise NotAdministrator(environment_id)


def _locked(environment_id: UUID) -> SignInProvider | None:
    found = SignInProvider.objects.select_for_update(of=("self",)).filter(environment_id=environment_id)
    provider: SignInProvider | None = found.first()
    return provider


def _found(environment_id: UUID) -> SignInProvider:
    provider = _locked(environment_id)
    if provider is None:
        raise NoProvider(str(environment_id))
    return provider


def _forget_everybody(environment_id: UUID, now: datetime) -> None:
    Identity.objects.filter(environment_id=environment_id).end(now)


def _let_others_in(provider: SignInProvider) -> None:
    provider.is_demanded = False
    directory.leave(DEMANDS, provider.environment_id, environment_id=provider.environment_id)


def _cipher(environment_id: UUID) -> Fernet:
    return cipher_for(f"sign-in provider of {environment_id}")


def _record(
    name: str, provider: SignInProvider, detail: dict[str, object], actor: Actor, now: datetime
) -> None:
    record(
        name,
        actor=actor,
        chain_id=provider.environment_id,
        subject_id=provider.id,
        at=now,
        detail=detail,
    )
