"""What happens when somebody pulls the plug: on Omloop, on the server, in the middle of the first start."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from omloop.postgres.cluster import Cluster
from omloop.postgres.errors import CannotStart
from omloop.postgres.postmaster import read_postmaster

Hold = Callable[[Path], tuple[subprocess.Popen[str], str]]
Run = Callable[..., subprocess.Popen[str]]

MAKE_FILES = """
import sys
from pathlib import Path
from omloop.postgres.cluster import Cluster
Cluster(Path(sys.argv[1])).start()
"""


def write_row(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE invoice (number text)")
        connection.execute("INSERT INTO invoice VALUES ('2026-001')")


def read_row(url: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT number FROM invoice").fetchone()
    return row and row[0]


def wait_until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


@pytest.fixture
def orphan(data: Path, hold: Hold) -> Iterator[int]:
    """A server whose Omloop was killed; it holds one row. Killed as well if a test leaves it."""
    holder, url = hold(data)
    write_row(url)
    found = read_postmaster(data / "postgres" / "cluster")
    assert found is not None
    holder.kill()
    holder.wait()
    assert found.is_alive
    yield found.process
    if found.is_alive:
        os.kill(found.process, signal.SIGKILL)


def test_server_that_outlived_its_omloop_is_stopped_and_started_anew(data: Path, orphan: int) -> None:
    with Cluster(data, durable=False) as cluster:
        found = read_postmaster(cluster.files)
        assert found is not None
        assert found.process != orphan
        assert not replace(found, process=orphan).is_alive
        assert read_row(cluster.superuser_url) == "2026-001"


def test_server_that_outlived_its_omloop_with_a_busy_client_is_stopped(data: Path, orphan: int) -> None:
    found = read_postmaster(data / "postgres" / "cluster")
    assert found is not None
    client = psycopg.connect(host=str(found.sockets), port=5432, user="postgres", dbname="postgres")
    client.execute("LOCK TABLE invoice")
    with Cluster(data, durable=False) as cluster:
        assert read_row(cluster.superuser_url) == "2026-001"
    client.close()


def test_everything_killed_at_once(data: Path, orphan: int) -> None:
    os.kill(orphan, signal.SIGKILL)
    with Cluster(data, durable=False) as cluster:
        assert read_row(cluster.superuser_url) == "2026-001"


def test_killed_server_is_revived_at_the_same_address(data: Path) -> None:
    with Cluster(data, durable=False) as cluster:
        url = cluster.superuser_url
        write_row(url)
        assert not cluster.revive()
        found = read_postmaster(cluster.files)
        assert found is not None
        os.kill(found.process, signal.SIGKILL)
        wait_until(cluster.revive)
        assert cluster.superuser_url == url
        assert read_row(url) == "2026-001"


def test_number_that_now_belongs_to_another_process_is_left_alone(data: Path, run_python: Run) -> None:
    with Cluster(data, durable=False) as cluster:
        write_row(cluster.superuser_url)
        noted = (cluster.files / "postmaster.pid").read_text()
    stranger = run_python("import sys; sys.stdin.read()")
    lines = [str(stranger.pid), *noted.splitlines()[1:]]
    (cluster.files / "postmaster.pid").write_text("\n".join(lines) + "\n")
    with Cluster(data, durable=False) as cluster:
        assert read_row(cluster.superuser_url) == "2026-001"
    assert stranger.poll() is None


def test_empty_note_of_a_crash_is_no_obstacle(data: Path) -> None:
    with Cluster(data, durable=False) as cluster:
        write_row(cluster.superuser_url)
    (cluster.files / "postmaster.pid").touch()
    with Cluster(data, durable=False) as cluster:
        assert read_row(cluster.superuser_url) == "2026-001"


def test_first_start_killed_in_the_middle_of_initdb(data: Path, run_python: Run) -> None:
    maker = run_python(MAKE_FILES, data)
    wait_until(lambda: any(data.glob("postgres/half-*/base")))
    maker.kill()
    maker.wait()
    assert not (data / "postgres" / "cluster").exists()
    with Cluster(data, durable=False) as cluster:
        write_row(cluster.superuser_url)
    with Cluster(data, durable=False) as cluster:
        assert read_row(cluster.superuser_url) == "2026-001"
    assert not list(data.glob("postgres/half-*"))


@pytest.mark.parametrize("moment", [0.05, 0.5, 0.9, 1.2])
def test_first_start_killed_at_any_moment(data: Path, run_python: Run, moment: float) -> None:
    maker = run_python(MAKE_FILES, data)
    time.sleep(moment)
    maker.kill()
    maker.wait()
    with Cluster(data, durable=False) as cluster, psycopg.connect(cluster.web_url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("omloop_web",)


def test_initdb_that_cannot_write_says_so_and_leaves_nothing(data: Path) -> None:
    data.mkdir()
    (data / "postgres").write_text("a file where a folder should be")
    with pytest.raises(CannotStart, match="postgres"):
        Cluster(data).start()
    (data / "postgres").unlink()
    with Cluster(data, durable=False) as cluster:
        write_row(cluster.superuser_url)
