"""Documents and invoices by API, with a connection key (rules 2.1-2.4)."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.einvoice import Kind, PrecedingInvoice
from omloop.intake.models import Delivery, Document
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import system_scope
from omloop.organisations.models import ConnectionKey, Organisation
from omloop.organisations.services import make_connection_key, withdraw
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.incoming import come_in
from tests.paper import DRAWING, broken_file, file
from tests.paper_mail import mail
from tests.world import BEGINNING, World

API = "/api/v1"


def key_of(person: Person, organisation: Organisation) -> dict[str, str]:
    """The header of a key of his."""
    with tenant_scope(None, [organisation.id]):
        _, text = make_connection_key(
            organisation_id=organisation.id, holder=person, name="test", actor=OPERATOR, now=BEGINNING
        )
    return {"Authorization": f"Bearer {text}"}


def send(headers: dict[str, str], data: bytes, name: str = "a.xml", **more: str) -> Any:
    return Client().post(
        f"{API}/documents?filename={name}", data, content_type="application/xml", headers={**headers, **more}
    )


def ask(headers: dict[str, str], address: str) -> Any:
    return Client().get(API + address, headers=headers)


@pytest.fixture
def sanne(world: World) -> dict[str, str]:
    return key_of(world.sanne, world.zwaluw)


def test_a_file_sent_is_taken_in_and_read(
    world: World, sanne: dict[str, str], run_jobs: Callable[[], None]
) -> None:
    data = file("2026-0418", attachments=(DRAWING,))
    sent = send(sanne, data)
    assert (sent.status_code, sent.json()["outcome"]) == (201, "accepted")
    document = sent.json()["document"]
    assert ask(sanne, f"/documents/{document}").json()["state"] == "received"
    run_jobs()
    shown = ask(sanne, f"/documents/{document}").json()
    assert (shown["state"], shown["filename"]) == ("read", "a.xml")
    invoice = ask(sanne, f"/invoices/{shown['invoice']}").json()
    assert (invoice["number"], invoice["payable"], invoice["state"]) == ("2026-0418", "121.00", "circulating")
    assert (invoice["lines"][0]["quantity"], invoice["attachments"][0]["filename"]) == ("2.00", "drawing.pdf")
    original = ask(sanne, f"/documents/{document}/original")
    assert original.content == data
    assert original.headers["Content-Disposition"] == 'attachment; filename="a.xml"'


def test_a_form_with_a_file_works_too_and_the_same_bytes_are_known(sanne: dict[str, str]) -> None:
    form = {"file": SimpleUploadedFile("b.xml", file())}
    sent = Client().post(f"{API}/documents", form, headers=sanne)
    assert (sent.status_code, sent.json()["outcome"]) == (201, "accepted")
    again = send(sanne, file())
    assert (again.status_code, again.json()) == (200, {**sent.json(), "outcome": "known"})


def test_who_decided_is_the_holder_and_the_key_is_named(world: World, sanne: dict[str, str]) -> None:
    send(sanne, file())
    with system_scope("test", world.zwaluw.id):
        assert Delivery.objects.get().delivered_by == world.sanne.id


def test_a_repeated_idempotency_key_gets_the_same_answer(world: World, sanne: dict[str, str]) -> None:
    first = send(sanne, file("1"), **{"Idempotency-Key": "k1"})
    again = send(sanne, file("1"), **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    with system_scope("test", world.zwaluw.id):
        assert Delivery.objects.count() == 1
    other = send(sanne, file("2"), **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.headers["Content-Type"]) == (422, "application/problem+json")
    own = send(key_of(world.sanne, world.zwaluw), file("2"), **{"Idempotency-Key": "k1"})
    assert own.status_code == 201, "another key has its own idempotency keys"
    assert send(sanne, file("1"), **{"Idempotency-Key": "k" * 300}).status_code == 422


def test_what_failed_is_undone_and_may_be_tried_again(world: World, sanne: dict[str, str]) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        withdraw(
            organisation_id=world.zwaluw.id,
            person_id=world.sanne.id,
            group="finance",
            actor=OPERATOR,
            now=timezone.now(),
        )
    refused = send(sanne, file(), **{"Idempotency-Key": "k1"})
    assert refused.status_code == 403
    assert refused.json()["title"] == "Forbidden"
    with system_scope("test", world.zwaluw.id):
        assert not Document.objects.exists()


def test_validate_says_what_is_broken_and_keeps_nothing(world: World, sanne: dict[str, str]) -> None:
    def validate(data: bytes) -> Any:
        return Client().post(f"{API}/validate", data, content_type="application/xml", headers=sanne).json()

    assert "BR-CO-15" in {finding["rule"] for finding in validate(broken_file())["findings"]}
    assert validate(broken_file())["verdict"] == "broken"
    assert validate(file())["verdict"] != "broken"
    assert [finding["rule"] for finding in validate(b"%PDF-1.4")["findings"]] == ["OML-PDF-01"]
    form = {"file": SimpleUploadedFile("b.xml", file())}
    chosen = Client().post(f"{API}/validate?profile=nlcius-ubl", form, headers=sanne).json()
    assert (validate(file())["profile"], chosen["profile"]) == ("peppol-bis-3", "nlcius-ubl")
    for profile, why in (("en16931-cii", "other syntax"), ("no-such", "errors")):
        refused = Client().post(
            f"{API}/validate?profile={profile}", file(), content_type="text/xml", headers=sanne
        )
        assert refused.status_code == 422 and why in refused.content.decode()
    with system_scope("test", world.zwaluw.id):
        assert not Document.objects.exists()


def test_lists_go_on_where_they_ended(world: World, sanne: dict[str, str]) -> None:
    sent = [send(sanne, file(str(n))).json()["document"] for n in range(5)]
    first = ask(sanne, "/documents?limit=3").json()
    rest = ask(sanne, f"/documents?limit=3&after={first['next']}").json()
    assert [each["id"] for each in first["items"] + rest["items"]] == sent[::-1]
    assert rest["next"] is None
    assert ask(sanne, "/documents?after=nonsense").status_code == 422
    assert ask(sanne, "/documents?state=nonsense").status_code == 422
    assert ask(sanne, "/documents?limit=0").status_code == 422


def test_documents_of_one_moment_are_neither_lost_nor_doubled(world: World, sanne: dict[str, str]) -> None:
    for n in range(4):
        send(sanne, file(str(n)))
    with system_scope("test", world.zwaluw.id):
        hold(world.zwaluw.id)
        Document.objects.update(received_at=BEGINNING)
    seen, after = [], ""
    while True:
        page = ask(sanne, f"/documents?limit=1&after={after}").json()
        seen += [each["id"] for each in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 4


def test_queries_do_not_grow_with_rows(
    world: World, sanne: dict[str, str], run_jobs: Callable[[], None]
) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ask(sanne, address).status_code == 200
        return len(captured)

    send(sanne, file("0"))
    run_jobs()
    few = {address: queries(address) for address in ("/documents", "/invoices")}
    for n in range(1, 6):
        send(sanne, file(str(n)))
    run_jobs()
    assert {address: queries(address) for address in few} == few


def test_without_a_key_there_is_no_way_in(world: World) -> None:
    signed_in = Client()
    signed_in.force_login(world.sanne)
    for client, headers in (
        (Client(), {}),
        (signed_in, {}),
        (Client(), {"Authorization": "Bearer oml_wrong"}),
        (signed_in, {"Authorization": "Bearer oml_wrong"}),
    ):
        answer = client.get(f"{API}/documents", headers=headers)
        assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        sent = client.post(f"{API}/documents", b"x", content_type="application/xml", headers=headers)
        assert sent.status_code == 401


def test_a_revoked_key_is_no_key(world: World, sanne: dict[str, str]) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        hold(world.zwaluw.id)
        ConnectionKey.objects.update(revoked_at=timezone.now() - timedelta(seconds=1))
    assert ask(sanne, "/documents").status_code == 401


def test_strangers_find_nothing(world: World, sanne: dict[str, str], run_jobs: Callable[[], None]) -> None:
    document = send(sanne, file()).json()["document"]
    run_jobs()
    with system_scope("test", world.zwaluw.id):
        invoice = Invoice.objects.get().id
    for stranger in (key_of(world.otto, world.vuurtoren), key_of(world.sanne, world.beheer)):
        for address in (f"/documents/{document}", f"/documents/{document}/original", f"/invoices/{invoice}"):
            assert ask(stranger, address).status_code == 404
        assert ask(stranger, "/documents").json()["items"] == []
        assert ask(stranger, "/invoices").json()["items"] == []
    assert ask(sanne, f"/documents/{uuid4()}").status_code == 404


def test_an_approver_sees_what_waits_for_him_and_its_original_and_adds_nothing(
    world: World, sanne: dict[str, str], run_jobs: Callable[[], None]
) -> None:
    anna = key_of(world.anna, world.zwaluw)
    document: UUID = send(sanne, file()).json()["document"]
    run_jobs()
    assert ask(anna, "/invoices").json()["items"] == []
    assert ask(anna, f"/documents/{document}").status_code == 404
    assert send(anna, file("2")).status_code == 403


def test_what_it_does_not_have_is_a_problem_too(sanne: dict[str, str]) -> None:
    answer = ask(sanne, "/nonsense")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_it_describes_and_explains_itself_to_everybody(world: World) -> None:
    described = json.loads(Client().get(f"{API}/openapi.json").content)
    assert {"/api/v1/documents", "/api/v1/invoices", "/api/v1/validate"} <= set(described["paths"])
    assert described["components"]["securitySchemes"]
    page = Client().get("/api/docs")
    assert page.status_code == 200
    assert b"https://" not in page.content, "everything comes from here"
    assert b"<style" not in page.content


def test_a_mail_is_taken_apart_and_its_parts_are_named(sanne: dict[str, str]) -> None:
    answer = send(sanne, mail(("a.xml", b"<a/>"), ("brief.docx", b"brief")), "post.eml")
    said = answer.json()
    assert (answer.status_code, said["outcome"], said["document"]) == (201, "taken_apart", None)
    assert [(part["name"], part["outcome"], part["fault"]) for part in said["parts"]] == [
        ("a.xml", "accepted", ""),
        ("brief.docx", "left", "other_kind"),
    ]


def test_invoices_are_found_as_on_the_page_and_say_what_they_are_tied_to(world: World) -> None:
    first = come_in(world.zwaluw, "2026-0418")
    second = come_in(world.zwaluw, "2026/0418", buyer_reference="PO-2")
    secret = come_in(world.zwaluw, "2026-0500", secret=True)
    names = {"kind": Kind.CREDIT_NOTE, "type_code": "381"}
    note = come_in(world.zwaluw, "C-1", preceding_invoices=(PrecedingInvoice("2026-0418"),), **names)
    hidden = come_in(world.zwaluw, "C-2", preceding_invoices=(PrecedingInvoice("2026-0500"),), **names)
    sanne = key_of(world.sanne, world.zwaluw)

    def found(asked: str) -> set[UUID]:
        return {UUID(each["id"]) for each in ask(sanne, f"/invoices?{asked}").json()["items"]}

    assert found("") == {first, second, note, hidden}
    assert found("q=kuipers+0418") == {first, second, note}
    assert found("kind=credit_note") == {note, hidden} and found("state=held") == {second}
    assert found("amount_from=121&amount_to=121.00&kind=invoice&payment=blocked") == {first, second}
    assert found("from_on=2026-04-01") == set() and found("q=2026-0500") == {hidden}
    assert found(f"organisation={world.zwaluw.id}&supplier=kuipers") == {first, second, note, hidden}
    page = ask(sanne, "/invoices?q=kuipers&limit=3").json()
    rest = ask(sanne, f"/invoices?q=kuipers&limit=3&after={page['next']}").json()
    assert len({each["id"] for each in page["items"] + rest["items"]}) == 4 and rest["next"] is None
    for wrong in ("state=new", "kind=new", "from_on=yesterday", "amount_from=2&amount_to=1"):
        assert ask(sanne, f"/invoices?{wrong}").status_code == 422, wrong
    assert ask(sanne, f"/invoices?organisation={world.vuurtoren.id}").status_code == 404
    listed = {UUID(each["id"]): each for each in ask(sanne, "/invoices").json()["items"]}
    for invoice, duplicate_of, credits in ((second, first, None), (note, None, first), (hidden, None, None)):
        said = (duplicate_of and str(duplicate_of), credits and str(credits))
        shown = ask(sanne, f"/invoices/{invoice}").json()
        assert (listed[invoice]["duplicate_of"], listed[invoice]["credits"]) == said
        assert (shown["duplicate_of"], shown["credits"], len(shown["lines"])) == (*said, 1)
    assert ask(sanne, f"/invoices/{secret}").status_code == 404
