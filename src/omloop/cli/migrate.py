"""`omloop migrate`: bring the database to this version, and raise the walls."""

from argparse import ArgumentParser, Namespace

from omloop.cli.start import django
from omloop.config.environment import Environment


def add_arguments(parser: ArgumentParser) -> None:
    """No arguments."""


def run(arguments: Namespace) -> int:
    """Migrate as the owner, then enable policies and grants for the web role."""
    web_role = role_in(Environment.load().database_url)
    with django(as_owner=True):
        bring_up_to_date(web_role)
    print("The database is up to date.")
    return 0


def bring_up_to_date(web_role: str) -> None:
    """Run the migrations and raise the walls for this role; needs Django, connected as the owner."""
    from django.core.management import call_command

    from omloop.tenancy.walls import raise_walls

    call_command("migrate", verbosity=0, interactive=False)
    raise_walls(web_role)


def role_in(url: str | None) -> str:
    """The user of a connection URL: the role that web and worker take; the embedded server's by default."""
    from urllib.parse import unquote, urlsplit

    return unquote((urlsplit(url).username if url else None) or "omloop_web")
