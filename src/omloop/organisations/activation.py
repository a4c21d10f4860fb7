"""Asking for activation and deciding on it (rules 1.7); who decides is the operator, by command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.organisations.members import Member
from omloop.organisations.models import Activation, Identifier, Organisation
from omloop.organisations.refusals import AlreadyAsked, NotWaiting, NumberTaken, NumberUnknown
from omloop.organisations.rights import Right
from omloop.tenancy import directory

WAITING = "waiting"
"""The directory's kind for organisations that wait for the operator: to be activated, or for a number."""


def ask_activation(*, organisation_id: UUID, actor: Member, now: datetime) -> Activation:
    """Ask the operator to activate the organisation; raises RightMissing and AlreadyAsked.

    Whether somebody else on this installation is active under the same number is not told here: only the
    operator learns that, when he decides.
    """
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    organisation = Organisation.objects.select_for_update().get(id=organisation_id)
    if is_asked(organisation_id):
        raise AlreadyAsked(str(organisation))
    asked: Activation = Activation.objects.create(
        organisation=organisation, kvk=organisation.kvk, asked_by_id=actor.person_id, asked_at=now
    )
    directory.enter(WAITING, organisation_id, organisation_id=organisation_id)
    _record("activation.asked", asked, actor, now)
    return asked


def activate(*, organisation_id: UUID, actor: Actor, now: datetime) -> None:
    """Activate it, asked or not, and confirm its KvK number; raises AlreadyAsked and NumberTaken."""
    organisation = Organisation.objects.select_for_update().get(id=organisation_id)
    if is_activated(organisation_id):
        raise AlreadyAsked(str(organisation))
    activation = _open(organisation_id) or Activation(
        organisation=organisation, asked_by_id=actor.person_id, asked_at=now
    )
    activation.kvk, activation.outcome = organisation.kvk, Activation.Outcome.ACTIVATED
    activation.decided_by, activation.decided_at = actor.signature, now
    with _number_taken(organisation.kvk):
        activation.save()
        Identifier.objects.filter(
            organisation_id=organisation_id, scheme=Identifier.Scheme.KVK, number=organisation.kvk
        ).update(confirmed_at=now)
    note_waiting(organisation_id)
    _record("activation.activated", activation, actor, now)


def refuse(*, organisation_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """Refuse what was asked, with a reason that its administrators read; raises NotWaiting."""
    Organisation.objects.select_for_update().get(id=organisation_id)
    activation = _open(organisation_id)
    if activation is None:
        raise NotWaiting(str(organisation_id))
    activation.outcome, activation.reason = Activation.Outcome.REFUSED, reason
    activation.decided_by, activation.decided_at = actor.signature, now
    activation.save()
    note_waiting(organisation_id)
    _record("activation.refused", activation, actor, now)


def confirm_number(*, organisation_id: UUID, number: str, actor: Actor, now: datetime) -> Identifier:
    """The operator has proof that the number is the organisation's; raises NumberUnknown and NumberTaken."""
    Organisation.objects.select_for_update().get(id=organisation_id)
    identifier = Identifier.objects.filter(organisation_id=organisation_id, number=number).first()
    if identifier is None:
        raise NumberUnknown(f"the organisation has no number {number}")
    if identifier.confirmed_at is None:
        identifier.confirmed_at = now
        with _number_taken(number):
            identifier.save(update_fields=["confirmed_at"])
        note_waiting(organisation_id)
        record_number("identifier.confirmed", identifier, actor, now)
    found: Identifier = identifier
    return found


def is_activated(organisation_id: UUID) -> bool:
    """Whether it may exchange documents over a network."""
    rows = Activation.objects.filter(organisation_id=organisation_id, outcome=Activation.Outcome.ACTIVATED)
    return bool(rows.exists())


def is_asked(organisation_id: UUID) -> bool:
    """Whether it is activated or waits for that."""
    rows = Activation.objects.filter(organisation_id=organisation_id)
    return bool(rows.exclude(outcome=Activation.Outcome.REFUSED).exists())


def note_waiting(organisation_id: UUID) -> None:
    """Keep the operator's list: an open request, or an active organisation with a number not confirmed."""
    unconfirmed = Identifier.objects.filter(organisation_id=organisation_id, confirmed_at=None)
    if _open(organisation_id) or (is_activated(organisation_id) and unconfirmed.exists()):
        directory.enter(WAITING, organisation_id, organisation_id=organisation_id)
    else:
        directory.leave(WAITING, organisation_id, organisation_id=organisation_id)


def record_number(name: str, identifier: Identifier, actor: Actor, now: datetime) -> None:
    """An event about a number."""
    record(
        name,
        actor=actor,
        chain_id=identifier.organisation_id,
        subject_id=identifier.id,
        at=now,
        detail={"number": identifier.address},
    )


def _open(organisation_id: UUID) -> Activation | None:
    found: Activation | None = Activation.objects.filter(organisation_id=organisation_id, outcome="").first()
    return found


@contextmanager
def _number_taken(number: str) -> Iterator[None]:
    """The database holds a number for one organisation; the transaction survives its refusal."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise NumberTaken(number) from error


def _record(name: str, activation: Activation, actor: Actor, now: datetime) -> None:
    chain = activation.organisation_id
    record(
        name, actor=actor, chain_id=chain, subject_id=activation.id, at=now, detail={"kvk": activation.kvk}
    )
