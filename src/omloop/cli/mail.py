"""`omloop mail`: whether mails arrive, what the mail server said, and sending again what was not sent."""

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from omloop.cli.start import django

if TYPE_CHECKING:
    from omloop.notifications.queries import Health


def add_arguments(parser: ArgumentParser) -> None:
    """Look, or do one thing."""
    doing = parser.add_mutually_exclusive_group()
    doing.add_argument("--again", action="store_true", help="send every mail again that was not sent")
    doing.add_argument("--test", metavar="EMAIL", help="send a test mail to the person with this address")


def run(arguments: Namespace) -> int:
    """Print how mailing goes; 0, 1 when a mail was not sent, 2 when nobody has the address."""
    with django():
        from django.utils import timezone

        from omloop.notifications.queries import health_of_all

        if arguments.test:
            return _test(arguments.test)
        if arguments.again:
            print(f"{_again()} mails are sent again.")
            return 0
        health = health_of_all(now=timezone.now())
        print("\n".join(lines(health)))
        return 1 if health.failed else 0


def lines(health: "Health") -> list[str]:
    """The server, the counts of a week, and each mail that was not sent with the server's words."""
    from omloop.notifications.queries import LATELY, mail_server

    server = mail_server()
    said = [f"Mail server: {server}" if server else "Mail server: none; mails are files in mail/ of the data"]
    last = f"{health.last_digest_at:%Y-%m-%d %H:%M} UTC" if health.last_digest_at else "none yet"
    said += [f"Last digest: {last}", f"Sent in {LATELY.days} days: {health.sent}"]
    said += [f"Waiting for a first try: {health.untried}"]
    said += [f"Could not be written: {health.unwritten}"] if health.unwritten else []
    for mail, _kind in health.troubled:
        when = f"again {mail.next_at:%Y-%m-%d %H:%M} UTC" if mail.next_at else mail.state
        said.append(f"{when}  {mail.to}  {mail.kind}  {mail.tries} tries  {mail.answer}")
    said += [f"... and {health.more} more"] if health.more else []
    said += [f"Refused since {each.since:%Y-%m-%d}  {each.address}  {each.answer}" for each in health.refused]
    return said


def _again() -> int:
    from omloop.people.mailing import send_again
    from omloop.people.models import Mail

    return sum(send_again(mail.id) for mail in Mail.objects.filter(state=Mail.State.FAILED).order_by("id"))


def _test(email: str) -> int:
    from omloop.notifications.tasks import send_test
    from omloop.people.models import Person

    person = Person.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        print(f"omloop mail: nobody has the address {email}.", file=sys.stderr)
        return 2
    send_test.defer(person_id=str(person.id))
    print(f"A test mail to {person.email} is on its way; `omloop mail` says what became of it.")
    return 0
