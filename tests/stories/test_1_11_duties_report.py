"""Rule 1.11: what should not be in one hand stands in a report."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.organisations.models import Group, GroupRight
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.segregation import set_segregation
from omloop.organisations.services import grant
from omloop.people.models import Person, SameHuman
from omloop.tenancy.history import since
from tests.circulation.company import Company, at
from tests.circulation.reader import moment, said, signed_in
from tests.world import BEGINNING, World


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


def report(company: Company, person: Person | None = None) -> Any:
    client = signed_in(person or company.world.marit)
    return client.get(reverse("duties", args=[company.organisation.id]))


def test_nobody_holds_what_should_be_apart(company: Company) -> None:
    text = said(report(company))
    assert "No rights in one hand that should be apart" in text
    assert "4 people hold a right that was looked at" in text


def test_who_approves_and_books_stands_there_since_when_and_granted_by_whom(company: Company) -> None:
    with member_scope(company.world.marit, now=at("03-05")) as marit:
        grant(
            organisation_id=company.organisation.id,
            person_id=company.world.anna.id,
            group=DefaultGroup.FINANCE,
            actor=marit,
            now=at("03-05"),
        )
    text = said(report(company))
    assert "1 person holds rights that should be apart" in text
    assert (
        f"Anna de Vries anna@noordgroep.example Approve approver, since {moment(BEGINNING)}, by Operator"
        in text
    )
    book = "Book, and confirm bank accounts"
    march = moment(at("03-05"))
    day, _comma, _clock = march.partition(",")
    assert f"{book} financial administration, since {march}, by Marit Hoekstra {day}" in text
    assert "Bram" not in text.partition("Both since")[2]


@pytest.mark.parametrize("right", [Right.MANAGE_MEMBERS, Right.MANAGE_SCHEMES])
def test_who_approves_and_decides_who_approves_stands_there(company: Company, right: Right) -> None:
    with company.system():
        hold(company.organisation.id)
        group = Group.objects.create(organisation=company.organisation, name="directors")
        for each in (Right.APPROVE, right):
            GroupRight.objects.create(
                organisation=company.organisation, group=group, right=each, valid=since(at("01-05"))
            )
    company.grant(company.world.sanne, "directors", at("02-01"))
    text = said(report(company))
    assert f"Sanne Bakker sanne@noordgroep.example Approve directors, since {moment(at('02-01'))}" in text
    assert right.replace("_", " ").capitalize() in text


def test_what_ended_and_who_is_deactivated_stand_there_no_more(company: Company) -> None:
    company.grant(company.world.anna, DefaultGroup.FINANCE)
    company.grant(company.world.bram, DefaultGroup.FINANCE)
    assert "2 people hold rights that should be apart" in said(report(company))
    company.withdraw(company.world.anna, DefaultGroup.FINANCE)
    company.deactivate(company.world.bram)
    assert "No rights in one hand" in said(report(company))


def test_two_accounts_of_one_human_are_one_hand(company: Company) -> None:
    third = Person.objects.create_user("sanne@elders.example", name="Sanne B.")
    for one, other in ((company.world.sanne, third), (third, company.world.bram)):
        first, second = sorted((one, other), key=lambda person: person.id)
        SameHuman.objects.create(
            one=first,
            other=second,
            marked_by=company.world.marit.id,
            environment_id=company.world.noordgroep_id,
            valid=since(at("02-01")),
        )
    text = said(report(company))
    assert "1 person holds rights that should be apart" in text
    assert "Bram Willems bram@noordgroep.example" in text
    assert "Sanne Bakker sanne@noordgroep.example accounts of one human Approve approver" in text


def test_that_the_check_is_switched_off_is_seen_with_by_whom(company: Company) -> None:
    assert "switched the check off" not in said(report(company))
    with member_scope(company.world.marit, now=at("03-05")) as marit:
        set_segregation(organisation_id=company.organisation.id, is_on=False, actor=marit, now=at("03-05"))
    day = moment(at("03-05")).partition(",")[0]
    why = "for there is one administrator"
    assert f"Marit Hoekstra switched the check off, {why}: {day}" in said(report(company))


def test_who_reads_everything_or_manages_members_opens_it_and_nobody_else(company: Company) -> None:
    codes = {name: report(company, person).status_code for name, person in company.world.people.items()}
    assert codes == {"anna": 403, "bram": 403, "sanne": 200, "marit": 200, "otto": 404}
    index = reverse("reports", args=[company.organisation.id])
    codes = {name: signed_in(p).get(index).status_code for name, p in company.world.people.items()}
    assert codes == {"anna": 403, "bram": 403, "sanne": 200, "marit": 200, "otto": 404}
    assert "Sample of invoices" in said(signed_in(company.world.sanne).get(index))
    assert "Sample of invoices" not in said(signed_in(company.world.marit).get(index))


def test_the_number_of_queries_does_not_grow_with_people(company: Company) -> None:
    def queries() -> int:
        client = signed_in(company.world.marit)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("duties", args=[company.organisation.id])).status_code == 200
        return len(captured)

    company.grant(company.world.anna, DefaultGroup.FINANCE)
    before = queries()
    for number in range(5):
        person = Person.objects.create_user(f"p{number}@noordgroep.example", name=f"Person {number}")
        company.grant(person, DefaultGroup.APPROVER)
        company.grant(person, DefaultGroup.FINANCE)
    assert queries() == before
