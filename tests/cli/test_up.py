"""`omloop up` for real: PostgreSQL, migrations, worker, web server, and what happens when one is killed."""

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from omloop.cli.port import answers
from omloop.postgres.cluster import Cluster
from omloop.postgres.postmaster import read_postmaster
from tests.prepared import copy_prepared
from tests.running import SECONDS, Up, free_port
from tests.scratch import scratch


def environment_of(process: int) -> dict[str, str]:
    pairs = Path(f"/proc/{process}/environ").read_text().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def server_of(data: Path) -> int:
    found = read_postmaster(data / "postgres" / "cluster")
    assert found is not None
    assert found.is_alive
    return found.process


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """One data folder for all: every test starts again on what the one before it left."""
    folder = Path(tempfile.mkdtemp(prefix="omloop-test-", dir=scratch()))
    folder.chmod(0o711)
    copy_prepared(folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def start(data: Path, tmp_path: Path) -> Iterator[Callable[..., Up]]:
    """Starts `omloop up`, on the shared folder unless told otherwise; stops at the end what still runs."""
    started: list[Up] = []

    def start_up(folder: Path = data, port: int | None = None, **environment: str) -> Up:
        log = tmp_path / f"log-{len(started)}"
        started.append(Up(folder, log, port or free_port(), **environment))
        return started[-1]

    yield start_up
    for up in started:
        if up.process.poll() is None:
            up.stop()


def test_it_starts_all_tells_how_to_get_in_and_ends_in_order(data: Path, start: Callable[..., Up]) -> None:
    up = start()
    up.await_line("Ctrl-C stops Omloop.")
    assert answers(up.port)
    lines = (
        "PostgreSQL runs",
        "The database is up to date",
        "Worker and web server run",
        "Open http://127.0.0.1:",
    )
    places = [up.said.index(line) for line in lines]
    assert places == sorted(places)
    server = server_of(data)
    children = [up.child("worker"), up.child("granian")]
    assert up.stop(signal.SIGINT) == 0
    assert up.said.endswith("Omloop is stopping ...\nOmloop has stopped.\n")
    assert "ended unexpectedly" not in up.said
    assert not any(Path(f"/proc/{process}/cmdline").exists() for process in (*children, server))
    assert not answers(up.port)


def test_children_see_the_web_role_and_never_the_owner(start: Callable[..., Up]) -> None:
    up = start(
        DATABASE_OWNER_URL="postgresql://omloop_owner@/left-over", PGPORT="6543", PGUSER="omloop_owner"
    )
    up.await_line("Ctrl-C stops Omloop.")
    for words in ("worker", "granian"):
        environment = environment_of(up.child(words))
        assert environment["DATABASE_URL"].startswith("postgresql://omloop_web@/omloop?host=/")
        assert "DATABASE_OWNER_URL" not in environment
        assert not any(name.startswith("PG") for name in environment)
        assert environment["OMLOOP_DATA"] == str(up.data)
    assert up.stop() == 0


def test_second_start_on_the_same_data_is_refused(start: Callable[..., Up]) -> None:
    first = start()
    first.await_line("PostgreSQL runs")
    second = start(port=first.port)
    assert second.process.wait(timeout=SECONDS) == 1
    assert second.said.startswith(f"Omloop already runs on {first.data} (process {first.process.pid})")
    first.await_line("Ctrl-C stops Omloop.")
    assert first.stop() == 0


def test_taken_port_is_told_before_anything_is_touched(tmp_path: Path, start: Callable[..., Up]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        up = start(tmp_path / "data", port=port)
        assert up.process.wait(timeout=SECONDS) == 1
    assert f"Port {port} is in use by another program" in up.said
    assert f"omloop up --port {port + 1}" in up.said
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["omloop.lock"]


def test_whatever_is_killed_comes_back(data: Path, start: Callable[..., Up]) -> None:
    up = start()
    up.await_line("Ctrl-C stops Omloop.")
    for name, words in (("Web server", ("granian",)), ("Worker", ("-m", "omloop", "worker"))):
        killed = up.child(*words)
        os.kill(killed, signal.SIGKILL)
        up.await_line(f"{name}: ended unexpectedly (signal SIGKILL)")
        up.await_line(f"{name}: started again")
        assert up.child(*words) != killed
    up.await_that(lambda: answers(up.port))
    os.kill(server_of(data), signal.SIGKILL)
    up.await_line("PostgreSQL ended unexpectedly and was started again")
    up.await_that(lambda: answers(up.port))
    assert up.stop() == 0


def test_it_starts_again_on_the_same_port_and_data_after_kill_9(data: Path, start: Callable[..., Up]) -> None:
    up = start()
    up.await_line("Ctrl-C stops Omloop.")
    left = server_of(data)
    up.process.kill()
    up.process.wait()
    again = start(port=up.port)
    again.await_line("Ctrl-C stops Omloop.")
    assert answers(again.port)
    assert server_of(data) != left
    assert again.stop() == 0


@pytest.mark.parametrize("line", ["Omloop keeps its data", "PostgreSQL runs", "The database is up to date"])
def test_ctrl_c_while_it_starts_ends_it_as_well(data: Path, start: Callable[..., Up], line: str) -> None:
    up = start()
    up.await_line(line)
    assert up.stop(signal.SIGINT) == 0
    assert up.said.endswith("Omloop has stopped.\n")
    assert not (data / "postgres" / "cluster" / "postmaster.pid").exists()


def test_hasty_second_ctrl_c_changes_nothing(data: Path, start: Callable[..., Up]) -> None:
    up = start()
    up.await_line("Ctrl-C stops Omloop.")
    up.process.send_signal(signal.SIGINT)
    up.await_line("Omloop is stopping")
    assert up.stop(signal.SIGINT) == 0
    assert not (data / "postgres" / "cluster" / "postmaster.pid").exists()


def test_server_of_somebody_else_is_used_and_left_running(tmp_path: Path, start: Callable[..., Up]) -> None:
    copy_prepared(tmp_path / "elsewhere")
    with Cluster(tmp_path / "elsewhere", durable=False) as other:
        with psycopg.connect(other.owner_url) as connection:
            connection.execute("DROP POLICY tenant ON invoices_invoice")
        up = start(tmp_path / "data", DATABASE_URL=other.web_url, DATABASE_OWNER_URL=other.owner_url)
        up.await_line("Ctrl-C stops Omloop.")
        assert "PostgreSQL runs" not in up.said
        assert not (tmp_path / "data" / "postgres").exists()
        assert "DATABASE_OWNER_URL" not in environment_of(up.child("granian"))
        assert up.stop() == 0
        with psycopg.connect(other.owner_url) as connection:
            walls = "SELECT FROM pg_policies WHERE tablename = 'invoices_invoice' AND policyname = 'tenant'"
            assert connection.execute(walls).rowcount == 1, "it was migrated, and its walls were raised"


def test_server_that_is_not_there_ends_it_with_a_sentence(tmp_path: Path, start: Callable[..., Up]) -> None:
    nowhere = "postgresql://omloop_web@/omloop?host=/nonexistent"
    up = start(tmp_path / "data", DATABASE_URL=nowhere, DATABASE_OWNER_URL=nowhere)
    assert up.process.wait(timeout=SECONDS) == 1
    assert "`omloop migrate` failed (exit status 1)" in up.said
    assert "Open http" not in up.said
