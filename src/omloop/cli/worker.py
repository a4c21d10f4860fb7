"""`omloop worker`: run jobs until told to stop."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace

from omloop.cli.start import django


def add_arguments(parser: ArgumentParser) -> None:
    """How many jobs at once, and whether to stop when none is left."""
    parser.add_argument("--concurrency", type=int, default=2, metavar="N", help="jobs at the same time (2)")
    parser.add_argument("--once", action="store_true", help="stop when no job is left")


def run(arguments: Namespace) -> int:
    """Refuse a role above the walls, then work."""
    with django():
        from omloop.jobs.worker import work
        from omloop.tenancy.roles import UnwalledRole, refuse_unwalled_role

        try:
            refuse_unwalled_role()
        except UnwalledRole as refused:
            print(refused, file=sys.stderr)
            return 1
        asyncio.run(work(wait=not arguments.once, concurrency=arguments.concurrency))
    return 0
