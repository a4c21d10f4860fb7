"""What the list shows is an address: it can be bookmarked, saved, shared and taken out (rules 2.8)."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from omloop.audit.models import AuditEvent
from omloop.einvoice import Document, write
from omloop.flow.command_line import take_in
from omloop.intake.models import Channel
from omloop.invoices.finding import page_sought
from omloop.invoices.models import Invoice, SavedFilter
from omloop.organisations.holding import hold
from omloop.organisations.members import operator_member, system_scope
from omloop.organisations.models import Organisation
from omloop.organisations.rights import DefaultGroup
from omloop.people.models import Person
from tests.paper import paper, party
from tests.world import World, place

NOW = datetime(2026, 4, 3, 9, tzinfo=UTC)


def arrive(organisation: Organisation, document: Document) -> None:
    take_in(
        organisation_id=organisation.id,
        data=write(document),
        filename="a.xml",
        channel=Channel.COMMAND_LINE,
        actor=operator_member(organisation.id),
        now=NOW,
    )


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def listed(client: Client, status: int = 200, **asked: str) -> str:
    answer = client.get(reverse("invoices"), asked)
    assert answer.status_code == status
    return str(answer.content.decode())


def test_the_list_shows_what_the_address_asks_and_how_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        arrive(world.zwaluw, paper(f"nr-{n}"))
    client = as_(world.sanne)
    page = listed(client, q="nr1")
    assert ("1 gevonden" in page, "nr-1<" in page, "nr-2<" in page) == (True, True, False)
    assert "Niets gevonden" in listed(client, q="dakgoot")
    assert ">Van</label>" in listed(client), "every label is Dutch"
    page = listed(client, amount_from="100,5", amount_to="1.000,00", by="due", from_on="2026-04-17")
    assert "3 gevonden" in page
    assert 'value="100,5"' in page, "the form keeps what was asked"
    monkeypatch.setattr(page_sought, "__defaults__", (2,))
    monkeypatch.setattr("omloop.invoices.lists.MOST", 2)
    first = listed(client, q="kuipers")
    assert "Meer dan 2 gevonden" in first
    after = first.split('href="?q=kuipers&amp;after=')[1].split('"')[0]
    rest = listed(client, q="kuipers", after=after.replace("%3D", "="))
    assert [(f"nr-{n}<" in first) + (f"nr-{n}<" in rest) for n in range(3)] == [1, 1, 1]


def test_a_payment_status_is_found_in_every_organisation_with_what_else_is_asked(world: World) -> None:
    for n in range(2):
        arrive(world.zwaluw, paper(f"nr-{n}"))
    arrive(world.beheer, paper("nr-5"))
    with system_scope("test", world.zwaluw.id):
        hold(world.zwaluw.id)
        now = timezone.now()
        Invoice.objects.filter(number="nr-0").update(state="approved", booked_at=now, iban="")
    client = as_(world.sanne)

    def found(**asked: str) -> list[str]:
        page = listed(client, **asked)
        return [number for number in ("nr-0", "nr-1", "nr-5") if f">{number}<" in page]

    assert found(payment="payable") == ["nr-0"] and found(payment="paid") == []
    assert found(payment="blocked") == ["nr-1", "nr-5"]
    assert found(payment="blocked", organisation=str(world.beheer.id)) == ["nr-5"]
    assert found(payment="blocked", from_on="2026-04-18", by="due") == []
    assert found(payment="blocked", kind="invoice", state="circulating") == ["nr-1", "nr-5"]
    assert found(payment="payable", q="nr1") == [] and found(payment="payable", q="nr0") == ["nr-0"]


def test_a_filter_that_can_not_be_says_what_is_wrong(world: World) -> None:
    client = as_(world.sanne)
    assert "Dit is geen bedrag" in listed(client, 422, amount_from="veel")
    assert "Dit ligt voor het begin" in listed(client, 422, from_on="2026-04-02", to_on="2026-04-01")
    assert "Dit is geen datum" in listed(client, 422, from_on="gisteren")


def test_a_filter_is_saved_for_oneself_and_shared_by_who_manages_settings(world: World) -> None:
    client, address = as_(world.sanne), reverse("save_filter")
    form = {"query": "q=kuipers&after=x", "place": str(world.zwaluw.id), "name": "Kuipers"}
    assert client.post(address, form).headers["Location"] == f"{reverse('invoices')}?q=kuipers"
    assert client.post(address, form | {"shared": "on"}).status_code == 403
    assert client.post(address, form | {"place": str(world.vuurtoren.id)}).status_code == 404
    client.post(address, form | {"name": " "})
    client.post(address, form | {"query": ""})
    assert f'href="{reverse("invoices")}?q=kuipers"' in listed(client)
    assert "Kuipers" not in listed(as_(world.bram)), "it is hers alone"
    with system_scope("test", world.zwaluw.id):
        saved = SavedFilter.objects.get()
    place(world.bram, world.zwaluw, DefaultGroup.ADMINISTRATOR)
    as_(world.bram).post(address, form | {"name": "Van ons", "shared": "on"})
    assert "Van ons" in listed(client)
    assert "Van ons" not in listed(as_(world.otto))
    with system_scope("test", world.zwaluw.id):
        shared = SavedFilter.objects.get(is_shared=True)
    assert client.post(reverse("remove_filter", args=[shared.id])).status_code == 403
    assert as_(world.bram).post(reverse("remove_filter", args=[saved.id])).status_code == 404
    client.post(reverse("remove_filter", args=[saved.id]))
    as_(world.bram).post(reverse("remove_filter", args=[shared.id]))
    with system_scope("test", world.zwaluw.id):
        assert not SavedFilter.objects.filter(removed_at=None).exists()
        assert AuditEvent.objects.filter(name="filter.removed").count() == 2


def taken_out(client: Client, suffix: str, query: str = "") -> Any:
    return client.post(reverse("export_invoices", args=[suffix]) + query)


def read(answer: Any) -> list[list[str]]:
    data = b"".join(answer.streaming_content)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_what_is_shown_is_taken_out_as_a_table_that_computes_nothing(world: World) -> None:
    evil = party("=HYPERLINK(1) B.V.", "87654321", "NL000099998B57")
    arrive(world.zwaluw, replace(paper("nr-1"), seller=evil))
    arrive(world.zwaluw, paper("nr-2"))
    client = as_(world.sanne)
    head, row = read(taken_out(client, "csv", "?q=hyperlink"))
    said = dict(zip(head, row, strict=True))
    assert said["Leverancier"] == "'=HYPERLINK(1) B.V."
    assert (said["Nummer"], said["Te betalen"], said["Valuta"]) == ("nr-1", "121,00", "EUR")
    answer = taken_out(client, "xlsx")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<v>121</v>" in sheet
        assert "<f>" not in sheet, "no formula"
    with system_scope("test", world.zwaluw.id):
        events = AuditEvent.objects.filter(name="invoices.exported").order_by("id")
        assert [each.detail for each in events] == [
            {"rows": 1, "format": "csv"},
            {"rows": 2, "format": "xlsx"},
        ]


def test_a_file_has_the_rows_of_who_may_export_and_the_page_says_what_it_leaves_out(world: World) -> None:
    arrive(world.zwaluw, paper("nr-1"))
    arrive(world.beheer, paper("nr-2"))
    place(world.bram, world.zwaluw, DefaultGroup.READER)
    page = listed(as_(world.bram))
    assert "want daar mag je niet exporteren: Noord Beheer B.V." in " ".join(page.split())
    assert [row[4] for row in read(taken_out(as_(world.bram), "csv"))[1:]] == ["nr-1"]
    assert taken_out(as_(world.anna), "csv").status_code == 403
    assert taken_out(as_(world.sanne), "pdf").status_code == 404


def test_more_rows_than_fit_are_refused_with_the_way_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omloop.invoices.exporting.MOST", 1)
    arrive(world.zwaluw, paper("nr-1"))
    arrive(world.zwaluw, paper("nr-2"))
    answer = as_(world.sanne).post(reverse("export_invoices", args=["csv"]) + "?q=kuipers", follow=True)
    assert "Maak het filter smaller" in answer.content.decode()


def test_a_filtered_list_asks_as_much_for_many_as_for_few(world: World) -> None:
    def queries() -> tuple[int, int]:
        client = as_(world.sanne)
        with CaptureQueriesContext(connection) as shown:
            listed(client, q="kuipers")
        with CaptureQueriesContext(connection) as exported:
            taken_out(client, "csv")
        return len(shown), len(exported)

    arrive(world.zwaluw, paper("nr-0"))
    few = queries()
    for n in range(1, 5):
        arrive(world.zwaluw, paper(f"nr-{n}"))
    assert queries() == few
