"""Rule 2.1, told for a bookkeeper: what is known stays known, until somebody takes it in again on purpose."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from omloop.circulation.ending.cancelling import cancel
from omloop.flow.command_line import bring_in
from omloop.intake.models import Channel, Delivery, Document
from omloop.invoices.models import Invoice
from omloop.organisations.members import member_scope, operator_member
from tests.circulation.company import Company
from tests.circulation.reader import link, said, signed_in
from tests.incoming import come_in
from tests.paper import file
from tests.strangers.victim import key_for
from tests.world import World

RunJobs = Callable[[], None]


@pytest.fixture
def company(world: World) -> Company:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    return company


def upload(world: World, client: Client, number: str = "2026-0418") -> Any:
    body = {"organisation": str(world.zwaluw.id)}
    return client.post("/upload/", {**body, "files": SimpleUploadedFile("factuur.xml", file(number))})


def end(world: World, invoice: UUID) -> None:
    with member_scope(world.sanne, now=timezone.now()) as sanne:
        cancel(invoice, reason="Verkeerd geboekt", actor=sanne, now=timezone.now() - timedelta(minutes=1))


def test_from_the_page_that_says_known_a_file_is_taken_in_again_with_a_reason(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    first = come_in(world.zwaluw)
    end(world, first)
    sanne = signed_in(world.sanne)
    again = link(upload(world, sanne), "Take it in again")
    assert "Kuipers Installatietechniek B.V. 2026-0418" in said(sanne.get(again))
    assert sanne.post(again, {"reason": " "}).status_code == 422
    assert signed_in(world.anna).post(again, {"reason": "Ja"}).status_code == 403
    assert signed_in(world.otto).post(again, {"reason": "Ja"}).status_code == 404
    made = sanne.post(again, {"reason": "Door ons vergissen geannuleerd"})
    assert sanne.post(again, {"reason": "Nog eens"}).status_code == 409
    run_jobs()
    with company.system():
        old, new = Document.objects.order_by("id")
        assert (new.sha256, new.again_of, new.received_from) == (old.sha256, old.id, world.sanne.id)
        assert new.import_date == timezone.localdate() != old.import_date
        invoice = Invoice.objects.get(document=new)
    assert made["Location"] == f"/documents/{new.id}/"
    # The first stays as it ended; this one circulates, and says why it is here.
    assert (company.invoice(first).state, invoice.state) == ("cancelled", "circulating")
    page = said(sanne.get(f"/invoices/{invoice.id}/"))
    assert "Taken in again on purpose" in page and "Door ons vergissen geannuleerd" in page
    history = said(sanne.get(f"/invoices/{invoice.id}/?part=history"))
    assert "Taken in again on purpose: Door ons vergissen geannuleerd" in history
    # For everything else the rule stays: the same bytes are known, as the last of them.
    assert str(new.id) in upload(world, sanne).content.decode()
    with company.system():
        assert Document.objects.count() == 2


def test_what_came_again_is_taken_in_from_its_list_or_somebody_says_that_nothing_is_to_be_done(
    company: Company, world: World
) -> None:
    taken, settled = come_in(world.zwaluw, "A-1"), come_in(world.zwaluw, "B-1")
    sanne = signed_in(world.sanne)
    for invoice, number in ((taken, "A-1"), (settled, "B-1")):
        end(world, invoice)
        come_in(world.zwaluw, number, now=timezone.now())
    page = sanne.get("/documents/again/")
    assert "A-1" in said(page) and "B-1" in said(page)
    with company.system():
        a, b = (Invoice.objects.get(id=each).document_id for each in (taken, settled))
    sanne.post(f"/documents/{a}/again/", {"reason": "Toch verwerken"})
    assert sanne.post(f"/documents/{b}/settle/").status_code == 302
    assert sanne.post(f"/documents/{b}/settle/").status_code == 409
    assert signed_in(world.anna).post(f"/documents/{b}/settle/").status_code == 403
    assert "Nothing came again" in said(sanne.get("/documents/again/"))
    with company.system():
        last = Delivery.objects.filter(document=b).latest("id")
        assert last.settled_by == world.sanne.id and last.settled_at is not None
    history = said(sanne.get(f"/invoices/{settled}/?part=history"))
    assert "It came again; nothing was to be done" in history
    come_in(world.zwaluw, "B-1", now=timezone.now())
    assert "B-1" in said(sanne.get("/documents/again/"))


def test_a_program_and_the_command_line_take_in_again_too(company: Company, world: World) -> None:
    come_in(world.zwaluw)
    with company.system():
        document = Document.objects.get()
    key = {"Authorization": f"Bearer {key_for(world.sanne, world.zwaluw.id)}"}
    address = f"/api/v1/documents/{document.id}/again"

    def send(reason: str) -> Any:
        return Client().post(address, {"reason": reason}, content_type="application/json", headers=key)

    assert send(" ").status_code == 422
    answer = send("Opnieuw aanbieden")
    assert (answer.status_code, answer.json()["outcome"]) == (201, "accepted")
    assert send("Nog eens").status_code == 409
    brought = bring_in(
        organisation_id=world.zwaluw.id,
        data=file("2026-0418"),
        filename="again.xml",
        channel=Channel.COMMAND_LINE,
        actor=operator_member(world.zwaluw.id),
        again="Herstel na een storing",
    )
    with company.system():
        last = Document.objects.get(id=brought.parts[0].document_id)
        assert str(last.again_of) == answer.json()["document"]
        # The invoice of the first still counts, so this one is held as its duplicate (rules 2.5).
        assert Invoice.objects.get(document=last).state == "held"
