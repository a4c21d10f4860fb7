"""A small real OpenID Connect provider, on a port of its own; and everything it can do wrong."""

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, SECRET = "omloop", "a secret of the client"
Answer = tuple[int, str, bytes]


def make_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """Who signs in there is `subject`; the rest is what it says, and may be bent by a test."""

    address: str = ""
    subject: str = "anna-at-work"
    claims: dict[str, Any] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=make_key)
    named_issuer: str = ""
    answers: dict[str, Callable[[BaseHTTPRequestHandler], Answer]] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    asks_first: bool = False

    @property
    def issuer(self) -> str:
        return self.named_issuer or self.address

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def token(self, nonce: str) -> str:
        now = int(time.time())
        said = {
            "iss": self.issuer, "sub": self.subject, "aud": CLIENT_ID, "nonce": nonce,
            "iat": now, "exp": now + 300,
        }  # fmt: skip
        said = {name: value for name, value in (said | self.claims).items() if value is not None}
        return self.sign(said) if self.sign else signed(said, self.key)

    def authorize(self, asked: dict[str, str]) -> str:
        """Where it sends the browser back to, with a code."""
        code = token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, form: dict[str, str], authorization: str) -> dict[str, Any]:
        """The tokens for a code: once, for the client that shows secret, address and proof of the start."""
        asked = self.codes.pop(form["code"])
        basic = base64.b64encode(f"{CLIENT_ID}:{SECRET.replace(' ', '+')}".encode()).decode()
        assert authorization == f"Basic {basic}"
        assert form["redirect_uri"] == asked["redirect_uri"]
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        assert (asked["code_challenge_method"], asked["code_challenge"]) == ("S256", challenge)
        return {
            "access_token": token_urlsafe(8), "token_type": "Bearer", "id_token": self.token(asked["nonce"])
        }  # fmt: skip


def signed(claims: dict[str, Any], key: Any, algorithm: str = "RS256", kid: str = "one") -> str:
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})


@contextmanager
def running(**bent: Any) -> Iterator[Provider]:
    """A provider that listens."""
    provider = Provider(**bent)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    server.daemon_threads = True
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    server.server_close()


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, urlsplit(self.path).query
            provider.asked.append(path)
            if path in provider.answers:
                self.say(*provider.answers[path](self))
            elif path == "/authorize":
                self.show_who(dict(_flat(query)))
            elif path == "/userinfo":
                self.say_json({"sub": "somebody else", **provider.claims})
            else:
                known = {"/.well-known/openid-configuration": provider.discovery, "/keys": provider.keys}
                self.say_json(known.get(path, dict)())

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path in provider.answers:
                self.say(*provider.answers[self.path](self))
                return
            self.say_json(provider.exchange(dict(_flat(body)), self.headers["Authorization"]))

        def show_who(self, asked: dict[str, str]) -> None:
            back = provider.authorize(asked)
            if provider.asks_first:
                page = f'<h1>Provider</h1><a href="{escape(back)}">I am {provider.subject}</a>'
                self.say(200, "text/html", page.encode())
                return
            self.send_response(302)
            self.send_header("Location", back)
            self.end_headers()

        def say_json(self, answer: dict[str, Any]) -> None:
            self.say(200, "application/json", json.dumps(answer).encode())

        def say(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    return Handler


def _flat(query: str) -> Iterator[tuple[str, str]]:
    return ((name, values[0]) for name, values in parse_qs(query).items())
