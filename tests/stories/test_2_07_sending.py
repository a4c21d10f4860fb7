"""Sending an invoice: valid first, then numbered, then brought to its customer (rules 2.7)."""

from collections.abc import Callable
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from omloop import einvoice
from omloop.circulation.deciding.gate import decide
from omloop.circulation.models import Assignment, Decision
from omloop.einvoice import Verdict
from omloop.intake import files
from omloop.intake.models import Channel, Delivery, Document
from omloop.invoices.models import Invoice
from omloop.organisations.members import member_scope, system_scope
from omloop.organisations.models import Organisation
from omloop.people.models import Person
from omloop.sending.finishing import can_be_sent_again, send_again, send_ubl
from omloop.sending.models import NumberCounter, SalesInvoice, SentStatus
from omloop.sending.refusals import NotTheSeller, NumberInUse
from tests.paper import file, party
from tests.sending.shop import IBAN, NOW, as_it_is, know, let_receive, open_shop, send, write_draft
from tests.world import World

Run = Callable[[], None]


@pytest.fixture(autouse=True)
def shop(world: World) -> None:
    open_shop(world)


@pytest.fixture
def mails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[EmailMessage]]:
    """What was mailed, as the files that an installation without a mail server writes."""
    monkeypatch.setattr(settings, "EMAIL_FILE_PATH", str(tmp_path))
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")

    def read() -> list[EmailMessage]:
        texts = [path.read_bytes().rpartition(b"-" * 79)[0] for path in sorted(tmp_path.glob("*.log"))]
        return [message_from_bytes(text, policy=policy.default) for text in texts]  # type: ignore[misc]

    return read


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def bytes_of(invoice: SalesInvoice) -> bytes:
    return files.read(invoice.organisation_id, invoice.sha256)


def told(organisation: Organisation, invoice_id: UUID) -> list[str]:
    """The states that it had, the oldest first."""
    with system_scope("test", organisation.id):
        rows = SentStatus.objects.filter(invoice_id=invoice_id).order_by("id")
        return list(rows.values_list("state", flat=True))


def test_a_draft_becomes_a_valid_e_invoice_with_the_next_number(world: World) -> None:
    invoice = send(world.sanne, write_draft(world.sanne, know(world.zwaluw, kvk="90001009")))
    read = einvoice.read(bytes_of(invoice))
    assert einvoice.check(read).verdict is Verdict.VALID
    assert (read.number, read.due_on, read.buyer_reference) == ("F2026-0001", date(2026, 12, 26), "inkoop")
    assert (read.seller.name, read.payment_means[0].iban) == ("Zwaluw Techniek B.V.", IBAN)
    assert read.totals.payable
    assert (str(read.totals.payable), invoice.number) == ("137.35 EUR", "F2026-0001")
    assert [(str(each.taxable_amount), str(each.tax_amount)) for each in read.vat_breakdown] == [
        ("100.00 EUR", "21.00 EUR"),
        ("15.00 EUR", "1.35 EUR"),
    ]


def test_what_breaks_a_rule_is_said_in_plain_words_and_gets_no_number(world: World) -> None:
    customer = know(world.zwaluw, kvk="90001009", reference="")
    draft = write_draft(world.sanne, customer)
    page = f"/sales/{draft}/"
    form = {"lines": "1", "customer": str(customer.id), "issued_on": "2026-11-26", "send": "yes"}
    line = {"line0-name": "Uren", "line0-quantity": "1", "line0-price": "50", "line0-unit": "HUR"}
    client = signed_in(world.sanne)
    answer = client.post(page, {**form, **line, "line0-vat": "S21"})
    assert answer.status_code == 422
    assert (
        "De referentie van de koper (BT-10) en het ordernummer (BT-13) ontbreken" in answer.content.decode()
    )
    answer = client.post(page, {**form, "lines": "1", "line0-name": "Uren", "line0-price": "vijftig"})
    assert "Regel 1: “vijftig” is geen getal" in answer.content.decode()
    assert as_it_is(world.zwaluw, draft).state == SalesInvoice.State.DRAFT
    with system_scope("test", world.zwaluw.id):
        assert not NumberCounter.objects.exists()
        assert not SentStatus.objects.exists()
    assert (
        client.post(page, {**form, **line, "line0-vat": "S21", "order_reference": "26-1"}).status_code == 302
    )
    assert as_it_is(world.zwaluw, draft).number == "F2026-0001"


def test_it_arrives_directly_at_who_receives_on_this_installation(world: World, run_jobs: Run) -> None:
    let_receive(world.vuurtoren)
    invoice = send(world.sanne, write_draft(world.sanne, know(world.zwaluw, kvk="90001009")))
    run_jobs()
    with system_scope("test", world.vuurtoren.id):
        arrived = Document.objects.get(sha256=invoice.sha256)
        came = Delivery.objects.get(document=arrived)
        assert arrived.channel == came.channel == Channel.INSTALLATION
        assert Invoice.objects.get(document=arrived).number == invoice.number
    with system_scope("test", world.zwaluw.id):
        proof = SentStatus.objects.get(invoice=invoice, state="delivered")
        assert (proof.channel, proof.to, proof.sha256) == ("installation", "0106:90001009", invoice.sha256)
        assert not Document.objects.exists()


def test_the_sender_is_told_that_it_was_opened_and_decided_and_no_remark(world: World, run_jobs: Run) -> None:
    let_receive(world.vuurtoren)
    invoice = send(world.sanne, write_draft(world.sanne, know(world.zwaluw, kvk="90001009")))
    run_jobs()
    with system_scope("test", world.vuurtoren.id):
        arrived = Invoice.objects.get(number=invoice.number)
    assert signed_in(world.otto).get(f"/invoices/{arrived.id}/").status_code == 200
    run_jobs()
    assert as_it_is(world.zwaluw, invoice.id).state == SalesInvoice.State.OPENED
    with member_scope(world.otto, now=timezone.now()) as otto:
        task = Assignment.objects.get(invoice=arrived, ended_at=None)
        decide(
            assignment_id=task.id,
            action=Decision.Action.REJECT,
            remark="Deze leverancier deugt niet",
            actor=otto,
            now=timezone.now(),
        )
    run_jobs()
    assert told(world.zwaluw, invoice.id) == ["queued", "delivered", "opened", "rejected"]
    page = signed_in(world.sanne).get(f"/sales/{invoice.id}/").content.decode()
    assert "Afgekeurd" in page
    assert "deugt niet" not in page


def test_who_does_not_receive_gets_a_mail_with_pdf_and_ubl(
    world: World, run_jobs: Run, mails: Callable[[], list[EmailMessage]]
) -> None:
    customer = know(world.zwaluw, kvk="90001009", email="inkoop@vuurtoren.example")
    invoice = send(world.sanne, write_draft(world.sanne, customer))
    run_jobs()
    (mail,) = mails()
    pdf, ubl = mail.iter_attachments()
    assert (mail["To"], mail["Reply-To"]) == ("inkoop@vuurtoren.example", "admin@zwaluw.example")
    assert mail["Subject"] == "Factuur F2026-0001 van Zwaluw Techniek B.V."
    assert pdf.get_content().startswith(b"%PDF")
    assert ubl.get_content() == bytes_of(invoice)
    with system_scope("test", world.zwaluw.id):
        proof = SentStatus.objects.get(invoice=invoice, state="delivered")
    assert (proof.channel, proof.message_id) == ("mail", mail["Message-ID"])
    assert signed_in(world.sanne).post(f"/sales/{invoice.id}/again/").status_code == 302
    run_jobs()
    assert len(mails()) == 2
    assert told(world.zwaluw, invoice.id) == ["queued", "delivered", "queued", "delivered"]


def test_without_a_way_it_fails_with_a_reason_and_goes_out_later(
    world: World, run_jobs: Run, mails: Callable[[], list[EmailMessage]]
) -> None:
    invoice = send(world.sanne, write_draft(world.sanne, know(world.zwaluw, kvk="90001009")))
    run_jobs()
    page = signed_in(world.sanne).get(f"/sales/{invoice.id}/").content.decode()
    assert "er is geen e-mailadres van hem bekend" in page
    let_receive(world.vuurtoren)
    with member_scope(world.sanne, now=timezone.now()) as sanne:
        send_again(invoice.id, actor=sanne, now=timezone.now())
    run_jobs()
    assert told(world.zwaluw, invoice.id) == ["queued", "failed", "queued", "delivered"]
    (told_so,) = mails()
    assert (told_so["To"], told_so["Subject"]) == (
        world.sanne.email,
        "F2026-0001 aan Vuurtoren Horeca B.V. is niet bezorgd",
    )
    assert "geen e-mailadres van hem bekend" in " ".join(told_so.get_content().split())


def test_one_that_is_stuck_on_its_way_can_be_sent_again_after_a_day(world: World) -> None:
    invoice = send(world.sanne, write_draft(world.sanne, know(world.zwaluw, kvk="90001009")))
    assert not can_be_sent_again(invoice, now=NOW + timedelta(hours=23))
    assert can_be_sent_again(invoice, now=NOW + timedelta(hours=25))


def test_a_credit_note_names_its_invoice_and_gives_the_same_amounts_back(world: World) -> None:
    invoice = send(world.sanne, write_draft(world.sanne, know(world.zwaluw, kvk="90001009")))
    client = signed_in(world.sanne)
    draft = client.post(f"/sales/{invoice.id}/credit/").headers["Location"].split("/")[2]
    credit = send(world.sanne, UUID(draft))
    read = einvoice.read(bytes_of(credit))
    assert (credit.number, read.is_credit_note, read.type_code) == (
        f"C{timezone.localdate().year}-0001",
        True,
        "381",
    )
    assert read.preceding_invoices[0].number == invoice.number
    assert read.lines[0].quantity == 2
    assert 'data-sign="minus" value="-137.35"' in client.get("/sales/").content.decode()


def test_a_copy_says_the_same_and_is_a_draft_again(world: World) -> None:
    invoice = send(world.sanne, write_draft(world.sanne, know(world.zwaluw, kvk="90001009"), remarks="Dank"))
    client = signed_in(world.sanne)
    copy = as_it_is(
        world.zwaluw, UUID(client.post(f"/sales/{invoice.id}/copy/").headers["Location"].split("/")[2])
    )
    assert (copy.state, copy.number, copy.payable) == ("draft", "", invoice.payable)
    assert (copy.content["lines"], copy.content["remarks"]) == (invoice.content["lines"], "Dank")


def ubl(number: str, **changes: Any) -> bytes:
    own = party("Zwaluw Techniek B.V.", "90001001", "NL000099998B57")
    return file(
        number, **{"seller": own, "buyer": party("Vuurtoren", "90001009", "NL000012348B06"), **changes}
    )


def test_an_uploaded_ubl_goes_out_as_it_is_with_its_own_number(world: World, run_jobs: Run) -> None:
    let_receive(world.vuurtoren)
    data = ubl("X-17")
    with member_scope(world.sanne, now=timezone.now()) as sanne:
        by = {"organisation_id": world.zwaluw.id, "actor": sanne, "now": timezone.now()}
        sent = send_ubl(data=data, **by)
        with pytest.raises(NumberInUse):
            send_ubl(data=data, **by)
        with pytest.raises(NotTheSeller):
            send_ubl(data=ubl("X-18", seller=party("Ander B.V.", "87654321", "NL000012348B06")), **by)
    run_jobs()
    with system_scope("test", world.vuurtoren.id):
        assert Document.objects.get(channel=Channel.INSTALLATION).sha256 == sent.sha256
    assert bytes_of(sent) == data
