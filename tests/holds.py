"""A watch over all tests with a world: no row of an organisation is written by who doesn't hold it.

`organisations.holding.hold` can be forgotten and nothing looks amiss, until an organisation moves at that
moment (decision 22). So the test databases look: a trigger of each table of organisations asks PostgreSQL
whether this transaction has the organisation's row locked, and refuses if not.
"""

from collections.abc import Iterator

import psycopg

from omloop.audit.models import AuditChain, AuditSeal, AuditSignature
from omloop.organisations.models import Organisation
from omloop.postgres.roles import WEB
from omloop.relocation.tables import SHRINKING, Table, tables

UNWATCHED = frozenset({Organisation, AuditSeal, AuditSignature, AuditChain})
"""The row itself, which a write locks; and what the sealer writes, which locks the head of the chain."""

HOLDS = """
CREATE FUNCTION holds(organisation uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    row record;
    own xid[] := ARRAY(SELECT transactionid FROM pg_locks WHERE locktype = 'transactionid'
                       AND pid = pg_backend_pid() AND mode = 'ExclusiveLock');
BEGIN
    SELECT xmin, xmax INTO row FROM organisations_organisation WHERE id = organisation;
    IF NOT FOUND OR row.xmin = ANY (own) OR row.xmax = ANY (own) THEN
        RETURN true;
    END IF;
    RETURN EXISTS (SELECT FROM pg_get_multixact_members(row.xmax) AS held
                   WHERE held.xid = ANY (own) AND held.mode <> 'keysh');
EXCEPTION WHEN invalid_parameter_value OR internal_error THEN
    RETURN false;
END $$"""
"""An organisation that this transaction makes is its own; a chain of an environment is none. Several that
hold a row share a multixact, of which `keysh` is the weak lock of a foreign key."""

SHRINKS = """
CREATE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM tenancy_standstill
                   WHERE organisation_id::text = to_jsonb(OLD) ->> TG_ARGV[0])
       AND NOT EXISTS (SELECT FROM retention_removal WHERE state = 'running'
                       AND organisation_id::text = to_jsonb(OLD) ->> TG_ARGV[0]) THEN
        RAISE 'a row of % is deleted, and the table is not among SHRINKING', TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$"""
"""A move counts only the tables of which services delete rows while all others wait. What is closed, or has
gone elsewhere, loses any: no move is let through while that is agreed. Where a list of what may go is carried
out it is the same: it waits for a move, and no move is let through meanwhile."""

WATCH = f"""
CREATE FUNCTION refuse_unheld() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unheld uuid;
BEGIN
    EXECUTE format('SELECT it FROM (SELECT DISTINCT %I AS it FROM written) AS places WHERE NOT holds(it)',
                   TG_ARGV[0]) INTO unheld;
    IF unheld IS NOT NULL AND current_user = '{WEB}' THEN
        RAISE 'a row of % is written, and nobody called hold(%) before', TG_TABLE_NAME, unheld;
    END IF;
    RETURN NULL;
END $$"""


def watch(database: psycopg.Connection) -> None:
    """Put the watch into a database, as its superuser."""
    database.execute(HOLDS)
    database.execute(WATCH.encode())
    database.execute(SHRINKS)
    for statement in _triggers():
        database.execute(statement.encode())


def watched() -> Iterator[Table]:
    """The tables that a watch stands at."""
    yield from (table for table in tables() if table.model not in UNWATCHED)


def _triggers() -> Iterator[str]:
    for table in watched():
        for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            yield (
                f"CREATE TRIGGER held_at_{event.lower()} AFTER {event} ON {table.name} "
                f"REFERENCING {rows} TABLE AS written FOR EACH STATEMENT "
                f"EXECUTE FUNCTION refuse_unheld('{table.owner}')"
            )
        if table.model not in SHRINKING:
            yield (
                f"CREATE TRIGGER never_deleted AFTER DELETE ON {table.name} FOR EACH ROW "
                f"WHEN (current_user = '{WEB}') EXECUTE FUNCTION refuse_delete('{table.owner}')"
            )
