"""Taking a file in once more on purpose, and being done with one that came again (rules 2.1)."""

from datetime import datetime

from django.db.models import QuerySet

from omloop.audit.services import record
from omloop.intake.models import Delivery, Document
from omloop.intake.services import import_date_of, keep_delivery, record_arrival, storable
from omloop.kernel.ids import uuid7
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right


class AgainWithoutReason(ValueError):
    """Who takes a file in again says why: the reason stays with the document."""


class TakenInAgain(ValueError):
    """Somebody took it in again already: that document can be, this one can't."""


class NothingToSettle(ValueError):
    """It did not come again, or somebody has settled that."""


def take_in_again(document: Document, *, reason: str, channel: str, actor: Member, now: datetime) -> Document:
    """Make a document of its own of the same bytes, marked, and read it; the first stays as it is.

    Everything else that comes with these bytes is known as the last one. Its import date is today.
    Raises RightMissing without *add*, AgainWithoutReason and TakenInAgain.
    """
    actor.demand(Right.ADD, document.organisation_id)
    if not reason.strip():
        raise AgainWithoutReason(str(document.id))
    hold(document.organisation_id)
    again = Document(
        id=uuid7(),
        organisation_id=document.organisation_id,
        confidential=document.confidential,
        sha256=document.sha256,
        size=document.size,
        filename=document.filename,
        channel=channel,
        received_at=now,
        received_from=actor.person_id,
        import_date=import_date_of(document.organisation_id, now),
        again_of=document.id,
        again_because=storable(reason.strip()),
    )
    Document.objects.bulk_create([again], ignore_conflicts=True)
    if not Document.objects.filter(id=again.id).exists():
        raise TakenInAgain(str(document.id))
    keep_delivery(again, again, "", actor, now)
    _unsettled(document).update(settled_by=actor.person_id, settled_at=now)
    record_arrival(again, actor, now)
    return again


def settle(document: Document, *, actor: Member, now: datetime) -> None:
    """Say that nothing is to be done with a file that came again; what comes later stands on the list anew.

    Raises RightMissing without *add*, and NothingToSettle.
    """
    actor.demand(Right.ADD, document.organisation_id)
    hold(document.organisation_id)
    if not _unsettled(document).update(settled_by=actor.person_id, settled_at=now):
        raise NothingToSettle(str(document.id))
    record(
        "document.settled",
        actor=actor,
        chain_id=document.organisation_id,
        subject_id=document.id,
        at=now,
    )


def _unsettled(document: Document) -> QuerySet[Delivery]:
    """All but the first time that it came."""
    rows: QuerySet[Delivery] = Delivery.objects.filter(
        organisation_id=document.organisation_id, document=document, settled_at=None
    )
    first = rows.model.objects.filter(document=document).order_by("id").values("id")[:1]
    return rows.exclude(id__in=first)
