"""Booking and exports by API."""

from django.test import Client

from tests.booking.ledger import Ledger
from tests.strangers.victim import key_for
from tests.world import World


def test_a_program_books_downloads_and_says_what_the_package_refused(ledger: Ledger, world: World) -> None:
    invoice = ledger.ready()
    key = key_for(world.sanne, world.zwaluw.id)
    program, asked = Client(headers={"authorization": f"Bearer {key}"}), {"content_type": "application/json"}
    body = {"organisation": str(world.zwaluw.id), "up_to": "2026-12-31"}
    made = program.post("/api/v1/exports", body, **asked)
    assert made.status_code == 201
    (batch,) = made.json()
    assert (batch["name"], batch["total"]) == ("1", "1210.00")
    assert program.post("/api/v1/exports", body, **asked).status_code == 409
    assert program.get("/api/v1/exports").json() == [batch]
    address = f"/api/v1/exports/{batch['id']}"
    (entry,) = program.get(f"{address}/entries").json()
    assert entry["invoice"] == str(invoice)
    assert program.get(f"{address}/files/csv").content == program.get(f"{address}/files/csv").content
    assert program.get(f"{address}/files/zip").status_code == 404
    refused = {"outcome": "failed", "reason": "Crediteur onbekend"}
    ended = program.post(f"{address}/entries/{entry['id']}/end", refused, **asked)
    assert ended.json()["ending"] == "Crediteur onbekend"
    assert program.post(f"{address}/entries/{entry['id']}/end", refused, **asked).status_code == 409
    assert ledger.invoice(invoice).booked_at is None
