"""Who is meant by an environment's provider: (issuer, subject), linked by the person himself (rules 1.9)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.environments.models import EnvironmentRole, Identity
from omloop.environments.refusals import LinkedToOther, NotAdministrator
from omloop.tenancy.history import since

INVITED = "invited_identity"
INVITED_FOR = timedelta(minutes=15)
"""How long after accepting an invitation one may come in by the provider for the first time."""


def identity_of(environment_id: UUID, issuer: str, subject: str, *, now: datetime) -> Identity | None:
    """The link of this account at the provider, with its person; inside a scope of the environment."""
    found = Identity.objects.at(now).select_related("person")
    identity: Identity | None = found.filter(
        environment_id=environment_id, issuer=issuer, subject=subject
    ).first()
    return identity


def link(*, environment_id: UUID, issuer: str, subject: str, actor: Actor, now: datetime) -> Identity:
    """Link this account at the provider to the actor, who is signed in or accepted an invitation.

    Linking again what is linked changes nothing. Raises LinkedToOther.
    """
    person_id = actor.person_id
    found = identity_of(environment_id, issuer, subject, now=now)
    if found is not None and found.person_id == person_id:
        return found
    try:
        with transaction.atomic():
            made: Identity = Identity.objects.create(
                environment_id=environment_id,
                issuer=issuer,
                subject=subject,
                person_id=person_id,
                valid=since(now),
            )
    except IntegrityError as taken:
        raise LinkedToOther(str(environment_id)) from taken
    _record("identity.linked", made, actor, now)
    return made


def unlink(*, environment_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> None:
    """Undo a link: one's own, or anybody's as administrator; his open sessions by it end.

    Raises NotAdministrator.
    """
    if actor.person_id != person_id and not _administers(environment_id, actor, now):
        raise NotAdministrator(environment_id)
    held = Identity.objects.filter(
        environment_id=environment_id, person_id=person_id, valid__upper_inf=True
    ).select_for_update(of=("self",))
    for identity in held:
        Identity.objects.filter(id=identity.id).end(now)
        _record("identity.unlinked", identity, actor, now)


def allow_by_invitation(
    session: SessionBase, *, environment_id: UUID, person_id: UUID, now: datetime
) -> None:
    """Let who accepted an invitation link himself at his first sign-in by that environment's provider.

    To be called in the session that carried the invitation's token, once the token is used up. Good once,
    for this environment and person, for a quarter of an hour.
    """
    session[INVITED] = {
        "environment": str(environment_id),
        "person": str(person_id),
        "until": (now + INVITED_FOR).isoformat(),
    }


def invited_person(session: SessionBase, *, environment_id: UUID, now: datetime) -> UUID | None:
    """Whom `allow_by_invitation` named for this environment; asking uses it up."""
    allowed = session.get(INVITED)
    if not allowed or allowed["environment"] != str(environment_id):
        return None
    del session[INVITED]
    return UUID(allowed["person"]) if now <= datetime.fromisoformat(allowed["until"]) else None


def _administers(environment_id: UUID, actor: Actor, now: datetime) -> bool:
    held = EnvironmentRole.objects.at(now).filter(
        environment_id=environment_id,
        person_id=actor.person_id,
        role=EnvironmentRole.Role.ADMINISTRATOR,
    )
    return bool(held.exists())


def _record(name: str, identity: Identity, actor: Actor, now: datetime) -> None:
    record(
        name,
        actor=actor,
        chain_id=identity.environment_id,
        subject_id=identity.person_id,
        at=now,
        detail={"identity": str(identity.id), "issuer": identity.issuer},
    )
