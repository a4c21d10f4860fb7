"""Changing how mail for an organisation comes in (rules 2.1, 2.12)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from omloop.audit.services import record
from omloop.mailbox.models import Mailbox
from omloop.mailbox.secrets import ADDRESSES, new_secret, seal, unseal
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.tenancy import directory

MAILBOXES = "mailbox"
"""The kind under which the directory knows which organisations have a mailbox that is read."""
PLACE = ("host", "port", "username", "folder")
"""What, when it changes, makes it another mailbox, read from its beginning."""


def mailbox_of(organisation_id: UUID) -> Mailbox:
    """Its mailbox; one that is not saved yet where it has none."""
    found: Mailbox | None = Mailbox.objects.filter(organisation_id=organisation_id).first()
    return found or Mailbox(organisation_id=organisation_id)


def change_mailbox(
    *, organisation_id: UUID, settings: Mapping[str, Any], password: str, actor: Member, now: datetime
) -> None:
    """Save these settings; an empty password leaves the one that is there. Raises RightMissing."""
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    mailbox = _locked(organisation_id)
    changed = sorted(name for name, value in settings.items() if getattr(mailbox, name) != value)
    for name, value in settings.items():
        setattr(mailbox, name, value)
    if password:
        mailbox.password = seal(password)
        changed.append("password")
    if set(changed) & set(PLACE):
        mailbox.uidvalidity, mailbox.last_uid = None, 0
    mailbox.read_at, mailbox.trouble = None, ""
    mailbox.save()
    if mailbox.is_on:
        directory.enter(MAILBOXES, MAILBOXES, organisation_id=organisation_id)
    else:
        directory.leave(MAILBOXES, MAILBOXES, organisation_id=organisation_id)
    _record("mailbox.changed", mailbox, actor, now, {"fields": changed})


def renew_address(*, organisation_id: UUID, actor: Member, now: datetime) -> None:
    """Give the organisation a new secret address; the one before leads nowhere. Raises RightMissing."""
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    mailbox = _locked(organisation_id)
    if before := unseal(mailbox.address_secret):
        directory.leave(ADDRESSES, before, organisation_id=organisation_id)
    secret = new_secret()
    mailbox.address_secret = seal(secret)
    mailbox.save()
    directory.enter(ADDRESSES, secret, organisation_id=organisation_id)
    _record("mailbox.address_renewed", mailbox, actor, now, {})


def trust(*, organisation_id: UUID, sender: str, actor: Member, now: datetime) -> None:
    """Take in the mail of this address without asking from now on; for who may decide about mail."""
    mailbox = _locked(organisation_id)
    if sender and sender not in mailbox.trusted:
        mailbox.trusted = sorted([*mailbox.trusted, sender])
        mailbox.save()
        _record("mailbox.sender_trusted", mailbox, actor, now, {})


def _locked(organisation_id: UUID) -> Mailbox:
    hold(organisation_id)
    Mailbox.objects.bulk_create([Mailbox(organisation_id=organisation_id)], ignore_conflicts=True)
    found: Mailbox = Mailbox.objects.select_for_update().get(organisation_id=organisation_id)
    return found


def _record(name: str, mailbox: Mailbox, actor: Member, now: datetime, detail: dict[str, Any]) -> None:
    record(name, actor=actor, chain_id=mailbox.organisation_id, subject_id=mailbox.id, at=now, detail=detail)
