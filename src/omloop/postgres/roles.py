"""The two roles and the database: one role owns and migrates, the other serves the web and the jobs.

In embedded mode that is discipline (whoever reaches the socket may be either); with a real server
it is a wall. A guard at start-up of the web refuses a role that could pass row-level security.
"""

from psycopg import Connection, connect, sql

OWNER = "omloop_owner"
WEB = "omloop_web"
DATABASE = "omloop"
PLAIN = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"


def ensure_roles(url: str) -> None:
    """Make roles and database as far as they are missing; `url` is the superuser's, may run twice."""
    with connect(url, autocommit=True) as connection:
        for role in (OWNER, WEB):
            ensure_role(connection, role)
        ensure_database(connection)


def ensure_role(connection: Connection, role: str) -> None:
    """Make the role, or take back what it should not have."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    statement = sql.SQL("ALTER ROLE {} {}" if known else "CREATE ROLE {} {}")
    connection.execute(statement.format(sql.Identifier(role), sql.SQL(PLAIN)))


def ensure_database(connection: Connection) -> None:
    """Make the owner's database; others may connect as the web role only, and make nothing in it."""
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
    names = {"database": sql.Identifier(DATABASE), "owner": sql.Identifier(OWNER), "web": sql.Identifier(WEB)}
    if not known:
        connection.execute(sql.SQL("CREATE DATABASE {database} OWNER {owner}").format(**names))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC").format(**names))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {database} TO {web}").format(**names))
