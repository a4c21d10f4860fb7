"""`pg_dump` and `pg_restore`, through pipes: when we are killed, they end too and nothing is half done."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from omloop.postgres.binaries import find_programs
from omloop.postgres.errors import CannotStart

DEBIAN = "/usr/lib/postgresql/{}/bin"


class ToolMissing(Exception):
    """No program of PostgreSQL that fits the server is installed."""


class DumpFailed(Exception):
    """The program ended with an error; the message is its own."""


@contextmanager
def dumped(url: str, *, snapshot: str, major: int) -> Iterator[BinaryIO]:
    """The database in `pg_dump`'s custom format, as it is in the exported snapshot.

    Raises ToolMissing, and DumpFailed when it did not come to its end.
    """
    words = [find_tool("pg_dump", major), "--format=custom", f"--snapshot={snapshot}", "--no-password"]
    with _running([*words, f"--dbname={_without_password(url)}"], url, stdout=subprocess.PIPE) as process:
        yield _open(process.stdout)


@contextmanager
def restoring(url: str, *, major: int) -> Iterator[BinaryIO]:
    """Takes what `dumped` gave: all of it gets into the database, or nothing.

    Everything gets to belong to the role of `url`; rights of others are left out. Raises ToolMissing, and
    DumpFailed when it could not be restored.
    """
    options = ("--single-transaction", "--no-owner", "--no-privileges", "--no-password")
    words = [find_tool("pg_restore", major), *options, f"--dbname={_without_password(url)}"]
    with _running(words, url, stdin=subprocess.PIPE) as process:
        entrance = _open(process.stdin)
        with suppress(BrokenPipeError):  # It ended before us, and says itself why.
            yield entrance
        with suppress(BrokenPipeError):
            entrance.close()


def find_tool(name: str, major: int) -> str:
    """The program of this major version: ours, Debian's, or the one on the path; raises ToolMissing.

    Never another version: a newer `pg_dump` writes what an older server does not understand.
    """
    for folder in _folders(name, major):
        tool = folder / name
        if tool.exists() and _version_of(tool) == major:
            return str(tool)
    raise ToolMissing(
        f"The server is PostgreSQL {major}, and this machine has no {name} of that version. "
        f"Install it (Debian: postgresql-client-{major}), then start again."
    )


def _folders(name: str, major: int) -> Iterator[Path]:
    with suppress(CannotStart):
        yield find_programs()
    yield Path(DEBIAN.format(major))
    if found := shutil.which(name):
        yield Path(found).parent


def _version_of(tool: Path) -> int:
    said = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    number = said.stdout.split()[2:3]
    return int(number[0].partition(".")[0]) if number else 0


@contextmanager
def _running(
    words: list[str], url: str, *, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    with TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603
            words, stdin=stdin, stdout=stdout, stderr=complaints, env=_environment(url)
        )
        with process:
            try:
                yield process
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            complaints.seek(0)
            raise DumpFailed(complaints.read().decode(errors="replace").strip())


def _environment(url: str) -> dict[str, str]:
    """The password goes this way, since everybody on the machine can read a command line."""
    password = conninfo_to_dict(url).get("password")
    return {**os.environ, "LC_ALL": "C"} | ({"PGPASSWORD": str(password)} if password else {})


def _without_password(url: str) -> str:
    parts: dict[str, Any] = dict(conninfo_to_dict(url))
    parts.pop("password", None)
    return make_conninfo(**parts)


def _open(pipe: IO[bytes] | None) -> BinaryIO:
    assert pipe is not None  # noqa: S101 - asked for when it was started
    return pipe  # type: ignore[return-value]
