"""`omloop worklist EMAIL`: what waits for a person, with why, one line a task."""

import json
import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from omloop.cli.start import django

if TYPE_CHECKING:
    from omloop.circulation.reading.listing import Entry


def add_arguments(parser: ArgumentParser) -> None:
    """Whose worklist, and the form of the answer."""
    parser.add_argument("email", metavar="EMAIL", help="the address with which the person signs in")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(arguments: Namespace) -> int:
    """Print what waits, by due date; 0, or 2 when nobody has this address."""
    with django():
        from django.utils import timezone, translation

        from omloop.circulation.reading.listing import all_entries
        from omloop.organisations.members import member_scope
        from omloop.people.models import Person

        person = Person.objects.filter(email__iexact=arguments.email).first()
        if person is None:
            print(f"omloop worklist: nobody has the address {arguments.email}.", file=sys.stderr)
            return 2
        now = timezone.now()
        with translation.override(person.language), member_scope(person, now=now) as member:
            for entry in all_entries(member, today=now.astimezone(person.zone).date()):
                print(as_json(entry) if arguments.json else as_text(entry))
    return 0


def as_json(entry: "Entry") -> str:
    """One object; `amount` is with VAT, as it stands on the invoice."""
    return json.dumps(
        {
            "document": str(entry.document_id),
            "number": entry.row.number,
            "organisation": entry.row.organisation_name,
            "environment": entry.environment,
            "amount": entry.amount,
            "currency": entry.row.currency,
            "import_date": entry.import_date.isoformat(),
            "why": entry.why,
            "on_behalf_of": entry.row.for_person_name,
        }
    )


def as_text(entry: "Entry") -> str:
    """For people: the same in one line."""
    parts = (
        str(entry.document_id),
        entry.row.number,
        entry.row.organisation_name,
        entry.environment,
        f"{entry.amount or '?'} {entry.row.currency}",
        entry.import_date.isoformat(),
        entry.why,
        f"({entry.row.for_person_name})" if entry.row.for_person_name else "",
    )
    return "  ".join(filter(None, parts)).encode("utf-8", "backslashreplace").decode()
