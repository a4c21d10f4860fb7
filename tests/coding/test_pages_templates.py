"""The pages of suppliers' templates (rules 3.2, 2.12)."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from omloop.coding.models import CodingTemplate
from tests.circulation.company import at
from tests.circulation.reader import said, signed_in
from tests.coding.books import Books, told
from tests.coding.test_pages import typed, values
from tests.world import World

LATER = at("03-09")


def test_a_template_is_seen_changed_and_ended_by_who_codes(books: Books, world: World) -> None:
    first = books.store()
    books.code(first, books.line("250.00", centre="4100"), books.line("750.00", "4500"))
    template, sanne = books.remember(first), signed_in(world.sanne)
    pages = f"/organisations/{template.organisation_id}/chart/templates/"
    assert "4310 Onderhoud installaties, 4100 Haven: 25%" in said(sanne.get(pages))
    for person, status in ((world.anna, 403), (world.otto, 404)):
        assert signed_in(person).get(pages).status_code == status
        assert signed_in(person).post(f"{pages}{template.id}/end/").status_code == status
    page = f"{pages}{template.id}/"
    assert values(sanne.get(page), "share")[:2] == ["25", "75"], "what 250 and 750 are of 1000"
    wrong = sanne.post(page, typed({"share": "x5", "account": "4310"}, {"centre": "4100"}))
    assert wrong.status_code == 422 and "Choose a ledger account." in said(wrong)
    assert sanne.post(page, typed({"share": "1", "account": "reis", "centre": "4200"}, {})).status_code == 302
    assert told(books.propose(books.store(LATER))) == ["4500 4200 1000.00"]
    assert sanne.post(page, typed({"share": "1", "account": "4310"})).status_code == 404, "it has ended"
    with books.company.system():
        current = CodingTemplate.objects.get(ended_at=None)
    assert "has ended" in said(sanne.post(f"{pages}{current.id}/end/", follow=True))
    assert "There are no templates yet" in said(sanne.get(pages))


def test_the_list_takes_as_many_queries_for_ten_templates_as_for_one(books: Books, world: World) -> None:
    sanne, spent = signed_in(world.sanne), []
    for n in range(10):
        invoice = books.store(supplier_vat=f"NL00000000{n}B01")
        books.code(invoice, books.line("400.00", centre="4100"), books.line("600.00", centre="4200"))
        pages = f"/organisations/{books.remember(invoice).organisation_id}/chart/templates/"
        with CaptureQueriesContext(connection) as queries:
            assert sanne.get(pages).status_code == 200
        spent.append(len(queries))
    assert spent[0] == spent[-1]
