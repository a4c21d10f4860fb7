"""The web server's address: whether it is free, and whether somebody answers there."""

import errno
import socket
import time
from http.client import HTTPConnection, HTTPException

HOST = "127.0.0.1"
# A predecessor that was killed leaves its web server a moment to end.
PATIENCE_SECONDS = 3.0


class PortTaken(Exception):
    """The web server cannot have its port; the message says why and what to do."""


def require_port(port: int) -> None:
    """Raise PortTaken unless the web server can listen on this port of this machine."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (reason := try_port(port)) == errno.EADDRINUSE and time.monotonic() < deadline:
        time.sleep(0.1)
    if reason == errno.EADDRINUSE:
        raise PortTaken(
            f"Port {port} is in use by another program, so the web server cannot start. Nothing was changed. "
            f"Stop that program, or choose another port: omloop up --port {port + 1}"
        )
    if reason:
        raise PortTaken(
            f"The web server may not use port {port}. Choose one above 1023: omloop up --port 8000"
        )


def try_port(port: int) -> int:
    """The error number of listening there, 0 when it can be done."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error.errno or errno.EINVAL
        except OverflowError:
            return errno.EINVAL
    return 0


def answers(port: int) -> bool:
    """Whether a web server answers there, with anything but a failure of its own."""
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
