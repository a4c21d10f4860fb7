"""Under whose name the server runs, and that nothing outside the data folder changes for it."""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from omloop.postgres.binaries import PACKAGE, PROGRAMS, find_programs
from omloop.postgres.cluster import Cluster

Run = Callable[..., subprocess.Popen[str]]

# Everything is imported first: after that the account need not reach the interpreter's own files.
AS_SOMEBODY = """
import os, sys
from pathlib import Path
import psycopg, omloop.postgres.cluster
from omloop.postgres.errors import CannotStart
user = int(sys.argv[2])
os.setgroups([]); os.setgid(user); os.setuid(user)
try:
    with omloop.postgres.cluster.Cluster(Path(sys.argv[1]), durable=False) as cluster:
        with psycopg.connect(cluster.web_url) as connection:
            print(connection.execute("SELECT current_user").fetchone()[0], cluster.remark, sep="|")
except CannotStart as refusal:
    print("refused", refusal, sep="|")
"""

START = """
import sys
from pathlib import Path
import psycopg
from omloop.postgres.cluster import Cluster
from omloop.postgres.errors import CannotStart
try:
    with Cluster(Path(sys.argv[1]), durable=False) as cluster:
        with psycopg.connect(cluster.web_url) as connection:
            print(connection.execute("SELECT current_user").fetchone()[0], cluster.remark, sep="|")
except CannotStart as refusal:
    print("refused", refusal, sep="|")
"""


def outcome(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Who was connected, and what was remarked (or why it was refused)."""
    said, complaint = process.communicate(timeout=60)
    assert "|" in said, complaint
    who, remark = said.strip().split("|", 1)
    return who, remark


def permissions(*places: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode and owners of the places, of everything above them and, for folders of programs, in them."""
    above = {parent for place in places for parent in (place, *place.parents)}
    inside = set(find_programs().parent.rglob("*"))
    found = {path: path.lstat() for path in above | inside}
    return {path: (stat.S_IMODE(was.st_mode), was.st_uid, was.st_gid) for path, was in found.items()}


def owner_of(path: Path) -> str:
    return pwd.getpwuid(path.stat().st_uid).pw_name


@pytest.fixture
def programs_out_of_reach(tmp_path: Path) -> dict[str, str]:
    """The environment of an installation that only root can enter, on a machine without `unshare`."""
    site = tmp_path / "site"
    site.mkdir(mode=0o700)
    shutil.copytree(find_programs().parent, site / PROGRAMS, symlinks=True)
    shutil.copytree(find_programs().parents[2] / f"{PACKAGE}.libs", site / f"{PACKAGE}.libs")
    (site / PACKAGE / "__init__.py").touch()
    return os.environ | {"PYTHONPATH": str(site), "PATH": "/nonexistent"}


def test_nothing_outside_the_data_folder_changes(open_folder: Path, tmp_path: Path) -> None:
    before = permissions(open_folder, tmp_path, Path.home())
    for data in (open_folder / "data", tmp_path / "data"):
        with Cluster(data, durable=False):
            pass
    assert permissions(open_folder, tmp_path, Path.home()) == before


@pytest.mark.usefixtures("as_root")
def test_ordinary_user_runs_it_as_themselves(
    open_folder: Path, run_python: Run, account: pwd.struct_passwd
) -> None:
    data = open_folder / "data"
    data.mkdir(mode=0o700)
    os.chown(data, account.pw_uid, account.pw_gid)
    assert outcome(run_python(AS_SOMEBODY, data, account.pw_uid)) == ("omloop_web", "")
    assert owner_of(data / "postgres" / "cluster") == account.pw_name
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_whoever_runs_the_tests_can_run_it(data: Path, run_python: Run) -> None:
    who, remark = outcome(run_python(START, data))
    assert who == "omloop_web"
    assert ("root" in remark) == (os.geteuid() == 0)


@pytest.mark.usefixtures("as_root")
def test_user_without_a_name_borrows_one(open_folder: Path, run_python: Run) -> None:
    data = open_folder / "data"
    data.mkdir(mode=0o700)
    os.chown(data, 54321, 54321)
    who, remark = outcome(run_python(AS_SOMEBODY, data, 54321))
    assert who == "omloop_web", remark
    assert "user 54321 has no name" in remark
    assert (data / "postgres" / "cluster").stat().st_uid == 54321


@pytest.mark.usefixtures("as_root")
def test_user_without_a_name_is_told_what_to_do_where_none_can_be_borrowed(
    open_folder: Path, run_python: Run
) -> None:
    data = open_folder / "data"
    data.mkdir(mode=0o700)
    os.chown(data, 54321, 54321)
    environment = os.environ | {"PATH": "/nonexistent"}
    who, reason = outcome(run_python(AS_SOMEBODY, data, 54321, env=environment))
    assert who == "refused"
    assert "/etc/passwd" in reason
    assert "DATABASE_URL" in reason


@pytest.mark.usefixtures("as_root")
def test_database_of_another_user_is_refused_to_an_ordinary_one(
    open_folder: Path, run_python: Run, account: pwd.struct_passwd
) -> None:
    data = open_folder / "data"
    data.mkdir()
    os.chown(data, account.pw_uid, account.pw_gid)
    (data / "postgres").mkdir(mode=0o700)
    who, reason = outcome(run_python(AS_SOMEBODY, data, account.pw_uid))
    assert who == "refused"
    assert "belongs to another user (number 0)" in reason


@pytest.mark.usefixtures("as_root")
def test_root_hands_the_server_to_an_account_that_reaches_the_data(open_folder: Path) -> None:
    with Cluster(open_folder / "data", durable=False) as cluster:
        assert "because Omloop runs as root" in cluster.remark
        assert owner_of(cluster.files) in {"omloop", "postgres", "nobody"}
        assert stat.S_IMODE(cluster.folder.stat().st_mode) == 0o700
        assert owner_of(cluster.data) == "root"


@pytest.mark.usefixtures("as_root")
def test_root_in_a_closed_folder_is_seen_as_somebody_else(data: Path) -> None:
    with Cluster(data, durable=False) as cluster:
        assert "user namespace" in cluster.remark
        assert owner_of(cluster.files) == "root"


@pytest.mark.usefixtures("as_root")
def test_root_copies_programs_that_no_account_reaches(
    open_folder: Path, run_python: Run, programs_out_of_reach: dict[str, str]
) -> None:
    data = open_folder / "data"
    data.mkdir(mode=0o755)
    for _ in "first start", "second start":
        who, remark = outcome(run_python(START, data, env=programs_out_of_reach, umask=0o077))
        assert who == "omloop_web", remark
        assert "copy of its programs" in remark


@pytest.mark.usefixtures("as_root")
def test_root_is_told_what_to_do_when_nobody_reaches_the_data(
    data: Path, run_python: Run, programs_out_of_reach: dict[str, str]
) -> None:
    who, reason = outcome(run_python(START, data, env=programs_out_of_reach))
    assert who == "refused"
    assert str(data) in reason
    assert "ordinary user" in reason


@pytest.mark.usefixtures("as_root")
def test_root_keeps_to_the_user_who_made_the_database(
    open_folder: Path, run_python: Run, account: pwd.struct_passwd
) -> None:
    data = open_folder / "data"
    data.mkdir(mode=0o755)
    os.chown(data, 54321, 54321)
    assert outcome(run_python(AS_SOMEBODY, data, 54321))[0] == "omloop_web"
    with Cluster(data, durable=False) as cluster:
        assert cluster.remark == "as user 54321, because Omloop runs as root"
        assert cluster.files.stat().st_uid == 54321


@pytest.mark.usefixtures("as_root")
def test_database_follows_when_the_folder_is_closed_or_opened(open_folder: Path) -> None:
    data = open_folder / "data"
    for mode, owner in (
        (0o711, {"omloop", "postgres", "nobody"}),
        (0o700, {"root"}),
        (0o711, {"nobody", "postgres"}),
    ):
        data.mkdir(exist_ok=True)
        data.chmod(mode)
        with Cluster(data, durable=False) as cluster:
            assert owner_of(cluster.files) in owner
            assert owner_of(cluster.files / "base") in owner
