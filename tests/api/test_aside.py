"""By API as on the pages: a file without an invoice, and one that came again (rules 2.1, 2.2)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.test import Client

from omloop.intake.models import SetAside
from omloop.organisations.members import system_scope
from tests.api.test_documents import API, ask, key_of, send
from tests.paper import file
from tests.world import World

ADVERTISING = b"<?xml version='1.0'?><Folder>Reclame</Folder>"
WHY = {"reason": "Reclame van een drukker"}


def test_what_is_no_invoice_is_set_aside_settled_when_it_comes_again_and_put_back(
    world: World, run_jobs: Callable[[], None]
) -> None:
    sanne, otto = key_of(world.sanne, world.zwaluw), key_of(world.otto, world.vuurtoren)
    document = send(sanne, ADVERTISING).json()["document"]
    read = send(sanne, file()).json()["document"]
    run_jobs()

    def tell(what: str, document: str = document, key: dict[str, str] = sanne, said: Any = None) -> Any:
        address = f"{API}/documents/{document}/{what}"
        return Client().post(address, said, content_type="application/json", headers=key)

    for what, said in (("set-aside", WHY), ("take-back", None), ("settle", None)):
        assert tell(what, key=otto, said=said).status_code == 404
        assert tell(what, document=str(uuid4()), said=said).status_code == 404
        assert tell(what, document=read, said=said).status_code == 409, "an invoice, that came once"
    assert tell("take-back").status_code == 409
    for nothing in ({}, {"reason": " "}, {"reason": "x" * 4001}):
        assert tell("set-aside", said=nothing).status_code == 422
    aside = tell("set-aside", said=WHY)
    assert (aside.status_code, aside.json()["state"]) == (200, "set_aside")
    assert tell("set-aside", said=WHY).status_code == 409
    assert send(sanne, ADVERTISING).json() == {"outcome": "known", "document": document, "parts": []}
    assert (tell("settle").status_code, tell("settle").status_code) == (204, 409)
    back = tell("take-back")
    assert (back.status_code, back.json()["state"]) == (200, "received")
    with system_scope("test", world.zwaluw.id):
        undone = SetAside.objects.get()
        assert (undone.reason, undone.set_aside_by, undone.undone_by) == (
            WHY["reason"],
            world.sanne,
            world.sanne,
        )
    run_jobs()
    assert ask(sanne, f"/documents/{document}").json()["state"] == "unreadable"


def test_who_adds_nothing_sets_nothing_aside(world: World, run_jobs: Callable[[], None]) -> None:
    document = send(key_of(world.sanne, world.zwaluw), ADVERTISING).json()["document"]
    run_jobs()
    anna = key_of(world.anna, world.zwaluw)
    for what in ("set-aside", "take-back", "settle"):
        told = Client().post(
            f"{API}/documents/{document}/{what}", WHY, content_type="application/json", headers=anna
        )
        assert told.status_code == 404, "she doesn't see it"
