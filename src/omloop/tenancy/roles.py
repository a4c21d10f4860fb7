"""No web or worker process may hold a role that the walls don't hold for (architecture 3.2)."""

from django.db import connection


class UnwalledRole(RuntimeError):
    """The process signed in to the database as its owner, a superuser, or with BYPASSRLS."""


QUESTION = """
WITH RECURSIVE held AS (
    SELECT oid, rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user
    UNION
    SELECT r.oid, r.rolname, r.rolsuper, r.rolbypassrls
    FROM pg_roles r JOIN pg_auth_members m ON m.roleid = r.oid JOIN held h ON h.oid = m.member
)
SELECT rolname,
       CASE WHEN rolsuper THEN 'is a superuser'
            WHEN rolbypassrls THEN 'bypasses row-level security'
            ELSE 'owns tables' END
FROM held
WHERE rolsuper OR rolbypassrls OR EXISTS (
    SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relowner = held.oid AND c.relkind IN ('r', 'p')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema')
)
"""


def refuse_unwalled_role() -> None:
    """Raise UnwalledRole when this connection's role, or one it is a member of, stands above the walls."""
    with connection.cursor() as cursor:
        cursor.execute(QUESTION)
        row = cursor.fetchone()
    if row:
        raise UnwalledRole(
            f"The database role {row[0]} {row[1]}, so the walls between organisations would not hold. "
            "Let DATABASE_URL name a role of its own for web and worker, "
            "and keep the owner in DATABASE_OWNER_URL."
        )
