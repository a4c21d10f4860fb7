"""Under whose name the server runs: PostgreSQL refuses root, `initdb` an account without a name.

An ordinary user runs it as themselves. For root there are three ways, tried in this order: an
unprivileged account that reaches programs and data; root seen through a user namespace as somebody
else; an account with its own copy of the programs. No permission outside the data folder changes.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omloop.postgres.binaries import copy_programs, find_programs
from omloop.postgres.errors import CannotStart

ACCOUNTS = ("omloop", "postgres", "nobody")


@dataclass(frozen=True)
class Runner:
    """How PostgreSQL's programs are started, and who has to own their files."""

    programs: Path
    user: int
    group: int
    prefix: tuple[str, ...] = ()
    remark: str = ""

    def command(self, program: str, *arguments: str) -> list[str]:
        """The words that start a program of PostgreSQL."""
        return [*self.prefix, str(self.programs / program), *arguments]

    @property
    def options(self) -> dict[str, Any]:
        """What `subprocess` needs to know: the account, and an environment without strays."""
        options: dict[str, Any] = {"env": {"PATH": os.defpath, "LC_ALL": "C"}, "cwd": "/"}
        if self.user != os.geteuid():
            options |= {"user": self.user, "group": self.group, "extra_groups": []}
        return options

    def can_run(self) -> bool:
        """Whether the server's program starts; tried, not reasoned."""
        return self._succeeds(*self.command("postgres", "--version"))

    def can_pass(self, folder: Path) -> bool:
        """Whether it can pass through the folder."""
        return self._succeeds(*self.prefix, "/bin/sh", "-c", 'test -x "$1"', "sh", str(folder))

    def _succeeds(self, *words: str) -> bool:
        try:
            probe = subprocess.run(words, capture_output=True, timeout=20, check=False, **self.options)  # noqa: S603
        except (OSError, subprocess.SubprocessError):
            return False
        return probe.returncode == 0

    def own(self, folder: Path) -> None:
        """Make the folder, closed to others, and everything in it belong to the runner."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid == self.user:
            return
        for place, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.chown(Path(place, name), self.user, self.group, follow_symlinks=False)
        # Last, so that a change of owner that was cut off is taken up again at the next start.
        os.chown(folder, self.user, self.group)


def choose_runner(data: Path, folder: Path) -> Runner:
    """Who runs the server whose files are in `folder`, inside `data`; raises CannotStart."""
    ways = ways_of_root(data, folder) if os.geteuid() == 0 else ways_of_user(folder)
    for runner in ways:
        if runner.can_pass(data) and runner.can_run():
            return runner
    raise CannotStart(explain_refusal(data))


def ways_of_user(folder: Path) -> Iterator[Runner]:
    """Directly; an account without a name borrows one in a user namespace."""
    user, group = os.geteuid(), os.getegid()
    if folder.exists() and folder.stat().st_uid != user:
        raise CannotStart(
            f"The database in {folder} belongs to another user (number {folder.stat().st_uid}). "
            "Start Omloop as that user, or set OMLOOP_DATA to a folder of yours."
        )
    if has_name(user):
        yield Runner(find_programs(), user, group)
    else:
        yield from borrow_name(f"user {user} has no name on this machine")


def ways_of_root(data: Path, folder: Path) -> Iterator[Runner]:
    """Account, user namespace, account with a copy of the programs."""
    accounts = list(unprivileged_accounts(folder))
    for user, group in accounts:
        yield Runner(find_programs(), user, group, remark=f"as {name_of(user)}, because Omloop runs as root")
    yield from borrow_name("Omloop runs as root")
    for user, group in accounts:
        if Runner(find_programs(), user, group).can_pass(data):
            programs = copy_programs(data / "programs")
            yield Runner(
                programs, user, group, remark=f"as {name_of(user)}, with a copy of its programs in {data}"
            )


def borrow_name(reason: str) -> Iterator[Runner]:
    """A user namespace in which this user bears the name of an account, if the machine has the means."""
    unshare = shutil.which("unshare")
    for account in known_accounts()[:1] if unshare else []:
        names = f"--map-user={account.pw_uid}", f"--map-group={account.pw_gid}"
        remark = f"in a user namespace, because {reason}"
        yield Runner(find_programs(), os.geteuid(), os.getegid(), (str(unshare), "--user", *names), remark)


def unprivileged_accounts(folder: Path) -> Iterator[tuple[int, int]]:
    """User and group to run under: first the owner of the database there is, then the known accounts."""
    if folder.exists() and folder.stat().st_uid != 0:
        yield folder.stat().st_uid, folder.stat().st_gid
    for account in known_accounts():
        yield account.pw_uid, account.pw_gid


def known_accounts() -> list[pwd.struct_passwd]:
    """Those of ACCOUNTS that this machine has, in that order."""
    known = {account.pw_name: account for account in pwd.getpwall()}
    return [known[name] for name in ACCOUNTS if name in known and known[name].pw_uid != 0]


def has_name(user: int) -> bool:
    """Whether the user is in the machine's list of accounts, which `initdb` asks for."""
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def name_of(user: int) -> str:
    """The account's name, or its number where it has none."""
    return pwd.getpwuid(user).pw_name if has_name(user) else f"user {user}"


def explain_refusal(data: Path) -> str:
    """Why nobody can run the server here, and what to do."""
    if os.geteuid() != 0:
        return (
            f"PostgreSQL needs a user with a name: number {os.geteuid()} is not in /etc/passwd, and this "
            "machine forbids user namespaces. Add the user, or set DATABASE_URL and DATABASE_OWNER_URL."
        )
    return (
        f"PostgreSQL refuses to run as root, no account ({', '.join(ACCOUNTS)}) can enter {data}, and this "
        "machine forbids user namespaces. Start Omloop as an ordinary user, or set OMLOOP_DATA to a folder "
        "that others can pass through, such as /var/lib/omloop."
    )
