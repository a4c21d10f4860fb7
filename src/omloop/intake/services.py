"""The one way in for documents, whatever the channel (rules 2.1-2.3)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from omloop.audit.models import AuditEvent
from omloop.audit.services import record
from omloop.einvoice.refusals import MAX_BYTES
from omloop.intake import files
from omloop.intake.models import Container, Delivery, Document, LateArrival, Part
from omloop.kernel.ids import uuid7
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.tenancy.models import TenancyStandstill
from omloop.tenancy.scope import confidential_shown, current_scope

ACCEPTED, KNOWN, KEPT = "accepted", "known", "kept"
MAX_NAME = 255
"""Longest file name that is kept, in characters; what lies beyond is of no use to anybody."""


class FileTooLarge(ValueError):
    """The file is larger than what Omloop takes in."""


class NotBackdatedByOperator(PermissionError):
    """Only the operator, by command line, says when a file came in (rules 2.3)."""


class NoOffset(ValueError):
    """A moment without an offset from UTC could be any of 26."""


class StandsStill(RuntimeError):
    """The organisation is arriving or gone: nothing is taken in for it here (rules 6.4)."""

    def __init__(self, organisation_id: UUID, reason: str) -> None:
        super().__init__(f"organisation {organisation_id} is {reason}")
        self.organisation_id, self.reason = organisation_id, reason


class NotUnreadable(ValueError):
    """Only a document that can't be read is read again."""


@dataclass(frozen=True)
class Accepted:
    """What became of a file: `accepted` (new), `known`, or `kept` aside, to be handed on.

    There is no document where one may not be named, or where the file is kept aside.
    """

    outcome: str
    document_id: UUID | None


def accept(
    *,
    organisation_id: UUID,
    data: bytes,
    filename: str,
    channel: str,
    actor: Member,
    now: datetime,
    received_at: datetime | None = None,
    confidential: bool = False,
    message_id: str = "",
) -> Accepted:
    """Take in a file: the same bytes to the same organisation make one document (rules 2.1).

    The bytes are durable before the row, the row is when the scope commits: acknowledge after that.
    Every arrival is kept as a delivery. `received_at` is given by the operator alone, with an offset;
    else it is now. What comes for an organisation that is leaving or closed is kept aside, to be handed
    on. Raises RightMissing, FileTooLarge, NotBackdatedByOperator, NoOffset, StandsStill.
    """
    actor.demand(Right.ADD, organisation_id)
    if confidential:
        actor.demand(Right.VIEW_CONFIDENTIAL, organisation_id)
    if len(data) > MAX_BYTES:
        raise FileTooLarge(filename)
    if received_at is not None:
        _refuse_moment(received_at, actor)
    hold(organisation_id)
    arrived = Document(
        id=uuid7(),
        organisation_id=organisation_id,
        confidential=confidential,
        sha256=files.keep(organisation_id, data),
        size=len(data),
        filename=storable(filename)[:MAX_NAME],
        channel=channel,
        received_at=received_at or now,
        received_from=actor.person_id,
        import_date=import_date_of(organisation_id, received_at or now),
    )
    if reason := current_scope().standing_still.get(organisation_id):
        return _keep_aside(arrived, message_id, reason)
    document = _keep_row(arrived, message_id, actor, now)
    if document.id != arrived.id:
        return Accepted(KNOWN, document.id if may_be_named(document, actor) else None)
    record_arrival(document, actor, now)
    return Accepted(ACCEPTED, document.id)


def may_be_named(document: Document, actor: Member) -> bool:
    """Whether *known* may say which document it is: only to those who may see it (rules 2.1)."""
    if document.confidential and not actor.can(Right.VIEW_CONFIDENTIAL, document.organisation_id):
        return False
    if actor.kind == "operator" or actor.can(Right.VIEW_ALL, document.organisation_id):
        return True
    return document.received_from is not None and document.received_from == actor.person_id


def read_again(document: Document, *, actor: Member, now: datetime) -> AuditEvent:
    """Ask that a document that could not be read is read once more (rules 2.1).

    Raises RightMissing, and NotUnreadable when it is being read or was read meanwhile.
    """
    actor.demand(Right.ADD, document.organisation_id)
    hold(document.organisation_id)
    unreadable = Document.objects.filter(id=document.id, state=Document.State.UNREADABLE)
    if not unreadable.update(state=Document.State.RECEIVED):
        raise NotUnreadable(str(document.id))
    return record(
        "document.read_again",
        actor=actor,
        chain_id=document.organisation_id,
        subject_id=document.id,
        at=now,
    )


def make_confidential(document: Document) -> None:
    """Make a document confidential, with what hangs on it and the mails and ZIPs it came in (rules 2.12).

    The caller has asked whether that may be.
    """
    place = document.organisation_id
    with confidential_shown([place]):
        Document.objects.filter(id=document.id).update(confidential=True)
        parts = Part.objects.filter(organisation_id=place, sha256=document.sha256)
        Container.objects.filter(id__in=parts.values("container_id")).update(confidential=True)
    document.confidential = True


def storable(text: str) -> str:
    """The text without what PostgreSQL can't keep: NUL characters and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _refuse_moment(received_at: datetime, actor: Member) -> None:
    if actor.kind != "operator":
        raise NotBackdatedByOperator(actor.signature)
    if received_at.utcoffset() is None:
        raise NoOffset(str(received_at))


def import_date_of(organisation_id: UUID, received_at: datetime) -> date:
    """The calendar date of an instant in the zone of the organisation (rules 2.3)."""
    return received_at.astimezone(Organisation.objects.get(id=organisation_id).zone).date()


def _keep_row(arrived: Document, message_id: str, actor: Member, now: datetime) -> Document:
    """The row of `arrived`, or the one that was first, with this delivery noted; confidential ones too."""
    document = None if arrived.confidential else _one_with_these_bytes(arrived)
    if document is not None:
        keep_delivery(document, arrived, message_id, actor, now)
        return document
    with confidential_shown([arrived.organisation_id]):
        document = _one_with_these_bytes(arrived)
        assert document is not None  # noqa: S101 - nothing is hidden here
        keep_delivery(document, arrived, message_id, actor, now)
    return document


def _one_with_these_bytes(arrived: Document) -> Document | None:
    """Two processes at the same instant agree on one row; None when it is hidden from this scope.

    Of what was taken in again on purpose it is the last.
    """
    Document.objects.bulk_create([arrived], ignore_conflicts=True)
    same = Document.objects.filter(organisation_id=arrived.organisation_id, sha256=arrived.sha256)
    return same.order_by("-id").first()


def keep_delivery(
    document: Document, arrived: Document, message_id: str, actor: Member, now: datetime
) -> None:
    """Note that a document came in, once more or for the first time, as `arrived` says."""
    Delivery.objects.create(
        organisation_id=document.organisation_id,
        document=document,
        confidential=document.confidential,
        channel=arrived.channel,
        filename=arrived.filename,
        delivered_at=now,
        delivered_by=actor.person_id,
        message_id=storable(message_id),
    )


def _keep_aside(arrived: Document, message_id: str, reason: str) -> Accepted:
    """Note a late arrival, whose bytes are durable already; the same bytes once."""
    if reason not in (TenancyStandstill.Reason.LEAVING, TenancyStandstill.Reason.CLOSED):
        raise StandsStill(arrived.organisation_id, reason)
    late = LateArrival(
        organisation_id=arrived.organisation_id,
        confidential=arrived.confidential,
        sha256=arrived.sha256,
        size=arrived.size,
        filename=arrived.filename,
        channel=arrived.channel,
        arrived_at=arrived.received_at,
        brought_by=arrived.received_from,
        message_id=storable(message_id),
    )
    LateArrival.objects.bulk_create([late], ignore_conflicts=True)
    return Accepted(KEPT, None)


def record_arrival(document: Document, actor: Member, now: datetime) -> None:
    """The event of a new document; reading it follows."""
    detail = {"channel": document.channel, "import_date": document.import_date.isoformat()}
    if document.received_at != now:
        detail["received_at"] = document.received_at.isoformat()
    if document.again_of:
        detail |= {"again_of": str(document.again_of), "reason": document.again_because}
    record(
        "document.received",
        actor=actor,
        chain_id=document.organisation_id,
        subject_id=document.id,
        at=now,
        detail=detail,
    )
