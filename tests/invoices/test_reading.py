"""From a received document to an invoice, or to the list of what can't be read (rules 2.2, 2.4)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from omloop.audit.models import AuditEvent
from omloop.intake.models import Channel, Document
from omloop.intake.services import accept
from omloop.invoices.models import Attachment, Invoice, InvoiceLine, Release, Validation
from omloop.invoices.services import NotHeld, ReasonMissing, let_pass, read_document
from omloop.organisations.members import RightMissing, member_scope, operator_member, system_scope
from tests.paper import DRAWING, broken_file, euro, file, paper
from tests.pdf.nasty import blank, encrypted
from tests.world import World

NOW = datetime(2026, 4, 3, 9, tzinfo=UTC)


def arrive(world: World, data: bytes, *, confidential: bool = False) -> UUID:
    """Take in and read; the document."""
    with system_scope("test", world.zwaluw.id) as system:
        accepted = accept(
            organisation_id=world.zwaluw.id,
            data=data,
            filename="a.xml",
            channel=Channel.API,
            actor=system,
            now=NOW,
            confidential=confidential,
        )
        assert accepted.document_id
        read_document(accepted.document_id, actor=system, now=NOW)
    return accepted.document_id


def test_the_invoice_says_what_the_file_says(world: World) -> None:
    arrive(world, file("2026-0418", attachments=(DRAWING,)))
    with system_scope("test", world.zwaluw.id):
        invoice = Invoice.objects.get()
        assert (invoice.number, invoice.kind, invoice.currency) == ("2026-0418", "invoice", "EUR")
        assert (invoice.supplier_name, invoice.supplier_kvk) == (
            "Kuipers Installatietechniek B.V.",
            "87654321",
        )
        assert (invoice.without_vat, invoice.vat, invoice.payable) == (100, 21, 121)
        assert (invoice.issued_on, invoice.due_on) == (date(2026, 4, 3), date(2026, 4, 17))
        assert (invoice.iban, invoice.import_date) == ("NL02ABNA0123456789", date(2026, 4, 3))
        line = InvoiceLine.objects.get()
        assert (line.name, line.quantity, line.price, line.net) == ("Ventilator", 2, 50, 100)
        attachment = Attachment.objects.get()
        assert (attachment.filename, attachment.size) == ("drawing.pdf", DRAWING.size)
        assert invoice.document.state == Document.State.READ


def test_a_valid_invoice_waits_for_circulation_and_a_broken_one_is_held(world: World) -> None:
    arrive(world, file("good"))
    arrive(world, broken_file("bad"))
    with system_scope("test", world.zwaluw.id):
        states = dict(Invoice.objects.values_list("number", "state"))
        assert states == {"good": Invoice.State.RECEIVED, "bad": Invoice.State.HELD}
        held = Validation.objects.get(document__invoice__number="bad")
        assert held.fatal > 0
        assert "BR-CO-15" in {finding["rule"] for finding in held.findings}
        assert all(finding["nl"] and finding["en"] for finding in held.findings)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "OML-XML-02"),
        (b"%PDF-1.4 scan", "OML-PDF-02"),
        (encrypted(), "OML-PDF-02"),
        (b"<html>" + b"x" * 50, "OML-XML-05"),
        (b"<Order/>", "OML-XML-07"),
    ],
)
def test_what_can_not_be_read_is_kept_with_its_reason(world: World, data: bytes, rule: str) -> None:
    document_id = arrive(world, data)
    with system_scope("test", world.zwaluw.id):
        assert Document.objects.get(id=document_id).state == Document.State.UNREADABLE
        assert [finding["rule"] for finding in Validation.objects.get().findings] == [rule]
        assert not Invoice.objects.exists()
        assert AuditEvent.objects.get(name="document.unreadable").detail == {"rules": [rule]}


@pytest.mark.parametrize("data", [blank(), b"\x89PNG\r\n\x1a\n not quite"])
def test_a_pdf_or_image_without_an_e_invoice_waits_for_recognition(world: World, data: bytes) -> None:
    document_id = arrive(world, data)
    with system_scope("test", world.zwaluw.id):
        assert Document.objects.get(id=document_id).state == Document.State.PICTURE
        assert not Validation.objects.exists() and not Invoice.objects.exists()
        assert AuditEvent.objects.get(name="document.to_recognise").subject_id == document_id


def test_reading_twice_changes_nothing(world: World) -> None:
    document_id = arrive(world, file())
    with system_scope("test", world.zwaluw.id) as system:
        before = (Invoice.objects.count(), Validation.objects.count(), AuditEvent.objects.count())
        assert read_document(document_id, actor=system, now=NOW) == Invoice.objects.get()
        assert (Invoice.objects.count(), Validation.objects.count(), AuditEvent.objects.count()) == before


def test_no_text_is_too_long(world: World) -> None:
    long = "ij" * 5_000
    seller = replace(paper().seller, legal_name=long, vat_number=long)
    arrive(world, file(long, seller=seller, buyer_reference=long, order_reference=long))
    with system_scope("test", world.zwaluw.id):
        invoice = Invoice.objects.get()
        assert (invoice.number, invoice.supplier_name, invoice.order_reference) == (long, long, long)


@pytest.mark.parametrize("amount", ["1" * 17, "0.123456789", "-" + "9" * 40 + ".5"])
def test_an_amount_that_does_not_fit_is_left_out_with_a_fatal_finding(world: World, amount: str) -> None:
    arrive(world, file(totals=replace(paper().totals, payable=euro(amount))))
    with system_scope("test", world.zwaluw.id):
        assert (Invoice.objects.get().payable, Invoice.objects.get().state) == (None, Invoice.State.HELD)
        assert "OML-AMOUNT-01" in {finding["rule"] for finding in Validation.objects.get().findings}


def test_a_quantity_that_does_not_fit_is_left_out(world: World) -> None:
    line = replace(paper().lines[0], quantity=Decimal("1." + "3" * 40))
    arrive(world, file(lines=(line,)))
    with system_scope("test", world.zwaluw.id):
        assert InvoiceLine.objects.get().quantity is None


def test_everything_of_a_confidential_document_is_confidential(world: World) -> None:
    arrive(world, file(attachments=(DRAWING,)), confidential=True)
    with member_scope(world.sanne, now=NOW):
        for model in (Document, Invoice, InvoiceLine, Attachment, Validation):
            assert not model.objects.exists(), model
    with system_scope("test", world.zwaluw.id):
        assert Invoice.objects.get().confidential


def test_a_person_with_the_right_lets_a_held_invoice_pass_once_with_a_reason(world: World) -> None:
    arrive(world, broken_file())
    with member_scope(world.sanne, now=NOW) as sanne:
        invoice = Invoice.objects.get()
        with pytest.raises(ReasonMissing):
            let_pass(invoice, reason=" ", actor=sanne, now=NOW)
        let_pass(invoice, reason="Afgesproken met Kuipers", actor=sanne, now=NOW)
        with pytest.raises(NotHeld):
            let_pass(invoice, reason="Nog eens", actor=sanne, now=NOW)
        release = Release.objects.get()
        assert (release.reason, release.released_by_id) == ("Afgesproken met Kuipers", world.sanne.id)
        assert AuditEvent.objects.get(name="invoice.let_pass").detail == {}


def test_without_the_right_a_held_invoice_stays_held(world: World) -> None:
    arrive(world, broken_file())
    with member_scope(world.anna, now=NOW) as anna, pytest.raises(RightMissing):
        let_pass(Invoice.objects.get(), reason="Mag wel", actor=anna, now=NOW)


def test_files_of_all_kinds_are_taken_in_and_again_changes_nothing(world: World, shared: Path) -> None:
    """No file fails, whatever it holds: read, or listed as unreadable. Every third of the test data, for
    each of them is read and checked in `tests/einvoice`."""
    paths = sorted(path for path in (shared / "testdata" / "einvoices").rglob("*") if path.is_file())[::3]
    assert len(paths) > 300
    with system_scope("test", world.zwaluw.id) as system:
        ids = {_take_in(world, path.read_bytes()) for path in paths}
        for document_id in ids:
            assert document_id
            read_document(document_id, actor=system, now=NOW)
        counts = _counts()
        assert counts[0] == len(ids)
        assert not Document.objects.filter(state=Document.State.RECEIVED).exists()
        assert Invoice.objects.count() + Document.objects.filter(state="unreadable").count() == len(ids)
        for path in paths:
            _take_in(world, path.read_bytes())
        assert _counts() == counts


def _take_in(world: World, data: bytes) -> UUID | None:
    return accept(
        organisation_id=world.zwaluw.id,
        data=data,
        filename="a.xml",
        channel=Channel.COMMAND_LINE,
        actor=operator_member(world.zwaluw.id),
        now=NOW,
    ).document_id


def _counts() -> list[int]:
    models = (Document, Invoice, InvoiceLine, Attachment, Validation, AuditEvent)
    return [model.objects.count() for model in models]
