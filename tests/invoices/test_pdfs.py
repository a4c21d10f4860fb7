"""A PDF that comes in: with an e-invoice inside it is one, else it is kept and shown (rules 2.2)."""

from dataclasses import replace
from io import BytesIO
from uuid import UUID

import pikepdf
import pytest
from django.urls import reverse

from omloop.einvoice import write_cii
from omloop.flow.command_line import take_in
from omloop.intake import files
from omloop.intake.models import Channel, Document
from omloop.invoices.models import Attachment, Invoice, Validation
from omloop.organisations.members import operator_member, system_scope
from omloop.pdf import guarded
from omloop.pdf.rendering import render
from omloop.pdf.words import Language
from tests.invoices.test_pages import as_
from tests.paper import DRAWING, PAGE, paper
from tests.pdf.nasty import blank, content_bomb, saved
from tests.world import World

DOCUMENT = paper("H-1", specification="urn:cen.eu:en16931:2017", process=None, attachments=(DRAWING, PAGE))


def hybrid_invoice() -> bytes:
    """As a supplier's program would send it."""
    return guarded.hybrid(render(DOCUMENT, language=Language.NL), write_cii(DOCUMENT))


def with_file(name: str, content: bytes) -> bytes:
    """A PDF with one file inside."""
    with pikepdf.open(BytesIO(blank())) as pdf:
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content, filename=name)
        return saved(pdf)


def arrive(world: World, data: bytes) -> UUID:
    """A file comes in at Zwaluw and is read."""
    accepted = take_in(
        organisation_id=world.zwaluw.id,
        data=data,
        filename="factuur.pdf",
        channel=Channel.COMMAND_LINE,
        actor=operator_member(world.zwaluw.id),
    )
    assert accepted.document_id
    return accepted.document_id


def test_the_xml_inside_a_pdf_is_the_invoice_and_a_finding_says_so(world: World) -> None:
    data = hybrid_invoice()
    document_id = arrive(world, data)
    with system_scope("test", world.zwaluw.id):
        invoice = Invoice.objects.get(document_id=document_id)
        assert (invoice.number, invoice.supplier_name) == ("H-1", "Kuipers Installatietechniek B.V.")
        validation = Validation.objects.get()
        assert "OML-PDF-03" in {each["rule"] for each in validation.findings}
        assert Attachment.objects.count() == 2
        document = Document.objects.get()
        assert files.read(world.zwaluw.id, document.sha256) == data


def test_its_page_and_its_attachments_are_read_from_the_xml_inside(world: World) -> None:
    arrive(world, hybrid_invoice())
    client = as_(world.sanne)
    with system_scope("test", world.zwaluw.id):
        invoice, drawing = Invoice.objects.get(), Attachment.objects.get(position=1)
    page = client.get(reverse("invoice", args=[invoice.id])).content.decode()
    assert "Ventilator" in page
    assert client.get(reverse("attachment", args=[drawing.id])).content == DRAWING.content


@pytest.mark.parametrize("name", ["factur-x.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml"])
def test_the_xml_is_found_by_each_of_its_names(name: str) -> None:
    assert guarded.read_hybrid(with_file(name, b"<x/>")) == b"<x/>"


def test_a_name_that_leads_elsewhere_is_no_name_of_an_invoice() -> None:
    assert guarded.read_hybrid(with_file("../../factur-x.xml", b"<x/>")) is None


@pytest.mark.parametrize(
    ("inside", "rule"),
    [(b"<Order/>", "OML-XML-07"), (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "OML-XML-01")],
)
def test_what_is_inside_is_trusted_no_more_than_any_xml(world: World, inside: bytes, rule: str) -> None:
    document_id = arrive(world, with_file("factur-x.xml", inside))
    with system_scope("test", world.zwaluw.id):
        assert Document.objects.get(id=document_id).state == Document.State.UNREADABLE
        assert [each["rule"] for each in Validation.objects.get().findings] == [rule]


def test_a_plain_pdf_shows_its_pages_and_text(world: World) -> None:
    document_id = arrive(world, render(replace(DOCUMENT, number="P-1"), language=Language.NL))
    client = as_(world.sanne)
    page = client.get(reverse("document", args=[document_id])).content.decode()
    assert "Bevestigen wat erop staat" in page and "Kuipers Installatietechniek" in page
    drawn = client.get(reverse("document_picture", args=[document_id, 1]))
    assert drawn.content[8:12] == b"WEBP" and drawn["Content-Type"] == "image/webp"
    assert client.get(reverse("document_picture", args=[document_id, 2])).status_code == 404
    assert as_(world.otto).get(reverse("document_picture", args=[document_id, 1])).status_code == 404


def test_a_pdf_that_kills_who_draws_it_has_a_page_all_the_same(world: World) -> None:
    document_id = arrive(world, content_bomb())
    page = as_(world.sanne).get(reverse("document", args=[document_id]))
    assert page.status_code == 200 and "geen e-factuur maar een pdf of afbeelding" in page.content.decode()
    assert as_(world.sanne).get(reverse("recognise", args=[document_id])).status_code == 200
