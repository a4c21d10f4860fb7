"""Real servers, real processes: whoever holds a data folder here is a program that can be killed."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from omloop.postgres.cluster import Cluster
from tests.scratch import scratch

Run = Callable[..., subprocess.Popen[str]]

HOLD = """
import sys
from pathlib import Path
from omloop.postgres.cluster import Cluster
from tests.scratch import scratch
cluster = Cluster(Path(sys.argv[1]), durable=False)
cluster.start()
print(cluster.remark, cluster.superuser_url, sep="|", flush=True)
sys.stdin.read()
cluster.stop()
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A running server for tests that only look."""
    with Cluster(tmp_path_factory.mktemp("data"), durable=False) as running:
        yield running


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any account can pass through, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="omloop-test-", dir=scratch()))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def run_python() -> Iterator[Run]:
    """Runs a program beside the test; at the end its input ends, and a holder stops its server."""
    started: list[subprocess.Popen[str]] = []

    def run(program: str, *arguments: object, **options: object) -> subprocess.Popen[str]:
        words = [sys.executable, "-c", program, *map(str, arguments)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        started.append(subprocess.Popen(words, **pipes, **options))  # type: ignore[call-overload]
        return started[-1]

    yield run
    for process in started:
        process.communicate(timeout=60)


@pytest.fixture
def hold(run_python: Run) -> Callable[[Path], tuple[subprocess.Popen[str], str]]:
    """A process that runs the server on a folder until its input ends; gives it and the superuser's URL."""

    def start(data: Path) -> tuple[subprocess.Popen[str], str]:
        holder = run_python(HOLD, data)
        assert holder.stdout is not None
        line = holder.stdout.readline().strip()
        assert line, holder.communicate()[1]
        return holder, line.split("|")[1]

    return start


@pytest.fixture
def as_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root: shows how Omloop runs when root starts it")


@pytest.fixture
def account() -> pwd.struct_passwd:
    """An ordinary account on this machine, for root to become."""
    return pwd.getpwnam("nobody")
