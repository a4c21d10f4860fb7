"""Programs beside ours: started again when they die, gone when we are."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from omloop.cli.processes import Child, StopRequested, run_to_end, stop_all, stop_on_signals

NOTE = "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n');"
WAIT = NOTE + "import time; time.sleep(60)"
STUBBORN = NOTE + "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
WITH_GRANDCHILD = NOTE + "import subprocess; subprocess.run([sys.executable, '-c', sys.argv[2], sys.argv[1]])"

PARENT = """
import sys, time
from omloop.cli.processes import Child
child = Child("Program", [sys.executable, "-c", sys.argv[2], sys.argv[1]], {})
child.start()
time.sleep(60)
"""


def wait_until(is_so: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def noted(notes: Path, count: int = 1) -> list[int]:
    """The process numbers that programs wrote down, once there are so many."""
    wait_until(lambda: notes.exists() and notes.read_text().count("\n") >= count)
    return [int(line) for line in notes.read_text().split()]


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return tmp_path / "notes"


@pytest.fixture
def child(notes: Path) -> Iterator[Child]:
    program = Child("Program", [sys.executable, "-c", WAIT, str(notes)], {})
    program.start()
    yield program
    program.stop()


def test_running_program_is_left_alone(child: Child, notes: Path) -> None:
    noted(notes)
    assert child.keep() is None
    assert child.exit_status is None


def test_killed_program_is_started_again_after_a_pause_that_grows(child: Child, notes: Path) -> None:
    os.kill(noted(notes)[0], signal.SIGKILL)
    wait_until(lambda: child.exit_status is not None)
    assert child.keep() == "Program: ended unexpectedly (signal SIGKILL), starts again in 1 s"
    assert child.keep() is None
    time.sleep(1)
    assert child.keep() == "Program: started again"
    os.kill(noted(notes, 2)[1], signal.SIGKILL)
    wait_until(lambda: child.exit_status is not None)
    assert child.keep() == "Program: ended unexpectedly (signal SIGKILL), starts again in 2 s"


def test_program_that_waits_for_its_pause_is_not_started_by_stop(child: Child, notes: Path) -> None:
    os.kill(noted(notes)[0], signal.SIGKILL)
    wait_until(lambda: child.exit_status is not None)
    child.keep()
    child.stop()
    assert len(noted(notes)) == 1


def test_stop_ends_the_programs_of_the_program(notes: Path) -> None:
    child = Child("Program", [sys.executable, "-c", WITH_GRANDCHILD, str(notes), WAIT], {})
    child.start()
    both = noted(notes, 2)
    stop_all([child])
    wait_until(lambda: not any(is_alive(process) for process in both))
    assert not any(is_alive(process) for process in both)


def test_program_that_will_not_stop_is_killed(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omloop.cli.processes.STOP_SECONDS", 0.3)
    child = Child("Program", [sys.executable, "-c", STUBBORN, str(notes)], {})
    child.start()
    process = noted(notes)[0]
    time.sleep(0.2)
    child.stop()
    assert not is_alive(process)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_program_ends_when_its_starter_is_killed(notes: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(notes), WAIT])
    process = noted(notes)[0]
    parent.kill()
    parent.wait()
    wait_until(lambda: not is_alive(process))
    assert not is_alive(process)


def test_step_gives_its_status_and_what_it_said() -> None:
    words = [sys.executable, "-c", "import os; print(os.environ['ROOM']); raise SystemExit(3)"]
    assert run_to_end(words, {"ROOM": "intake"}, lambda: None) == (3, "intake\n")


def test_stop_request_in_the_middle_of_a_step_ends_the_step(notes: Path) -> None:
    with pytest.raises(StopRequested), stop_on_signals() as check_stop:
        timer = subprocess.Popen(["/bin/sh", "-c", f"sleep 0.5; kill -TERM {os.getpid()}"])
        run_to_end([sys.executable, "-c", WAIT, str(notes)], {}, check_stop)
    timer.wait()
    assert not is_alive(noted(notes)[0])


def test_signals_disturb_nothing_until_somebody_asks() -> None:
    with stop_on_signals() as check_stop:
        check_stop()
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.05)
        with pytest.raises(StopRequested):
            check_stop()
