"""What the upload page does with the files that it is sent."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _

from omloop.einvoice.refusals import MAX_BYTES
from omloop.intake.models import Channel
from omloop.intake.services import ACCEPTED, KEPT, KNOWN, FileTooLarge, accept
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right


@dataclass(frozen=True)
class Outcome:
    """What became of one file, in the language of who sent it; `error` says why it was not taken in."""

    file: str
    outcome: str = ""
    document: str | None = None
    url: str | None = None
    error: str = ""

    def as_json(self) -> dict[str, str | None]:
        """As `upload.js` reads it."""
        return asdict(self)


@dataclass(frozen=True)
class Place:
    """An organisation to which he may add, and whether he may mark files there as confidential."""

    organisation: Organisation
    has_confidential: bool


def places_to_add(member: Member) -> list[Place]:
    """The organisations where he holds the right *add*, by name; none that is closed."""
    here = Organisation.objects.filter(id__in=member.where(Right.ADD), closed_at=None)
    organisations = here.order_by("name", "id")
    return [Place(each, member.can(Right.VIEW_CONFIDENTIAL, each.id)) for each in organisations]


def take_in_uploads(
    uploads: "Iterable[UploadedFile[bytes]]",
    *,
    organisation_id: UUID,
    confidential: bool,
    actor: Member,
    now: datetime,
) -> list[Outcome]:
    """Take the files in, one after another; one that is too large stops no other. Raises RightMissing."""
    actor.demand(Right.ADD, organisation_id)
    return [_take_in(upload, organisation_id, confidential, actor, now) for upload in uploads]


def _take_in(
    upload: "UploadedFile[bytes]", organisation_id: UUID, confidential: bool, actor: Member, now: datetime
) -> Outcome:
    name = upload.name or _("file without a name")
    try:
        if (upload.size or 0) > MAX_BYTES:
            raise FileTooLarge(name)
        accepted = accept(
            organisation_id=organisation_id,
            data=upload.read(),
            filename=name,
            channel=Channel.UPLOAD,
            actor=actor,
            now=now,
            confidential=confidential,
        )
    except FileTooLarge:
        return Outcome(name, error=_too_large())
    said = {
        ACCEPTED: _("Taken in"),
        KNOWN: _("Was here already"),
        KEPT: _("Kept, and handed on: this organisation is moving to another installation"),
    }[accepted.outcome]
    if accepted.document_id is None:
        return Outcome(name, said)
    address = reverse("document", args=[accepted.document_id])
    return Outcome(name, said, str(accepted.document_id), address)


def _too_large() -> str:
    return _(
        "This file is larger than %(size)d MB and was not taken in. "
        "Ask the sender to make the attachments smaller."
    ) % {"size": MAX_BYTES // 1024**2}
