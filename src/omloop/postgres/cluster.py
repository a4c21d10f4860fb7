"""The embedded PostgreSQL of one data folder: start, find, recover, stop.

Its files are in `<data>/postgres`, which belongs to whoever runs the server: `cluster` (PostgreSQL's
own), `log`, `socket`. The lock on `<data>` says who may start and stop it.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from omloop.postgres.errors import AlreadyRunning, CannotStart
from omloop.postgres.initdb import SUPERUSER, ensure_files
from omloop.postgres.lock import FolderLock
from omloop.postgres.postmaster import clear_earlier, read_postmaster
from omloop.postgres.roles import DATABASE, OWNER, WEB, ensure_roles
from omloop.postgres.runner import Runner, choose_runner
from omloop.postgres.settings import place_arguments, write_settings
from omloop.postgres.sockets import PORT, choose_sockets, discard_sockets

READY_SECONDS = 300  # Recovery after a crash reads back what was not yet in its place.
ATTACH_SECONDS = 60
SHUTDOWN_SECONDS = 60
ATTEMPTS = 20


class Cluster:
    """The server of one data folder. Only the process that started it may stop it."""

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        """`durable=False` is for tests: faster, and gone after a crash of the machine."""
        self.data = data.resolve()
        self.folder = self.data / "postgres"
        self.files = self.folder / "cluster"
        self.remark = ""
        self.lock = FolderLock(self.data)
        self._durable = durable
        self._runner: Runner | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._sockets: Path | None = None

    @property
    def owner_url(self) -> str:
        """For migrations, backup and moving house: the role that owns the database."""
        return self._url(OWNER, DATABASE)

    @property
    def web_url(self) -> str:
        """For the web server, the worker and every command: the role that row-level security binds."""
        return self._url(WEB, DATABASE)

    @property
    def superuser_url(self) -> str:
        """For making databases, in tests and at the first start."""
        return self._url(SUPERUSER, "postgres")

    def start(self) -> None:
        """Take the lock, make what is missing, start the server and wait until it is ready.

        Raises AlreadyRunning when another process holds the folder, CannotStart when it cannot run.
        """
        self.lock.acquire()
        try:
            self._prepare()
            self._launch()
            ensure_roles(self.superuser_url)
        except (OSError, psycopg.Error) as error:
            self.stop()
            raise CannotStart(f"PostgreSQL could not be started in {self.folder}: {error}.") from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server in good order and give the lock back; harmless when it does not run."""
        if not self.lock.is_held:
            return
        try:
            if self._server is not None:
                end_process(self._server)
            discard_sockets(self._sockets, self.folder / "socket")
        finally:
            self._server = self._sockets = None
            self.lock.release()

    def attach(self) -> bool:
        """Use the server that another process started; False when there is none that is ready."""
        found = read_postmaster(self.files)
        if found is None or not found.is_ready or not found.is_alive:
            return False
        self._sockets = found.sockets
        try:
            psycopg.connect(self.web_url).close()
        except psycopg.OperationalError:  # Its very first start: the roles are still being made.
            return False
        return True

    def revive(self) -> bool:
        """Start the server again if it ended by itself, at the same address; tells whether it had to."""
        if self._server is None or self._server.poll() is None:
            return False
        self._launch()
        return True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _url(self, role: str, database: str) -> str:
        if self._sockets is None:
            raise RuntimeError("the server has no address before start() or attach()")
        return f"postgresql://{role}@/{database}?host={quote(str(self._sockets))}&port={PORT}"

    def _prepare(self) -> None:
        """Everything before the server's program: who runs it, its files, its socket's folder."""
        self._runner = choose_runner(self.data, self.folder)
        self.remark = self._runner.remark
        earlier = read_postmaster(self.files)
        clear_earlier(self.files)
        if earlier is not None:
            discard_sockets(earlier.sockets, self.folder / "socket")
        self._runner.own(self.folder)
        ensure_files(self._runner, self.files, durable=self._durable)
        write_settings(self.files, durable=self._durable)
        self._sockets = choose_sockets(self.folder / "socket")
        (self.folder / "log").mkdir(mode=0o700, exist_ok=True)
        for folder in (self._sockets, self.folder / "log"):
            os.chown(folder, self._runner.user, self._runner.group)

    def _launch(self) -> None:
        """Start the program until it stays: helpers of a killed server may hold its memory for a moment."""
        for attempt in range(ATTEMPTS):
            clear_earlier(self.files)
            self._server = self._open_server()
            if self._becomes_ready(self._server):
                return
            if "shared memory block" not in (said := self._read_start_log()) and "postmaster.pid" not in said:
                break
            time.sleep(0.1 * attempt)
        raise CannotStart(
            f"PostgreSQL does not start in {self.folder}: {said or 'it said nothing'} "
            f"More is in {self.folder / 'log'}. Look whether the disk is full or read-only, then start again."
        )

    def _open_server(self) -> subprocess.Popen[bytes]:
        if self._runner is None or self._sockets is None:
            raise RuntimeError("the server needs a runner and a socket folder first")
        places = place_arguments(self._sockets, self.folder / "log")
        words = self._runner.command("postgres", "-D", str(self.files), *places)
        with (self.folder / "log" / "start.log").open("wb") as log:
            # A session of its own: Ctrl-C in the terminal must not end it before its users have ended.
            return subprocess.Popen(  # noqa: S603
                words,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._runner.options,
            )

    def _becomes_ready(self, server: subprocess.Popen[bytes]) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        while server.poll() is None:
            found = read_postmaster(self.files)
            if found is not None and found.is_ready and found.process == server.pid:
                return True
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"PostgreSQL is not ready after {READY_SECONDS} s; see {self.folder / 'log'}."
                )
            time.sleep(0.01)
        return False

    def _read_start_log(self) -> str:
        """Why the server ended: what it said on opening; once it keeps its daily log, the worst in there."""
        opening = self.folder / "log" / "start.log"
        said = opening.read_text(errors="replace").splitlines()
        if any("redirecting log output" in line for line in said):
            daily = max(opening.parent.glob("postgresql-*.log"), key=lambda path: path.stat().st_mtime)
            said = daily.read_text(errors="replace").splitlines()[-10:]
            said = [line for line in said if "FATAL" in line or "PANIC" in line]
        return " ".join(said[-5:])


@contextmanager
def connect_or_start(data: Path) -> Iterator[Cluster]:
    """The running server of `omloop up` on this folder, or one for as long as the block lasts.

    Raises CannotStart, or AlreadyRunning when the folder is held but no server gets ready in time.
    """
    cluster = Cluster(data)
    deadline = time.monotonic() + ATTACH_SECONDS
    while True:
        try:
            cluster.start()
        except AlreadyRunning:
            if cluster.attach():
                break
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            break
    try:
        yield cluster
    finally:
        cluster.stop()


def end_process(server: subprocess.Popen[bytes]) -> None:
    """End our own child: first fast, then hard (the next start recovers), and see it off."""
    for kind in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is None:
            server.send_signal(kind)
        try:
            server.wait(timeout=SHUTDOWN_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return
