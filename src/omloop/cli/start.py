"""Getting Django on its feet for one command, under the role that the command needs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from omloop.backup.unfinished import why_unusable
from omloop.config.environment import Environment, forget_other_servers


@contextmanager
def django(*, as_owner: bool = False) -> Iterator[None]:
    """Django, connected as the web role, or as the database's owner for what only the operator may do.

    Raises and ends as `database` does.
    """
    with database(as_owner=as_owner) as url, connected(url):
        yield


@contextmanager
def database(*, as_owner: bool = False) -> Iterator[str]:
    """The URL of the database, for the role that the command needs.

    With DATABASE_URL set that server is used; else the embedded one, started for the time of the command
    unless it runs already. A missing DATABASE_OWNER_URL, or a restore that was cut off, ends the command
    with a sentence.
    """
    environment = Environment.load()
    if reason := why_unusable(environment.data):
        raise SystemExit(reason)
    if environment.database_url:
        yield url_of(environment, as_owner=as_owner)
        return
    from omloop.postgres.cluster import connect_or_start

    forget_other_servers()
    with connect_or_start(environment.data) as cluster:
        yield cluster.owner_url if as_owner else cluster.web_url


def url_of(environment: Environment, *, as_owner: bool) -> str:
    """The URL that the operator set for the role; SystemExit with a sentence when the owner's is missing."""
    if not as_owner:
        return str(environment.database_url)
    if not environment.database_owner_url:
        raise SystemExit(
            "This command changes the database itself and needs its owner: "
            "set DATABASE_OWNER_URL beside DATABASE_URL."
        )
    return environment.database_owner_url


@contextmanager
def connected(url: str) -> Iterator[None]:
    """Django on its feet, connected to this database as long as the block lasts."""
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omloop.config.settings")
    import django as django_package
    from django.db import connections

    django_package.setup()
    try:
        yield
    finally:
        connections.close_all()
