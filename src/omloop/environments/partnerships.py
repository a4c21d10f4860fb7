"""Two environments become partners: one asks by the other's code, the other accepts (rules 1.8).

Each side sees and locks its own rows only; what the other side must know is written where it finds it.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.environments.models import Environment, EnvironmentRole, Partnership
from omloop.environments.refusals import (
    AlreadyPartners,
    NoSuchCode,
    OwnCode,
    PartnershipAnswered,
    PartnershipOver,
    TooManyRequests,
)
from omloop.environments.services import STILL, locked_administrators
from omloop.tenancy import directory
from omloop.tenancy.scope import environment_shown

CODES = "partner_code"
"""In the directory: to which environment a partner code leads."""

LETTERS, LENGTH = "ABCDEFGHJKLMNPRSTUVWXYZ23456789", 8
"""Nothing that sounds or looks like something else by phone: no I, O, Q, 0 or 1."""

A_DAY, A_DAYS_WORTH = timedelta(days=1), 20
LIVE = (Partnership.State.OPEN, Partnership.State.ACCEPTED)


def renew_code(*, environment_id: UUID, actor: Actor, now: datetime) -> str:
    """A new partner code; the one before leads nowhere from here on. Raises NotAdministrator."""
    locked_administrators(environment_id, actor)
    environment: Environment = Environment.objects.get(id=environment_id)
    if environment.partner_code:
        directory.leave(CODES, environment.partner_code, environment_id=environment_id)
    environment.partner_code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    environment.save(update_fields=["partner_code"])
    directory.enter(CODES, environment.partner_code, environment_id=environment_id)
    record(
        "environment.code_renewed",
        actor=actor,
        chain_id=environment_id,
        subject_id=environment_id,
        at=now,
    )
    return environment.partner_code


def ask_partner(*, environment_id: UUID, code: str, actor: Actor, now: datetime) -> Partnership:
    """Ask the environment of this code to become a partner. Asking twice is asking once, and asking who
    has asked is accepting.

    Raises NotAdministrator, NoSuchCode, OwnCode, AlreadyPartners, TooManyRequests.
    """
    locked_administrators(environment_id, actor)
    found = directory.environments_of(CODES, "".join(filter(str.isalnum, code)).upper())
    if not found:
        raise NoSuchCode(code)
    if environment_id in found:
        raise OwnCode(code)
    fresh = Partnership.objects.filter(asking_id=environment_id, asked_at__gt=now - A_DAY)
    if fresh.count() >= A_DAYS_WORTH:
        raise TooManyRequests(str(environment_id))
    partnership = _open(environment_id, found[0], actor, now)
    if partnership.state == Partnership.State.ACCEPTED:
        raise AlreadyPartners(str(partnership.id))
    if partnership.asked_id == environment_id:
        _close(partnership, Partnership.State.ACCEPTED, actor, now)
        _tell_both("partnership.accepted", partnership, environment_id, actor, now)
    return partnership


def answer_partner(*, partnership_id: UUID, is_accepted: bool, actor: Actor, now: datetime) -> Partnership:
    """Accept an environment that asks, or decline; raises NotAdministrator, PartnershipAnswered."""
    partnership = _open_request(partnership_id, "asked_id", actor)
    state = Partnership.State.ACCEPTED if is_accepted else Partnership.State.DECLINED
    _close(partnership, state, actor, now)
    name = "partnership.accepted" if is_accepted else "partnership.declined"
    _tell_both(name, partnership, partnership.asked_id, actor, now)
    return partnership


def withdraw_partner(*, partnership_id: UUID, actor: Actor, now: datetime) -> Partnership:
    """Take a request back; raises NotAdministrator, PartnershipAnswered."""
    partnership = _open_request(partnership_id, "asking_id", actor)
    _close(partnership, Partnership.State.WITHDRAWN, actor, now)
    _tell_both("partnership.withdrawn", partnership, partnership.asking_id, actor, now)
    return partnership


def lock_partnership(partnership_id: UUID | None, environment_id: UUID) -> Partnership:
    """A partnership of this environment that holds, and holds until the commit; raises PartnershipOver."""
    rows = Partnership.objects.filter(id=partnership_id, state=Partnership.State.ACCEPTED)
    found: Partnership | None = rows.select_for_update(of=("self",)).first()
    if found is None or not found.is_between(environment_id):
        raise PartnershipOver(str(partnership_id))
    return found


def mark_ended(partnership: Partnership, environment_id: UUID, *, actor: Actor, now: datetime) -> None:
    """It is over, by this side; what came by it has to be ended before (see organisations)."""
    partnership.state = Partnership.State.ENDED
    partnership.ended_at, partnership.ended_by_id = now, actor.person_id
    partnership.save(update_fields=["state", "ended_at", "ended_by"])
    _tell_both("partnership.ended", partnership, environment_id, actor, now)


def is_at_home(environment_id: UUID, person_id: UUID) -> bool:
    """Whether he has a place in a partner's environment and is active there."""
    with environment_shown(environment_id):
        held = EnvironmentRole.objects.filter(
            environment_id=environment_id, person_id=person_id, is_active=True, **STILL
        )
        return bool(held.exists())


def _open(asking_id: UUID, asked_id: UUID, actor: Actor, now: datetime) -> Partnership:
    """The open or accepted partnership of both, made when there is none: the database lets one be."""
    with environment_shown(asked_id):
        names = dict(Environment.objects.filter(id__in=[asking_id, asked_id]).values_list("id", "name"))
    try:
        with transaction.atomic():
            made: Partnership = Partnership.objects.create(
                asking_id=asking_id,
                asked_id=asked_id,
                asking_name=names[asking_id],
                asked_name=names[asked_id],
                asked_by_id=actor.person_id,
                asked_at=now,
            )
    except IntegrityError:  # There is one, perhaps since this instant.
        return _between(asking_id, asked_id)
    _tell_both("partnership.asked", made, asking_id, actor, now)
    return made


def _between(one: UUID, other: UUID) -> Partnership:
    both = Q(asking_id=one, asked_id=other) | Q(asking_id=other, asked_id=one)
    rows = Partnership.objects.select_for_update(of=("self",)).filter(both, state__in=LIVE)
    found: Partnership | None = rows.first()
    if found is None:
        raise PartnershipAnswered(str(other))
    return found


def _open_request(partnership_id: UUID, side: str, actor: Actor) -> Partnership:
    """The request, locked, for an administrator of this side of it."""
    rows = Partnership.objects.filter(id=partnership_id)
    locked_administrators(rows.values_list(side, flat=True).get(), actor)
    found: Partnership = rows.select_for_update(of=("self",)).get()
    if found.state != Partnership.State.OPEN:
        raise PartnershipAnswered(found.state)
    return found


def _close(partnership: Partnership, state: Partnership.State, actor: Actor, now: datetime) -> None:
    partnership.state = state
    partnership.answered_at, partnership.answered_by_id = now, actor.person_id
    partnership.save(update_fields=["state", "answered_at", "answered_by"])


def _tell_both(
    name: str, partnership: Partnership, environment_id: UUID, actor: Actor, now: datetime
) -> None:
    """In the trails of both; `by` is the side that did it, so that the other gets a mail."""
    for side in (partnership.asking_id, partnership.asked_id):
        with environment_shown(side):
            record(
                name,
                actor=actor,
                chain_id=side,
                subject_id=partnership.id,
                at=now,
                detail={"by": str(environment_id)},
            )
