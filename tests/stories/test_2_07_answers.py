"""What the sender hears of his invoice: each status with how one knows, and disputes with their reason
(rules 2.7, 3.12)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from omloop.disputes.models import Dispute
from omloop.disputes.refusals import SenderIsElsewhere
from omloop.disputes.services import Claim, dispute, end_dispute
from omloop.invoices.models import Invoice
from omloop.notifications.models import Notice
from omloop.organisations.members import member_scope, system_scope
from omloop.organisations.models import Organisation
from omloop.people.models import Person
from omloop.sending.models import SalesInvoice, SentStatus
from omloop.sending.states import note
from tests.incoming import come_in
from tests.sending.shop import NOW, as_it_is, know, let_receive, open_shop, send, write_draft
from tests.world import World

Run = Callable[[], None]


@pytest.fixture(autouse=True)
def shop(world: World) -> None:
    open_shop(world)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def told(organisation: Organisation, invoice_id: UUID) -> list[tuple[str, str]]:
    """The states that it had with what was said of each, the oldest first."""
    with system_scope("test", organisation.id):
        rows = SentStatus.objects.filter(invoice_id=invoice_id).order_by("id")
        return list(rows.values_list("state", "answer"))


def test_a_dispute_is_told_with_its_reason_and_so_is_its_end(world: World, run_jobs: Run) -> None:
    let_receive(world.vuurtoren)
    invoice = send(world.sanne, write_draft(world.sanne, know(world.zwaluw, kvk="90001009")))
    run_jobs()
    with system_scope("test", world.vuurtoren.id):
        arrived = Invoice.objects.get(number=invoice.number).id
    otto, page = signed_in(world.otto), f"/invoices/{arrived}/dispute/"
    assert "Laat de afzender dit lezen in Omloop" in otto.get(page).content.decode()
    otto.post(page, {"reason": "Er zijn 2 uren te veel", "tells_sender": "on"})
    with system_scope("test", world.vuurtoren.id):
        begun = Dispute.objects.get().id
    otto.post(f"{page}{begun}/note/", {"text": "Intern: met Kees overlegd"})
    otto.post(f"{page}{begun}/note/", {"text": "Graag een creditnota", "tells_sender": "on"})
    run_jobs()
    states = told(world.zwaluw, invoice.id)
    assert states[-1] == ("disputed", "Graag een creditnota")
    assert "Intern" not in str(states)
    shown = signed_in(world.sanne).get(f"/sales/{invoice.id}/").content.decode()
    assert "Betwist" in shown and "Graag een creditnota" in shown
    with system_scope("test", world.zwaluw.id):
        assert {each.person_id for each in Notice.objects.filter(kind="sent_invoice")} == {world.sanne.id}
    assert "betwist F2026-0001" in signed_in(world.sanne).get("/notices/").content.decode()
    with member_scope(world.otto, now=timezone.now()) as member:
        end_dispute(begun, outcome="payable", actor=member, now=timezone.now())
    run_jobs()
    assert told(world.zwaluw, invoice.id)[-1] == ("opened", "")


def test_a_dispute_that_is_not_told_stays_where_it_is(world: World, run_jobs: Run) -> None:
    let_receive(world.vuurtoren)
    invoice = send(world.sanne, write_draft(world.sanne, know(world.zwaluw, kvk="90001009")))
    run_jobs()
    with member_scope(world.otto, now=timezone.now()) as otto:
        arrived = Invoice.objects.get(number=invoice.number).id
        dispute(arrived, Claim(reason="Wij vertrouwen dit niet"), actor=otto, now=timezone.now())
    run_jobs()
    assert told(world.zwaluw, invoice.id) == [("queued", ""), ("delivered", "")]


def test_who_sent_from_elsewhere_can_not_be_told_here(world: World) -> None:
    invoice_id = come_in(world.zwaluw, "1")
    claim = Claim(reason="Te veel uren", tells_sender=True)
    with member_scope(world.sanne, now=timezone.now()) as sanne, pytest.raises(SenderIsElsewhere):
        dispute(invoice_id, claim, actor=sanne, now=timezone.now())
    page = signed_in(world.sanne).get(f"/invoices/{invoice_id}/dispute/").content.decode()
    assert "tells_sender" not in page


SHOWN: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "queued": ({}, ("Wordt verstuurd",)),
    "failed": (
        {"reason": "not_mailed", "channel": "mail", "to": "x@y.example", "answer": "550 no such user"},
        ("Mislukt", "De mailserver nam het niet aan", "550 no such user", "x@y.example", "Opnieuw versturen"),
    ),
    "delivered": (
        {"channel": "installation", "to": "0106:90001009", "sha256": "ab" * 32},
        ("Bezorgd", "rechtstreeks in Omloop", "0106:90001009", "abababababababab"),
    ),
    "opened": ({}, ("Geopend",)),
    "approved": ({}, ("Akkoord",)),
    "rejected": ({}, ("Afgekeurd",)),
    "disputed": ({"answer": "Te veel uren"}, ("Betwist", "Te veel uren")),
}
"""In the order of a life: what is known of a step, and the words of its page."""


def test_each_status_shows_with_how_one_knows(world: World) -> None:
    customer, sanne = know(world.zwaluw, kvk="90001009"), signed_in(world.sanne)
    draft = write_draft(world.sanne, customer)
    assert "Concept" in sanne.get("/sales/").content.decode()
    assert as_it_is(world.zwaluw, draft).state == SalesInvoice.State.DRAFT
    invoice = send(world.sanne, draft)
    for state, (known, words) in SHOWN.items():
        with system_scope("test", world.zwaluw.id) as system:
            noted = state == "queued" or note(invoice.id, state, actor=system, now=NOW, **known)
        page = " ".join(sanne.get(f"/sales/{invoice.id}/").content.decode().split())
        assert noted and [word for word in words if word not in page] == [], state


def test_who_sent_it_is_told_that_it_failed_or_was_rejected(world: World, run_jobs: Run) -> None:
    invoice = send(world.sanne, write_draft(world.sanne, know(world.zwaluw, kvk="90001009")))
    run_jobs()
    with system_scope("test", world.zwaluw.id):
        assert Notice.objects.get(kind="sent_invoice").person_id == world.sanne.id
    page = signed_in(world.sanne).get("/notices/").content.decode()
    assert f"{invoice.number} aan Vuurtoren Horeca B.V. is niet bezorgd" in page
    with system_scope("test", world.zwaluw.id) as system:
        for state in ("delivered", "rejected"):
            assert note(invoice.id, state, actor=system, now=NOW)
    run_jobs()
    page = signed_in(world.sanne).get("/notices/").content.decode()
    assert f"Vuurtoren Horeca B.V. heeft {invoice.number} afgekeurd" in page
