"""`omloop environment open`: let people in again whose provider is gone (rules 1.9)."""

from argparse import ArgumentParser, Namespace

from omloop.cli.start import django


def add_arguments(parser: ArgumentParser) -> None:
    """Which environment."""
    parser.add_argument("what", choices=["open"])
    parser.add_argument("environment", metavar="NAME", help="its name, or its id where several have the name")


def run(arguments: Namespace) -> int:
    """Its provider stays a way in, and is no longer the only one; it says so in the audit trail."""
    with django():
        from omloop.environments.operator import NotOpened, open_environment

        try:
            environment = open_environment(arguments.environment)
        except NotOpened as error:
            print(f"Nothing changed: {error}")
            return 2
        print(f"{environment.name} lets people in without its provider again.")
    return 0
