"""The logo and colour of the invoices that an organisation sends (rules 2.6)."""

from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.intake import files
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.papers.models import PdfLook
from omloop.pdf.look import ACCENT, Look, readable


def look_of(organisation_id: UUID) -> Look:
    """What was chosen last; as delivered where nobody chose. Raises FileDamaged."""
    chosen = PdfLook.objects.filter(organisation_id=organisation_id).order_by("-id").first()
    if chosen is None:
        return Look(colour=ACCENT)
    logo = files.read(organisation_id, chosen.sha256) if chosen.sha256 else None
    return Look(colour=chosen.colour, logo=logo)


def set_look(*, organisation_id: UUID, look: Look, actor: Member, now: datetime) -> None:
    """Choose the colour, made readable on white, and the logo, a PNG as `pdf.guarded.logo` makes it.

    What was sent is not changed by it, but its PDF is made anew. Raises RightMissing.
    """
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    hold(organisation_id)
    chosen = PdfLook(organisation_id=organisation_id, colour=readable(look.colour), set_at=now)
    if look.logo:
        chosen.sha256, chosen.size = files.keep(organisation_id, look.logo), len(look.logo)
    chosen.save(force_insert=True)
    detail = {"colour": chosen.colour, "logo": chosen.sha256}
    record("organisation.pdf_look_set", actor=actor, chain_id=organisation_id, at=now, detail=detail)
