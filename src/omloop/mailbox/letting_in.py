"""A mail that came: kept, let in by trust or by hand, taken apart, and answered when nothing is in it."""

from datetime import datetime, timedelta
from uuid import UUID

from procrastinate.contrib.django import app

from omloop.audit.services import record
from omloop.intake import files
from omloop.intake.containers import (
    came_before,
    container_of,
    is_still,
    keep_container,
    take_in_parts,
)
from omloop.intake.mails import Heading, read_heading
from omloop.intake.models import Channel, Container, Part
from omloop.intake.taking_apart import Fault, Kind
from omloop.mailbox.changing import mailbox_of, trust
from omloop.mailbox.refusals import AlreadyAnswered
from omloop.mailbox.trust import is_trusted
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right

ANSWERS_ONCE_IN = timedelta(hours=1)
"""At most one answer to an address in this time."""
LATER = 15
"""Minutes after which a mail is looked at again whose organisation stands still."""
State = Container.State


def keep_mail(*, organisation_id: UUID, data: bytes, actor: Member, now: datetime) -> None:
    """Keep a mail in the open scope: of a trusted sender it goes on, of another it waits for somebody.

    These very bytes again are the same delivery and leave nothing. Where the organisation stands still its
    documents are kept aside at once. Raises StandsStill where it is arriving or gone.
    """
    hold(organisation_id)
    if came_before(organisation_id, data, Channel.MAIL):
        return
    mailbox, heading = mailbox_of(organisation_id), read_heading(data)
    is_let_in = is_trusted(heading.sender, mailbox.trusted)
    container = keep_container(
        organisation_id=organisation_id,
        data=data,
        kind=Kind.MAIL,
        filename="",
        channel=Channel.MAIL,
        actor=actor,
        now=now,
        confidential=mailbox.is_confidential,
        state=State.RECEIVED if is_let_in else State.WAITING,
    )
    if is_still(organisation_id):
        take_in_parts(container, data, actor=actor, now=now)
        return
    _record("mail.received", container, actor, now, is_let_in=is_let_in)
    if is_let_in:
        go_on(container, now)


def keep_too_large(
    *, organisation_id: UUID, heading: Heading, size: int, actor: Member, now: datetime
) -> None:
    """Note a mail that is too large to be kept, so that it stands on the list; it stays in its mailbox."""
    hold(organisation_id)
    if is_still(organisation_id):
        return
    container = container_of(organisation_id, heading, Kind.MAIL, Channel.MAIL, actor, now)
    container.state, container.size = State.TOO_LARGE, size
    container.confidential = mailbox_of(organisation_id).is_confidential
    container.save(force_insert=True)
    _record("mail.received", container, actor, now, is_let_in=False)


def go_on(container: Container, at: datetime, *, in_minutes: int = 0) -> None:
    """Have a job take the mail apart, once this commits; its documents are received at this instant.

    Of an organisation one after another: two at once could both answer the same sender.
    """
    place = str(container.organisation_id)
    task = app.configure_task(
        "mailbox.take_in",
        allow_unknown=False,
        lock=f"mailbox.take_in:{place}",
        schedule_in={"minutes": in_minutes},
    )
    task.defer(container_id=str(container.id), organisation_id=place, at=at.isoformat())


def take_in_kept(container_id: UUID, *, actor: Member, at: datetime, now: datetime) -> None:
    """Take a kept mail apart; may run twice. A mail without any invoice is answered, where that is wise.

    In an organisation that stands still by now it is looked at again later.
    """
    container = _locked(container_id, State.RECEIVED)
    if container is None:
        return
    if is_still(container.organisation_id):
        go_on(container, at, in_minutes=LATER)
        return
    data = files.read(container.organisation_id, container.sha256)
    brought = take_in_parts(container, data, actor=actor, now=at)
    if not brought.is_of_use and may_be_answered(container, now):
        Container.objects.filter(id=container.id).update(answered_at=now)
        _record("mail.unusable", container, actor, now)


def give_up(container_id: UUID, *, actor: Member, now: datetime) -> None:
    """Put a mail that could not be taken apart, again and again, on the list with its reason."""
    container = _locked(container_id, State.RECEIVED)
    if container is None:
        return
    Part.objects.create(
        organisation_id=container.organisation_id,
        container=container,
        confidential=container.confidential,
        position=1,
        outcome=Part.Outcome.LEFT,
        fault=Fault.BROKEN,
    )
    Container.objects.filter(id=container.id).update(state=State.NOTHING_IN_IT)
    _record("mail.given_up", container, actor, now)


def may_be_answered(container: Container, now: datetime) -> bool:
    """Whether an answer reaches somebody who waits for it: a trusted person, not told within the hour."""
    if container.is_automatic or container.channel != Channel.MAIL:
        return False
    if not is_trusted(container.sender, mailbox_of(container.organisation_id).trusted):
        return False
    answered = Container.objects.filter(
        organisation_id=container.organisation_id,
        sender=container.sender,
        answered_at__gt=now - ANSWERS_ONCE_IN,
    )
    return not answered.exists()


def answer_mail(
    container_id: UUID, *, lets_in: bool, trusts: bool = False, actor: Member, now: datetime
) -> None:
    """Let in or refuse a mail of an unknown sender; a refused one is kept all the same.

    With `trusts` the sender is known from now on. Raises RightMissing, and AlreadyAnswered when somebody
    was first.
    """
    container: Container = Container.objects.get(id=container_id)
    actor.demand(Right.ADD, container.organisation_id)
    hold(container.organisation_id)
    waiting = Container.objects.filter(id=container.id, state=State.WAITING)
    if not waiting.update(state=State.RECEIVED if lets_in else State.REFUSED):
        raise AlreadyAnswered(str(container.id))
    _record("mail.let_in" if lets_in else "mail.refused", container, actor, now)
    if lets_in:
        if trusts:
            trust(organisation_id=container.organisation_id, sender=container.sender, actor=actor, now=now)
        go_on(container, now)


def _locked(container_id: UUID, state: str) -> Container | None:
    """The row, once the organisation is held; None when it is in another state by then."""
    found = Container.objects.filter(id=container_id).values_list("organisation_id", flat=True)
    hold(set(found))
    rows = Container.objects.select_for_update().filter(id=container_id, state=state)
    locked: Container | None = rows.first()
    return locked


def _record(name: str, container: Container, actor: Member, now: datetime, **detail: bool) -> None:
    record(
        name,
        actor=actor,
        chain_id=container.organisation_id,
        subject_id=container.id,
        at=now,
        detail=detail,
    )
