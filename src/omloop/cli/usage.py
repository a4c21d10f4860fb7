"""`omloop usage`: what each organisation received, had recognised and sent in a month (rules 1.10)."""

import json
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from omloop.cli.start import django

if TYPE_CHECKING:
    from omloop.organisations.models import Organisation


def add_arguments(parser: ArgumentParser) -> None:
    """Which month, and the form of the answer."""
    parser.add_argument(
        "--month",
        type=month,
        metavar="YYYY-MM",
        help="the month of import dates (default: the one that ended last)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object an organisation")


def run(arguments: Namespace) -> int:
    """One line an organisation; the operator sees counts and no documents (rules 1.3)."""
    with django():
        from django.utils import timezone

        from omloop.reports.usage import usage_everywhere

        asked = arguments.month or (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
        for environment, used in usage_everywhere(asked):
            counts = {
                "received": used.received[asked],
                "recognised": used.recognised[asked],
                "sent": used.sent[asked],
            }
            if arguments.json:
                print(json.dumps(as_json(asked, environment, used.organisation) | counts))
            else:
                told = ", ".join(f"{count} {what}" for what, count in counts.items())
                print(f"{asked:%Y-%m}  {used.organisation.name}  ({environment}): {told}")
    return 0


def as_json(asked: date, environment: str, organisation: "Organisation") -> dict[str, object]:
    """One line for a program that writes the bills."""
    return {
        "month": f"{asked:%Y-%m}",
        "environment": environment,
        "organisation": str(organisation.id),
        "name": organisation.name,
    }


def month(text: str) -> date:
    """`2026-03` as its first day; raises ArgumentTypeError for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        raise ArgumentTypeError(f"{text} is no month: write it as 2026-03") from None
