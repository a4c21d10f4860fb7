"""`omloop organisation`: the operator adds one, lets one go to another installation, or lets one come."""

import importlib
from argparse import ArgumentParser, Namespace

ACTIONS = {
    "add": "make an organisation and name its administrator (rules 1.3)",
    "export": "let an organisation go to another installation (rules 6.4)",
    "import": "let an organisation come from another installation (rules 6.4)",
}
MODULES = {"add": "organisation_add", "export": "organisation_export", "import": "organisation_import"}


def add_arguments(parser: ArgumentParser) -> None:
    """What to do, and what that needs."""
    actions = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, purpose in ACTIONS.items():
        importlib.import_module(f"omloop.cli.{MODULES[name]}").add_arguments(
            actions.add_parser(name, help=purpose, description=purpose)
        )


def run(arguments: Namespace) -> int:
    """Do it."""
    return int(importlib.import_module(f"omloop.cli.{MODULES[arguments.what]}").run(arguments))
