"""`pg_dump` and `pg_restore` for real: the right version, no password in sight, all or nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from omloop.postgres.binaries import MAJOR_VERSION
from omloop.postgres.cluster import Cluster
from omloop.postgres.dump import DumpFailed, ToolMissing, dumped, find_tool, restoring

MAJOR = int(MAJOR_VERSION)
SECRET = "not-for-everybody"
MORE_THAN_A_PIPE_HOLDS = """
CREATE TABLE kept AS SELECT number, md5(number::text) AS text FROM generate_series(1, 20000) AS number"""


@pytest.fixture
def source(cluster: Cluster) -> Iterator[str]:
    """The owner's URL, with a password that the server does not ask for, of a database with one table."""
    url = cluster.owner_url.replace("omloop_owner@", f"omloop_owner:{SECRET}@")
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(MORE_THAN_A_PIPE_HOLDS)
        yield url
        owner.execute("DROP TABLE IF EXISTS kept")


def dump(url: str) -> bytes:
    with psycopg.connect(url) as owner:
        (snapshot,) = owner.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        with dumped(url, snapshot=snapshot, major=MAJOR) as stream:
            return stream.read()


def restore(url: str, data: bytes) -> None:
    with restoring(url, major=MAJOR) as entrance:
        entrance.write(data)


def test_what_was_dumped_is_restored(source: str) -> None:
    data = dump(source)
    with psycopg.connect(source, autocommit=True) as owner:
        owner.execute("DROP TABLE kept")
        restore(source, data)
        assert owner.execute("SELECT sum(number) FROM kept").fetchone() == (200_010_000,)


def test_half_a_dump_leaves_nothing_behind(source: str) -> None:
    data = dump(source)
    with psycopg.connect(source, autocommit=True) as owner:
        owner.execute("DROP TABLE kept")
        with pytest.raises(DumpFailed, match="pg_restore: error"):
            restore(source, data[: len(data) - 100])
        assert owner.execute("SELECT to_regclass('kept')").fetchone() == (None,)


def test_what_the_program_says_is_told(source: str) -> None:
    with (
        pytest.raises(DumpFailed, match="snapshot"),
        dumped(source, snapshot="00000099-0000ABCD-1", major=MAJOR) as stream,
    ):
        assert stream.read() == b""
    with pytest.raises(DumpFailed, match='relation "kept" already exists'):
        restore(source, dump(source))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads command lines of processes from /proc")
def test_password_is_not_on_the_command_line(source: str) -> None:
    with psycopg.connect(source) as owner:
        (snapshot,) = owner.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        with dumped(source, snapshot=snapshot, major=MAJOR) as stream:
            assert stream.read(5) == b"PGDMP"
            children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
            lines = [Path(f"/proc/{child}/cmdline").read_text() for child in children]
            stream.read()
    assert [f"--snapshot={snapshot}" in line for line in lines].count(True) == 1
    assert not any(SECRET in line for line in lines)


def test_program_of_another_version_is_never_used() -> None:
    assert find_tool("pg_dump", MAJOR).endswith("/pg_dump")
    with pytest.raises(ToolMissing, match=r"no pg_dump of that version.*postgresql-client-9\)"):
        find_tool("pg_dump", 9)
