"""`omloop audit verify`: recompute the audit trail of the whole installation."""

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from omloop.cli.start import django


def add_arguments(parser: ArgumentParser) -> None:
    """What to do with the trail, and how to say it."""
    parser.add_argument("what", choices=["verify"], help="recompute every chain and check its signatures")
    parser.add_argument("--json", action="store_true", help="one JSON object per chain")


def run(arguments: Namespace) -> int:
    """One line per chain; exit status 1 when one is not whole. Runs as the owner, who sees every chain."""
    with django(as_owner=True):
        from omloop.audit.verify import verify_all

        verdicts = list(verify_all())
    for verdict in verdicts:
        if arguments.json:
            print(json.dumps(asdict(verdict), default=str))
        else:
            state = verdict.fault or "whole"
            print(
                f"{verdict.chain_id}  {verdict.sealed} sealed, {verdict.unsealed} waiting, "
                f"{verdict.signatures} signatures: {state}"
            )
    return int(any(verdict.fault for verdict in verdicts))
