"""Getting Django on its feet for one command, under the role that the command needs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from omloop.config.environment import Environment, forget_other_servers


@contextmanager
def django(*, as_owner: bool = False) -> Iterator[None]:
    """Django, connected as the web role, or as the database's owner for what only the operator may do.

    With DATABASE_URL set that server is used; else the embedded one, started for the time of the command
    unless it runs already. A missing DATABASE_OWNER_URL ends the command with a sentence.
    """
    environment = Environment.load()
    if environment.database_url:
        with _connected(_url_of(environment, as_owner=as_owner)):
            yield
        return
    from omloop.postgres.cluster import connect_or_start

    forget_other_servers()
    with (
        connect_or_start(environment.data) as cluster,
        _connected(cluster.owner_url if as_owner else cluster.web_url),
    ):
        yield


def _url_of(environment: Environment, *, as_owner: bool) -> str:
    if not as_owner:
        return str(environment.database_url)
    if not environment.database_owner_url:
        raise SystemExit(
            "This command changes the database itself and needs its owner: "
            "set DATABASE_OWNER_URL beside DATABASE_URL."
        )
    return environment.database_owner_url


@contextmanager
def _connected(url: str) -> Iterator[None]:
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omloop.config.settings")
    import django as django_package
    from django.db import connections

    django_package.setup()
    try:
        yield
    finally:
        connections.close_all()
