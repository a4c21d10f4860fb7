"""A session of `requests` that goes where it may, reads what it can hold, and ends in time.

https only, public addresses only, no redirects, no proxy or password from the surroundings; at most 1 MB in
10 seconds, whatever the other side does. The operator can name own networks; within those, http is allowed
to this machine itself.
"""

import ipaddress
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from omloop.outgoing.addresses import Place, Refused, is_own, judged

SECONDS = 10.0
"""How long one request may take, from looking up to the last byte."""
BYTES = 1_000_000
"""How long an answer may be."""
PIECE = 16_384


class Watch:
    """Where one request may connect, and what to shut when its time is over."""

    def __init__(self, places: Sequence[Place], seconds: float) -> None:
        self.places, self.is_over = places, False
        self._deadline = time.monotonic() + seconds
        self._doubles: list[socket.socket] = []
        self._timer = Timer(seconds, self._shut)
        self._timer.daemon = True
        self._timer.start()

    def connect(self, at_most: float | None = None) -> socket.socket:
        """Connect to the first place that answers, each asked for `at_most` so many seconds; a double of the
        socket is kept, to shut it by."""
        trouble: OSError = ConnectionError("no address")
        for family, place in self.places:
            sock = socket.socket(family, socket.SOCK_STREAM)
            left = max(self._deadline - time.monotonic(), 0.01)
            sock.settimeout(min(left, at_most or left))
            try:
                sock.connect(place)
            except OSError as error:
                sock.close()
                trouble = error
                continue
            self._doubles.append(sock.dup())
            return sock
        raise trouble

    def end(self) -> None:
        """The request is done: forget it."""
        self._timer.cancel()
        for double in self._doubles:
            double.close()

    def _shut(self) -> None:
        self.is_over = True
        for double in self._doubles:
            try:
                double.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # The other side was first.


_watch: ContextVar[Watch] = ContextVar("watch")


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _watch.get().connect()


class _Secure(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _watch.get().connect()


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


class GuardedSession(requests.Session):
    """A session whose every request is guarded; `own_networks` are those that the operator allows."""

    def __init__(self, own_networks: Sequence[str] = (), *, seconds: float | None = None) -> None:
        super().__init__()
        self.own_networks, self.seconds = own_networks, seconds or SECONDS
        self.trust_env = False
        self.mount("https://", _Adapter())
        self.mount("http://", _Adapter())

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send it and read the answer whole; raises Refused, or another `requests.RequestException`."""
        kwargs.update(allow_redirects=False, stream=True, timeout=self.seconds)
        with self._watched(str(url)) as watch:
            try:
                response = super().request(method, url, *args, **kwargs)
                _read(response)
            except (OSError, ValueError) as error:
                if watch.is_over or isinstance(error, requests.Timeout):
                    raise Refused(f"no answer within {self.seconds:.0f} seconds") from error
                raise
        if watch.is_over:
            raise Refused(f"no answer within {self.seconds:.0f} seconds")
        if response.is_redirect:
            raise Refused("the answer sends us elsewhere, and redirects are not followed")
        return response

    @contextmanager
    def _watched(self, url: str) -> Iterator[Watch]:
        watch = Watch(places_for(url, self.own_networks), self.seconds)
        token = _watch.set(watch)
        try:
            yield watch
        finally:
            _watch.reset(token)
            watch.end()
            self.close()  # No connection is kept for a next request: that one is judged anew.


def places_for(url: str, own_networks: Sequence[str]) -> list[Place]:
    """Where a request for this address may connect to; raises Refused."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused("this is no address") from error
    if parts.scheme not in ("https", "http") or not host or parts.username is not None:
        raise Refused("only addresses that begin with https:// and a name are asked")
    places = judged(host, port or (443 if parts.scheme == "https" else 80), own_networks)
    if parts.scheme == "http" and not all(_is_this_machine(str(at[0]), own_networks) for _, at in places):
        raise Refused("only https is asked")
    return places


def _is_this_machine(address: str, own_networks: Sequence[str]) -> bool:
    return is_own(address, own_networks) and ipaddress.ip_address(address).is_loopback


def _read(response: requests.Response) -> None:
    """Read the answer into the response, up to the limit; unpacked, so a bomb is seen too."""
    content = b""
    for piece in response.iter_content(PIECE):
        content += piece
        if len(content) > BYTES:
            response.close()
            raise Refused(f"the answer is longer than {BYTES:,} bytes")
    response._content = content
