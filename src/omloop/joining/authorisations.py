"""Asking a partner for an authorisation (machtigingsverzoek), and answering (rules 1.8)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from omloop.audit.actors import Actor
from omloop.environments.models import Partnership
from omloop.environments.partnerships import lock_partnership
from omloop.joining.invitations import Offer, admit_partner
from omloop.joining.models import AuthorisationRequest
from omloop.joining.refusals import NoGroups, NotOfPartner, RequestAnswered, TooManyInvitations
from omloop.joining.trail import remember
from omloop.organisations.members import Member, NotAdministrator
from omloop.organisations.models import Group, Organisation
from omloop.organisations.rights import Right
from omloop.tenancy.scope import environment_shown

A_DAY, A_DAYS_WORTH = timedelta(days=1), 100
"""How many authorisations the people of an environment ask in a day: each may bring a mail."""


def ask_authorisation(
    *,
    partnership_id: UUID,
    environment_id: UUID,
    kvk: str,
    groups: Collection[str],
    remark: str,
    actor: Member,
    now: datetime,
) -> AuthorisationRequest:
    """Ask, as somebody of this environment, to become a member of a partner's organisation.

    Whether the number is known there makes no difference to who asks; asking twice is asking once.
    Raises NotOfPartner, PartnershipOver, TooManyInvitations.
    """
    if environment_id not in actor.belongs_to:
        raise NotOfPartner(str(environment_id))
    partnership = lock_partnership(partnership_id, environment_id)
    fresh = AuthorisationRequest.objects.filter(asking_id=environment_id, asked_at__gt=now - A_DAY)
    if fresh.count() >= A_DAYS_WORTH:
        raise TooManyInvitations(str(environment_id))
    request, is_new = _open_request(partnership, environment_id, kvk, list(groups), remark, actor, now)
    if is_new:
        remember("authorisation.asked", environment_id, request.id, actor, now, person=actor.person_id)
        with environment_shown(request.asked_id):
            about = {"person": actor.person_id}
            remember("authorisation.received", request.asked_id, request.id, actor, now, **about)
    return request


def withdraw_authorisation(*, request_id: UUID, actor: Actor, now: datetime) -> None:
    """Take one's own question back; raises RequestAnswered."""
    request = _locked(request_id)
    if request.person_id != actor.person_id:
        raise RequestAnswered(request.state)
    _close(request, AuthorisationRequest.State.WITHDRAWN, actor, now)
    remember("authorisation.withdrawn", request.asking_id, request.id, actor, now, person=request.person_id)


def accept_authorisation(
    *, request_id: UUID, organisation_id: UUID, groups: Collection[str], actor: Member, now: datetime
) -> AuthorisationRequest:
    """Make who asks a member of the organisation, in these groups of it.

    Raises NotAdministrator, RightMissing, NoGroups, RequestAnswered, PartnershipOver, NotOfPartner,
    AlreadyMember, and what `grant` raises; the transaction survives each.
    """
    request = _locked(request_id)
    _demand(request, organisation_id, actor)
    known = Group.objects.filter(organisation_id=organisation_id, name__in=groups, ended_at=None)
    if not known.count() == len(set(groups)) > 0:
        raise NoGroups(str(organisation_id))
    offer = Offer(
        organisation_id=organisation_id, groups=tuple(groups), partnership_id=request.partnership_id
    )
    with transaction.atomic():
        _close(request, AuthorisationRequest.State.ACCEPTED, actor, now)
        admit_partner(request.asked_id, offer, request.person_id, actor=actor, now=now)
        remember("authorisation.accepted", request.asked_id, request.id, actor, now, person=request.person_id)
    return request


def decline_authorisation(
    *, request_id: UUID, organisation_id: UUID, actor: Member, now: datetime
) -> AuthorisationRequest:
    """Answer no; raises NotAdministrator, RightMissing, RequestAnswered."""
    request = _locked(request_id)
    _demand(request, organisation_id, actor)
    _close(request, AuthorisationRequest.State.DECLINED, actor, now)
    remember("authorisation.declined", request.asked_id, request.id, actor, now, person=request.person_id)
    return request


def answerable(actor: Member) -> list[tuple[AuthorisationRequest, Organisation]]:
    """Open requests for organisations where he manages members and whose environment he belongs to."""
    places = Organisation.objects.filter(
        id__in=actor.where(Right.MANAGE_MEMBERS), environment_id__in=actor.belongs_to
    ).exclude(kvk="")
    by_number = {(place.environment_id, place.kvk): place for place in places}
    waiting = AuthorisationRequest.objects.filter(
        state=AuthorisationRequest.State.OPEN,
        asked_id__in=actor.belongs_to,
        partnership__state=Partnership.State.ACCEPTED,
        kvk__in=[kvk for _, kvk in by_number],
    )
    related = waiting.select_related("person", "partnership").order_by("asked_at", "id")
    return [
        (each, by_number[each.asked_id, each.kvk])
        for each in related
        if (each.asked_id, each.kvk) in by_number
    ]


def _demand(request: AuthorisationRequest, organisation_id: UUID, actor: Member) -> None:
    """The client decides: whoever manages members there and belongs to its environment, not the partner."""
    actor.demand(Right.MANAGE_MEMBERS, organisation_id)
    if request.asked_id not in actor.belongs_to:
        raise NotAdministrator(request.asked_id)
    place = Organisation.objects.get(id=organisation_id)
    if (place.environment_id, place.kvk) != (request.asked_id, request.kvk):
        raise NoGroups(str(organisation_id))


def _open_request(
    partnership: Partnership,
    environment_id: UUID,
    kvk: str,
    groups: list[str],
    remark: str,
    actor: Actor,
    now: datetime,
) -> tuple[AuthorisationRequest, bool]:
    wanted = {
        "partnership": partnership,
        "person_id": actor.person_id,
        "kvk": kvk,
        "state": AuthorisationRequest.State.OPEN,
    }
    try:
        with transaction.atomic():
            made: AuthorisationRequest = AuthorisationRequest.objects.create(
                **wanted,
                asking_id=environment_id,
                asked_id=partnership.partner_of(environment_id),
                groups=groups,
                remark=remark,
                asked_at=now,
            )
            return made, True
    except IntegrityError:  # Asked before, or in another window at the same instant.
        return AuthorisationRequest.objects.get(**wanted), False


def _locked(request_id: UUID) -> AuthorisationRequest:
    """The request, locked; one that this scope does not show raises DoesNotExist."""
    rows = AuthorisationRequest.objects.select_for_update(of=("self",))
    request: AuthorisationRequest = rows.get(id=request_id)
    return request


def _close(
    request: AuthorisationRequest, state: AuthorisationRequest.State, actor: Actor, now: datetime
) -> None:
    """Answer or withdraw it, once; raises RequestAnswered."""
    if request.state != AuthorisationRequest.State.OPEN:
        raise RequestAnswered(request.state)
    request.state, request.answered_at, request.answered_by_id = state, now, actor.person_id
    request.save(update_fields=["state", "answered_at", "answered_by"])
