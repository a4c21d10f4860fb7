"""Row-level security and grants, raised after every migration by the owner (architecture 3.2).

ENABLE, not FORCE: the owner migrates, backs up and counts; web and worker processes never hold its role.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation, Structure

APPEND_ONLY = ("audit_event", "audit_seal", "audit_signature")
"""Tables that the web role may add to and read, and never change."""

STANDSTILL = "standstill"
"""What the policies are called that refuse to write an organisation that stands still (rules 6.4)."""

STILL_POLICIES = {
    "insert": "WITH CHECK ({0})",
    "update": "USING (true) WITH CHECK ({0})",
    "delete": "USING ({0})",
}


SIGHT = "nullif(current_setting('app.sight_until', true), '')"
SEES_ALL_DAYS = f"(SELECT {SIGHT} IS NULL)"
"""Whoever is bounded nowhere, as nearly everybody: asked once a statement."""
BOUNDED = f"{SIGHT}::jsonb ? organisation_id::text"
IN_TIME = f"coalesce(import_date <= ({SIGHT}::jsonb ->> organisation_id::text)::date, true)"
"""Imported up to the last day that may be seen there; true in organisations without such a day."""


def tenant_models() -> Iterator[type[models.Model]]:
    """Every model with a wall: rows of an organisation, and those that name their own policy."""
    for model in apps.get_models():
        if issubclass(model, OfOrganisation) or hasattr(model, "wall"):
            yield model


def wall_of(model: type[models.Model]) -> str:
    """The SQL condition under which the web role sees and writes a row of this model."""
    if hasattr(model, "wall"):
        return str(model.wall)
    shown = ids("app.organisation_ids")
    if issubclass(model, Structure):
        shown = either(shown, ids("app.structure_ids"))
    condition = f"organisation_id = ANY ({shown})"
    if issubclass(model, Confidential):
        condition += f" AND (NOT confidential OR organisation_id = ANY ({ids('app.confidential_ids')}))"
        condition += f" AND ({SEES_ALL_DAYS} OR {_is_in_sight(model)})"
    return condition


def hangs_on(model: type[models.Model]) -> tuple[str, type[models.Model]] | None:
    """The column and the model that a row follows in being confidential, the first of several; None for a
    document itself."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, SameOrganisation) and "confidential" in constraint.follows:
            field = model._meta.get_field(constraint.field)
            assert isinstance(field, models.ForeignKey)  # noqa: S101 - the constraint is on a foreign key
            return field.column, field.remote_field.model
    return None


def _is_in_sight(model: type[models.Model]) -> str:
    """Seen by who may look up to a day only: a document by its import date, the rest by its document.

    What is of no document is not for him (rules 6.6). Where nobody is bounded this is never evaluated.
    """
    if any(field.column == "import_date" for field in model._meta.concrete_fields):
        return IN_TIME
    followed = hangs_on(model)
    if followed is None:
        return f"NOT {BOUNDED}"
    column, other = followed
    own = connection.ops.quote_name(model._meta.db_table)
    return f"{own}.{column} IN (SELECT {_in_sight(other)}())"


def _in_sight(model: type[models.Model]) -> str:
    """The name of the function that gives the ids of a table as far as whoever asks sees it."""
    return connection.ops.quote_name(f"in_sight_of_{model._meta.db_table}")


def _make_sights(cursor: CursorWrapper) -> None:
    """Make a function for each table that others hang on.

    As a subquery the policies of that table would be planned with every statement, and those of the table
    that it hangs on itself: three quarters of what a small query took. What a function does is not planned.
    """
    followed = {hangs_on(model) for model in tenant_models() if issubclass(model, Confidential)}
    for other in sorted({found[1] for found in followed if found}, key=lambda found: found._meta.db_table):
        table = connection.ops.quote_name(other._meta.db_table)
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {_in_sight(other)}() RETURNS SETOF uuid LANGUAGE plpgsql STABLE AS "  # noqa: S608
            f"$$ BEGIN RETURN QUERY SELECT id FROM {table}; END $$"
        )


def ids(setting: str) -> str:
    """SQL for the ids in a setting of the transaction, read once a statement; none without it."""
    return f"(SELECT string_to_array(nullif(current_setting('{setting}', true), ''), ',')::uuid[])::uuid[]"


def either(some: str, others: str) -> str:
    """SQL for the ids of both, put together once a statement."""
    return f"(SELECT {some} || {others})::uuid[]"


def raise_walls(web_role: str) -> None:
    """Enable the policy of every tenant table and give the web role its rights; twice does no harm."""
    role = connection.ops.quote_name(web_role)
    with connection.cursor() as cursor:
        _make_sights(cursor)
        for model in tenant_models():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            cursor.execute(f"DROP POLICY IF EXISTS tenant ON {table}")
            cursor.execute(f"CREATE POLICY tenant ON {table} USING ({wall_of(model)})")
            _refuse_while_still(cursor, table, model)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for name in APPEND_ONLY:
            cursor.execute(
                f"REVOKE UPDATE, DELETE, TRUNCATE ON {connection.ops.quote_name(name)} FROM {role}"
            )
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}")


def is_standstill(error: Exception) -> bool:
    """Whether the database refused to write because an organisation stands still."""
    return f'policy "{STANDSTILL}_' in str(error)


def _refuse_while_still(cursor: CursorWrapper, table: str, model: type[models.Model]) -> None:
    """Refuse new and changed rows of an organisation that stands still, aloud; deletes find nothing."""
    column = getattr(model, "stands_still_by", "")
    still = "app.frozen_ids" if getattr(model, "goes_on_when_closed", False) else "app.still_ids"
    for verb in STILL_POLICIES:
        cursor.execute(f"DROP POLICY IF EXISTS {STANDSTILL}_{verb} ON {table}")
        if column:
            goes_on = f"{column} <> ALL (coalesce({ids(still)}, '{{}}'))"
            clauses = STILL_POLICIES[verb].format(goes_on)
            cursor.execute(
                f"CREATE POLICY {STANDSTILL}_{verb} ON {table} AS RESTRICTIVE FOR {verb} {clauses}"
            )
