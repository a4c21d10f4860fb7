"""The journey of an invoice as its page tells it, and why it is where it is, in words (rules 3.14)."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from omloop.circulation.models import Assignment
from omloop.circulation.reading.timeline import Kind, Moment, timeline
from omloop.circulation.routing.route import Reason
from omloop.circulation.routing.why import explain, read_names, short_reason
from omloop.invoices.models import Invoice, Validation
from omloop.organisations.holding import hold
from tests.circulation.company import Company, at
from tests.world import World


def moments(company: Company, invoice_id: object) -> list[Moment]:
    with company.system(), translation.override("nl"):
        return timeline(Invoice.objects.get(id=invoice_id), today=date(2026, 4, 14))


def test_the_journey_tells_what_was_what_is_and_what_comes(company: Company, world: World) -> None:
    company.rule(("check", world.sanne), ("approve", world.anna), ("approve", company.group("approver")))
    company.absent(world.anna, "04-01", "05-01", world.bram)
    invoice = company.arrive(at("04-03", "08:12"))
    with company.system():
        hold(company.organisation.id)
        Validation.objects.create(
            organisation=company.organisation,
            document=Invoice.objects.get(id=invoice).document,
            validated_at=at("04-03", "08:13"),
            is_judged=True,
            fatal=0,
            warnings=2,
            findings=[],
        )
    company.decide(world.sanne, invoice, "check", at("04-04"), remark="Uren kloppen.")
    told = moments(company, invoice)
    assert [moment.kind for moment in told] == ["received", "validated", "decided", "now", "next"]
    assert [moment.state for moment in told] == ["done", "done", "done", "now", "next"]
    received, validated, checked, now, coming = told
    assert (received.at, received.channel) == (at("04-03", "08:12"), "upload")
    assert validated.validation is not None
    assert validated.validation.warnings == 2
    assert (checked.person_name, checked.action, checked.remark) == ("Sanne Bakker", "check", "Uren kloppen.")
    assert (now.person_name, now.for_person_name, now.action) == ("Bram Willems", "Anna de Vries", "approve")
    assert now.why[0] == "Regel R-07 vraagt Anna de Vries."
    assert (coming.person_name, coming.action, bool(coming.group_name)) == ("", "approve", True)


def test_a_task_that_went_to_somebody_else_and_a_limit_are_told(company: Company, world: World) -> None:
    company.limit(world.anna, "10.00")
    invoice = company.arrive()
    company.name(world.sanne, invoice, world.anna)
    company.decide(world.anna, invoice, "approve")
    told = moments(company, invoice)
    assert [moment.kind for moment in told[1:]] == [Kind.HANDED_ON, Kind.DECIDED, Kind.NOW]
    assert told[2].counted_as_check
    assert told[3].group_name


def test_the_journey_costs_the_same_however_long(company: Company, world: World) -> None:
    company.rule(("check", world.bram), ("approve", world.anna))
    invoice, spent = company.arrive(), []
    company.decide(world.bram, invoice, "check")
    for _ in range(2):
        company.decide(world.anna, invoice, "return", remark="Nog eens.")
        company.decide(world.sanne, invoice, "check")
        with company.system():
            found = Invoice.objects.select_related("document").get(id=invoice)
            with CaptureQueriesContext(connection) as queries:
                told = timeline(found, today=date(2026, 4, 14))
            spent.append(len(queries))
    assert len([moment for moment in told if moment.kind == Kind.DECIDED]) == 5
    assert spent[0] == spent[1]


def said(company: Company, task: Assignment, language: str) -> tuple[str, list[str]]:
    with company.system(), translation.override(language):
        names = read_names([task.why])
        return short_reason(task.why, names), explain(task.why, names)


def test_every_reason_of_the_fallback_has_words_in_both_languages(company: Company, world: World) -> None:
    task = company.task(company.arrive())
    seen: set[str] = set()
    for reason in Reason:
        task.why["route"]["fallback"] = reason.value
        for language in ("nl", "en"):
            short, sentences = said(company, task, language)
            seen |= {short, sentences[-1]}
    assert len(seen) == 4 * len(Reason)


def test_a_returned_and_a_named_task_say_by_whom(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    assert said(company, company.task(invoice), "nl")[0] == "Regel R-07"
    company.decide(world.anna, invoice, "return", remark="Wat is dit?")
    short, sentences = said(company, company.task(invoice), "nl")
    assert short == "Retour van Anna de Vries"
    assert sentences[0].startswith("Anna de Vries stuurde de factuur retour naar ")
    other = company.arrive()
    company.limit(world.anna, "1")
    company.decide(world.anna, other, "approve")
    company.name(world.sanne, other, world.bram)
    short, sentences = said(company, company.task(other), "nl")
    assert short == "Aangewezen door Sanne Bakker"
    assert sentences[0] == "Sanne Bakker gaf aan dat de factuur voor Bram Willems is."


@pytest.mark.parametrize(
    ("first", "last", "said_of_it"),
    [
        ("04-03", "04-03", "Anna de Vries is afwezig op 3 april."),
        ("04-01", "05-01", "Anna de Vries is afwezig van 1 april t/m 1 mei."),
        ("04-01", None, "Anna de Vries is afwezig vanaf 1 april, einde open."),
    ],
)
def test_an_absence_is_told_with_its_days(
    company: Company, world: World, first: str, last: str | None, said_of_it: str
) -> None:
    company.rule(("approve", world.anna))
    company.absent(world.anna, first, last, world.bram)
    _, sentences = said(company, company.task(company.arrive(at("04-03"))), "nl")
    assert sentences[1] == f"{said_of_it} De importdatum, 3 april, valt daarin: Bram Willems vervangt."


def test_what_reached_a_person_in_his_absence_says_so(company: Company, world: World) -> None:
    company.rule(("check", world.sanne), ("approve", world.anna))
    company.absent(world.anna, "04-01", "05-01", world.bram, takes_what_reaches=True)
    invoice = company.arrive(at("03-29"))
    company.decide(world.sanne, invoice, "check", at("04-10"))
    task = company.task(invoice)
    assert (task.holder, task.for_person) == (world.bram, world.anna)
    assert "deze stap begon op 10 april: Bram Willems vervangt." in said(company, task, "nl")[1][1]
