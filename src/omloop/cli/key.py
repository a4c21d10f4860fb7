"""`omloop key make`: a connection key with which a program acts for a person in one organisation."""

from argparse import ArgumentParser, Namespace

from omloop.cli.start import django


def add_arguments(parser: ArgumentParser) -> None:
    """Whose key, where, and what for."""
    parser.add_argument("what", choices=["make"])
    parser.add_argument("--organisation", required=True, metavar="KVK")
    parser.add_argument("--holder", required=True, metavar="EMAIL", help="the member for whom the key acts")
    parser.add_argument("--name", required=True, help="what it is for: bookkeeping, scanner")


def run(arguments: Namespace) -> int:
    """Print the key; it is shown this once, only its hash is kept."""
    with django():
        from omloop.organisations.operator import NobodyThere, WhichOne, make_key

        try:
            print(make_key(kvk=arguments.organisation, email=arguments.holder, name=arguments.name))
        except (NobodyThere, WhichOne) as error:
            print(f"No key made: {error}")
            return 2
    return 0
