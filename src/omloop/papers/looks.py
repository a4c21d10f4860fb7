"""The logo and colour of the invoices that an organisation sends (rules 2.6)."""

import logging
from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.intake import files
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.papers.models import PdfLook
from omloop.pdf.look import PLAIN, Look, readable

logger = logging.getLogger("omloop.papers")


def look_of(organisation_id: UUID) -> Look:
    """What was chosen last; as delivered where nobody chose.

    A logo whose file is damaged is left out and logged: an invoice with the name alone goes out all the same.
    """
    chosen = PdfLook.objects.filter(organisation_id=organisation_id).order_by("-id").first()
    return Look(colour=chosen.colour, logo=_logo(chosen)) if chosen else PLAIN


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


def _logo(chosen: PdfLook) -> bytes | None:
    if not chosen.sha256:
        return None
    try:
        return files.read(chosen.organisation_id, chosen.sha256)
    except files.FileDamaged as damaged:
        logger.error("%s", damaged)
        return None
