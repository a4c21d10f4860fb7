"""`omloop organisation add`: the operator makes an organisation and names its administrator (rules 1.3)."""

from argparse import ArgumentParser, Namespace

from omloop.cli.start import django


def add_arguments(parser: ArgumentParser) -> None:
    """The organisation, its environment, and who administers both."""
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
