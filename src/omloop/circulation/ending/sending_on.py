"""An invoice that belongs to another organisation goes through intake there (rules 2.10)."""

from datetime import datetime
from uuid import UUID

from omloop.circulation.ending.cancelling import Ground, end_for_good, lock_to_end
from omloop.circulation.refusals.ending import SameOrganisation, TakesNothingIn
from omloop.intake.models import Document
from omloop.invoices.misdelivered import TakesNothingInNow, take_in_there
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right


def send_on(invoice_id: UUID, *, to_id: UUID, actor: Member, now: datetime) -> Document:
    """Take the file in where it belongs, with the import date of today there; here the invoice has ended.

    What is confidential stays so. Both keep the trace: there its first arrival, here where it went. Raises
    RightMissing without *add* in both, SameOrganisation, NotToBeCancelled, PreBooked and TakesNothingIn.
    """
    here = Invoice.objects.select_related("document__organisation").get(id=invoice_id)
    for place in (here.organisation_id, to_id):
        actor.demand(Right.ADD, place)
    if to_id == here.organisation_id:
        raise SameOrganisation
    hold([here.organisation_id, to_id])
    invoice = lock_to_end(invoice_id)
    try:
        arrived = take_in_there(here.document, to_id=to_id, actor=actor, now=now)
    except TakesNothingInNow as still:
        raise TakesNothingIn from still
    place = Organisation.objects.get(id=to_id).name
    end_for_good(invoice, ground=Ground.ELSEWHERE, place=place, actor=actor, now=now)
    return arrived
