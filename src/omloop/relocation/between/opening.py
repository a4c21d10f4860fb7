"""The target opens: with the farewell of the source, which has closed by then (rules 6.4)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from omloop.absences.due import note_absences
from omloop.audit.actors import OPERATOR
from omloop.audit.models import AuditEvent
from omloop.audit.seal import sign_head
from omloop.audit.services import record
from omloop.audit.tasks import seal_chain
from omloop.einvoice.refusals import MAX_BYTES
from omloop.intake.models import Channel
from omloop.organisations.activation import note_waiting
from omloop.organisations.members import Member, operator_member
from omloop.organisations.receiving import note_receiving
from omloop.organisations.rights import Right
from omloop.relocation.between import folder
from omloop.relocation.between.contents import FAREWELL, LARGEST, Farewell, Late, read_text
from omloop.relocation.between.exporting import FILES
from omloop.relocation.between.folder import Spoiled
from omloop.relocation.between.importing import NotWelcome
from omloop.relocation.between.joining import ask, welcome_back
from omloop.relocation.between.journal import Arrival
from omloop.relocation.between.leaving import go_on_after
from omloop.tenancy import directory
from omloop.tenancy.models import TenancyStandstill
from omloop.tenancy.scope import tenant_scope


@dataclass(frozen=True)
class LateFile:
    """A file that came at the source after the organisation began to leave, with the instant at which."""

    data: bytes
    filename: str
    channel: str
    arrived_at: datetime
    confidential: bool


def read_farewell(place: Path) -> tuple[Farewell, Arrival]:
    """What the source says in this folder, signed with the key of the archive, and what it is about.

    Every late file is held against what was signed. Raises Spoiled, NotAuthentic, NotWelcome.
    """
    farewell, text = read_text(Farewell, "farewell", folder.read_small(place, FAREWELL, limit=LARGEST))
    with tenant_scope(None, [farewell.organisation]):
        arrival = Arrival.objects.filter(
            organisation_id=farewell.organisation, archive=farewell.archive, arrived_at__isnull=False
        ).first()
    if arrival is None or bytes(arrival.source_key) != text.key:
        raise NotWelcome("No organisation arrived here from where this farewell comes.")
    for late in farewell.late:
        if late.size > MAX_BYTES or late.channel not in Channel.values or late.arrived_at.tzinfo is None:
            raise Spoiled(f"The farewell names a file that can't be one: {late.filename!r:.80}.")
        _read(place, late)
    return farewell, arrival


def late_files(place: Path, farewell: Farewell) -> Iterator[LateFile]:
    """What is to be taken in as soon as the organisation is open; the same bytes make one document."""
    for late in farewell.late:
        yield LateFile(
            data=_read(place, late),
            filename=late.filename,
            channel=late.channel,
            arrived_at=late.arrived_at,
            confidential=late.confidential,
        )


def _read(place: Path, late: Late) -> bytes:
    digest = late.sha256
    return b"".join(folder.read_exactly(place, FILES, digest[:2], digest, size=late.size, digest=digest))


def bringer(organisation_id: UUID) -> Member:
    """The operator, who takes in what came late: confidential files too, and with their own instant."""
    rights = frozenset({Right.ADD, Right.VIEW_CONFIDENTIAL})
    return replace(operator_member(organisation_id), rights={organisation_id: rights})


def open_up(arrival: Arrival, *, now: datetime) -> None:
    """Let the organisation begin here: whoever worked in it is asked, and what waited goes on.

    As the owner; twice does no harm.
    """
    organisation_id = arrival.organisation_id
    with tenant_scope(None, [organisation_id]):
        locked = Arrival.objects.select_for_update().get(id=arrival.id)
        if locked.opened_at is None:
            TenancyStandstill.objects.filter(organisation_id=organisation_id).delete()
            directory.enter("chain", organisation_id, organisation_id=organisation_id)
            note_absences([organisation_id])
            note_waiting(organisation_id)
            note_receiving(organisation_id)
            ask(organisation_id)
            welcome_back(locked, now=now)
            record(
                "organisation.arrived",
                actor=OPERATOR,
                chain_id=organisation_id,
                subject_id=organisation_id,
                at=now,
                detail={"archive": arrival.archive, "environment": str(arrival.environment_id)},
            )
            _go_on(organisation_id, locked.waiting)
            Arrival.objects.filter(id=arrival.id).update(opened_at=now)
    seal_chain(organisation_id)
    with tenant_scope(None, [organisation_id]):
        sign_head(organisation_id, now=now)


def _go_on(organisation_id: UUID, waiting: list[str]) -> None:
    """Only after events of this organisation's own trail."""
    own = AuditEvent.objects.filter(chain_id=organisation_id, id__in=waiting).values_list("id", flat=True)
    go_on_after([str(event_id) for event_id in own], organisation_id)
