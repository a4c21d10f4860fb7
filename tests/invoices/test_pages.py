"""The pages of upload, invoices and documents, as people open them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omloop.audit.actors import OPERATOR
from omloop.circulation.models import StepAction
from omloop.circulation.scheme.rules import NewStep, add_rule
from omloop.flow.command_line import take_in
from omloop.intake.models import Channel, Document
from omloop.intake.services import Accepted
from omloop.invoices.finding import page_sought
from omloop.invoices.models import Attachment, Invoice, Release
from omloop.organisations.holding import hold
from omloop.organisations.members import operator_member, system_scope
from omloop.organisations.models import Group, GroupRight
from omloop.organisations.rights import Right
from omloop.organisations.services import grant
from omloop.people.models import Person
from omloop.tenancy.history import since
from omloop.tenancy.scope import tenant_scope
from tests.paper import DRAWING, PAGE, broken_file, file
from tests.pdf.nasty import encrypted
from tests.world import BEGINNING, World

NOW = datetime(2026, 4, 3, 9, tzinfo=UTC)


def arrive(world: World, data: bytes, name: str = "a.xml") -> Accepted:
    return take_in(
        organisation_id=world.zwaluw.id,
        data=data,
        filename=name,
        channel=Channel.COMMAND_LINE,
        actor=operator_member(world.zwaluw.id),
        now=NOW,
    )


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def send(client: Client, organisation_id: UUID, *files: bytes, **more: Any) -> Any:
    uploads = [SimpleUploadedFile(f"{n}.xml", data) for n, data in enumerate(files)]
    body = {"organisation": str(organisation_id), "files": uploads, **more.pop("body", {})}
    return client.post(reverse("upload"), body, **more)


def route_to_anna(world: World) -> None:
    with system_scope("test", world.zwaluw.id) as system:
        add_rule(
            organisation_id=world.zwaluw.id,
            name="all",
            priority=1,
            steps=[NewStep(action=StepAction.APPROVE, person_id=world.anna.id)],
            actor=system,
            now=BEGINNING,
        )


def test_a_person_uploads_files_and_reads_what_became_of_each(world: World) -> None:
    client = as_(world.sanne)
    page = text(client.get(reverse("upload")))
    assert "Zwaluw Techniek" in page
    assert 'id="organisations"' in page, "the frame knows its places here too"
    assert "Vuurtoren" not in page
    assert 'name="confidential"' not in page, "Sanne may not see confidential documents"
    page = text(send(client, world.zwaluw.id, file("1"), file("2"), file("1")))
    assert page.count("Aangenomen") == 2
    assert page.count("Was er al") == 1
    with system_scope("test", world.zwaluw.id):
        assert {each.received_from for each in Document.objects.all()} == {world.sanne.id}


def test_the_script_gets_json(world: World) -> None:
    answer = send(as_(world.sanne), world.zwaluw.id, file("1"), headers={"Accept": "application/json"}).json()
    (outcome,) = answer["files"]
    assert (outcome["file"], outcome["outcome"], outcome["error"]) == ("0.xml", "Aangenomen", "")
    assert outcome["url"] == reverse("document", args=[outcome["document"]])


def test_a_file_that_is_too_large_says_so_and_stops_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omloop.invoices.uploads.MAX_BYTES", len(file("1")))
    page = text(send(as_(world.sanne), world.zwaluw.id, file("1"), file("1") + b" " * 9))
    assert "groter dan" in page
    with system_scope("test", world.zwaluw.id):
        assert Document.objects.count() == 1


def test_nobody_uploads_where_he_may_not(world: World) -> None:
    assert as_(world.anna).get(reverse("upload")).status_code == 403
    assert send(as_(world.anna), world.zwaluw.id, file()).status_code == 403
    assert send(as_(world.sanne), world.vuurtoren.id, file()).status_code == 404
    sent = send(as_(world.sanne), world.zwaluw.id, file(), body={"confidential": "on"})
    assert sent.status_code == 403
    with system_scope("test", world.zwaluw.id):
        assert not Document.objects.exists()


def test_who_may_see_confidential_documents_may_mark_them(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        hold(world.zwaluw.id)
        group = Group.objects.create(organisation=world.zwaluw, name="directors")
        for right in (Right.VIEW_CONFIDENTIAL, Right.ADD):
            GroupRight.objects.create(
                organisation=world.zwaluw, group=group, right=right, valid=since(BEGINNING)
            )
        grant(
            organisation_id=world.zwaluw.id,
            person_id=world.marit.id,
            group="directors",
            actor=OPERATOR,
            now=BEGINNING,
        )
    client = as_(world.marit)
    assert 'name="confidential"' in text(client.get(reverse("upload")))
    send(client, world.zwaluw.id, file(), body={"confidential": "on"})
    with system_scope("test", world.zwaluw.id):
        assert Document.objects.get().confidential
    assert "Was er al" in text(send(as_(world.sanne), world.zwaluw.id, file()))


def test_finance_sees_all_invoices_and_an_approver_his_own(world: World) -> None:
    arrive(world, file("before-the-rule"))
    route_to_anna(world)
    arrive(world, file("for-anna"))
    arrive(world, broken_file("broken-1"))
    page = text(as_(world.sanne).get(reverse("invoices")))
    assert all(number in page for number in ("before-the-rule", "for-anna", "broken-1"))
    page = text(as_(world.anna).get(reverse("invoices")))
    assert "for-anna" in page
    assert "before-the-rule" not in page
    assert "broken-1" not in page
    for person in (world.bram, world.marit, world.otto):
        page = text(as_(person).get(reverse("invoices")))
        assert "Kuipers" not in page


def test_the_list_is_narrowed_by_state_and_organisation(world: World) -> None:
    arrive(world, file("good"))
    arrive(world, broken_file("bad"))
    client = as_(world.sanne)
    page = text(client.get(reverse("invoices"), {"state": "held"}))
    assert ("bad" in page, "good" in page) == (True, False)
    assert "good" not in text(client.get(reverse("invoices"), {"organisation": str(world.beheer.id)}))
    for query in (
        {"state": "nonsense"},
        {"after": "nonsense"},
        {"organisation": "nonsense"},
        {"organisation": str(world.vuurtoren.id)},
    ):
        assert client.get(reverse("invoices"), query).status_code == 404


def test_the_list_goes_on_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        arrive(world, file(f"nr-{n}"))
    monkeypatch.setattr(page_sought, "__defaults__", (2,))
    client = as_(world.sanne)
    first = text(client.get(reverse("invoices")))
    link = re.search(r'href="([^"]*)" rel="next"', first)
    assert link
    rest = text(client.get(reverse("invoices") + link[1]))
    assert [f"nr-{n}" in first for n in range(3)].count(True) == 2
    assert [f"nr-{n}" in rest for n in range(3)].count(True) == 1


def test_queries_do_not_grow_with_invoices(world: World) -> None:
    def queries(person: Person, name: str) -> int:
        client = as_(person)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(name))
        return len(captured)

    route_to_anna(world)
    pages = [(person, name) for person in (world.sanne, world.anna) for name in ("invoices", "unreadable")]
    arrive(world, file("0"))
    arrive(world, b"no invoice 0")
    few = [queries(*page) for page in pages]
    for n in range(1, 8):
        arrive(world, file(str(n)))
        arrive(world, b"no invoice %d" % n)
    assert [queries(*page) for page in pages] == few


def test_what_can_not_be_read_stands_on_a_list_with_its_reason(
    world: World, run_jobs: Callable[[], None]
) -> None:
    arrive(world, encrypted(), "scan.pdf")
    client = as_(world.sanne)
    page = text(client.get(reverse("unreadable")))
    assert "scan.pdf" in page
    assert "Het bestand is een PDF" in page
    with system_scope("test", world.zwaluw.id):
        document = Document.objects.get()
    page = text(client.get(reverse("document", args=[document.id])))
    assert "OML-PDF-02" in page
    again = client.post(reverse("read_again", args=[document.id]))
    assert again.status_code == 302
    assert client.post(reverse("read_again", args=[document.id])).status_code == 409
    assert "wordt nu gelezen" in text(client.get(reverse("document", args=[document.id])))
    run_jobs()
    assert "scan.pdf" in text(client.get(reverse("unreadable")))


def test_the_page_of_a_document_that_was_read_is_that_of_its_invoice(world: World) -> None:
    accepted = arrive(world, file())
    with system_scope("test", world.zwaluw.id):
        invoice = Invoice.objects.get()
    answer = as_(world.sanne).get(reverse("document", args=[accepted.document_id]))
    assert answer.headers["Location"] == reverse("invoice", args=[invoice.id])


def test_the_original_comes_as_it_came_and_never_as_a_page(world: World) -> None:
    accepted = arrive(world, file(), "café.html")
    answer = as_(world.sanne).get(reverse("document_original", args=[accepted.document_id]))
    assert answer.content == file()
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_of_attachments_only_a_pdf_opens_in_the_browser(world: World) -> None:
    arrive(world, file(attachments=(DRAWING, PAGE)))
    with system_scope("test", world.zwaluw.id):
        drawing, page = Attachment.objects.order_by("position")
    client = as_(world.sanne)
    answer = client.get(reverse("attachment", args=[drawing.id]))
    assert (answer.content, answer.headers["Content-Type"]) == (DRAWING.content, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'inline; filename="drawing.pdf"'
    answer = client.get(reverse("attachment", args=[page.id]))
    assert (answer.content, answer.headers["Content-Type"]) == (PAGE.content, "application/octet-stream")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="evil.html"'


def test_an_approver_opens_the_original_and_the_attachments_of_what_is_his(world: World) -> None:
    route_to_anna(world)
    accepted = arrive(world, file(attachments=(DRAWING,)))
    with system_scope("test", world.zwaluw.id):
        attachment = Attachment.objects.get()
    addresses = [
        reverse("document_original", args=[accepted.document_id]),
        reverse("attachment", args=[attachment.id]),
    ]
    for address in addresses:
        assert as_(world.anna).get(address).status_code == 200
        for stranger in (world.bram, world.marit, world.otto):
            assert as_(stranger).get(address).status_code == 404
        assert Client().get(address).status_code == 302


def test_finance_lets_a_held_invoice_pass_from_its_page(world: World) -> None:
    arrive(world, broken_file())
    with system_scope("test", world.zwaluw.id):
        invoice = Invoice.objects.get()
    address, back = reverse("let_pass", args=[invoice.id]), reverse("invoice", args=[invoice.id])
    for stranger in (world.anna, world.otto):
        assert as_(stranger).post(address, {"reason": "x"}).status_code == 404
    client = as_(world.sanne)
    client.post(address, {"reason": "", "next": back})
    with system_scope("test", world.zwaluw.id):
        assert not Release.objects.exists()
    answer = client.post(address, {"reason": "Afgesproken", "next": back})
    assert answer.headers["Location"] == back
    assert client.post(address, {"reason": "Nog eens"}).status_code == 409
    with system_scope("test", world.zwaluw.id):
        assert Release.objects.get().released_by_id == world.sanne.id


def test_every_page_speaks_english_too(world: World) -> None:
    arrive(world, encrypted(), "scan.pdf")
    world.sanne.language = "en"
    world.sanne.save(update_fields=["language"])
    client = as_(world.sanne)
    assert "Drop files here" in text(client.get(reverse("upload")))
    assert "The file is a PDF" in text(client.get(reverse("unreadable")))
    world.sanne.language = "nl"
    world.sanne.save(update_fields=["language"])
    assert "Zet bestanden hier neer" in text(client.get(reverse("upload")))
