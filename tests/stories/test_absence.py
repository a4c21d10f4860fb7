"""The test of record (rules 4.2): Anna is away from 1 April up to and including 1 May, Bram stands in."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from uuid import UUID

import pytest
from django.utils import translation

from omloop.absences.services import set_absence
from omloop.audit.services import gather
from omloop.circulation.deciding.attention import Item, Trouble, needs_attention
from omloop.circulation.models import Assignment
from omloop.circulation.routing.route import replay_route, stored_route
from omloop.circulation.routing.why import explain, read_names, short_reason
from omloop.flow.services import go_on
from omloop.intake.models import Channel
from omloop.intake.services import accept
from omloop.invoices.models import Invoice
from omloop.organisations.members import member_scope
from tests.circulation.company import Company, at
from tests.paper import file, party
from tests.world import World


@pytest.fixture
def company(world: World) -> Company:
    """Anna approves what comes in, and has set her absence in March."""
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    company.rule(("check", world.sanne), ("approve", world.anna), name="R-12", supplier="De Raaf", priority=2)
    with member_scope(world.anna, now=at("03-20")) as anna:
        set_absence(
            person_id=world.anna.id,
            first_on=date(2026, 4, 1),
            last_on=date(2026, 5, 1),
            substitute_id=world.bram.id,
            actor=anna,
            now=at("03-20"),
        )
    return company


@contextmanager
def clock_of(zone: str) -> Iterator[None]:
    """This process lives in another zone than the organisation."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


def bring_in(company: Company, arrival: datetime, number: str = "1", supplier: str = "") -> UUID:
    """A file arrives at this instant and the story goes on from there; the invoice that it became."""
    seller = party(supplier or "Kuipers Installatietechniek B.V.", "87654321", "NL000099998B57")
    with company.system() as system, gather() as events:
        accept(
            organisation_id=company.organisation.id,
            data=file(number, seller=seller),
            filename="invoice.xml",
            channel=Channel.API,
            actor=system,
            now=arrival,
        )
        for event in list(events):
            go_on(event, now=arrival)
        return UUID(str(Invoice.objects.get(number=number).id))


def why(company: Company, task: Assignment, language: str = "en") -> list[str]:
    """The sentences under "why with me?"; they come from the snapshot, which replays to the same."""
    assert replay_route(task.why) == stored_route(task.why)
    with company.system(), translation.override(language):
        return explain(task.why, read_names([task.why]))


def attention(company: Company, day: str) -> list[Item]:
    with company.system():
        return needs_attention([company.organisation.id], today=at(day).date(), now=at(day))


def test_the_import_date_decides_and_each_says_why(company: Company, world: World) -> None:
    tasks = {day: company.task(bring_in(company, at(day), day)) for day in ("03-29", "04-03", "05-06")}
    holders = {day: (task.holder, task.for_person) for day, task in tasks.items()}
    assert holders == {
        "03-29": (world.anna, None),
        "04-03": (world.bram, world.anna),
        "05-06": (world.anna, None),
    }
    assert why(company, tasks["03-29"]) == [
        "Rule R-07 asks Anna de Vries.",
        "The import date is 29 March; Anna de Vries has no absence then.",
    ]
    assert why(company, tasks["04-03"]) == [
        "Rule R-07 asks Anna de Vries.",
        "Anna de Vries is away from 1 April through 1 May. "
        "The import date, 3 April, lies in that: Bram Willems stands in.",
    ]
    assert why(company, tasks["05-06"]) == [
        "Rule R-07 asks Anna de Vries.",
        "The import date is 6 May; Anna de Vries has no absence then.",
    ]


def test_it_says_so_in_dutch(company: Company) -> None:
    task = company.task(bring_in(company, at("04-03")))
    assert why(company, task, "nl") == [
        "Regel R-07 vraagt Anna de Vries.",
        "Anna de Vries is afwezig van 1 april t/m 1 mei. "
        "De importdatum, 3 april, valt daarin: Bram Willems vervangt.",
    ]
    with company.system(), translation.override("nl"):
        assert short_reason(task.why, read_names([task.why])) == "Vervanging van Anna de Vries t/m 1 mei"


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Pacific/Auckland", "America/Los_Angeles", "UTC"])
@pytest.mark.parametrize(
    ("arrival", "holder"),
    [
        (at("03-31", "23:55"), "anna"),
        (at("04-01", "00:05"), "bram"),
        (at("05-01", "23:55"), "bram"),
        (at("05-02", "00:05"), "anna"),
    ],
)
def test_a_day_begins_and_ends_where_the_organisation_is(
    company: Company, world: World, zone: str, arrival: datetime, holder: str
) -> None:
    with clock_of(zone):
        task = company.task(bring_in(company, arrival))
    assert task.holder == world.people[holder]


def test_what_came_before_and_opens_meanwhile_stays_uncovered_and_needs_attention(
    company: Company, world: World
) -> None:
    invoice = bring_in(company, at("03-29"), supplier="De Raaf")
    company.decide(world.sanne, invoice, "check", at("04-10"))
    task = company.task(invoice)
    assert (task.holder, task.for_person) == (world.anna, None)
    assert stored_route(task.why).is_uncovered
    assert why(company, task)[1] == (
        "Anna de Vries is away from 1 April through 1 May. "
        "The import date, 29 March, does not lie in that: it stays with Anna de Vries."
    )
    (item,) = attention(company, "04-10")
    assert (item.assignment.id, item.trouble) == (task.id, Trouble.AWAY)
    assert (item.away_until, item.assignment.due_on) == (date(2026, 5, 1), date(2026, 4, 17))
    assert attention(company, "05-02") == []


def test_what_is_open_when_the_absence_begins_needs_attention_from_the_first_day_on(
    company: Company, world: World
) -> None:
    bring_in(company, at("03-29"))
    assert attention(company, "03-31") == []
    assert [item.assignment.holder for item in attention(company, "04-01")] == [world.anna]


def test_what_opens_after_the_last_day_goes_to_anna(company: Company, world: World) -> None:
    invoice = bring_in(company, at("04-03"), supplier="De Raaf")
    company.decide(world.sanne, invoice, "check", at("05-20"))
    task = company.task(invoice)
    assert (task.holder, task.for_person) == (world.anna, None)
    assert why(company, task)[1] == (
        "Anna de Vries is away from 1 April through 1 May. The import date, 3 April, lies in that, "
        "but the step opened afterwards, on 20 May: it goes to Anna de Vries."
    )


def test_bram_approves_for_anna_and_finance_hands_over_what_stayed_behind(
    company: Company, world: World
) -> None:
    hers, his = bring_in(company, at("03-29"), "hers"), bring_in(company, at("04-03"), "his")
    company.decide(world.bram, his, "approve", at("04-07"))
    assert company.invoice(his).state == "approved"
    task = company.name(world.sanne, hers, world.bram, at("04-07"))
    assert (task.holder_id, task.for_person_id) == (world.bram.id, None)
    company.decide(world.bram, hers, "approve", at("04-07"))
    assert company.invoice(hers).state == "approved"
