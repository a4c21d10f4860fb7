"""A link in a mail opens one task, for one person, for one decision; opening decides nothing (rules 3.4)."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.core import signing
from django.test import Client
from django.utils import timezone

from omloop.audit.models import AuditEvent
from omloop.circulation.models import Decision
from omloop.circulation.reading.mail_link import link_for
from omloop.circulation.routing.configuring import Configuration, configure
from omloop.notifications.digest import digest_of
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.organisations.models import GroupRight
from omloop.people.models import Person, SameHuman
from omloop.tenancy.history import since
from tests.circulation.company import BEFORE, Company, at
from tests.circulation.reader import said, signed_in
from tests.world import World

Browser = partial(Client, headers={"Accept-Language": "en"})
"""Of somebody who is not signed in."""


@pytest.fixture
def company(world: World) -> Company:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    switch(company)
    Person.objects.update(language="en")
    return company


def switch(company: Company, *, on: bool = True) -> None:
    now = BEFORE if on else timezone.now()
    with member_scope(company.world.marit, now=now) as marit:
        configure(
            organisation_id=company.organisation.id,
            wanted=Configuration(answers_by_mail=on),
            actor=marit,
            now=now,
        )


def link_to(company: Company, invoice: UUID, person: Person) -> str:
    task = company.task(invoice)
    address = link_for(person, organisation_id=task.organisation_id, assignment_id=task.id)
    return urlsplit(address).path


def links(person: Person) -> list[str]:
    """The paths in a digest of today."""
    Person.objects.filter(id=person.id).update(digest_days=[1, 2, 3, 4, 5, 6, 7])
    now = timezone.now()
    digest = digest_of(person, at=now, since=None, now=now)
    assert digest is not None
    return [urlsplit(line.link).path for section in digest.sections for line in section.lines]


def decisions(company: Company) -> list[tuple[str, UUID]]:
    with company.system():
        return list(Decision.objects.values_list("action", "person_id"))


def test_anna_approves_from_her_mail_without_signing_in(company: Company, world: World) -> None:
    invoice = company.arrive(number="A-1")
    (path,) = links(world.anna)
    assert path.startswith("/answer/")
    browser = Browser(enforce_csrf_checks=True)
    page = browser.get(path)
    assert page.status_code == 200
    assert "A-1" in said(page)
    assert "You answer as Anna de Vries" in said(page)
    assert decisions(company) == [], "opening decides nothing"
    assert browser.post(path, {"action": "approve"}).status_code == 403, "another page can't post it"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert token
    answer = browser.post(path, {"action": "approve", "csrfmiddlewaretoken": token.group(1)})
    assert "all approvals are given" in said(answer)
    assert decisions(company) == [("approve", world.anna.id)]
    with company.system():
        event = AuditEvent.objects.get(name="step.approved")
    assert event.origin.startswith("mail link")
    assert company.invoice(invoice).state == "approved"


def test_it_serves_once(company: Company, world: World) -> None:
    path = link_to(company, company.arrive(), world.anna)
    Browser().post(path, {"action": "approve"})
    again = Browser().post(path, {"action": "reject", "remark": "no"})
    assert again.status_code == 410
    assert "already approved" in said(again)
    assert Browser().get(path).status_code == 410
    assert len(decisions(company)) == 1


def test_returning_asks_why_as_everywhere(company: Company, world: World) -> None:
    path = link_to(company, company.arrive(), world.anna)
    assert Browser().post(path, {"action": "return"}).status_code == 422
    assert decisions(company) == []
    Browser().post(path, {"action": "return", "remark": "Which project?"})
    assert decisions(company) == [("return", world.anna.id)]


@pytest.mark.parametrize("action", ["forward", "hold", "release", "delete", ""])
def test_it_decides_and_does_nothing_else(company: Company, world: World, action: str) -> None:
    path = link_to(company, company.arrive(), world.anna)
    assert Browser().post(path, {"action": action}).status_code == 422
    assert decisions(company) == []


def test_it_is_dead_after_a_week(company: Company, world: World) -> None:
    path = link_to(company, company.arrive(), world.anna)
    token = path.split("/")[2]
    old = datetime.now(UTC) - timedelta(days=8)
    value = signing.loads(token, salt="omloop.task")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing.time, "time", old.timestamp)
        aged = signing.dumps(value, salt="omloop.task")
    assert is_dead(f"/answer/{aged}/", company)
    assert is_dead(path[:-3] + "xx/", company)


def test_it_is_dead_when_the_password_changed_or_its_person_has_left(company: Company, world: World) -> None:
    path = link_to(company, company.arrive(), world.anna)
    anna = Person.objects.get(id=world.anna.id)
    anna.set_password("a wholly other one")
    anna.save()
    assert is_dead(path, company)
    path = link_to(company, company.arrive(), anna)
    company.deactivate(anna)
    assert is_dead(path, company)


def test_it_is_dead_where_the_organisation_switched_it_off(company: Company, world: World) -> None:
    path = link_to(company, company.arrive(), world.anna)
    switch(company, on=False)
    assert is_dead(path, company)
    assert links(world.anna)[0].startswith("/invoices/")


def test_who_has_a_second_factor_signs_in(company: Company, world: World) -> None:
    path = link_to(company, company.arrive(), world.anna)
    Authenticator.objects.create(user=world.anna, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert is_dead(path, company)
    assert links(world.anna)[0].startswith("/invoices/")


def test_a_confidential_invoice_is_opened_by_signing_in(company: Company, world: World) -> None:
    group = company.group("approver")
    with company.system():
        hold(company.organisation.id)
        GroupRight.objects.create(
            organisation=company.organisation, group_id=group, right="view_confidential", valid=since(BEFORE)
        )
    invoice = company.arrive(confidential=True)
    assert company.task(invoice).holder == world.anna
    assert is_dead(link_to(company, invoice, world.anna), company)
    assert links(world.anna) == [f"/invoices/{invoice}/"]


def test_it_opens_no_task_that_went_to_somebody_else(company: Company, world: World) -> None:
    assert is_dead(link_to(company, company.arrive(), world.bram), company)


def test_who_is_signed_in_himself_goes_to_the_invoice(company: Company, world: World) -> None:
    invoice = company.arrive()
    answer: Any = signed_in(world.anna).get(link_to(company, invoice, world.anna))
    assert (answer.status_code, answer.url) == (302, f"/invoices/{invoice}/")


def test_four_eyes_hold_here_too(company: Company, world: World) -> None:
    company.rule(("approve", world.anna), ("approve", world.bram), priority=5, name="two")
    invoice = company.arrive(at("03-02"))
    Browser().post(link_to(company, invoice, world.anna), {"action": "approve"})
    path = link_to(company, invoice, world.bram)
    with company.system():
        first, second = sorted([world.anna.id, world.bram.id])
        SameHuman.objects.create(
            one_id=first,
            other_id=second,
            marked_by=world.marit.id,
            environment_id=world.noordgroep_id,
            valid=since(BEFORE),
        )
    answer = Browser().post(path, {"action": "approve"})
    assert answer.status_code == 403
    assert len(decisions(company)) == 1


def is_dead(path: str, company: Company) -> bool:
    """Whether the link opens nothing and decides nothing, and says so."""
    before = decisions(company)
    answers = [Browser().get(path), Browser().post(path, {"action": "approve"})]
    says_so = all("does not work any more" in said(answer) for answer in answers)
    return says_so and {each.status_code for each in answers} == {410} and decisions(company) == before
