"""`omloop explain DOCUMENT EMAIL`: why an invoice went where it went, decided again from stored facts."""

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING
from uuid import UUID

from omloop.cli.start import django

if TYPE_CHECKING:
    from omloop.circulation.scheme.replay import Replayed

MARKS = {True: "same", False: "DIFFERENT"}


def add_arguments(parser: ArgumentParser) -> None:
    """Which document, and who asks: the operator sees no documents (rules 1.3)."""
    help_ = "its id, as `worklist` says, or the one in the address of its page"
    parser.add_argument("document", metavar="DOCUMENT", type=UUID, help=help_)
    parser.add_argument("email", metavar="EMAIL", help="the address of somebody who may see it")


def run(arguments: Namespace) -> int:
    """Print each decision of the routing; 0 when all come out the same again, 1 when not, 2: not found."""
    with django():
        from django.db.models import Q
        from django.utils import timezone, translation

        from omloop.circulation.scheme.replay import replay
        from omloop.invoices.queries import visible_to
        from omloop.organisations.members import member_scope
        from omloop.people.models import Person

        person = Person.objects.filter(email__iexact=arguments.email).first()
        if person is None:
            print(f"omloop explain: nobody has the address {arguments.email}.", file=sys.stderr)
            return 2
        with translation.override(person.language), member_scope(person, now=timezone.now()) as member:
            either = Q(document_id=arguments.document) | Q(id=arguments.document)
            found = visible_to(member).filter(either)
            invoice = found.select_related("organisation").first()
            if invoice is None:
                print(f"omloop explain: {arguments.email} sees no such invoice.", file=sys.stderr)
                return 2
            decisions = list(replay(invoice))
            for decision in decisions:
                print(as_text(decision))
    return 0 if all(decision.agrees for decision in decisions) else 1


def as_text(decision: "Replayed") -> str:
    """What was decided, whether it comes out the same again, and why."""
    first = f"{decision.at.isoformat(timespec='seconds')}  {decision.stored}  [{MARKS[decision.agrees]}]"
    again = [] if decision.agrees else [f"    -> {decision.again}"]
    lines = [first, *again, *(f"    {sentence}" for sentence in decision.why)]
    return "\n".join(lines).encode("utf-8", "backslashreplace").decode()
