"""A local business register that behaves as KvK documents its Handelsregister API.

`GET /v1/basisprofielen/{kvkNummer}` with the header `apikey`; errors: `{"fout": [{"code", "omschrijving"}]}`.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "l7xx1f2691f2520d487b902f4e0b57a0b197"
"""The public key of KvK's test API."""
DONALD = "68750110"
SHIELDED, SLOW, DRIPPING, BROKEN, NO_JSON, HUGE, AWAY, DEEP, STRANGE, LIST = (
    f"9900000{n}" for n in range(10)
)


def profile(number: str, name: str, *, shielded: bool = False) -> dict[str, Any]:
    """A Basisprofiel, with the fields of the documentation."""
    visit = {
        "type": "bezoekadres",
        "indAfgeschermd": "Ja" if shielded else "Nee",
        "volledigAdres": "Hizzaarderlaan 3 A bis 8823SJ Lollum",
        "straatnaam": "Hizzaarderlaan",
        "huisnummer": 3,
        "huisletter": "A",
        "huisnummerToevoeging": "bis",
        "postcode": "8823SJ",
        "plaats": "Lollum",
        "land": "Nederland",
    }
    post = {
        "type": "correspondentieadres",
        "indAfgeschermd": "Ja" if shielded else "Nee",
        "volledigAdres": "Postbus 200 1000AE Lollum",
        "postcode": "1000AE",
        "postbusnummer": 200,
        "plaats": "Lollum",
        "land": "Nederland",
    }
    return {
        "kvkNummer": number,
        "indNonMailing": "Nee",
        "naam": name,
        "formeleRegistratiedatum": "20170519",
        "materieleRegistratie": {"datumAanvang": "20150101"},
        "statutaireNaam": name,
        "handelsnamen": [{"naam": name, "volgorde": 0}],
        "sbiActiviteiten": [
            {"sbiCode": "01241", "sbiOmschrijving": "Teelt van appels en peren", "indHoofdactiviteit": "Ja"}
        ],
        "links": [{"rel": "self", "href": f"https://api.kvk.nl/test/api/v1/basisprofielen/{number}"}],
        "_embedded": {
            "hoofdvestiging": {
                "vestigingsnummer": "000037178598",
                "kvkNummer": number,
                "eersteHandelsnaam": name,
                "indHoofdvestiging": "Ja",
                "adressen": [post, visit],
            },
            "eigenaar": {"rsin": "123456782", "rechtsvorm": "BeslotenVennootschap", "adressen": [post]},
        },
    }


class Register(BaseHTTPRequestHandler):
    """Answers one question; `companies` and `asked` belong to its server."""

    def do_GET(self) -> None:
        asked = self.path.removeprefix("/api/v1/basisprofielen/")
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        companies = self.server.companies  # type: ignore[attr-defined]
        if self.headers["apikey"] != KEY:
            self.answer(401, None)
        elif len(asked) != 8 or not asked.isdigit():
            self.fault(400, "IPD0004", f"Het KVK-nummer {asked} is niet valide.")
        elif asked in companies:
            self.answer(200, profile(asked, companies[asked]))
        else:
            self.misbehave(asked)

    def misbehave(self, asked: str) -> None:
        """As a register should not, or does not know the number."""
        if asked == SHIELDED:
            self.answer(200, profile(asked, "Thuis B.V.", shielded=True))
        elif asked == SLOW:
            time.sleep(3)
        elif asked == DRIPPING:
            self.drip()
        elif asked == BROKEN:
            self.fault(500, "IPD9999", "Er is een technische fout opgetreden.")
        elif asked == NO_JSON:
            self.raw(200, b"<html>onderhoud</html>")
        elif asked == HUGE:
            self.raw(200, b'{"naam": "' + b"x" * 3_000_000 + b'"}')
        elif asked == AWAY:
            self.send_response(302)
            self.send_header("Location", f"/api/v1/basisprofielen/{DONALD}")
            self.end_headers()
        elif asked == DEEP:
            self.raw(200, b"[" * 200_000)
        elif asked == STRANGE:
            self.answer(200, profile(DONALD, "Een ander bedrijf B.V."))
        elif asked == LIST:
            self.answer(200, ["no object"])
        else:
            said = f"Op basis van het KVK-nummer {asked} kan het product niet worden geleverd."
            self.fault(404, "IPD0005", said)

    def fault(self, status: int, code: str, said: str) -> None:
        """An error as documented."""
        self.answer(status, {"fout": [{"code": code, "omschrijving": said}]})

    def answer(self, status: int, body: Any) -> None:
        """As JSON."""
        self.raw(status, b"" if body is None else json.dumps(body).encode())

    def raw(self, status: int, body: bytes) -> None:
        """These bytes."""
        self.send_response(status)
        self.send_header("Content-Type", "application/hal+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        """A byte now and then, for ever: no single read times out."""
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""


@contextmanager
def open_register(**companies: str) -> Iterator[tuple[str, list[str]]]:
    """A register with these companies by KvK number, as `k68750110="Test BV Donald"`; its address and what
    it was asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Register)
    server.companies = {number.removeprefix("k"): name for number, name in companies.items()}  # type: ignore[attr-defined]
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api", server.asked  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
