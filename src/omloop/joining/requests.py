"""Asking to join an environment, and answering (rules 1.2)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from omloop.audit.actors import Actor
from omloop.environments.models import Environment, EnvironmentDomain, EnvironmentRole
from omloop.environments.services import give_role
from omloop.joining.models import JoinRequest
from omloop.joining.refusals import AlreadyIn, NotOfThisDomain, RequestAnswered
from omloop.joining.trail import remember
from omloop.organisations.members import Member
from omloop.organisations.models import STILL
from omloop.tenancy import directory

ASKERS = "asker"
"""In the directory: which environments a person has asked, for he has no place in them."""


def ask_to_join(
    *, environment_id: UUID, person_id: UUID, proven: Iterable[str], actor: Actor, now: datetime
) -> JoinRequest | None:
    """Ask to join, or join at once where the environment lets its verified domains do so: then None.

    `proven` are the domains of the person's verified addresses. Raises NotOfThisDomain, AlreadyIn. Asking
    twice is asking once. What holds is asked, not what held at `now`: it may be there since an instant.
    """
    held = EnvironmentDomain.objects.filter(STILL, environment_id=environment_id, domain__in=list(proven))
    if not held.exists():
        raise NotOfThisDomain(str(environment_id))
    if has_place(environment_id, person_id):
        raise AlreadyIn(str(environment_id))
    if Environment.objects.get(id=environment_id).joins_by_domain:
        give_role(environment_id=environment_id, person_id=person_id, actor=actor, now=now)
        return None
    request, is_new = _open_request(environment_id, person_id, now)
    if is_new:
        directory.enter(ASKERS, person_id, environment_id=environment_id)
        remember("join.asked", environment_id, request.id, actor, now, person=person_id)
    return request


def answer_request(*, request_id: UUID, is_accepted: bool, actor: Member, now: datetime) -> JoinRequest:
    """Accept somebody who asks, as a basic member of the environment, or decline.

    Raises NotAdministrator, and RequestAnswered when somebody was first.
    """
    request = _locked(request_id)
    actor.demand_administrator(request.environment_id)
    if request.state != JoinRequest.State.OPEN:
        raise RequestAnswered(request.state)
    _close(request, "ACCEPTED" if is_accepted else "DECLINED", actor, now)
    if is_accepted and not has_place(request.environment_id, request.person_id):
        give_role(environment_id=request.environment_id, person_id=request.person_id, actor=actor, now=now)
    name = "join.accepted" if is_accepted else "join.declined"
    remember(name, request.environment_id, request.id, actor, now, person=request.person_id)
    return request


def withdraw_request(*, request_id: UUID, actor: Actor, now: datetime) -> None:
    """Take one's own question back; raises RequestAnswered."""
    request = _locked(request_id)
    if request.state != JoinRequest.State.OPEN or request.person_id != actor.person_id:
        raise RequestAnswered(request.state)
    _close(request, "WITHDRAWN", actor, now)
    remember("join.withdrawn", request.environment_id, request.id, actor, now, person=request.person_id)


def has_place(environment_id: UUID, person_id: UUID) -> bool:
    """Whether the person is in the environment."""
    held = EnvironmentRole.objects.filter(STILL, environment_id=environment_id, person_id=person_id)
    return bool(held.exists())


def _open_request(environment_id: UUID, person_id: UUID, now: datetime) -> tuple[JoinRequest, bool]:
    wanted = {"environment_id": environment_id, "person_id": person_id, "state": JoinRequest.State.OPEN}
    found = JoinRequest.objects.filter(**wanted).first()
    if found is not None:
        return found, False
    try:
        with transaction.atomic():
            return JoinRequest.objects.create(**wanted, asked_at=now), True
    except IntegrityError:  # Asked in another window at the same instant.
        return JoinRequest.objects.get(**wanted), False


def _locked(request_id: UUID) -> JoinRequest:
    """The request, locked; one that this scope does not show raises DoesNotExist."""
    request: JoinRequest = JoinRequest.objects.select_for_update(of=("self",)).get(id=request_id)
    return request


def _close(request: JoinRequest, state: str, actor: Actor, now: datetime) -> None:
    request.state = JoinRequest.State[state]
    request.answered_at, request.answered_by_id = now, actor.person_id
    request.save(update_fields=["state", "answered_at", "answered_by"])
