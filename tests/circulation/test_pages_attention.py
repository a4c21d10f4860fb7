"""The page of what needs attention: for who manages absences, with a way on."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from omloop.circulation.ending.cancelling import cancel
from omloop.disputes.services import Claim, dispute
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from tests.circulation.company import Company, at
from tests.circulation.reader import hidden, link, said, signed_in
from tests.world import World


def away(company: Company, world: World, count: int = 1) -> None:
    """Invoices of before Anna's absence stay with her, though she is away without an end."""
    company.rule(("approve", world.anna))
    for n in range(count):
        company.arrive(at("03-02"), number=f"A-{n}")
    company.absent(world.anna, "04-01", None, world.bram)


def test_it_lists_what_nobody_present_can_do_and_hands_it_over(company: Company, world: World) -> None:
    away(company, world)
    sanne = signed_in(world.sanne)
    page = sanne.get("/attention/")
    assert "1 invoice waits for somebody who can't decide now" in said(page)
    assert "Anna de Vries is away, without an end date" in said(page)
    answer = sanne.post(
        f"{link(page, 'Kuipers')}name-person/",
        {"assignment": hidden(page, "assignment"), "person": world.bram.id, "next": "/attention/"},
    )
    assert answer.url == "/attention/"
    words = said(sanne.get("/attention/"))
    assert "Handed over, now with Bram Willems" in words
    assert "Everything is with somebody who is present" in words


def test_the_page_of_the_invoice_offers_it_too(company: Company, world: World) -> None:
    away(company, world)
    sanne = signed_in(world.sanne)
    words = said(sanne.get(link(sanne.get("/attention/"), "Kuipers")))
    assert "Hand over W" in words and "Approve A" not in words


def test_strangers_may_not_see_it(company: Company, world: World) -> None:
    away(company, world)
    assert signed_in(world.anna).get("/attention/").status_code == 403
    sanne, otto, none = signed_in(world.sanne), signed_in(world.otto), "Everything is with somebody"
    assert none in said(otto.get("/attention/"))
    assert none in said(sanne.get(f"/attention/?organisation={world.beheer.id}"))
    assert none in said(otto.get(f"/attention/?organisation={world.zwaluw.id}"))


def test_what_was_rejected_stands_there_until_finance_cancels_or_disputes_it(
    company: Company, world: World
) -> None:
    company.rule(("approve", world.anna))
    cancelled, disputed = company.arrive(number="R-1"), company.arrive(number="R-2")
    secret = company.arrive(number="R-3", confidential=True)
    for invoice in (cancelled, disputed):
        company.decide(world.anna, invoice, "reject", remark="Never ordered")
    with company.system():
        hold(company.organisation.id)
        Invoice.objects.filter(id=secret).update(state="rejected")
    sanne = signed_in(world.sanne)
    words = said(sanne.get("/attention/"))
    assert "R-1" in words and "R-2" in words and "Anna de Vries: Never ordered" in words
    assert "R-3" not in words
    with member_scope(world.sanne, now=at("03-04")) as actor:
        cancel(cancelled, reason="Not ours", actor=actor, now=at("03-04"))
        dispute(disputed, Claim(reason="Never ordered"), actor=actor, now=at("03-04"))
    assert "Everything is with somebody who is present" in said(sanne.get("/attention/"))


def test_its_price_does_not_grow(company: Company, world: World) -> None:
    away(company, world, count=2)
    sanne = signed_in(world.sanne)
    sanne.get("/attention/")
    with CaptureQueriesContext(connection) as few:
        sanne.get("/attention/")
    for n in range(8):
        company.arrive(at("03-03"), number=f"B-{n}")
    with CaptureQueriesContext(connection) as many:
        page = sanne.get("/attention/")
    assert "10 invoices wait for somebody" in said(page)
    assert len(many) == len(few)
