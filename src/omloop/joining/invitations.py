"""Inviting somebody by e-mail, and accepting: once, in time, by whoever has the address (rules 1.9)."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from omloop.audit.actors import Actor
from omloop.environments.models import EnvironmentRole
from omloop.environments.partnerships import is_at_home, lock_partnership
from omloop.environments.refusals import NotAdministrator
from omloop.environments.services import give_role
from omloop.joining.models import VALID_FOR, Invitation
from omloop.joining.refusals import (
    AlreadyMember,
    InvitationExpired,
    InvitationOfAnother,
    InvitationUsed,
    InvitationWithdrawn,
    InviterMayNot,
    NoGroups,
    NotOfPartner,
    TooManyInvitations,
)
from omloop.joining.trail import remember
from omloop.organisations.members import Member, read_member
from omloop.organisations.models import STILL, Group, Membership, Organisation
from omloop.organisations.refusals import RightsRefused
from omloop.organisations.rights import Right
from omloop.organisations.services import grant
from omloop.people.models import Person
from omloop.tenancy import directory

LINKS = "invitation"
"""In the directory: to which environment the link of an invitation leads, before there is a scope."""

A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
A_DAYS_WORTH = 100
"""Invitations that an environment mails in a day."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """As what somebody is invited: his role, and a place in groups of one organisation or none.

    With a partnership: no role, only that place, for somebody of the partner (rules 1.8).
    """

    role: str = EnvironmentRole.Role.BASIC
    adds_organisations: bool = False
    organisation_id: UUID | None = None
    groups: tuple[str, ...] = ()
    partnership_id: UUID | None = None


def invite(
    *, environment_id: UUID, email: str, offer: Offer, language: str, actor: Member, now: datetime
) -> Invitation:
    """Invite an address for fourteen days; the mail follows by event, and its job makes the link.

    Raises NotAdministrator, RightMissing, NoGroups, PartnershipOver, TooManyInvitations.
    """
    _demand(actor, environment_id, offer)
    if offer.partnership_id:
        lock_partnership(offer.partnership_id, environment_id)
    _refuse_foreign_groups(environment_id, offer)
    _refuse_flood(environment_id, now)
    invitation: Invitation = Invitation.objects.create(
        environment_id=environment_id,
        email=email.strip().lower(),
        role=offer.role,
        adds_organisations=offer.adds_organisations,
        organisation_id=offer.organisation_id,
        groups=list(offer.groups),
        partnership_id=offer.partnership_id,
        language=language,
        invited_by_id=actor.person_id,
        invited_at=now,
        expires_at=now + VALID_FOR,
    )
    remember("invitation.made", environment_id, invitation.id, actor, now)
    return invitation


def invite_again(*, invitation_id: UUID, actor: Member, now: datetime) -> Invitation:
    """Mail an invitation that was not accepted once more, with a new link and fourteen new days.

    Raises TooManyInvitations when the last mail is less than an hour old.
    """
    invitation = _locked(invitation_id)
    _demand(actor, invitation.environment_id, offer_of(invitation))
    _refuse_closed(invitation)
    if invitation.expires_at > now + VALID_FOR - AN_HOUR:
        raise TooManyInvitations(str(invitation_id))
    invitation.expires_at = now + VALID_FOR
    invitation.save(update_fields=["expires_at"])
    remember("invitation.sent_again", invitation.environment_id, invitation.id, actor, now)
    return invitation


def withdraw_invitation(*, invitation_id: UUID, actor: Member, now: datetime) -> Invitation:
    """Take an invitation back: its link works no more; raises InvitationUsed, InvitationWithdrawn."""
    invitation = _locked(invitation_id)
    _demand(actor, invitation.environment_id, offer_of(invitation))
    _refuse_closed(invitation)
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    remember("invitation.withdrawn", invitation.environment_id, invitation.id, actor, now)
    return invitation


def make_link(invitation: Invitation) -> str:
    """A new secret for the link, known to its mail alone; the one before stops working."""
    token = secrets.token_urlsafe(32)
    invitation.token_hash = directory.hash_key(token)
    invitation.save(update_fields=["token_hash"])
    directory.enter(LINKS, token, environment_id=invitation.environment_id)
    return token


def find_invitation(token: str) -> Invitation | None:
    """The invitation of a link, in a scope of its environment."""
    related = ("environment", "organisation", "invited_by", "partnership")
    invitations = Invitation.objects.select_related(*related)
    found: Invitation | None = invitations.filter(token_hash=directory.hash_key(token)).first()
    return found


def accept_invitation(
    *, invitation_id: UUID, person: Person, verified: Collection[str], actor: Actor, now: datetime
) -> Invitation:
    """Come in. `verified` are the person's verified addresses; the invited one must be among them.

    What is given is given by whoever invited, if he still may. It never takes a role away that the person
    has. Raises what makes it impossible (PartnershipOver, NotOfPartner and AlreadyMember too), and then
    nothing has changed.
    """
    invitation = _locked(invitation_id)
    refuse_unusable(invitation, now)
    if invitation.email not in {address.lower() for address in verified}:
        raise InvitationOfAnother(str(invitation_id))
    inviter = read_member(invitation.invited_by, now=now, origin=actor.origin)
    if inviter.person_id == person.id:
        raise InviterMayNot(str(invitation_id))
    _admit(invitation, person, inviter, now)
    invitation.accepted_at, invitation.accepted_by = now, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    remember("invitation.accepted", invitation.environment_id, invitation.id, actor, now, person=person.id)
    return invitation


def refuse_unusable(invitation: Invitation, now: datetime) -> None:
    """Raises InvitationUsed, InvitationWithdrawn or InvitationExpired."""
    _refuse_closed(invitation)
    if now >= invitation.expires_at:
        raise InvitationExpired(str(invitation.id))


def offer_of(invitation: Invitation) -> Offer:
    """As what it invites."""
    return Offer(
        role=invitation.role,
        adds_organisations=invitation.adds_organisations,
        organisation_id=invitation.organisation_id,
        groups=tuple(invitation.groups),
        partnership_id=invitation.partnership_id,
    )


def may_invite(actor: Member, environment_id: UUID, offer: Offer) -> bool:
    """Administrators of the environment invite as anything; managers of members as basic, into theirs."""
    try:
        _demand(actor, environment_id, offer)
    except PermissionError:
        return False
    return True


def _demand(actor: Member, environment_id: UUID, offer: Offer) -> None:
    if environment_id not in actor.belongs_to:
        raise NotAdministrator(environment_id)
    if offer.organisation_id is None or _reaches_environment(offer):
        actor.demand_administrator(environment_id)
    if offer.organisation_id is not None:
        actor.demand(Right.MANAGE_MEMBERS, offer.organisation_id)


def _reaches_environment(offer: Offer) -> bool:
    return offer.role == EnvironmentRole.Role.ADMINISTRATOR or offer.adds_organisations


def _refuse_foreign_groups(environment_id: UUID, offer: Offer) -> None:
    """The organisation lies in the environment, and the groups are its own."""
    if offer.organisation_id is None:
        return
    place = Organisation.objects.get(id=offer.organisation_id)
    groups = Group.objects.filter(organisation_id=place.id, name__in=offer.groups)
    is_right = place.environment_id == environment_id and groups.count() == len(set(offer.groups)) > 0
    if not is_right:
        raise NoGroups(str(offer.organisation_id))


def _refuse_flood(environment_id: UUID, now: datetime) -> None:
    """Mails to strangers are not for advertising: so many a day (also when sent again)."""
    fresh = Invitation.objects.filter(environment_id=environment_id, expires_at__gt=now + VALID_FOR - A_DAY)
    if fresh.count() >= A_DAYS_WORTH:
        raise TooManyInvitations(str(environment_id))


def _admit(invitation: Invitation, person: Person, inviter: Member, now: datetime) -> None:
    """Role and groups, in the name of whoever invited; the organisation may have moved away meanwhile."""
    offer = offer_of(invitation)
    try:
        _demand(inviter, invitation.environment_id, offer)
        _refuse_foreign_groups(invitation.environment_id, offer)
        if offer.partnership_id:
            admit_partner(invitation.environment_id, offer, person.id, actor=inviter, now=now)
            return
        _raise_role(invitation, person, inviter, now)
        if offer.organisation_id:
            _grant_groups(offer, person.id, inviter, now)
    except (PermissionError, NoGroups, RightsRefused) as refused:
        raise InviterMayNot(str(invitation.id)) from refused


def admit_partner(
    environment_id: UUID, offer: Offer, person_id: UUID, *, actor: Member, now: datetime
) -> None:
    """Make somebody of a partner a member of the organisation, after he agreed; locks the partnership.

    Raises PartnershipOver, NotOfPartner, AlreadyMember, and what `grant` raises.
    """
    partnership = lock_partnership(offer.partnership_id, environment_id)
    if not is_at_home(partnership.partner_of(environment_id), person_id):
        raise NotOfPartner(str(person_id))
    held = Membership.objects.filter(STILL, organisation_id=offer.organisation_id, person_id=person_id)
    if held.exclude(partnership=partnership).exists():
        raise AlreadyMember(str(person_id))
    _grant_groups(offer, person_id, actor, now)


def _grant_groups(offer: Offer, person_id: UUID, actor: Member, now: datetime) -> None:
    assert offer.organisation_id is not None  # noqa: S101 - groups are those of an organisation
    for group in offer.groups:
        grant(
            organisation_id=offer.organisation_id,
            person_id=person_id,
            group=group,
            partnership_id=offer.partnership_id,
            actor=actor,
            now=now,
        )


def _raise_role(invitation: Invitation, person: Person, inviter: Member, now: datetime) -> None:
    """Give what the invitation offers, on top of what the person already has."""
    administrator = EnvironmentRole.Role.ADMINISTRATOR
    held = EnvironmentRole.objects.at(now).filter(
        environment_id=invitation.environment_id, person_id=person.id
    )
    place = held.select_for_update(of=("self",)).first()
    role = administrator if place and place.role == administrator else invitation.role
    adds = invitation.adds_organisations or bool(place and place.adds_organisations)
    if place and (place.role, place.adds_organisations) == (role, adds):
        return
    give_role(
        environment_id=invitation.environment_id,
        person_id=person.id,
        role=role,
        adds_organisations=adds,
        actor=inviter,
        now=now,
    )


def _refuse_closed(invitation: Invitation) -> None:
    if invitation.accepted_at:
        raise InvitationUsed(str(invitation.id))
    if invitation.withdrawn_at:
        raise InvitationWithdrawn(str(invitation.id))


def _locked(invitation_id: UUID) -> Invitation:
    """The invitation, locked; one that this scope does not show raises DoesNotExist."""
    invitations = Invitation.objects.select_for_update(of=("self",)).select_related("invited_by")
    invitation: Invitation = invitations.get(id=invitation_id)
    return invitation
