"""Rule 2.2, told for a bookkeeper: what can't be read is never dropped, and somebody decides what it is."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as outbox
from django.utils import timezone

from omloop.flow.command_line import bring_in
from omloop.intake.models import Channel, Document, SetAside
from omloop.invoices.models import Invoice
from omloop.organisations.members import member_scope, operator_member, system_scope
from omloop.organisations.models import Organisation
from tests.circulation.company import Company
from tests.circulation.reader import said, signed_in
from tests.paper_mail import mail
from tests.world import World

WRONG = b"<?xml version='1.0'?><Offerte>geen factuur</Offerte>"
TYPED = {
    "kind": "invoice", "supplier_name": "Kuipers B.V.", "number": "77", "issued_on": "2026-11-02",
    "currency": "EUR", "without_vat": "100,00", "vat": "21,00", "with_vat": "121,00",
}  # fmt: skip


def arrive(place: Organisation, data: bytes = WRONG, channel: str = Channel.COMMAND_LINE) -> Any:
    """The one document that comes of it."""
    actor = operator_member(place.id)
    with system_scope("test", place.id) as system:
        actor = system if channel == Channel.MAIL else actor
    brought = bring_in(organisation_id=place.id, data=data, filename="wat.xml", channel=channel, actor=actor)
    return brought.parts[0].document_id


def state(place: Organisation, document_id: Any) -> str:
    with system_scope("test", place.id):
        return str(Document.objects.get(id=document_id).state)


def test_what_can_not_be_read_is_typed_by_hand_and_circulates(world: World, run_jobs: Any) -> None:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    document_id = arrive(world.zwaluw)
    sanne = signed_in(world.sanne)
    assert "Type it by hand" in said(sanne.get(f"/documents/{document_id}/"))
    made = sanne.post(f"/documents/{document_id}/recognise/", TYPED)
    run_jobs()
    with company.system():
        invoice = Invoice.objects.get()
    assert made["Location"] == f"/invoices/{invoice.id}/"
    assert (invoice.number, invoice.state) == ("77", "circulating")
    assert "Kuipers B.V." in said(sanne.get(made["Location"]))
    assert state(world.zwaluw, document_id) == "read"
    assert sanne.post(f"/documents/{document_id}/set-aside/", {"reason": "Weg"}).status_code == 409


def test_what_is_no_invoice_is_set_aside_with_a_reason_and_can_be_put_back(world: World) -> None:
    document_id = arrive(world.zwaluw)
    address, sanne = f"/documents/{document_id}/", signed_in(world.sanne)
    sanne.post(f"{address}set-aside/", {"reason": " "})
    assert state(world.zwaluw, document_id) == "unreadable"
    assert signed_in(world.otto).post(f"{address}set-aside/", {"reason": "Weg"}).status_code == 404
    sanne.post(f"{address}set-aside/", {"reason": "Reclame van een drukker"})
    assert state(world.zwaluw, document_id) == "set_aside"
    with system_scope("test", world.zwaluw.id):
        aside = SetAside.objects.get()
        assert (aside.ground, aside.set_aside_by) == ("no_invoice", world.sanne)
        assert aside.set_aside_at <= timezone.now()
    assert "wat.xml" not in said(sanne.get("/documents/unreadable/"))
    listed = said(sanne.get("/documents/unreadable/?aside=1"))
    assert "wat.xml" in listed and "No invoice: Reclame van een drukker" in listed
    assert "Sanne Bakker" in said(sanne.get(address))
    # It comes once more: not just known, for somebody may have been too quick.
    arrive(world.zwaluw)
    assert "wat.xml" in said(sanne.get("/documents/again/"))
    sanne.post(f"{address}take-back/")
    assert sanne.post(f"{address}take-back/").status_code == 409
    with system_scope("test", world.zwaluw.id):
        assert SetAside.objects.get().undone_by == world.sanne
    assert state(world.zwaluw, document_id) == "received"


def test_a_file_of_another_organisation_is_sent_on_and_leaves_its_trace_in_both(world: World) -> None:
    document_id = arrive(world.zwaluw)
    address, sanne = f"/documents/{document_id}/", signed_in(world.sanne)
    assert world.beheer.name in said(sanne.get(address))
    assert sanne.post(f"{address}send-on/", {"chosen": world.vuurtoren.id}).status_code == 404
    sanne.post(f"{address}send-on/", {"chosen": world.beheer.id})
    assert f"It belongs to {world.beheer.name}, and was sent on" in said(sanne.get(address))
    with system_scope("test", world.beheer.id):
        there = Document.objects.get()
    assert there.import_date == timezone.localdate()
    assert f"Arrived at {world.zwaluw.name} first" in said(sanne.get(f"/documents/{there.id}/"))


def test_the_sender_of_a_mail_gets_an_answer_by_who_may_inform_suppliers(
    world: World, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    outbox.outbox = []
    document_id = arrive(world.zwaluw, mail(("offerte.xml", WRONG)), Channel.MAIL)
    by_hand = arrive(world.zwaluw, WRONG + b"<!-- -->")
    sanne = signed_in(world.sanne)
    assert "facturen@leverancier.example gets your text" in said(sanne.get(f"/documents/{document_id}/"))
    assert "gets your text" not in said(sanne.get(f"/documents/{by_hand}/"))
    assert sanne.post(f"/documents/{by_hand}/send-back/", {"answer": "Nee"}).status_code == 409
    sanne.post(f"/documents/{document_id}/send-back/", {"answer": "Dit is een offerte, geen factuur."})
    run_jobs()
    (sent,) = outbox.outbox
    assert sent.to == ["facturen@leverancier.example"] and "offerte.xml" in sent.subject
    assert "Dit is een offerte, geen factuur." in sent.body and "Sanne Bakker" in sent.body
    assert state(world.zwaluw, document_id) == "set_aside"
    assert "Sent back to its sender" in said(sanne.get(f"/documents/{document_id}/"))


def test_the_list_of_what_is_set_aside_asks_as_little_for_many_as_for_few(world: World) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from omloop.intake.setting_aside import set_aside

    client, now = signed_in(world.sanne), datetime(2026, 11, 26, 12, tzinfo=UTC)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/documents/unreadable/?aside=1").status_code == 200
        return len(queries)

    counts = []
    for n in range(4):
        document_id = arrive(world.zwaluw, WRONG + b"<!-- %d -->" % n)
        with member_scope(world.sanne, now=now) as sanne:
            set_aside(Document.objects.get(id=document_id), reason="Reclame", actor=sanne, now=now)
        counts.append(asked())
    assert counts[3] == counts[1]
