"""The pages of what may be booked on: lists, renewing them, division keys (rules 3.10)."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.circulation.company import Company
from tests.circulation.reader import said, signed_in
from tests.coding.books import Books
from tests.coding.test_importing import accounts
from tests.coding.test_keys import shares
from tests.world import World


def chart(books: Books, rest: str = "accounts/") -> str:
    return f"/organisations/{books.company.organisation.id}/chart/{rest}"


def seen_in(answer: object) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', answer.content.decode())  # type: ignore[attr-defined]
    assert found
    return found[1]


def test_an_empty_list_teaches_and_a_file_shows_what_it_would_change(world: World) -> None:
    books, marit = Books(Company(world, world.zwaluw)), signed_in(world.marit)
    assert "There are no ledger accounts yet" in said(marit.get(chart(books, ""), follow=True))
    file = SimpleUploadedFile("rekeningen.csv", "Nummer;Omschrijving\n4500;Café\n".encode("cp1252"))
    preview = marit.post(chart(books), {"file": file})
    assert "1 new, 0 changed, 0 the same, 0 not in the file" in said(preview)
    assert accounts(books) == {}
    text = "Nummer;Omschrijving\r\n4500;Café\r\n"
    done = marit.post(chart(books), {"text": text, "seen": seen_in(preview)}, follow=True)
    assert "The list is renewed: 1 new, 0 changed." in said(done)
    assert accounts(books) == {"4500": "Café"}


def test_what_is_wrong_with_rows_is_told_with_their_lines(books: Books, world: World) -> None:
    marit = signed_in(world.marit)
    text = "code\tnaam\teigenaar\n4300\tKantine\tniemand@noordgroep.example\n\tzonder\t\n"
    page = said(marit.post(chart(books, "centres/"), {"text": text}))
    assert "Line 2: nobody here has the address niemand@noordgroep.example." in page
    assert "Line 3 has no code and is passed over." in page
    assert "End what is not in the file" in page
    nothing = marit.post(chart(books), {"text": " "})
    assert nothing.status_code == 422 and "Choose a file, or paste rows." in said(nothing)
    headless = marit.post(chart(books), {"text": "4310;Onderhoud"})
    assert headless.status_code == 422 and "No column with codes was found." in said(headless)


def test_what_changed_meanwhile_is_shown_again(books: Books, world: World) -> None:
    answer = signed_in(world.marit).post(chart(books), {"text": "code\n4999", "seen": "0" * 64})
    assert answer.status_code == 409
    assert "Something else would change now than you saw." in said(answer)
    assert "4999" not in accounts(books)


def test_who_codes_reads_the_lists_and_only_who_manages_settings_changes_them(
    books: Books, world: World
) -> None:
    sanne = signed_in(world.sanne)
    page = said(sanne.get(chart(books, "centres/") + "?q=hav"))
    assert "4100 Haven" in page and "Anna de Vries" in page
    assert "4200" not in page and "Renew this list" not in page
    assert sanne.post(chart(books), {"text": "code\n1"}).status_code == 403
    assert sanne.get(chart(books, "keys/new/")).status_code == 403
    assert signed_in(world.anna).get(chart(books)).status_code == 403
    assert signed_in(world.otto).get(chart(books)).status_code == 404
    assert sanne.get(chart(books, "nothing/")).status_code == 404


def test_a_key_is_made_changed_and_ended_on_its_pages(books: Books, world: World) -> None:
    marit: Client = signed_in(world.marit)
    assert "There are no division keys yet" in said(marit.get(chart(books, "keys/")))
    sent = {"lines": "3", "name": "Huur", "line0-centre": "4100", "line0-share": "62,5"}
    sent |= {"line1-centre": "4200 Werkplaats", "line1-share": "37,5"}
    assert marit.post(chart(books, "keys/new/"), sent).status_code == 302
    assert shares(books) == {"Huur": ["4100 62.5000", "4200 37.5000"]}
    page = marit.get(chart(books, "keys/"))
    found = re.search(r"chart/keys/([0-9a-f-]{36})/", page.content.decode())
    assert found
    more = marit.post(chart(books, f"keys/{found[1]}/"), {**sent, "more": "yes"})
    assert more.content.decode().count("-share") > 6
    wrong = marit.post(chart(books, f"keys/{found[1]}/"), {**sent, "line2-share": "5"})
    assert wrong.status_code == 422 and "Choose who gets this share." in said(wrong)
    marit.post(chart(books, f"keys/{found[1]}/end/"))
    assert shares(books) == {}


def test_the_number_of_queries_of_a_preview_does_not_grow_with_its_rows(books: Books, world: World) -> None:
    marit, spent = signed_in(world.marit), []
    for rows in (1, 100):
        lines = (f"{n};Naam {n};bram@noordgroep.example" for n in range(rows))
        text = "\n".join(["code;naam;eigenaar", *lines])
        with CaptureQueriesContext(connection) as queries:
            assert f"{rows} new" in said(marit.post(chart(books, "centres/"), {"text": text}))
        spent.append(len(queries))
    assert spent[0] == spent[1]
