"""A mail or a ZIP is a delivery, and each file inside a document of its own (rules 2.1, 2.2)."""

import struct
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from omloop.intake import files
from omloop.intake.containers import Brought, bring
from omloop.intake.mails import read_heading
from omloop.intake.models import Channel, Container, Delivery, Document, Part
from omloop.intake.taking_apart import MAX_PIECES, Kind, kind_of, take_apart
from omloop.organisations.members import member_scope, system_scope
from omloop.people.models import Person
from tests.intake.test_accept import bring_as as bring_file_as
from tests.intake.test_accept import let_see_confidential
from tests.paper_mail import PDF, PICTURE, mail, zipped
from tests.world import World

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
XML = b"<?xml version='1.0'?><Invoice/>"


def bring_as(person: Person, world: World, data: bytes, **more: Any) -> Brought:
    given: dict[str, Any] = {"filename": "brought", "channel": Channel.UPLOAD, "now": NOW, **more}
    with member_scope(person, now=timezone.now()) as member:
        return bring(organisation_id=world.zwaluw.id, data=data, actor=member, **given)


def outcomes(brought: Brought) -> list[tuple[str, str]]:
    return [(part.name, part.fault or part.outcome) for part in brought.parts]


def test_each_attachment_of_a_mail_is_a_document_and_the_mail_is_none(world: World) -> None:
    data = mail(("factuur.xml", XML), ("factuur.pdf", PDF), ("voorwaarden.docx", b"PK nothing"))
    brought = bring_as(world.sanne, world, data, filename="post.eml")
    assert outcomes(brought) == [
        ("factuur.xml", "accepted"),
        ("factuur.pdf", "accepted"),
        ("voorwaarden.docx", "other_kind"),
    ]
    with system_scope("test", world.zwaluw.id):
        assert set(Document.objects.values_list("filename", flat=True)) == {"factuur.xml", "factuur.pdf"}
        assert set(Delivery.objects.values_list("message_id", flat=True)) == {"<114@leverancier.example>"}
        kept = Container.objects.get()
        assert (kept.sender, kept.subject, kept.state) == (
            "facturen@leverancier.example",
            "Factuur 2026-114",
            "taken_in",
        )
        assert files.read(world.zwaluw.id, kept.sha256) == data
        assert Part.objects.exclude(sha256="").count() == 2


def test_the_same_part_by_another_mail_is_known(world: World) -> None:
    first = bring_as(world.sanne, world, mail(("a.pdf", PDF)))
    again = bring_as(world.sanne, world, mail(("b.pdf", PDF), message_id="<115@leverancier.example>"))
    assert (again.parts[0].outcome, again.parts[0].document_id) == ("known", first.parts[0].document_id)
    with system_scope("test", world.zwaluw.id):
        assert (Document.objects.count(), Container.objects.count()) == (1, 2)


def test_the_same_message_id_with_other_bytes_is_kept_and_flagged(world: World) -> None:
    for data in (PDF, PDF + b"\n"):
        bring_as(world.sanne, world, mail(("a.pdf", data)))
    with system_scope("test", world.zwaluw.id):
        flags = Container.objects.order_by("id").values_list("has_known_message_id", flat=True)
        assert list(flags) == [False, True]
        assert Document.objects.count() == 2


def test_what_is_in_forwarded_mails_and_zips_in_mails_comes_out(world: World) -> None:
    inner = mail(("binnen.pdf", PDF), message_id="<inner@x.example>")
    data = mail(
        ("doorgestuurd.eml", inner), ("alles.zip", zipped(("map/in.xml", XML), ("logo.png", PICTURE)))
    )
    assert outcomes(bring_as(world.sanne, world, data)) == [
        ("binnen.pdf", "accepted"),
        ("alles.zip › in.xml", "accepted"),
        ("alles.zip › logo.png", "accepted"),
    ]


def test_names_in_a_zip_are_texts_and_never_paths() -> None:
    pieces = take_apart(zipped(("../../etc/passwd.xml", XML), ("C:\\a\\b.pdf", PDF)))
    assert [piece.name for piece in pieces] == ["passwd.xml", "b.pdf"]


def test_what_can_not_be_opened_says_so_and_stops_no_other() -> None:
    locked = bytearray(zipped(("geheim.pdf", PDF)))
    for start, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = locked.index(start) + at
        locked[place : place + 2] = struct.pack("<H", 1)
    broken = zipped(("stuk.pdf", PDF * 50)).replace(b"stuk.pdf", b"stuk.pdf", 1)
    middle = len(broken) // 3
    broken = broken[:middle] + b"\xff" * 8 + broken[middle + 8 :]
    nested = zipped(("in.zip", zipped(("a.pdf", PDF))), ("goed.pdf", PDF))
    found = take_apart(mail(("locked.zip", bytes(locked)), ("broken.zip", broken), ("nested.zip", nested)))
    assert [(piece.name, piece.fault) for piece in found] == [
        ("locked.zip › geheim.pdf", "encrypted"),
        ("broken.zip › stuk.pdf", "broken"),
        ("nested.zip › in.zip", "too_deep"),
        ("nested.zip › goed.pdf", ""),
    ]


def test_a_bomb_ends_at_its_limits_and_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omloop.intake.taking_apart.MAX_BYTES", 1_000_000)
    started = time.monotonic()
    wide = take_apart(zipped(*((f"{n}.xml", XML) for n in range(150))))
    assert (len(wide), wide[-1].fault) == (MAX_PIECES + 1, "too_many")
    assert [piece.fault for piece in take_apart(zipped(("0.xml", b"<" + b" " * 50_000_000)))] == ["too_large"]
    deep = mail(("0.pdf", PDF))
    for _ in range(40):
        deep = mail(("in.eml", deep))
    assert kind_of(deep) is Kind.MAIL
    assert [piece.fault for piece in take_apart(deep)] == ["too_deep"]
    long = mail(("0.pdf", PDF), **{f"X_{n}": "(" * 9000 for n in range(9)})
    assert [piece.fault for piece in take_apart(long)] == ["broken"]
    assert time.monotonic() - started < 15


def test_a_word_document_is_a_file_and_an_invoice_is_no_mail() -> None:
    word = zipped(("[Content_Types].xml", XML), ("word/document.xml", XML))
    assert [kind_of(data) for data in (word, XML, PDF, b"", b"Subject: hi")] == [None] * 5
    assert kind_of(b"PK\x05\x06" + b"\0" * 18) is Kind.ZIP


def test_pictures_of_the_text_stay_in_the_mail() -> None:
    data = mail(("factuur.pdf", PDF)).replace(
        b"Content-Type: application/pdf", b"Content-ID: <logo>\r\nContent-Type: image/png"
    )
    assert [piece.fault for piece in take_apart(data)] == ["decoration"]


def test_two_senders_are_none_and_machines_are_known() -> None:
    assert read_heading(mail()).sender == "facturen@leverancier.example"
    two = mail().replace(b"From:", b"From: baas@noordgroep.example\r\nFrom:", 1)
    assert read_heading(two).sender == ""
    trick = read_heading(mail(sender='"facturen@vertrouwd.example" <boef@elders.example>'))
    assert trick.sender == "boef@elders.example"
    for heading in (
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<nieuws.example>"},
        {"Return_Path": "<>"},
    ):
        assert read_heading(mail(**heading)).is_automatic
    assert not read_heading(mail(Auto_Submitted="no")).is_automatic


def test_a_mail_with_a_confidential_document_is_hidden_with_all_that_it_says(world: World) -> None:
    let_see_confidential(world.marit, world.zwaluw.id)
    bring_file_as(world.marit, world.zwaluw.id, PDF, confidential=True)
    brought = bring_as(world.sanne, world, mail(("salaris.pdf", PDF)))
    assert (brought.parts[0].outcome, brought.parts[0].document_id) == ("known", None)
    with member_scope(world.sanne, now=timezone.now()):
        assert not Container.objects.exists()
        assert not Part.objects.exists()
    with member_scope(world.marit, now=timezone.now()):
        assert Container.objects.get().confidential


def test_an_upload_of_a_mail_says_what_came_of_each_part(world: World) -> None:
    client = Client()
    client.force_login(world.sanne)
    file = SimpleUploadedFile("post.eml", mail(("factuur.pdf", PDF), ("brief.docx", b"brief")))
    answer = client.post(
        "/upload/",
        {"organisation": str(world.zwaluw.id), "files": [file]},
        headers={"accept": "application/json", "accept-language": "nl"},
    )
    said = [(each["file"], each["outcome"]) for each in answer.json()["files"]]
    assert [name for name, _ in said] == ["post.eml", "post.eml › factuur.pdf", "post.eml › brief.docx"]
    assert "1 factuur" in said[0][1]


def test_an_empty_container_is_kept_as_having_nothing_in_it(world: World) -> None:
    assert not bring_as(world.sanne, world, mail()).is_of_use
    with system_scope("test", world.zwaluw.id):
        assert Container.objects.get().state == "nothing_in_it"
