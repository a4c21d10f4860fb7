"""The settings of the embedded server: a small machine, one program, nobody from outside."""

import os
from pathlib import Path

POSTGRESQL_CONF = """\
# Omloop writes omloop.conf anew at every start; settings of your own go below this line and win.
include 'omloop.conf'
"""

OMLOOP_CONF = """\
# Written by Omloop at every start; change postgresql.conf instead.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 128MB
effective_cache_size = 1GB
random_page_cost = 1.1
jit = off
synchronous_commit = on
min_wal_size = 80MB
max_wal_size = 512MB
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_filename = 'postgresql-%a.log'
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_line_prefix = '%m [%p] %u@%d '
log_min_duration_statement = 2s
log_lock_waits = on
"""

NOT_DURABLE_CONF = """\
# For tests: what was committed may be gone after a crash of the machine.
fsync = off
full_page_writes = off
"""


def write_settings(cluster: Path, *, durable: bool) -> None:
    """Write `omloop.conf` in the cluster's folder; it takes effect at the next start of the server."""
    write_file(cluster / "omloop.conf", OMLOOP_CONF + ("" if durable else NOT_DURABLE_CONF))


def include_settings(cluster: Path) -> None:
    """Replace initdb's `postgresql.conf`, whose own choices would win from ours."""
    write_file(cluster / "postgresql.conf", POSTGRESQL_CONF)


def write_file(path: Path, text: str) -> None:
    """Write a file that the server can read: owned as the folder it is in, whatever the umask."""
    folder = path.parent.stat()
    path.write_text(text)
    os.chown(path, folder.st_uid, folder.st_gid)


def place_arguments(sockets: Path, logs: Path) -> list[str]:
    """The arguments that depend on where the data folder is now: it may have been moved."""
    quoted = '"' + str(sockets).replace('"', '""') + '"'
    return ["-c", f"unix_socket_directories={quoted}", "-c", f"log_directory={logs}"]
