"""The secrets of a mailbox, encrypted in its row; and the secret address, by its hash in the directory."""

import base64
import secrets
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.conf import settings

from omloop.people.ciphers import cipher_for
from omloop.tenancy import directory

ADDRESSES = "mail_address"
"""The kind under which the directory knows secret addresses."""
PURPOSE = "mailboxes"


def seal(text: str) -> str:
    """The text encrypted; nothing stays nothing."""
    return cipher_for(PURPOSE).encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """The text; empty where it was sealed by another installation, so that it has to be typed anew."""
    try:
        return cipher_for(PURPOSE).decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        return ""


def new_secret() -> str:
    """80 bits, in letters that survive any mail server."""
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()


def address_with(secret: str) -> str:
    """The address of which mail leads to the organisation with this secret; empty without a mailbox."""
    if not settings.MAILBOX or not secret:
        return ""
    name, _, domain = settings.MAILBOX.address.partition("@")
    return f"{name}+{secret}@{domain}"


def organisations_at(recipients: tuple[str, ...], address: str) -> list[UUID]:
    """The organisations to whose secret addresses, made of this one, a mail was sent; each once."""
    name, _, domain = address.partition("@")
    found: set[UUID] = set()
    for recipient in set(recipients):
        local, _, at = recipient.partition("@")
        begins, _, secret = local.partition("+")
        if (begins, at) == (name, domain) and secret:
            found.update(directory.organisations_of(ADDRESSES, secret))
    return sorted(found)
