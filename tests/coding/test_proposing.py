"""What is proposed for an invoice that nobody has coded yet (rules 3.2, 2.11, 2.12)."""

from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext

from omloop.coding.models import CodingTemplate, CostCentre, CostUnit
from omloop.coding.proposing import propose_anew, suggested
from omloop.coding.services import code, remember
from omloop.invoices.models import Invoice, InvoiceLine
from omloop.organisations.holding import hold
from tests.circulation.company import at
from tests.circulation.reader import said, signed_in
from tests.coding.books import Books, told
from tests.world import World

LATER = at("03-09")


def coded(books: Books) -> UUID:
    """An invoice that is coded on two cost centres, 60 to 40."""
    invoice_id = books.store()
    books.code(invoice_id, books.line("600.00", centre="4100"), books.line("400.00", centre="4200"))
    return invoice_id


def test_nothing_is_proposed_for_a_supplier_that_nobody_coded_before(books: Books) -> None:
    coded(books)
    assert books.propose(books.store(supplier_vat="NL999999990B01")) == []
    assert books.propose(books.store(supplier_vat="", supplier_name="")) == []


def test_the_last_coded_invoice_of_the_supplier_is_followed_in_proportion(books: Books) -> None:
    first = coded(books)
    lines = books.propose(books.store(LATER, without_vat=Decimal("50.01"), supplier_vat="nl 0012.34567.b01"))
    assert told(lines) == ["4310 4100 30.01", "4310 4200 20.00"]
    assert {(line.origin, line.why["invoice"], line.typed_by_id) for line in lines} == {
        ("history", str(first), None)
    }


def test_the_template_of_the_supplier_comes_before_his_history(books: Books) -> None:
    first = coded(books)
    template = books.remember(first)
    other = books.store()
    books.code(other, books.line("1000.00", "4500"), now=LATER)
    lines = books.propose(books.store(LATER))
    assert told(lines) == ["4310 4100 600.00", "4310 4200 400.00"]
    assert {(line.origin, line.why["template"]) for line in lines} == {("template", str(template.id))}


def test_remembering_again_ends_the_earlier_template(books: Books) -> None:
    first = coded(books)
    books.remember(first)
    books.code(first, books.line("1000.00", "4500"))
    books.remember(first, now=LATER)
    with books.company.system():
        assert CodingTemplate.objects.filter(ended_at=None).count() == 1
    assert told(books.propose(books.store(LATER))) == ["4500 1000.00"]


def test_a_credit_note_gets_the_division_of_the_supplier_with_its_own_signs(books: Books) -> None:
    coded(books)
    lines = books.propose(books.store(LATER, kind="credit_note", without_vat=Decimal("200.00")))
    assert told(lines) == ["4310 4100 120.00", "4310 4200 80.00"]


def test_what_has_ended_is_not_proposed(books: Books) -> None:
    first = coded(books)
    books.remember(first)
    books.end("4310")
    assert books.propose(books.store(LATER)) == []


def test_a_confidential_coding_is_no_proposal_for_an_invoice_that_all_may_see(books: Books) -> None:
    secret_id = books.store(confidential=True)
    with books.company.system() as system:
        secret = Invoice.objects.get(id=secret_id)
        code(invoice=secret, lines=[books.line("1000.00", "0250")], actor=system, now=LATER)
        remember(invoice=secret, actor=system, now=LATER)
    assert books.propose(books.store(LATER)) == []
    assert told(books.propose(books.store(LATER, confidential=True))) == ["0250 1000.00"]


def test_a_coding_that_stands_already_is_left_alone(books: Books) -> None:
    invoice_id = coded(books)
    assert books.propose(invoice_id) == []
    assert len(books.lines(invoice_id)) == 2


def test_a_rejected_invoice_is_no_example(books: Books) -> None:
    first = coded(books)
    with books.company.system():
        hold(books.company.organisation.id)
        Invoice.objects.filter(id=first).update(state="rejected")
    assert books.propose(books.store(LATER)) == []


def test_texts_are_booked_where_they_were_booked_before_and_the_page_says_on_how_many(
    books: Books, world: World
) -> None:
    """Also a project that has the code of the order, never that of another order (rules 3.2)."""
    for n in (1, 2):
        first = said_by_line(
            books, {f"Wijn, week {n}": "600", "Zeep": "400"}, order="26-014", number=f"W-{n}"
        )
        books.code(
            first,
            books.line("600.00", "4500", "4100", "26-014"),
            books.line("400.00", "4310"),
            now=at("03-08"),
        )
    with books.company.system():
        hold(books.company.organisation.id)
        CostUnit.objects.create(code="26-015", organisation=books.company.organisation)
    third = said_by_line(books, {"Zeep": "1", "Wijn, week 3": "9"}, order="26-015")
    lines = books.propose(third)
    assert told(lines) == ["4310 1.00", "4500 4100 9.00"]
    assert [line.cost_unit and line.cost_unit.code for line in lines] == [None, "26-015"]
    page = said(signed_in(world.sanne).get(f"/invoices/{third}/coding/"))
    assert "how these texts were booked on the last 2 invoices with them, W-2" in page
    assert books.propose(said_by_line(books, {"Zeep": "1", "Bier": "9"}, order="26-015")) == []
    assert books.propose(said_by_line(books, {"Wijn": "9"}, order="26-099")) == [], "no such project"


def test_examples_cost_as_many_queries_for_one_as_for_twelve(books: Books) -> None:
    spent = []
    for n in range(14):
        invoice = said_by_line(books, {"Wijn": "600", "Zeep": "400"}, order="", number=str(n))
        with books.company.system(), CaptureQueriesContext(connection) as queries:
            suggested(Invoice.objects.get(id=invoice))
        spent.append(len(queries))
        books.code(invoice, books.line("600.00", "4500"), books.line("400.00", "4310"))
    assert spent[1] == spent[-1]


def said_by_line(books: Books, lines: dict[str, str], *, order: str, **fields: str) -> UUID:
    """An invoice that says these lines with their amounts."""
    total = sum(map(Decimal, lines.values()), Decimal(0))
    invoice = books.store(LATER, without_vat=total, order_reference=order, **fields)
    with books.company.system():
        hold(books.company.organisation.id)
        own = {"organisation": books.company.organisation, "invoice_id": invoice}
        InvoiceLine.objects.bulk_create(
            InvoiceLine(position=n, name=text, net=Decimal(net), **own)
            for n, (text, net) in enumerate(lines.items(), 1)
        )
    return invoice


def test_what_was_proposed_stays_where_nothing_is_known_any_more(books: Books) -> None:
    """A proposal made anew finds nothing: what owners of the lines were asked about is still there."""
    coded(books)
    second = books.store(LATER)
    proposed = [line.id for line in books.propose(second)]
    with books.company.system():
        hold(books.company.organisation.id)
        CostCentre.objects.filter(code="4200").update(ended_at=LATER)
        propose_anew(Invoice.objects.get(id=second), now=LATER)
    assert [line.id for line in books.lines(second)] == proposed
