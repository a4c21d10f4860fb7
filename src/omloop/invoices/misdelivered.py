"""A file that belongs to another organisation goes through intake there (rules 2.10)."""

from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.intake import files
from omloop.intake.models import Document, SetAside
from omloop.intake.services import KEPT, StandsStill, accept
from omloop.intake.setting_aside import set_aside
from omloop.invoices.models import Misdelivery
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.tenancy.scope import confidential_shown


class BelongsHere(ValueError):
    """It is of this organisation already."""


class TakesNothingInNow(RuntimeError):
    """The other organisation is moving or closed."""


def send_document_on(document: Document, *, to_id: UUID, actor: Member, now: datetime) -> Document:
    """Take a file without an invoice in where it belongs; here it is set aside, and says where it went.

    Raises RightMissing without *add* in both, BelongsHere, TakesNothingInNow and NotWaiting.
    """
    for place in (document.organisation_id, to_id):
        actor.demand(Right.ADD, place)
    if to_id == document.organisation_id:
        raise BelongsHere(str(document.id))
    hold([document.organisation_id, to_id])
    place = Organisation.objects.get(id=to_id).name
    set_aside(document, ground=SetAside.Ground.ELSEWHERE, place=place, actor=actor, now=now)
    return take_in_there(document, to_id=to_id, actor=actor, now=now)


def take_in_there(document: Document, *, to_id: UUID, actor: Member, now: datetime) -> Document:
    """The document of these bytes there, new or known, with the import date of today and where it arrived
    first; what is confidential stays so.

    Both organisations are held, and whoever calls has asked the rights. Raises TakesNothingInNow.
    """
    try:
        accepted = accept(
            organisation_id=to_id,
            data=files.read(document.organisation_id, document.sha256),
            filename=document.filename,
            channel=document.channel,
            actor=actor,
            now=now,
            confidential=document.confidential,
        )
    except StandsStill as still:
        raise TakesNothingInNow(str(to_id)) from still
    if accepted.outcome == KEPT:
        raise TakesNothingInNow(str(to_id))
    with confidential_shown([to_id]):
        same = Document.objects.filter(organisation_id=to_id, sha256=document.sha256)
        there: Document = same.order_by("-id")[0]
        Misdelivery.objects.bulk_create([_trace(document, there, actor, now)], ignore_conflicts=True)
    record(
        "document.sent_on",
        actor=actor,
        chain_id=to_id,
        subject_id=there.id,
        at=now,
        detail={"from": str(document.organisation_id)},
    )
    return there


def _trace(document: Document, there: Document, actor: Member, now: datetime) -> Misdelivery:
    return Misdelivery(
        organisation_id=there.organisation_id,
        confidential=there.confidential,
        document=there,
        place=document.organisation.name,
        channel=document.channel,
        received_at=document.received_at,
        import_date=document.import_date,
        sent_by_id=actor.person_id,
        sent_at=now,
    )
