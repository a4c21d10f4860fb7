"""Asking the business register who has a KvK number (rules 1.7): KvK's Handelsregister API, Basisprofiel.

One question, `GET {address}/v1/basisprofielen/{number}` with the header `apikey`, answered in a few seconds
or not at all. What comes back is from outside: it is read up to a size, redirects are not followed (the key
would go along), and only what we have a use for is taken from it. No transaction is open meanwhile.
"""

import json
import ssl
import time
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from django.conf import settings

from omloop.kernel.identifiers import compact, is_kvk_number

SECONDS = 8.0
"""For the whole question; a page waits for it."""
MAX_BYTES = 1_000_000
NUMBER_UNKNOWN = {"IPD0004", "IPD0005"}
"""Codes of the API: no such number can be, and there is nothing to deliver for this number."""


class RegisterTrouble(Exception):
    """The register gave no company: the kinds below say why."""


class NoRegister(RegisterTrouble):
    """This installation knows no register: it is offline."""


class NotInRegister(RegisterTrouble):
    """The register has no company with this number."""


class KeyRefused(RegisterTrouble):
    """The register does not accept the key of this installation."""


class RegisterDown(RegisterTrouble):
    """No answer, not in time, or one that can't be read."""


@dataclass(frozen=True)
class Registered:
    """What the register says of a company, as far as Omloop uses it; empty where it says nothing."""

    kvk: str
    name: str
    street: str = ""
    postal_code: str = ""
    city: str = ""


def look_up(number: str) -> Registered:
    """The company with this KvK number; raises a RegisterTrouble, NotInRegister if it can't be one."""
    if not is_kvk_number(number):
        raise NotInRegister(number)
    if not settings.REGISTER_URL:
        raise NoRegister
    plain = compact(number)
    return _registered(plain, _ask(f"{settings.REGISTER_URL.rstrip('/')}/v1/basisprofielen/{plain}"))


class _NoRedirect(HTTPRedirectHandler):
    """A redirect is an answer that can't be read."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _ask(address: str) -> Any:
    headers = {"apikey": settings.REGISTER_KEY, "Accept": "application/json"}
    deadline = time.monotonic() + SECONDS
    try:
        with _opener().open(Request(address, headers=headers), timeout=SECONDS / 2) as answer:  # noqa: S310
            return json.loads(_read(answer, deadline))
    except HTTPError as error:
        with error:
            raise _trouble(error, deadline) from error
    except (OSError, ValueError, RecursionError) as error:
        raise RegisterDown(str(error)) from error


def _opener() -> OpenerDirector:
    trusted = ssl.create_default_context(cafile=settings.REGISTER_CERTIFICATES)
    return build_opener(_NoRedirect, HTTPSHandler(context=trusted))


def _read(answer: Any, deadline: float) -> bytes:
    """The body, as long as it is small and in time: a server that drips bytes is stopped as well."""
    body = b""
    while piece := answer.read1(65_536):
        body += piece
        if len(body) > MAX_BYTES:
            raise RegisterDown("the answer is too large")
        if time.monotonic() > deadline:
            raise RegisterDown("the answer takes too long")
    return body


def _trouble(error: HTTPError, deadline: float) -> RegisterTrouble:
    if error.code in (401, 403):
        return KeyRefused()
    if error.code in (400, 404) and _codes(error, deadline) & NUMBER_UNKNOWN:
        return NotInRegister()
    return RegisterDown(f"status {error.code}")


def _codes(error: HTTPError, deadline: float) -> set[str]:
    """The codes in `{"fout": [{"code": …, "omschrijving": …}]}`."""
    try:
        faults = _dict(json.loads(_read(error, deadline))).get("fout")
    except (OSError, ValueError, RecursionError, RegisterDown):
        return set()
    return {_text(_dict(fault), "code") for fault in faults} if isinstance(faults, list) else set()


def _registered(number: str, answer: Any) -> Registered:
    profile = _dict(answer)
    name = _text(profile, "statutaireNaam") or _text(profile, "naam")
    if _text(profile, "kvkNummer") != number or not name:
        raise RegisterDown("the answer is not about this company")
    embedded = _dict(profile.get("_embedded"))
    address = _visiting(embedded.get("hoofdvestiging")) or _visiting(embedded.get("eigenaar"))
    return Registered(
        kvk=number,
        name=name[:200],
        street=_street(address)[:200],
        postal_code=_postal_code(_text(address, "postcode"))[:12],
        city=_text(address, "plaats")[:120],
    )


def _visiting(branch: Any) -> dict[str, Any]:
    """The address where one visits, else the first; what is shielded (a home) stays away."""
    addresses = _dict(branch).get("adressen")
    known = [_dict(each) for each in addresses] if isinstance(addresses, list) else []
    shown = [each for each in known if _text(each, "indAfgeschermd") != "Ja"]
    return next((each for each in shown if _text(each, "type") == "bezoekadres"), shown[0] if shown else {})


def _street(address: dict[str, Any]) -> str:
    number = "".join(_text(address, part) for part in ("huisnummer", "huisletter"))
    extra = _text(address, "huisnummerToevoeging")
    return " ".join(filter(None, (_text(address, "straatnaam"), number, extra)))


def _postal_code(text: str) -> str:
    plain = text.replace(" ", "")
    return f"{plain[:4]} {plain[4:]}" if len(plain) == 6 and plain[:4].isdigit() else text


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
