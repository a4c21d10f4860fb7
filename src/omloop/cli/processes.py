"""The programs that `omloop up` runs beside itself: watched, started again, never left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

FIRST_DELAY = 1.0
LONGEST_DELAY = 30.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 10.0
LOOK_SECONDS = 0.1
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class StopRequested(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM; not an error, so nothing that handles errors may catch it."""


class Child:
    """One program that is kept running until `stop`; a death is told and followed by a new start."""

    def __init__(self, name: str, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self._words = words
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._delay = 0.0

    @property
    def exit_status(self) -> int | None:
        """How it ended (negative: by that signal); None as long as it runs."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Start it, in a session of its own: Ctrl-C in the terminal reaches only who started it."""
        self._started_at = time.monotonic()
        self._process = open_child(self._words, self._environment)

    def keep(self) -> str | None:
        """Start it again when it has ended and its pause is over; gives the line to tell, if any."""
        status, now = self.exit_status, time.monotonic()
        if self._process is None and now >= self._started_at:
            self.start()
            return f"{self.name}: started again"
        if status is None:
            return None
        end_group(self._process)
        steady = now - self._started_at > STEADY_SECONDS
        self._delay = FIRST_DELAY if steady else min(max(self._delay * 2, FIRST_DELAY), LONGEST_DELAY)
        self._process, self._started_at = None, now + self._delay
        return f"{self.name}: ended unexpectedly ({describe(status)}), starts again in {self._delay:.0f} s"

    def ask_to_stop(self) -> None:
        """Send SIGTERM, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> None:
        """Wait until it has ended, with force after a while; what it started itself ends too."""
        if self._process is None:
            return
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=STOP_SECONDS)
        end_group(self._process)
        self._process.wait()
        self._process = None


def stop_all(children: Sequence[Child]) -> None:
    """Ask them all first, so that they end at the same time."""
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.stop()


def run_to_end(
    words: Sequence[str], environment: Mapping[str, str], check_stop: Callable[[], None]
) -> tuple[int, str]:
    """Run one program until it is done, or a stop is asked for; its exit status and what it said.

    Its complaints go through to our own.
    """
    process = open_child(words, environment, stdout=subprocess.PIPE)
    try:
        while True:
            with suppress(subprocess.TimeoutExpired):
                said, _ = process.communicate(timeout=LOOK_SECONDS)
                return process.returncode, said.decode(errors="replace")
            check_stop()
    except BaseException:
        process.terminate()
        process.wait()
        raise


def open_child(
    words: Sequence[str], environment: Mapping[str, str], stdout: int | None = None
) -> subprocess.Popen[bytes]:
    """Start a program that ends when we do, also after kill -9 (on Linux)."""
    return subprocess.Popen(  # noqa: S603
        words,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        start_new_session=True,
        preexec_fn=tie_to(os.getpid()),  # Safe here: this process has one thread.
    )


def tie_to(parent: int) -> Callable[[], None] | None:
    """What a new process does first: ask the kernel for SIGTERM at its parent's death."""
    if LIBC is None:
        return None

    def tie() -> None:
        LIBC.prctl(DIE_WITH_PARENT, signal.SIGTERM)
        if os.getppid() != parent:  # It died in between.
            os._exit(1)

    return tie


def end_group(process: subprocess.Popen[bytes] | None) -> None:
    """Kill what is left of a child and of the processes it started."""
    if process is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def describe(status: int) -> str:
    """An exit status in words."""
    return f"exit status {status}" if status >= 0 else f"signal {signal.Signals(-status).name}"


@contextmanager
def stop_on_signals() -> Iterator[Callable[[], None]]:
    """Note the first Ctrl-C, SIGTERM or SIGHUP; what this yields raises StopRequested after it.

    The signal itself raises nothing: in the middle of starting a program that would lose the program, and
    in some callbacks Python swallows what is raised. Whoever waits, waits in short steps and asks.
    """
    asked: list[int] = []

    def check_stop() -> None:
        if asked:
            raise StopRequested

    kinds = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {kind: signal.signal(kind, lambda number, frame: asked.append(number)) for kind in kinds}
    try:
        yield check_stop
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
