"""Row-level security and grants, raised after every migration by the owner (architecture 3.2).

ENABLE, not FORCE: the owner migrates, backs up and counts; web and worker processes never hold its role.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models
from django.db.backends.utils import CursorWrapper

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
    return condition


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
        for model in tenant_models():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            cursor.execute(f"DROP POLICY IF EXISTS tenant ON {table}")
            cursor.execute(f"CREATE POLICY tenant ON {table} USING ({wall_of(model)})")
            _refuse_while_still(cursor, table, getattr(model, "stands_still_by", ""))
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


def _refuse_while_still(cursor: CursorWrapper, table: str, column: str) -> None:
    """Refuse new and changed rows of an organisation that stands still, aloud; deletes find nothing."""
    for verb in STILL_POLICIES:
        cursor.execute(f"DROP POLICY IF EXISTS {STANDSTILL}_{verb} ON {table}")
        if column:
            goes_on = f"{column} <> ALL (coalesce({ids('app.still_ids')}, '{{}}'))"
            clauses = STILL_POLICIES[verb].format(goes_on)
            cursor.execute(
                f"CREATE POLICY {STANDSTILL}_{verb} ON {table} AS RESTRICTIVE FOR {verb} {clauses}"
            )
