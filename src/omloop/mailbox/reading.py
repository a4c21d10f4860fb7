"""Reading a mailbox: keep the bytes, commit with the position, and only then mark the mail (rules 2.1).

A process may die between any two of these: what was not committed is read again, what was is not.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings

from omloop.einvoice.refusals import MAX_BYTES
from omloop.intake.mails import read_heading
from omloop.intake.services import StandsStill
from omloop.mailbox.letting_in import keep_mail, keep_too_large
from omloop.mailbox.models import InstallationMailbox, Mailbox
from omloop.mailbox.secrets import organisations_at, unseal
from omloop.organisations.holding import hold
from omloop.organisations.members import Member, system_scope
from omloop.outgoing.imap import Folder, Guards, ImapTrouble, Server, opened
from omloop.tenancy.scope import current_scope

NAME = "mailbox"
"""The name under which the system acts here."""
AT_ONCE = 200
"""Mails of one visit; the next visit goes on."""
SEEN, FLAGGED = "\\Seen", "\\Flagged"
EVERYWHERE = ("0.0.0.0/0", "::/0")
"""The operator says himself where the mailbox of the installation is."""
logger = logging.getLogger("omloop.mailbox")


@dataclass(frozen=True)
class Mail:
    """A mail as the server gave it: its bytes, or its heading alone where it is too large."""

    data: bytes
    size: int

    @property
    def is_too_large(self) -> bool:
        """Whether it stays in the mailbox."""
        return self.size > MAX_BYTES

    def keep(self, organisation_id: UUID, *, actor: Member, now: datetime) -> None:
        """Keep it for an organisation, in the open scope; raises StandsStill."""
        if self.is_too_large:
            keep_too_large(
                organisation_id=organisation_id,
                heading=read_heading(self.data),
                size=self.size,
                actor=actor,
                now=now,
            )
        elif self.data:
            keep_mail(organisation_id=organisation_id, data=self.data, actor=actor, now=now)


def server_of(mailbox: Mailbox) -> Server:
    """Where it is and how to get in."""
    return Server(
        host=mailbox.host,
        port=mailbox.port,
        security=mailbox.security,
        username=mailbox.username,
        password=unseal(mailbox.password),
        folder=mailbox.folder,
    )


def guards() -> Guards:
    """For an address that somebody of an organisation typed."""
    return Guards(settings.OWN_NETWORKS, settings.MAILBOX_CERTIFICATES)


def try_server(server: Server) -> str:
    """Sign in and open the folder; the trouble, or nothing when all is well."""
    try:
        with opened(server, guards(), seconds=20):
            return ""
    except ImapTrouble as trouble:
        return str(trouble.trouble)


def read_mailbox(organisation_id: UUID, *, now: datetime) -> None:
    """Visit the organisation's own mailbox, and note how that went; one that stands still is left alone."""
    with system_scope(NAME, organisation_id):
        if organisation_id in current_scope().standing_still:
            return
        mailbox = Mailbox.objects.filter(organisation_id=organisation_id, is_on=True).first()
    if mailbox is None:
        return
    trouble = ""
    try:
        with opened(server_of(mailbox), guards()) as folder:
            _read(folder, mailbox, now)
    except ImapTrouble as found:
        logger.info("the mailbox of %s was not read: %s", organisation_id, found)
        trouble = str(found.trouble)
    with system_scope(NAME, organisation_id):
        hold(organisation_id)
        Mailbox.objects.filter(id=mailbox.id).update(read_at=now, trouble=trouble)


def _read(folder: Folder, mailbox: Mailbox, now: datetime) -> None:
    last = mailbox.last_uid if mailbox.uidvalidity == folder.uidvalidity else 0
    if last:
        folder.mark(last, SEEN)  # whoever kept it may have died before he could mark it
    for uid in folder.uids_above(last)[:AT_ONCE]:
        mail = _fetch(folder, uid)
        with system_scope(NAME, mailbox.organisation_id) as actor:
            if _move_on(mailbox, folder.uidvalidity, uid):
                mail.keep(mailbox.organisation_id, actor=actor, now=now)
        if not mail.is_too_large:
            folder.mark(uid, SEEN)


def _fetch(folder: Folder, uid: int) -> Mail:
    size = folder.size_of(uid)
    return Mail(folder.read(uid, "HEADER" if size > MAX_BYTES else ""), size)


def _move_on(mailbox: Mailbox, uidvalidity: int, uid: int) -> bool:
    """Note that the mailbox is read up to here; False where another process was first."""
    hold(mailbox.organisation_id)
    now: Mailbox = Mailbox.objects.select_for_update().get(id=mailbox.id)
    if now.uidvalidity == uidvalidity and now.last_uid >= uid:
        return False
    Mailbox.objects.filter(id=mailbox.id).update(uidvalidity=uidvalidity, last_uid=uid)
    return True


def read_installation_mailbox(*, now: datetime) -> None:
    """Visit the mailbox of the installation: a mail goes to the organisation whose secret address it names.

    What names none is flagged there and stays, for the operator to look at. Without such a mailbox nothing
    happens. Raises ImapTrouble.
    """
    if settings.MAILBOX is None:
        return
    server, address = settings.MAILBOX.server, settings.MAILBOX.address
    key = sha256(f"{server.host}\n{server.username}\n{server.folder}".encode()).hexdigest()
    place = InstallationMailbox.objects.filter(key=key).first() or InstallationMailbox(key=key)
    with opened(server, Guards(EVERYWHERE, settings.MAILBOX_CERTIFICATES)) as folder:
        last = place.last_uid if place.uidvalidity == folder.uidvalidity else 0
        place.uidvalidity = folder.uidvalidity
        for uid in folder.uids_above(last)[:AT_ONCE]:
            mail = _fetch(folder, uid)
            is_for_somebody = _hand_out(mail, address, now)
            place.last_uid = uid
            place.save()
            folder.mark(uid, SEEN, *([] if is_for_somebody else [FLAGGED]))


def _hand_out(mail: Mail, address: str, now: datetime) -> bool:
    """Keep it for each organisation that it is for, each in its own transaction; the same bytes again are
    the same delivery, so that a repeat does no harm."""
    is_for_somebody = False
    for organisation_id in organisations_at(read_heading(mail.data).recipients, address):
        try:
            with system_scope(NAME, organisation_id) as actor:
                mail.keep(organisation_id, actor=actor, now=now)
            is_for_somebody = True
        except StandsStill:
            logger.warning("a mail for %s stays in the mailbox: it is not here", organisation_id)
    if not is_for_somebody:
        logger.warning("a mail in the mailbox of the installation names no secret address: it is flagged")
    return is_for_somebody
