"""`python -m tests.relocation.writer ORGANISATION STOP NUMBER`: take in files until a file STOP exists.

The id of each document is printed once it is committed: acknowledged, as a supplier would see it.
"""

import sys
from pathlib import Path
from uuid import UUID

import django


def main() -> None:
    """Begin when Django is on its feet, and go on until told to stop."""
    django.setup()
    from omloop.flow.command_line import take_in
    from omloop.intake.models import Channel
    from omloop.organisations.members import operator_member
    from tests.strangers.victim import file

    organisation_id, stop, number = UUID(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    while not stop.exists():
        number += 1
        accepted = take_in(
            organisation_id=organisation_id,
            data=file(number, "WRITER"),
            filename=f"{number}.xml",
            channel=Channel.COMMAND_LINE,
            actor=operator_member(organisation_id),
        )
        sys.stdout.write(f"{accepted.document_id}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
