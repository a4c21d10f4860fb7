"""An invoice that belongs to another organisation goes through intake there (rules 2.10)."""

from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.circulation.cancelling import Ground, end_tasks, lock_to_end
from omloop.circulation.ending_refusals import SameOrganisation, TakesNothingIn
from omloop.intake import files
from omloop.intake.models import Document
from omloop.intake.services import KEPT, StandsStill, accept
from omloop.invoices.cancelling import end_invoice
from omloop.invoices.models import Invoice, Misdelivery
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.tenancy.scope import confidential_shown


def send_on(invoice_id: UUID, *, to_id: UUID, actor: Member, now: datetime) -> Document:
    """Take the file in where it belongs, with the import date of today there; here the invoice has ended.

    What is confidential stays so. Both keep the trace: there its first arrival, here where it went. Raises
    RightMissing without *add* in both, SameOrganisation, NotToBeCancelled, PreBooked and TakesNothingIn.
    """
    here = Invoice.objects.select_related("document", "organisation").get(id=invoice_id)
    for place in (here.organisation_id, to_id):
        actor.demand(Right.ADD, place)
    if to_id == here.organisation_id:
        raise SameOrganisation
    hold([here.organisation_id, to_id])
    invoice = lock_to_end(invoice_id)
    arrived = _take_in(here, to_id, actor, now)
    end_tasks(invoice, now=now)
    place = Organisation.objects.get(id=to_id).name
    end_invoice(invoice, ground=Ground.ELSEWHERE, place=place, actor=actor, now=now)
    return arrived


def _take_in(here: Invoice, to_id: UUID, actor: Member, now: datetime) -> Document:
    """The document of these bytes there, new or known, with where it arrived first."""
    document = here.document
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
        raise TakesNothingIn from still
    if accepted.outcome == KEPT:
        raise TakesNothingIn
    with confidential_shown([to_id]):
        there: Document = Document.objects.get(organisation_id=to_id, sha256=document.sha256)
        Misdelivery.objects.bulk_create([_trace(here, there, actor, now)], ignore_conflicts=True)
    record(
        "document.sent_on",
        actor=actor,
        chain_id=to_id,
        subject_id=there.id,
        at=now,
        detail={"from": str(here.organisation_id)},
    )
    return there


def _trace(here: Invoice, there: Document, actor: Member, now: datetime) -> Misdelivery:
    document = here.document
    return Misdelivery(
        organisation_id=there.organisation_id,
        confidential=there.confidential,
        document=there,
        place=here.organisation.name,
        channel=document.channel,
        received_at=document.received_at,
        import_date=document.import_date,
        sent_by_id=actor.person_id,
        sent_at=now,
    )
