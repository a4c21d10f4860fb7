"""What the models say of their tables stands in the database: Django drops an index along with another."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection

IN_THE_DATABASE = """
SELECT c.relname, i.name FROM pg_class c JOIN (
    SELECT conrelid, conname FROM pg_constraint
    UNION SELECT indrelid, x.relname FROM pg_index JOIN pg_class x ON x.oid = indexrelid) i (relid, name)
  ON i.relid = c.oid"""


def said() -> Iterator[tuple[str, str]]:
    """The constraints and indexes of our own models, by table."""
    for model in apps.get_models():
        if model.__module__.startswith("omloop.") and model._meta.managed:
            for each in (*model._meta.constraints, *model._meta.indexes):
                yield model._meta.db_table, each.name


@pytest.mark.usefixtures("database")
def test_every_constraint_and_index_of_a_model_is_there() -> None:
    with connection.cursor() as cursor:
        cursor.execute(IN_THE_DATABASE)
        there = set(cursor.fetchall())
    wanted = set(said())
    assert len(wanted) > 300
    assert wanted - there == set()
