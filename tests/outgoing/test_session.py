"""Requests to an address that somebody typed go to public places only, and end (network B2)."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
import requests

from omloop.outgoing import session as guarded
from omloop.outgoing.addresses import Refused
from omloop.outgoing.session import GuardedSession

HERE = ("127.0.0.0/8",)
INWARD = [
    "127.0.0.1", "localhost", "[::1]", "0.0.0.0", "169.254.169.254", "10.1.2.3", "[::ffff:127.0.0.1]",
    "2130706433", "0x7f000001", "127.1", "[64:ff9b::7f00:1]", "100.64.0.1", "[fd00::1]", "[fe80::1]",
    "224.0.0.1", "192.0.2.1", "[2002:7f00:1::]",
]  # fmt: skip


@contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that answers one connection with this, whatever it was asked; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            try:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65_536)
                    answer(connection)
            except OSError:
                return

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        listener.close()
        thread.join(5)


def say(text: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(text)


def endless(piece: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        while True:
            connection.sendall(piece)
            time.sleep(pause)

    return answer


@pytest.mark.parametrize("host", INWARD)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_what_lies_inside_is_not_asked(scheme: str, host: str) -> None:
    with pytest.raises((Refused, requests.exceptions.InvalidURL)):
        GuardedSession().get(f"{scheme}://{host}:9/")


@pytest.mark.parametrize(
    "url",
    ["http://93.184.216.34/", "ftp://93.184.216.34/", "https://", "https://a:b@x.nl/", "/x", "https://x:y/"],
)
def test_only_https_with_a_name_and_no_password_is_asked(url: str) -> None:
    with pytest.raises(Refused):
        GuardedSession(HERE).get(url)


def test_own_networks_of_the_operator_are_asked() -> None:
    with server(say(b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"a": 12}')) as url:
        assert GuardedSession(HERE).get(url).json() == {"a": 12}


def test_a_redirect_is_not_followed() -> None:
    with (
        server(
            say(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
        ) as url,
        pytest.raises(Refused, match="redirects"),
    ):
        GuardedSession(HERE).get(url)


def test_an_endless_answer_is_cut_at_the_limit() -> None:
    with server(endless(b"\r\n" + b"x" * 60_000)) as url, pytest.raises(Refused, match="longer than"):
        GuardedSession(HERE).get(url)


@pytest.mark.parametrize("piece", [b"\r\n", b"X-Header: more\r\n"], ids=["body", "headers"])
def test_an_answer_in_drops_ends_in_time(piece: bytes) -> None:
    began = time.monotonic()
    with server(endless(piece, pause=0.05)) as url, pytest.raises(requests.RequestException):
        GuardedSession(HERE, seconds=0.5).get(url)
    assert time.monotonic() - began < 3


def test_silence_ends_in_time() -> None:
    with server(lambda connection: time.sleep(2)) as url, pytest.raises(Refused, match="no answer within"):
        GuardedSession(HERE, seconds=0.3).get(url)


def test_the_place_that_was_judged_is_the_place_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere at the second look-up gains nothing: there is no second look-up."""
    looked_up: list[str] = []

    def look_up(host: str, port: int, **options: object) -> list[object]:
        looked_up.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr("omloop.outgoing.addresses.socket.getaddrinfo", look_up)
    with server(say(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) as url:
        port = url.rsplit(":", 1)[1]
        assert GuardedSession(HERE).get(f"http://provider.example:{port}").json() == {}
    assert looked_up == ["provider.example"]
    assert guarded.SECONDS == 10
