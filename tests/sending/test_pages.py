"""The pages of sending: drafts kept as typed, customers by their check digits, a list that stays quick."""

import re
from base64 import b64encode
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from omloop import einvoice
from omloop.intake import files
from omloop.organisations.members import member_scope, system_scope
from omloop.pdf import guarded
from omloop.people.models import Person
from omloop.relocation.manifest import take_manifest, take_mark
from omloop.sending.drafting import credit_note_of
from omloop.sending.models import Customer, NumberSeries, SalesInvoice
from tests.api.test_documents import key_of
from tests.sending.shop import NOW, as_it_is, know, open_shop, send, write_draft
from tests.world import World

LINE = {
    "lines": "1",
    "line0-name": "Uren",
    "line0-quantity": "1",
    "line0-unit": "HUR",
    "line0-price": "80",
    "line0-vat": "S21",
}


@pytest.fixture(autouse=True)
def shop(world: World) -> None:
    open_shop(world)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def begin(world: World, client: Client) -> str:
    """A new draft; its address."""
    return client.post("/sales/new/", {"organisation": str(world.zwaluw.id)}).headers["Location"]


def test_half_a_draft_is_kept_as_it_was_typed(world: World) -> None:
    client = signed_in(world.sanne)
    page = begin(world, client)
    typed = {"lines": "1", "line0-name": "Uren", "line0-price": "nog vragen", "issued_on": "", "save": "yes"}
    assert client.post(page, typed).status_code == 302
    shown = client.get(page).content.decode()
    assert 'value="nog vragen"' in shown
    assert 'value="Uren"' in shown


def test_totals_are_the_same_by_the_button_and_while_one_types(world: World) -> None:
    client = signed_in(world.sanne)
    page = begin(world, client)
    typed = {**LINE, "line0-quantity": "2,5"}
    by_button = client.post(page, {**typed, "recalculate": "yes"}).content.decode()
    live = client.post(page, typed, headers={"HX-Request": "true"}).content.decode()
    totals = [re.sub(r"\s+", " ", re.search(r"<dl.*?</dl>", text, re.S)[0]) for text in (by_button, live)]  # type: ignore[index]
    assert totals[0] == totals[1]
    assert 'value="242.00"' in totals[0]


def test_a_draft_is_seen_as_it_will_look_before_it_has_a_number(world: World) -> None:
    client, customer = signed_in(world.sanne), know(world.zwaluw, kvk="90001009")
    page = begin(world, client)
    form = {**LINE, "issued_on": "2026-11-26", "preview": "yes"}
    lacking = client.post(page, form, follow=True)
    assert (lacking.status_code, "Kies een klant" in lacking.content.decode()) == (422, True)
    shown = client.post(page, {**form, "customer": str(customer.id)}, follow=True)
    assert shown["Content-Type"] == "application/pdf" and "inline" in shown["Content-Disposition"]
    text = guarded.look(shown.content).text.replace("\xa0", " ")
    assert "CONCEPT" in text and "€ 96,80" in text and "Leesweergave" not in text
    assert as_it_is(world.zwaluw, UUID(page.split("/")[2])).state == SalesInvoice.State.DRAFT


def test_attachments_travel_inside_and_can_be_taken_off(world: World) -> None:
    client = signed_in(world.sanne)
    draft = write_draft(world.sanne, customer := know(world.zwaluw, kvk="90001009"))
    form = {**LINE, "customer": str(customer.id), "issued_on": "2026-11-26"}
    uploads = [SimpleUploadedFile("bon.pdf", b"%PDF-1.4 bon"), SimpleUploadedFile("los.csv", b"a;b")]
    assert client.post(f"/sales/{draft}/", {**form, "files": uploads}).status_code == 200
    refused = client.post(f"/sales/{draft}/", {**form, "files": SimpleUploadedFile("x.exe", b"MZ")})
    assert (refused.status_code, "kan niet mee" in refused.content.decode()) == (422, True)
    taken = re.findall(r'name="take_off" value="([^"]+)"', client.get(f"/sales/{draft}/").content.decode())
    client.post(f"/sales/{draft}/", {**form, "take_off": taken[1]})
    assert client.post(f"/sales/{draft}/", {**form, "send": "yes"}).status_code == 302
    sent = as_it_is(world.zwaluw, draft)
    (inside,) = einvoice.read(files.read(world.zwaluw.id, sent.sha256)).attachments
    assert (inside.filename, inside.content) == ("bon.pdf", b"%PDF-1.4 bon")


def test_a_sent_invoice_can_not_be_changed_and_a_draft_goes_without_a_gap(world: World) -> None:
    client, customer = signed_in(world.sanne), know(world.zwaluw, kvk="90001009")
    sent = send(world.sanne, write_draft(world.sanne, customer))
    assert client.post(f"/sales/{sent.id}/", {"lines": "0", "save": "yes"}).status_code == 409
    draft = write_draft(world.sanne, customer)
    assert client.post(f"/sales/{draft}/discard/").status_code == 302
    assert client.get(f"/sales/{draft}/").status_code == 404
    assert send(world.sanne, write_draft(world.sanne, customer)).number == "F2026-0002"


def test_the_page_of_an_upload_keeps_the_whole_menu(world: World) -> None:
    client = signed_in(world.sanne)
    menus = [
        client.get(page).content.decode().split('id="main-menu"')[1].split("<main")[0].count("href=")
        for page in ("/sales/", "/sales/upload/")
    ]
    assert menus[0] == menus[1] > 4


def test_who_neither_sends_nor_sees_all_finds_nothing(world: World) -> None:
    sent = send(world.sanne, write_draft(world.sanne, know(world.zwaluw, kvk="90001009")))
    for person in (world.anna, world.otto):
        client = signed_in(person)
        assert client.get(f"/sales/{sent.id}/").status_code == 404
        assert client.post(f"/sales/{sent.id}/copy/").status_code == 404


def test_numbers_of_customers_are_judged_by_form_and_check_digits(world: World) -> None:
    client, page = signed_in(world.sanne), f"/organisations/{world.zwaluw.id}/customers/new/"
    known = {"name": "Gemeente Hoorn", "country": "nl", "language": "nl"}
    wrong = {
        "kvk": "1234",
        "vat_number": "NL000099998B58",
        "gln": "8712345678901",
        "iban": "NL02ABNA0123456780",
        "address_scheme": "0088",
    }
    refused = client.post(page, {**known, **wrong, "oin": "123", "address_number": "1"})
    assert (refused.status_code, refused.content.decode().count("Dit nummer kan niet bestaan")) == (422, 6)
    right = {"kvk": "9000 1009", "vat_number": "NL0000.99.998.B57", "oin": "00000001001234567890"}
    assert client.post(page, {**known, **right}).status_code == 302
    with system_scope("test", world.zwaluw.id):
        saved = Customer.objects.get(name="Gemeente Hoorn")
        assert (saved.kvk, saved.vat_number, saved.country) == ("90001009", "NL000099998B57", "NL")
    assert client.post(f"/organisations/{world.zwaluw.id}/customers/{saved.id}/end/").status_code == 302
    listed = client.get(f"/organisations/{world.zwaluw.id}/customers/").content.decode()
    assert "Gemeente Hoorn" not in listed


def test_the_page_of_a_customer_shows_his_invoices_numbers_and_statement(world: World) -> None:
    customer = know(world.zwaluw, kvk="90001009", vat_number="NL000012348B06", iban="NL02ABNA0123456789")
    sent = send(world.sanne, write_draft(world.sanne, customer))
    client, page = signed_in(world.sanne), f"/organisations/{world.zwaluw.id}/customers/{customer.id}/"
    with member_scope(world.sanne, now=NOW) as sanne:
        credit = credit_note_of(sent, actor=sanne, now=NOW)
    send(world.sanne, credit.id)
    with CaptureQueriesContext(connection) as captured:
        words = client.get(page).content.decode().replace("\xa0", " ")
    for said in (
        "F2026-0001",
        "C2026-0001",
        "90001009",
        "NL000012348B06",
        "NL02 ABNA 0123 4567 89",
        "2 facturen",
    ):
        assert said in words, said
    before = len(captured)
    send(world.sanne, write_draft(world.sanne, customer))
    with CaptureQueriesContext(connection) as captured:
        client.get(page)
    assert len(captured) == before
    listed = client.post(f"{page}statement.csv").content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[1:2] + line.split(";")[5:6] for line in listed[1:]] == [
        ["F2026-0001", "137,35"],
        ["C2026-0001", "-137,35"],
        ["F2026-0002", "137,35"],
    ]
    assert signed_in(world.otto).get(page).status_code == 404
    begun = client.post("/sales/new/", {"organisation": str(world.zwaluw.id), "customer": str(customer.id)})
    assert as_it_is(world.zwaluw, UUID(begun.headers["Location"].split("/")[2])).customer_id == customer.id


def test_settings_and_series_are_for_who_manages(world: World) -> None:
    page = f"/organisations/{world.zwaluw.id}/sending/"
    assert signed_in(world.sanne).get(page).status_code == 403
    client = signed_in(world.marit)
    assert client.post(page, {"iban": "NL02ABNA0123456780", "due_days": "14"}).status_code == 422
    assert client.post(page, {"iban": "NL02 ABNA 0123 4567 89", "due_days": "14"}).status_code == 302
    series = {"kind": "invoice", "letters": "VF-", "is_per_year": "on", "first_number": "132"}
    assert client.post(f"{page}series/", {**series, "letters": "VF1"}).status_code == 422
    assert client.post(f"{page}series/", series).status_code == 302
    with system_scope("test", world.zwaluw.id):
        assert NumberSeries.objects.get().prefix == "VF-"


def test_the_list_does_not_ask_more_for_more_invoices(world: World) -> None:
    client, customer = signed_in(world.sanne), know(world.zwaluw, kvk="90001009")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/sales/").status_code == 200
        return len(captured)

    write_draft(world.sanne, customer)
    before = queries()
    for _ in range(4):
        write_draft(world.sanne, customer)
    assert queries() == before
    assert "4 facturen" not in client.get("/sales/?q=niemand").content.decode()


def test_bytes_of_invoices_and_attachments_go_along_with_a_move(world: World) -> None:
    invoice = send(world.sanne, write_draft(world.sanne, know(world.zwaluw, kvk="90001009")))
    mark = take_mark(world.zwaluw.id, now=NOW)
    before = take_manifest(mark)
    assert invoice.sha256 in {file.sha256 for file in before.files}
    send(world.sanne, write_draft(world.sanne, know(world.zwaluw, kvk="90001008")))
    assert take_manifest(mark).files == before.files


def test_a_program_sends_once_by_its_key(world: World) -> None:
    know(world.zwaluw, kvk="90001009")
    headers = {**key_of(world.sanne, world.zwaluw), "Idempotency-Key": "order-17"}
    line = {"name": "Uren", "quantity": "2", "unit": "HUR", "price": "62.50", "discount": "20"}
    bon = {"filename": "bon.pdf", "content": b64encode(b"%PDF-1.4 bon").decode()}
    body: dict[str, Any] = {
        "attachments": [bon],
        "kvk": "90001009",
        "issued_on": "2026-11-26",
        "lines": [line],
    }

    def post() -> tuple[int, dict[str, str]]:
        answer = Client().post(
            "/api/v1/sales-invoices", body, content_type="application/json", headers=headers
        )
        return answer.status_code, answer.json()

    status, said = post()
    assert (status, said["number"], said["payable"]) == (201, "F2026-0001", "121.00")
    assert post() == (status, said)
    sent = as_it_is(world.zwaluw, UUID(said["id"]))
    read = einvoice.read(files.read(world.zwaluw.id, sent.sha256))
    assert [each.content for each in read.attachments] == [b"%PDF-1.4 bon"]
    shown = Client().get(f"/api/v1/sales-invoices/{sent.id}", headers=headers).json()
    assert [(each["state"], each["reason"]) for each in shown["statuses"]] == [("queued", "")]
    headers["Idempotency-Key"] = "order-18"
    body["lines"] = [{**line, "price": "veel"}]
    status, problem = post()
    assert (status, "veel" in problem["detail"]) == (422, True)
    with system_scope("test", world.zwaluw.id):
        assert list(SalesInvoice.objects.values_list("id", flat=True)) == [UUID(said["id"])]


def test_a_list_of_customers_is_brought_in_whole_or_not_at_all(world: World) -> None:
    client, page = signed_in(world.sanne), f"/organisations/{world.zwaluw.id}/customers/import/"
    know(world.zwaluw, "Oude naam", kvk="90001009")

    def bring(*rows: str) -> int:
        text = "\n".join(("Naam;KvK-nummer;Plaats;Betaaltermijn", *rows))
        return client.post(page, {"list": SimpleUploadedFile("klanten.csv", text.encode())}).status_code

    rows = [f"Klant {n};;Hoorn;14" for n in range(30)]
    assert bring(*rows, "Fout;123;Hoorn;veel") == 422
    with system_scope("test", world.zwaluw.id):
        assert Customer.objects.count() == 1
    assert bring("Nieuwe naam;90001009;Egmond;30") == 302
    with CaptureQueriesContext(connection) as captured:
        assert bring(*rows) == 302
    assert len(captured) < 30
    with system_scope("test", world.zwaluw.id):
        assert Customer.objects.get(kvk="90001009").name == "Nieuwe naam"
        assert Customer.objects.filter(city="Hoorn", due_days=14).count() == 30
