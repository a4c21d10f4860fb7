"""Before it goes wrong: pre-flight, and rights that a substitute borrows (rules 4.5, 1.11)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from omloop.absences import lending
from omloop.absences.models import AbsenceCover, LentRight
from omloop.absences.refusals import NotAThird, NothingToLend, OwnSubstitute
from omloop.absences.services import set_absence
from omloop.circulation.deciding.attention import needs_attention
from omloop.circulation.deciding.gate import decide
from omloop.circulation.refusals import NotEntitled
from omloop.organisations.members import member_scope
from omloop.people.models import Person, SameHuman
from omloop.reports.register import read_register
from omloop.standins.tasks import see_to_now
from omloop.tenancy.history import since
from omloop.web.words import NO_BREAK
from tests.circulation.company import BEFORE, Company
from tests.joining.people import mails_to
from tests.notifications.told import show_confidential_to
from tests.standins.test_pages import at_desk_of, wish
from tests.world import World, make_person, place

TODAY = timezone.localdate()
FIRST, LAST = TODAY + timedelta(days=1), TODAY + timedelta(days=10)
RunJobs = Callable[[], None]


@pytest.fixture
def company(world: World) -> Company:
    """Anna approves up to 10,000; Sanne, who does the books, is to stand in for her."""
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    company.limit(world.anna, "10000")
    return company


def noon(days: int) -> Any:
    return timezone.now() + timedelta(days=days)


def rights_asked(world: World) -> list[LentRight]:
    with member_scope(world.marit, now=timezone.now()) as marit:
        return lending.asked_in(marit.rights, now=timezone.now())


def set_with_rights(anna: Client, substitute: Person) -> None:
    answer = anna.post("/absences/new/", {**wish(substitute, FIRST, LAST), "lends": "on"})
    assert answer.status_code == 302


def answer(person: Person, lent_id: UUID, *, is_confirmed: bool = True) -> LentRight:
    with member_scope(person, now=timezone.now()) as member:
        return lending.answer(lent_id, is_confirmed=is_confirmed, actor=member, now=timezone.now())


def test_the_pre_flight_says_what_would_go_wrong_before_and_after_saving(
    company: Company, world: World
) -> None:
    carla = make_person("Carla Prins")
    for organisation in (world.zwaluw, world.beheer):
        place(carla, organisation, "approver")
    company.limit(world.bram, "500")
    company.rule(("approve", world.anna), ("approve", world.bram), name="R-20", priority=5)
    anna, bram = at_desk_of(world.anna), at_desk_of(world.bram)
    third = FIRST + timedelta(days=2)
    bram.post("/absences/new/", wish(carla, third, third))
    asked = anna.get("/absences/new/", wish(world.bram, FIRST, LAST), headers={"HX-Request": "true"})
    text = asked.content.decode().replace(NO_BREAK, " ")
    for sentence in (
        "Bram geeft bij Zwaluw Techniek B.V. akkoord tot € 500,00, minder dan Anna",
        "Volgens regel R-20 bij Zwaluw Techniek B.V. zijn Anna en Bram allebei aan de beurt",
        "is Bram bij Zwaluw Techniek B.V. zelf ook afwezig: Carla vervangt dan.",
        "Akkoord tot € 10.000,00",
        "Vraag de ontbrekende rechten tijdelijk aan",
    ):
        assert sentence in text, sentence
    anna.post("/absences/new/", wish(world.bram, FIRST, LAST))
    listed = anna.get("/absences/").content.decode()
    saved = anna.get(listed.split('class="title" href="')[1].split('"')[0]).content.decode()
    assert "akkoord tot € 500,00" in saved.replace(NO_BREAK, " ")
    circle = at_desk_of(carla).get(
        "/absences/new/", wish(world.bram, third, third), headers={"HX-Request": "true"}
    )
    assert "vervangen ze elkaar bij Zwaluw Techniek B.V." in circle.content.decode()


def test_a_lent_right_is_confirmed_by_a_third_holds_only_for_anna_and_ends_by_itself(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    anna, marit = at_desk_of(world.anna), at_desk_of(world.marit)
    company.rule(("approve", world.sanne), name="R-30", supplier="De Raaf", priority=9)
    set_with_rights(anna, world.sanne)
    asked = rights_asked(world)
    assert {(each.right, each.borrower) for each in asked} == {("approve", world.sanne)}
    run_jobs()
    assert "Mag Sanne Bakker bij" in mails_to("marit@noordgroep.example")
    mine = next(each for each in asked if each.organisation_id == world.zwaluw.id)
    with pytest.raises(NotAThird):
        answer(world.sanne, mine.id)
    with pytest.raises(NotAThird):
        answer(world.anna, mine.id)
    before = company.arrive(noon(2))
    assert company.task(before).fallback == "right_missing"
    page = marit.get("/absences/lent-rights/").content.decode()
    assert "Akkoord geven" in page
    assert marit.post(f"/absences/lent-rights/{mine.id}/", {"answer": "confirm"}).status_code == 302
    with pytest.raises(NothingToLend):
        answer(world.marit, mine.id)

    see_to_now(world.zwaluw.id, noon(1))
    small, large = company.arrive(noon(2)), company.arrive(noon(2), with_vat=Decimal("25000"))
    his = company.arrive(noon(2), supplier_name="De Raaf")
    left = company.arrive(noon(3))
    task = company.task(small)
    assert (task.holder, task.for_person, task.fallback) == (world.sanne, world.anna, "")
    assert company.task(his).fallback == "right_missing"
    with company.system():
        stuck = needs_attention([world.zwaluw.id], today=noon(2).date(), now=noon(2))
    assert small not in {item.assignment.invoice_id for item in stuck}
    assert company.decide(world.sanne, small, "approve", noon(2)).opened is None
    assert company.decide(world.sanne, large, "approve", noon(2)).counted_as_check

    with company.system():
        register = read_register(world.zwaluw, noon(2).date())
    (ground,) = next(each.grounds for each in register.approvers if each.person == world.sanne)
    assert (ground.group, ground.by) == ("Tijdelijk van Anna de Vries", "Marit Hoekstra")
    seen = marit.get(f"/people/{world.sanne.id}/").content.decode()
    assert "Tijdelijk recht" in seen

    see_to_now(world.zwaluw.id, noon(11))
    task = company.task(left)
    assert (task.holder, task.for_person) == (world.anna, None)


def test_what_the_lender_loses_is_not_lent_any_more_and_a_longer_absence_is_asked_anew(
    company: Company, world: World
) -> None:
    anna = at_desk_of(world.anna)
    set_with_rights(anna, world.sanne)
    for each in rights_asked(world):
        answer(world.marit, each.id)
    during = company.arrive(noon(2))
    task = company.task(during)
    assert task.holder == world.sanne
    company.withdraw(world.anna, "approver", noon(2))
    with member_scope(world.sanne, now=noon(3)) as sanne, pytest.raises(NotEntitled):
        decide(assignment_id=task.id, action="approve", actor=sanne, now=noon(3))
    company.grant(world.anna, "approver", noon(3))
    listed = anna.get("/absences/").content.decode()
    address = listed.split('class="title" href="')[1].split('"')[0]
    shorter, longer = LAST - timedelta(days=1), LAST + timedelta(days=3)
    anna.post(address, wish(world.sanne, FIRST, shorter))
    assert len(lent(world)) == 2
    anna.post(address, wish(world.sanne, FIRST, longer))
    assert lent(world) == []
    anna.post(address, {**wish(world.sanne, FIRST, longer), "lends": "on"})
    (declined, _other) = rights_asked(world)
    assert not answer(world.marit, declined.id, is_confirmed=False).is_confirmed
    assert len(rights_asked(world)) == 1


def lent(world: World) -> list[LentRight]:
    with member_scope(world.marit, now=timezone.now()):
        return list(LentRight.objects.filter(ended_at=None, is_confirmed=True))


def test_a_lent_right_stands_in_the_rights_overview_as_a_chip_of_its_own_that_nobody_ticks_off(
    company: Company, world: World
) -> None:
    anna, marit = at_desk_of(world.anna), at_desk_of(world.marit)
    matrix, person = f"/environments/{world.noordgroep_id}/rights/", f"/people/{world.sanne.id}/"
    set_with_rights(anna, world.sanne)
    assert (
        'data-role="lent" data-tone="substitute">Tijdelijk van Anna' not in marit.get(matrix).content.decode()
    )
    for asked in rights_asked(world):
        answer(world.marit, asked.id)
    for page in (matrix, person):
        assert (
            'data-role="lent" data-tone="substitute">Tijdelijk van Anna de Vries t/m'
            in marit.get(page).content.decode()
        )
    cell = marit.get(f"{matrix}{world.sanne.id}/{world.zwaluw.id}/").content.decode()
    assert "Tijdelijk van Anna" not in cell


def test_another_account_of_the_same_human_confirms_no_loan_and_stands_in_for_nobody(
    company: Company, world: World
) -> None:
    set_with_rights(at_desk_of(world.anna), world.bram)
    count_as_one(world, world.anna, world.sanne)
    with member_scope(world.anna, now=timezone.now()) as anna, pytest.raises(OwnSubstitute):
        wanted = {"first_on": LAST + timedelta(3), "last_on": LAST + timedelta(3)}
        set_absence(
            person_id=world.anna.id, substitute_id=world.sanne.id, **wanted, actor=anna, now=timezone.now()
        )
    options = at_desk_of(world.anna).get("/absences/new/").content.decode()
    assert "Bram Willems</option>" in options and "Sanne Bakker</option>" not in options
    count_as_one(world, world.bram, world.marit)
    with company.system() as system:
        covers = AbsenceCover.objects.filter(organisation_id=world.zwaluw.id)
        lending.ask(covers, {world.zwaluw.id: ["check"]}, actor=system, now=timezone.now())
    (asked,) = rights_asked(world)
    with pytest.raises(NotAThird):
        answer(world.marit, asked.id)
    assert (
        "Iemand anders beantwoordt dit"
        in at_desk_of(world.marit).get("/absences/lent-rights/").content.decode()
    )


def count_as_one(world: World, *people: Person) -> None:
    one, other = sorted(person.id for person in people)
    SameHuman.objects.create(
        one_id=one,
        other_id=other,
        marked_by=world.otto.id,
        environment_id=world.noordgroep_id,
        valid=since(BEFORE),
    )


def test_the_pre_flight_says_that_the_substitute_may_not_see_what_is_confidential(
    company: Company, world: World
) -> None:
    show_confidential_to(company, world.anna)

    def looked() -> str:
        asked = wish(world.bram, FIRST, LAST)
        page = at_desk_of(world.anna).get("/absences/new/", asked, headers={"HX-Request": "true"})
        return page.content.decode()

    note = "Bram mag bij Zwaluw Techniek B.V. geen vertrouwelijke facturen zien"
    assert note in looked()
    company.grant(world.bram, "sees all")
    assert note not in looked()
