"""Attachments (rules 2.6, 7.2): look at one, take all along as a ZIP, put files with an invoice."""

import io
import zipfile
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omloop.audit.models import AuditEvent
from omloop.einvoice import Attachment
from omloop.flow.command_line import take_in
from omloop.intake import files
from omloop.intake.models import Channel
from omloop.invoices.attaching import _safe_names
from omloop.invoices.models import AddedAttachment, Invoice
from omloop.organisations.members import operator_member, system_scope
from omloop.pdf import guarded
from omloop.people.models import Person
from tests.circulation.reader import said, signed_in
from tests.paper import PAGE, file
from tests.pdf.nasty import blank
from tests.recognition.drawn import drawn
from tests.world import World

RECEIPT = drawn([(60, 60, "Bon van de parkeergarage")])


def arrive(world: World, *attachments: Attachment) -> UUID:
    """An e-invoice comes in at Zwaluw; the invoice."""
    take_in(
        organisation_id=world.zwaluw.id,
        data=file("2026-0418", attachments=attachments),
        filename="factuur.xml",
        channel=Channel.COMMAND_LINE,
        actor=operator_member(world.zwaluw.id),
    )
    with system_scope("test", world.zwaluw.id):
        return UUID(str(Invoice.objects.get().id))


def put(person: Person, invoice_id: UUID, *uploads: tuple[str, bytes]) -> HttpResponse:
    """Put files with it, on its page."""
    sent = [SimpleUploadedFile(name, content) for name, content in uploads]
    address = reverse("add_attachments", args=[invoice_id])
    answer: HttpResponse = signed_in(person).post(address, {"files": sent}, follow=True)
    return answer


def added(world: World) -> list[AddedAttachment]:
    with system_scope("test", world.zwaluw.id):
        return list(AddedAttachment.objects.order_by("id"))


def test_a_file_put_with_an_invoice_says_who_and_when_and_changes_nothing_that_came_in(world: World) -> None:
    invoice_id = arrive(world)
    page = put(world.sanne, invoice_id, ("bon.pdf", RECEIPT))
    assert "bon.pdf is with the invoice." in said(page) and "Sanne Bakker" in said(page)
    (bon,) = added(world)
    assert (bon.added_by_id, bon.size) == (world.sanne.id, len(RECEIPT))
    assert files.read(world.zwaluw.id, bon.sha256) == RECEIPT
    with system_scope("test", world.zwaluw.id):
        event = AuditEvent.objects.get(name="invoice.attachment_added")
        assert (event.person_id, event.detail) == (world.sanne.id, {"sha256": bon.sha256})
        document = Invoice.objects.get().document
        assert files.read(world.zwaluw.id, document.sha256) == file("2026-0418")
    put(world.sanne, invoice_id, ("nog eens.pdf", RECEIPT))
    assert len(added(world)) == 1


def test_an_empty_file_is_refused_in_words_and_stops_no_other(world: World) -> None:
    page = put(world.sanne, arrive(world), ("leeg.pdf", b""), ("bon.pdf", RECEIPT))
    assert "bon.pdf is with the invoice." in said(page)
    assert [each.filename for each in added(world)] == ["bon.pdf"]


def test_it_takes_a_right_to_put_files_and_a_stranger_gets_none(world: World) -> None:
    invoice_id = arrive(world)
    put(world.sanne, invoice_id, ("bon.pdf", RECEIPT))
    addresses = [
        reverse("added_attachment", args=[added(world)[0].id]),
        reverse("download_all", args=[invoice_id]),
    ]
    assert {signed_in(world.otto).get(address).status_code for address in addresses} == {404}
    assert put(world.otto, invoice_id, ("bon.pdf", blank())).status_code == 404
    assert put(world.anna, invoice_id, ("bon.pdf", blank())).status_code in (403, 404)
    assert len(added(world)) == 1


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("bon.pdf", RECEIPT, "application/pdf"),
        ("foto.png", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("evil.pdf", b"<script>alert(1)</script>", "application/octet-stream"),
    ],
)
def test_only_a_pdf_or_image_opens_in_the_browser(world: World, name: str, content: bytes, kind: str) -> None:
    put(world.sanne, arrive(world), (name, content))
    shown = signed_in(world.sanne).get(reverse("added_attachment", args=[added(world)[0].id]))
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == (kind, "nosniff")
    assert ("attachment" in shown["Content-Disposition"]) == (kind == "application/octet-stream")


def test_all_of_it_comes_as_one_zip_with_the_original_first_and_names_that_are_safe(world: World) -> None:
    evil = Attachment(number="1", content=b"x", mime_type="text/plain", filename="../../etc/passwd")
    invoice_id = arrive(world, evil, PAGE)
    put(world.sanne, invoice_id, ("FACTUUR.xml", b"<other/>"))
    answer = signed_in(world.sanne).get(reverse("download_all", args=[invoice_id]))
    assert answer.streaming and answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        names = packed.namelist()
        assert names == ["factuur.xml", "-..-etc-passwd", "evil.html", "4-FACTUUR.xml"]
        assert packed.read(names[0]) == file("2026-0418", attachments=(evil, PAGE))
        assert packed.read(names[2]) == PAGE.content
        assert packed.read(names[3]) == b"<other/>"


def test_names_in_a_zip_never_lead_elsewhere() -> None:
    names = _safe_names(["", "..", "a/b", "a-b", "con\x00\u202efdp.exe", "x" * 500])
    assert names[:4] == ["file-1", "file-2", "a-b", "4-a-b"]
    assert names[4] == "con--fdp.exe" and len(names[5]) == 120


def test_what_was_added_is_merged_behind_what_the_supplier_sent(world: World) -> None:
    invoice_id = arrive(world)
    put(world.sanne, invoice_id, ("bon.pdf", RECEIPT))
    merged = signed_in(world.sanne).get(reverse("invoice_pdf", args=[invoice_id]), {"as": "merged"})
    seen = guarded.look(merged.content)
    assert seen.pages == 2 and "Bon van de parkeergarage" in seen.text


def test_the_page_asks_as_little_with_many_as_with_few(world: World) -> None:
    invoice_id = arrive(world)
    client = signed_in(world.sanne)
    counts = []
    for number in range(1, 4):
        put(world.sanne, invoice_id, (f"{number}.pdf", drawn([(60, 60, str(number))])))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("invoice", args=[invoice_id]), {"part": "attachments"})
        counts.append(len(asked))
    assert counts[0] == counts[-1]
