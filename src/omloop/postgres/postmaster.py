"""The server's main process: what its pid file says, whether it lives, how it is stopped."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from omloop.postgres.errors import CannotStart

FAST_SHUTDOWN_SECONDS = 60
IMMEDIATE_SHUTDOWN_SECONDS = 20


@dataclass(frozen=True)
class Postmaster:
    """A server's main process, as it wrote itself down in `postmaster.pid`."""

    cluster: Path
    process: int
    sockets: Path | None
    is_ready: bool

    @property
    def is_alive(self) -> bool:
        """Whether that process runs and is this cluster's: after a restart of the machine or the
        container the number may belong to anybody."""
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        if not Path("/proc/self").exists():
            return True
        try:
            return Path(f"/proc/{self.process}/cwd").samefile(self.cluster)
        except OSError:
            return False

    def stop(self) -> None:
        """End it: first fast, then hard (the next start recovers); raises CannotStart if it stays."""
        for kind, seconds in (
            (signal.SIGINT, FAST_SHUTDOWN_SECONDS),
            (signal.SIGQUIT, IMMEDIATE_SHUTDOWN_SECONDS),
        ):
            if self._end_within(kind, seconds):
                return
        raise CannotStart(
            f"An earlier PostgreSQL (process {self.process}) still runs on {self.cluster} and does not stop. "
            f"Stop it with `kill {self.process}`, then start again."
        )

    def _end_within(self, kind: signal.Signals, seconds: float) -> bool:
        try:
            os.kill(self.process, kind)
        except ProcessLookupError:
            return True
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self.is_alive:
                return True
            time.sleep(0.02)
        return False


def read_postmaster(cluster: Path) -> Postmaster | None:
    """What `postmaster.pid` says, dead or alive; None without one, or with an empty one.

    The server writes its number first, its socket folder and its state while it gets ready.
    """
    try:
        lines = [*pid_file(cluster).read_text().splitlines(), *[""] * 8]
        sockets = Path(lines[4]) if lines[4] else None
        return Postmaster(cluster, int(lines[0]), sockets, lines[7].strip() == "ready")
    except (OSError, ValueError):
        return None


def clear_earlier(cluster: Path) -> None:
    """Stop a server that outlived its Omloop, and forget one that did not; only under the folder's lock."""
    if not pid_file(cluster).exists():
        return
    earlier = read_postmaster(cluster)
    if earlier is None:
        time.sleep(0.5)  # Empty: about to be written, or left so by a crash.
        earlier = read_postmaster(cluster)
    if earlier is not None and earlier.is_alive:
        earlier.stop()
    # Left by a crash: PostgreSQL would refuse when the number now belongs to another process.
    pid_file(cluster).unlink(missing_ok=True)


def pid_file(cluster: Path) -> Path:
    """The file in which PostgreSQL notes its main process, its socket folder and its state."""
    return cluster / "postmaster.pid"
