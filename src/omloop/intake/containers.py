"""What is brought, whatever it is: a file is taken in itself, a container by its parts (rules 2.1)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from omloop.audit.services import record
from omloop.einvoice.refusals import MAX_BYTES
from omloop.intake import files
from omloop.intake.mails import Heading, read_heading
from omloop.intake.models import Container, Document, Part
from omloop.intake.services import MAX_NAME, FileTooLarge, accept, storable
from omloop.intake.taking_apart import Kind, Piece, kind_of, take_apart
from omloop.kernel.ids import uuid7
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.tenancy.scope import confidential_shown, current_scope

LEFT = "left"
"""The outcome of a part that is no document; the others are those of `accept`."""
State = Container.State


@dataclass(frozen=True)
class Taken:
    """What became of one file: as `Accepted`, or `left` inside its container for the reason `fault`."""

    name: str
    outcome: str
    document_id: UUID | None = None
    fault: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Brought:
    """What became of what was brought: the file itself, or each part of a container."""

    is_container: bool
    parts: tuple[Taken, ...]

    @property
    def is_of_use(self) -> bool:
        """Whether at least one document came of it, now or before."""
        return any(part.outcome != LEFT for part in self.parts)


def bring(
    *,
    organisation_id: UUID,
    data: bytes,
    filename: str,
    channel: str,
    actor: Member,
    now: datetime,
    received_at: datetime | None = None,
    confidential: bool = False,
) -> Brought:
    """Take in a file, or each file of a mail or ZIP; all of it is there when the scope commits.

    The container itself is a delivery, kept with its bytes and no document. Raises what `accept` raises.
    """
    kind = kind_of(data)
    if kind is None:
        accepted = accept(
            organisation_id=organisation_id,
            data=data,
            filename=filename,
            channel=channel,
            actor=actor,
            now=now,
            received_at=received_at,
            confidential=confidential,
        )
        return Brought(False, (Taken(filename, accepted.outcome, accepted.document_id),))
    container = keep_container(
        organisation_id=organisation_id,
        data=data,
        kind=kind,
        filename=filename,
        channel=channel,
        actor=actor,
        now=now,
        confidential=confidential,
    )
    return take_in_parts(container, data, actor=actor, now=now, received_at=received_at)


def keep_container(
    *,
    organisation_id: UUID,
    data: bytes,
    kind: Kind,
    filename: str,
    channel: str,
    actor: Member,
    now: datetime,
    confidential: bool = False,
    state: str = State.RECEIVED,
) -> Container:
    """Keep the bytes of a container, then its row; where the organisation stands still, its bytes alone.

    Raises RightMissing and FileTooLarge.
    """
    actor.demand(Right.ADD, organisation_id)
    if confidential:
        actor.demand(Right.VIEW_CONFIDENTIAL, organisation_id)
    if len(data) > MAX_BYTES:
        raise FileTooLarge(filename)
    hold(organisation_id)
    heading = read_heading(data) if kind is Kind.MAIL else None
    container = container_of(organisation_id, heading, kind, channel, actor, now)
    container.state, container.confidential, container.size = state, confidential, len(data)
    container.filename = storable(filename)[:MAX_NAME]
    if is_still(organisation_id):
        return container
    container.sha256 = files.keep(organisation_id, data)
    with confidential_shown([organisation_id]):
        container.has_known_message_id = _is_known(container)
        container.save(force_insert=True)
    return container


def container_of(
    organisation_id: UUID, heading: Heading | None, kind: str, channel: str, actor: Member, now: datetime
) -> Container:
    """A row that is not saved yet, with what the heading says where there is one."""
    container = Container(
        id=uuid7(),
        organisation_id=organisation_id,
        kind=kind,
        channel=channel,
        arrived_at=now,
        brought_by=actor.person_id,
    )
    if heading:
        container.sender, container.subject = storable(heading.sender), storable(heading.subject)
        container.message_id, container.is_automatic = storable(heading.message_id), heading.is_automatic
    return container


def take_in_parts(
    container: Container,
    data: bytes,
    *,
    actor: Member,
    now: datetime,
    received_at: datetime | None = None,
) -> Brought:
    """Take in every document inside; a part that came before is known, and what can't be taken says why.

    Raises what `accept` raises.
    """
    parts = tuple(_take_in(container, piece, actor, now, received_at) for piece in take_apart(data))
    brought = Brought(True, parts)
    if is_still(container.organisation_id):
        return brought
    container.state = State.TAKEN_IN if brought.is_of_use else State.NOTHING_IN_IT
    _keep_parts(container, parts)
    record(
        "container.taken_apart",
        actor=actor,
        chain_id=container.organisation_id,
        subject_id=container.id,
        at=now,
        detail={"parts": len(parts), "documents": sum(part.outcome != LEFT for part in parts)},
    )
    return brought


def is_still(organisation_id: UUID) -> bool:
    """Whether the organisation stands still: what comes is kept aside by `accept`, and no row is written."""
    return organisation_id in current_scope().standing_still


def files_of(organisation_id: UUID, below: UUID) -> set[str]:
    """The SHA-256 of the containers that came before a mark, in a scope that shows confidential ones."""
    kept = Container.objects.filter(organisation_id=organisation_id, id__lt=below)
    return set(kept.exclude(sha256="").values_list("sha256", flat=True))


def emptied_by(organisation_id: UUID, digests: Collection[str]) -> list[Container]:
    """The containers of which no document is left once those with these SHA-256 are gone."""
    there = Document.objects.filter(organisation_id=organisation_id).exclude(sha256__in=digests)
    parts = Part.objects.filter(organisation_id=organisation_id)
    touched = parts.filter(sha256__in=digests).values("container")
    left = parts.filter(sha256__in=there.values("sha256")).values("container")
    gone = Container.objects.filter(organisation_id=organisation_id, id__in=touched).exclude(id__in=left)
    return list(gone.order_by("id"))


def _take_in(
    container: Container, piece: Piece, actor: Member, now: datetime, received_at: datetime | None
) -> Taken:
    if piece.fault:
        return Taken(piece.name, LEFT, fault=str(piece.fault))
    accepted = accept(
        organisation_id=container.organisation_id,
        data=piece.data,
        filename=piece.name,
        channel=container.channel,
        actor=actor,
        now=now,
        received_at=received_at,
        confidential=container.confidential,
        message_id=container.message_id,
    )
    digest = sha256(piece.data).hexdigest()
    return Taken(piece.name, accepted.outcome, accepted.document_id, digest=digest)


def _keep_parts(container: Container, parts: Collection[Taken]) -> None:
    """Note what came of each part; one that is confidential makes the container so, with all that it says."""
    place = container.organisation_id
    with confidential_shown([place]):
        same = Document.objects.filter(organisation_id=place, sha256__in={part.digest for part in parts})
        container.confidential |= same.filter(confidential=True).exists()
        container.save(update_fields=["state", "confidential"])
        Part.objects.bulk_create(
            Part(
                organisation_id=place,
                container=container,
                confidential=container.confidential,
                position=position,
                filename=storable(part.name)[:MAX_NAME],
                outcome=part.outcome,
                fault=part.fault,
                sha256=part.digest,
            )
            for position, part in enumerate(parts, start=1)
        )


def _is_known(container: Container) -> bool:
    """Whether a mail with this message id, and other bytes, came before by the same channel."""
    if not container.message_id:
        return False
    before = Container.objects.filter(
        organisation_id=container.organisation_id,
        channel=container.channel,
        message_id=container.message_id,
    )
    return before.exclude(sha256=container.sha256).exists()


def came_before(organisation_id: UUID, data: bytes, channel: str, **more: str) -> bool:
    """Whether these very bytes came by this channel before, in a scope that shows confidential ones."""
    same = Container.objects.filter(organisation_id=organisation_id, channel=channel, **more)
    return bool(same.filter(sha256=sha256(data).hexdigest()).exists())
