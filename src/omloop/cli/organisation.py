"""`omloop organisation add | administrator`: what the operator does for an organisation (rules 1.3)."""

from argparse import ArgumentParser, Namespace

from omloop.cli.start import django


def add_arguments(parser: ArgumentParser) -> None:
    """The organisation, its environment, and who administers both; or an administrator where none is left."""
    tasks = parser.add_subparsers(dest="what", required=True, metavar="TASK")
    named = tasks.add_parser("administrator", help="name an administrator for one that has none left")
    named.add_argument("kvk", metavar="KVK", help="its KvK number, eight digits")
    named.add_argument("email", metavar="EMAIL", help="somebody who has an account")
    parser = tasks.add_parser("add", help="add an organisation with its administrator")
    parser.add_argument("kvk", metavar="KVK", help="its KvK number, eight digits")
    parser.add_argument("name", metavar="NAME", help="its name, as in the register")
    parser.add_argument("--environment", required=True, metavar="NAME", help="made when it is not there yet")
    parser.add_argument(
        "--administrator", required=True, metavar="EMAIL", help="made when he is not there yet"
    )
    parser.add_argument(
        "--administrator-name", default="", metavar="NAME", help="the name of a new administrator"
    )


def run(arguments: Namespace) -> int:
    """One of the two."""
    return _name(arguments) if arguments.what == "administrator" else _add(arguments)


def _name(arguments: Namespace) -> int:
    with django():
        from omloop.organisations.operator import NobodyThere, name_administrator
        from omloop.organisations.refusals import RightsRefused

        try:
            organisation = name_administrator(kvk=arguments.kvk, email=arguments.email)
        except (NobodyThere, RightsRefused) as error:
            print(f"Nothing was changed: {error}.")
            return 2
        print(f"{arguments.email} administers {organisation.name} from now on.")
    return 0


def _add(arguments: Namespace) -> int:
    """Make what is not there yet; a new person sets a password through «forgot your password»."""
    with django():
        from omloop.organisations.operator import KvkTaken, add_organisation

        try:
            organisation = add_organisation(
                kvk=arguments.kvk,
                name=arguments.name,
                environment=arguments.environment,
                email=arguments.administrator,
                person_name=arguments.administrator_name or arguments.administrator,
            )
        except (KvkTaken, ValueError) as error:
            print(f"Not added: {error}")
            return 2
        print(f"{organisation.name} is there, with {arguments.administrator} as its administrator.")
        print("He signs in by a code that is mailed to him, or sets a password with «Wachtwoord vergeten».")
    return 0
