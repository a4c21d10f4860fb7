"""`omloop organisation`: what the operator decides about organisations (rules 1.3, 1.7, 6.4)."""

import importlib
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from types import ModuleType

from omloop.cli.start import django

BETWEEN_INSTALLATIONS = {
    "export": "let an organisation go to another installation",
    "import": "let an organisation come from another installation",
}
"""Modules of their own: `organisation_export`, `organisation_import` (rules 6.4)."""


def add_arguments(parser: ArgumentParser) -> None:
    """Adding one, and the list of those that wait with what can be decided."""
    actions = parser.add_subparsers(dest="what", required=True, metavar="ACTION")
    _arguments_of_add(actions.add_parser("add", help="make an organisation and name its administrator"))
    named = actions.add_parser("administrator", help="name an administrator for one that has none left")
    named.add_argument("kvk", metavar="KVK", help="its KvK number, or its id")
    named.add_argument("email", metavar="EMAIL", help="somebody who has an account")
    actions.add_parser("waiting", help="which organisations wait for a decision, one a line")
    activate = actions.add_parser("activate", help="let it exchange documents over a network")
    refuse = actions.add_parser("refuse", help="refuse the activation that was asked")
    confirm = actions.add_parser("confirm", help="confirm that a number is the organisation's")
    for action in (activate, refuse, confirm):
        action.add_argument("kvk", metavar="KVK", help="its KvK number, or its id")
    refuse.add_argument("--reason", required=True, help="its administrators read this")
    confirm.add_argument("number", metavar="NUMBER", help="the number, as `waiting` shows it")
    for name, purpose in BETWEEN_INSTALLATIONS.items():
        _module(name).add_arguments(actions.add_parser(name, help=purpose, description=purpose))


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"omloop.cli.organisation_{name}")


def _arguments_of_add(parser: ArgumentParser) -> None:
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
    """Do it; 0, or 2 after a sentence that says why not."""
    if arguments.what in BETWEEN_INSTALLATIONS:
        return int(_module(arguments.what).run(arguments))
    actions: dict[str, Callable[[Namespace], None]] = {
        "add": _add,
        "administrator": _name_administrator,
        "waiting": _waiting,
        "activate": _activate,
        "refuse": _refuse,
        "confirm": _confirm,
    }
    with django():
        from omloop.organisations.refusals import AlreadyAsked, NotWaiting, NumberTaken, RightsRefused

        try:
            actions[arguments.what](arguments)
        except AlreadyAsked as error:
            return _said(f"{error} is activated already")
        except NotWaiting:
            return _said(f"{arguments.kvk} does not wait: see `omloop organisation waiting`")
        except NumberTaken as error:
            return _said(f"{error} belongs to another organisation of this installation that is activated")
        except (RightsRefused, ValueError) as error:
            return _said(str(error))
    return 0


def _said(reason: str) -> int:
    print(f"Not done: {reason}.")
    return 2


def _add(arguments: Namespace) -> None:
    """A new person sets a password through «forgot your password»."""
    from omloop.organisations.operator import add_organisation

    organisation = add_organisation(
        kvk=arguments.kvk,
        name=arguments.name,
        environment=arguments.environment,
        email=arguments.administrator,
        person_name=arguments.administrator_name or arguments.administrator,
    )
    print(f"{organisation.name} is there, with {arguments.administrator} as its administrator.")
    print("He signs in by a code that is mailed to him, or sets a password with «Wachtwoord vergeten».")


def _name_administrator(arguments: Namespace) -> None:
    from omloop.organisations.operator import name_administrator

    organisation = name_administrator(kvk=arguments.kvk, email=arguments.email)
    print(f"{arguments.email} administers {organisation.name} from now on.")


def _waiting(arguments: Namespace) -> None:
    from omloop.organisations.operator import waiting

    for line in waiting():
        print(line)


def _activate(arguments: Namespace) -> None:
    from omloop.organisations.operator import activate_organisation

    print(f"{activate_organisation(arguments.kvk)} is activated.")


def _refuse(arguments: Namespace) -> None:
    from omloop.organisations.operator import refuse_organisation

    print(f"{refuse_organisation(arguments.kvk, arguments.reason)} is refused.")


def _confirm(arguments: Namespace) -> None:
    from omloop.organisations.operator import confirm_number_of

    print(f"{confirm_number_of(arguments.kvk, arguments.number)} is confirmed.")
