"""What the upload page does with the files that it is sent."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from omloop.einvoice.refusals import MAX_BYTES
from omloop.intake.containers import LEFT, Brought, Taken, bring
from omloop.intake.faults import HARMLESS, fault_in_words
from omloop.intake.models import Channel
from omloop.intake.services import ACCEPTED, KEPT, KNOWN, FileTooLarge
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right


@dataclass(frozen=True)
class Outcome:
    """What became of one file, in the language of who sent it; `error` says why it was not taken in.

    `again` is where he may take a file that is known in once more.
    """

    file: str
    outcome: str = ""
    document: str | None = None
    url: str | None = None
    error: str = ""
    again: str | None = None

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
    return [
        outcome
        for upload in uploads
        for outcome in _take_in(upload, organisation_id, confidential, actor, now)
    ]


def _take_in(
    upload: "UploadedFile[bytes]", organisation_id: UUID, confidential: bool, actor: Member, now: datetime
) -> list[Outcome]:
    name = upload.name or _("file without a name")
    try:
        if (upload.size or 0) > MAX_BYTES:
            raise FileTooLarge(name)
        brought = bring(
            organisation_id=organisation_id,
            data=upload.read(),
            filename=name,
            channel=Channel.UPLOAD,
            actor=actor,
            now=now,
            confidential=confidential,
        )
    except FileTooLarge:
        return [Outcome(name, error=_too_large())]
    if not brought.is_container:
        return [_said(name, brought.parts[0])]
    return [_of_container(name, brought), *(_said(f"{name} › {part.name}", part) for part in brought.parts)]


def _of_container(name: str, brought: Brought) -> Outcome:
    """A mail or ZIP as a whole, before its parts."""
    if not brought.is_of_use:
        return Outcome(name, error=_("There is no invoice in it. It is kept, and stands with incoming mail."))
    count = sum(part.outcome != LEFT for part in brought.parts)
    said = ngettext("Taken apart: %(n)d invoice", "Taken apart: %(n)d invoices", count)
    return Outcome(name, said % {"n": count})


def _said(name: str, part: Taken) -> Outcome:
    if part.outcome == LEFT:
        why = fault_in_words(part.fault)
        return Outcome(name, why) if part.fault in HARMLESS else Outcome(name, error=why)
    said = {
        ACCEPTED: _("Taken in"),
        KNOWN: _("Was here already"),
        KEPT: _("Kept, and handed on: this organisation is moving to another installation"),
    }[part.outcome]
    if part.document_id is None:
        return Outcome(name, said)
    address = reverse("document", args=[part.document_id])
    again = reverse("take_in_again", args=[part.document_id]) if part.outcome == KNOWN else None
    return Outcome(name, said, str(part.document_id), address, again=again)


def _too_large() -> str:
    return _(
        "This file is larger than %(size)d MB and was not taken in. "
        "Ask the sender to make the attachments smaller."
    ) % {"size": MAX_BYTES // 1024**2}
