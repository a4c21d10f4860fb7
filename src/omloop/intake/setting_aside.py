"""Setting aside a file that is no invoice, is of elsewhere, or can't be used (rules 2.2, 2.8)."""

from datetime import datetime

from omloop.audit.models import AuditEvent
from omloop.audit.services import record
from omloop.intake.models import Container, Document, Part, SetAside
from omloop.intake.services import storable
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right

Ground = SetAside.Ground
WAITING = (Document.State.UNREADABLE, Document.State.PICTURE)
"""What has no invoice and waits for somebody: it can't be read, or nobody has said what it says."""


class AsideWithoutReason(ValueError):
    """Who sets a document aside says why, or what its sender is told."""


class NotWaiting(ValueError):
    """The document was read, typed or set aside meanwhile."""


class NobodyToAnswer(ValueError):
    """The document came by no mail of a person, so there is nobody to send it back to."""


class NotAside(ValueError):
    """The document is not set aside, or was taken back meanwhile."""


def set_aside(
    document: Document,
    *,
    ground: str = Ground.NO_INVOICE,
    reason: str = "",
    place: str = "",
    actor: Member,
    now: datetime,
) -> SetAside:
    """Take a document off the lists: it is kept, and no part of the books.

    Without a `place` where it belongs it takes a reason. Raises RightMissing without *add*,
    AsideWithoutReason and NotWaiting.
    """
    actor.demand(Right.ADD, document.organisation_id)
    if not reason.strip() and not place:
        raise AsideWithoutReason(str(document.id))
    hold(document.organisation_id)
    waiting = Document.objects.filter(id=document.id, state__in=WAITING)
    if not waiting.update(state=Document.State.SET_ASIDE):
        raise NotWaiting(str(document.id))
    made: SetAside = SetAside.objects.create(
        organisation_id=document.organisation_id,
        confidential=document.confidential,
        document=document,
        ground=ground,
        reason=storable(reason.strip()),
        place=place,
        set_aside_by_id=actor.person_id,
        set_aside_at=now,
    )
    _record("document.set_aside", document, actor, now, ground=ground)
    return made


def send_back(document: Document, *, answer: str, actor: Member, now: datetime) -> SetAside:
    """Set a document aside and mail its sender why it can't be used; the story sends the mail.

    Only the right *dispute* informs a supplier (rules 3.12). Raises RightMissing without that and *add*,
    NobodyToAnswer, and what `set_aside` raises.
    """
    actor.demand(Right.DISPUTE, document.organisation_id)
    if mail_of(document) is None:
        raise NobodyToAnswer(str(document.id))
    made = set_aside(document, ground=Ground.SENT_BACK, reason=answer, actor=actor, now=now)
    _record("document.sent_back", document, actor, now)
    return made


def take_back(document: Document, *, actor: Member, now: datetime) -> AuditEvent:
    """Undo that a document is set aside: it is read again and comes to stand on its list.

    Raises RightMissing without *add*, and NotAside.
    """
    actor.demand(Right.ADD, document.organisation_id)
    hold(document.organisation_id)
    aside = Document.objects.filter(id=document.id, state=Document.State.SET_ASIDE)
    if not aside.update(state=Document.State.RECEIVED):
        raise NotAside(str(document.id))
    standing = SetAside.objects.filter(document=document, undone_at=None)
    standing.update(undone_by=actor.person_id, undone_at=now)
    return _record("document.read_again", document, actor, now)


def aside_of(document: Document) -> SetAside | None:
    """Why it is set aside now."""
    standing = SetAside.objects.filter(document=document, undone_at=None)
    found: SetAside | None = standing.select_related("set_aside_by").first()
    return found


def mail_of(document: Document) -> Container | None:
    """The last mail of a person in which it came; None where it came otherwise, or of a machine."""
    parts = Part.objects.filter(organisation_id=document.organisation_id, sha256=document.sha256)
    mails = Container.objects.filter(
        id__in=parts.values("container_id"), kind=Container.Kind.MAIL, is_automatic=False
    )
    found: Container | None = mails.exclude(sender="").order_by("-arrived_at", "-id").first()
    return found


def _record(name: str, document: Document, actor: Member, now: datetime, **detail: str) -> AuditEvent:
    return record(
        name,
        actor=actor,
        chain_id=document.organisation_id,
        subject_id=document.id,
        at=now,
        detail=detail,
    )
