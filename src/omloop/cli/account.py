"""`omloop account close | open`: a person's whole account, by the operator (rules 1.5)."""

from argparse import ArgumentParser, Namespace

from omloop.cli.start import django


def add_arguments(parser: ArgumentParser) -> None:
    """Whose account, and what becomes of it."""
    parser.add_argument("what", choices=["close", "open"])
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument(
        "--even-if-last", action="store_true", help="also when an organisation then has no administrator left"
    )


def run(arguments: Namespace) -> int:
    """Close it or open it; his decisions keep his name."""
    with django():
        from omloop.organisations.operator import NobodyThere, switch_account
        from omloop.organisations.refusals import RightsRefused

        is_open = arguments.what == "open"
        try:
            switch_account(email=arguments.email, is_open=is_open, even_if_last=arguments.even_if_last)
        except (NobodyThere, RightsRefused) as error:
            print(f"Nothing was changed: {error}.")
            return 2
        print(f"The account of {arguments.email} is {'open' if is_open else 'closed'}.")
    return 0
