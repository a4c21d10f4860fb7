"""Proving an address before there is an account: a link is mailed, and only who follows it gets one.

Nothing is stored before that, so nobody can take an address that isn't his, nor learn who has an account:
the page answers the same, and the mail says the rest to whoever reads that mailbox (rules 1.2).
"""

from datetime import timedelta

from django.core import signing

from omloop.people import mail
from omloop.people.mailing import Delivery
from omloop.people.services import is_taken

VALID_FOR = timedelta(days=3)
SALT = "omloop.registration"


def send_link(*, email: str, language: str, delivery: Delivery) -> None:
    """Mail the link to go on with, or, to who has an account already, the way to sign in."""
    if is_taken(email):
        words = {"link": mail.link_to("account_login"), "reset": mail.link_to("account_reset_password")}
        _send(email, language, "has_account", words, delivery)
        return
    words = {"link": mail.link_to("finish_registration", signing.dumps(email, salt=SALT))}
    _send(email, language, "registration", words, delivery)


def address_of(token: str) -> str | None:
    """The address that this link proves; None when it is not ours or older than three days."""
    try:
        address: str = signing.loads(token, salt=SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return None
    return address


def _send(email: str, language: str, name: str, words: dict[str, str], delivery: Delivery) -> None:
    template = f"people/mails/{name}.txt"
    mail.send(to=email, language=language, template=template, words=words, delivery=delivery)
