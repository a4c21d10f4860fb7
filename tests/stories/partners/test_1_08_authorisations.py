"""An accountant asks his client for an authorisation (rules 1.8)."""

from typing import Any

import pytest

from omloop.audit.actors import OPERATOR
from omloop.environments.refusals import (
    NotAdministrator,
    PartnershipOver,
)
from omloop.environments.services import give_role
from omloop.joining.authorisations import accept_authorisation, ask_authorisation
from omloop.joining.models import AuthorisationRequest
from omloop.joining.refusals import NotOfPartner
from omloop.organisations.models import Membership
from omloop.organisations.partners import end_partnership
from omloop.organisations.rights import DefaultGroup, Right
from omloop.tenancy.scope import tenant_scope
from tests.joining.partners import (
    ADMINISTRATOR,
    APPROVER,
    ask,
    become_partners,
    by,
    eva,
    eva_at_zwaluw,
    partnerships,
    places_of,
)
from tests.joining.people import (
    RunJobs,
    at_desk_of,
    clear_mails,
    link_in,
    mail_to,
    mails,
    said,
)
from tests.world import BEGINNING, World, make_person


def test_an_accountant_asks_his_client_for_an_authorisation_and_gets_what_the_client_chooses(
    elsewhere: World, run_jobs: RunJobs
) -> None:
    partnership = become_partners(elsewhere)
    assert "Gevraagd." in said(ask(elsewhere, "90001001", remark="Voor de jaarrekening"))
    run_jobs()
    mail = mail_to(elsewhere.marit.email)
    assert "Subject: Eva Smit van Elders vraagt een machtiging voor Zwaluw" in mail
    marit = at_desk_of(elsewhere.marit)
    assert link_in(mail) in said(marit.get("/people/"))
    assert "Voor de jaarrekening" in said(marit.get(link_in(mail)))
    answer = marit.post(link_in(mail), {"answer": "accept", "groups": [DefaultGroup.READER]}, follow=True)
    assert "Eva Smit is vanaf nu lid" in said(answer)
    held = places_of(eva())
    assert held.can(Right.VIEW_ALL, elsewhere.zwaluw.id)
    assert not held.can(Right.APPROVE, elsewhere.zwaluw.id)
    run_jobs()
    assert "Je bent gemachtigd" in mail_to(eva().email)
    with tenant_scope(None, [elsewhere.zwaluw.id]):
        assert Membership.objects.get(person=eva()).partnership_id == partnership
    assert marit.get(link_in(mail)).status_code == 404, "answered once"


def test_a_declined_authorisation_gives_nothing(elsewhere: World, run_jobs: RunJobs) -> None:
    become_partners(elsewhere)
    ask(elsewhere, "90001001")
    run_jobs()
    at_desk_of(elsewhere.marit).post(link_in(mail_to(elsewhere.marit.email)), {"answer": "decline"})
    run_jobs()
    assert "niet gemachtigd" in mail_to(eva().email)
    assert places_of(eva()).rights == {}


def test_an_unknown_number_answers_as_a_known_one(elsewhere: World, run_jobs: RunJobs) -> None:
    become_partners(elsewhere)
    run_jobs()
    clear_mails()
    known, unknown = ask(elsewhere, "90001001"), ask(elsewhere, "90009999")
    assert known.status_code == unknown.status_code == 200
    assert said(unknown).count("open") == said(known).count("open") + 1
    run_jobs()
    assert [mail.splitlines()[0] for mail in mails()] == [f"To: {elsewhere.marit.email}"]


def test_only_who_manages_the_members_for_the_client_answers(elsewhere: World, run_jobs: RunJobs) -> None:
    eva_at_zwaluw(elsewhere, run_jobs, ADMINISTRATOR)
    colleague = make_person("Kees Kantoor")
    with tenant_scope(None, [], [elsewhere.elsewhere_id]):
        give_role(
            environment_id=elsewhere.elsewhere_id, person_id=colleague.id, actor=OPERATOR, now=BEGINNING
        )
    (held,) = partnerships(elsewhere)
    asked = by(
        colleague,
        ask_authorisation,
        partnership_id=held.id,
        environment_id=elsewhere.elsewhere_id,
        kvk="90001001",
        groups=[APPROVER],
        remark="",
    )
    for person in (eva(), elsewhere.otto, elsewhere.anna, colleague):
        answer = at_desk_of(person).post(
            f"/people/authorisations/{asked.id}/", {"answer": "accept", "groups": [APPROVER]}
        )
        assert answer.status_code == 404
    with pytest.raises(NotAdministrator):
        by(
            eva(),
            accept_authorisation,
            request_id=asked.id,
            organisation_id=elsewhere.zwaluw.id,
            groups=[APPROVER],
        )
    assert places_of(colleague).rights == {}


def test_without_a_partnership_nobody_asks_for_an_authorisation(elsewhere: World) -> None:
    partnership = become_partners(elsewhere)
    question: dict[str, Any] = {
        "partnership_id": partnership,
        "kvk": "90001001",
        "groups": [APPROVER],
        "remark": "",
    }
    with pytest.raises(NotOfPartner):
        by(elsewhere.otto, ask_authorisation, **question, environment_id=elsewhere.noordgroep_id)
    by(elsewhere.otto, end_partnership, partnership_id=partnership, environment_id=elsewhere.elsewhere_id)
    with pytest.raises(PartnershipOver):
        by(eva(), ask_authorisation, **question, environment_id=elsewhere.elsewhere_id)
    with tenant_scope(None, [], [elsewhere.elsewhere_id]):
        assert not AuthorisationRequest.objects.exists()
