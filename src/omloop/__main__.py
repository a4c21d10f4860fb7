"""`omloop`: the command line. `omloop COMMAND --help` explains each command."""

import argparse
import importlib
import sys

COMMANDS = {
    "up": "start everything: database, migrations, worker and web server",
    "import": "take in files for an organisation",
    "validate": "check e-invoices without taking them in",
    "worklist": "what waits for a person",
    "explain": "why an invoice went where it went",
    "usage": "what each organisation received in a month",
    "audit": "verify the audit trail",
    "backup": "copy the whole installation into one file while it runs, or check such a file",
    "restore": "bring an installation back from its backup",
    "organisation": "add an organisation, decide on activation, or name an administrator",
    "environment": "let people into an environment without its provider again",
    "account": "close or open a person's account",
    "mail": "whether mails arrive, and send again what was not sent",
    "folder": "take in what is put into a folder, or put exports in one, for an organisation",
    "masterdata": "renew accounts, creditors, periods and more from the bookkeeping package",
    "key": "make a connection key for the API",
    "demo": "load the demo group of companies",
    "migrate": "bring the database to this version",
    "worker": "run jobs",
}
MODULES = {"import": "intake"}


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and run one command; its module is imported only then."""
    given = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(
        prog="omloop", description="Receive, check, circulate and approve e-invoices."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        if given[:1] == [name]:
            module = importlib.import_module(f"omloop.cli.{MODULES.get(name, name)}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    parsed = parser.parse_args(given)
    return int(parsed.run(parsed))


if __name__ == "__main__":
    sys.exit(main())
