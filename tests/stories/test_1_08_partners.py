"""Partners (rules 1.8): two environments link after a request and an acceptance, and one person of the one
works in one organisation of the other; an accountant asks his client for an authorisation."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omloop.absences.queries import possible_substitutes
from omloop.absences.refusals import SubstituteUnfit
from omloop.absences.services import set_absence
from omloop.audit.actors import OPERATOR
from omloop.audit.models import AuditEvent
from omloop.circulation.deciding.attention import Trouble, needs_attention
from omloop.environments.models import Environment, Partnership
from omloop.environments.partnerships import answer_partner, ask_partner, renew_code
from omloop.environments.refusals import (
    AlreadyPartners,
    NoSuchCode,
    NotAdministrator,
    OwnCode,
    PartnershipOver,
    TooManyRequests,
)
from omloop.environments.services import give_role
from omloop.joining.authorisations import accept_authorisation, ask_authorisation
from omloop.joining.invitations import Offer, invite
from omloop.joining.models import AuthorisationRequest, Invitation
from omloop.joining.refusals import NotOfPartner
from omloop.organisations.deactivation import deactivate
from omloop.organisations.members import Member, RightMissing, member_scope
from omloop.organisations.models import ConnectionKey, GroupMember, Membership
from omloop.organisations.partners import end_partnership, end_place
from omloop.organisations.refusals import FromPartner, LastAdministrator
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.services import grant, make_connection_key, withdraw
from omloop.people.models import Person
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company
from tests.joining.people import (
    RunJobs,
    at_desk_of,
    clear_mails,
    forget_visits,
    link_in,
    mail_to,
    mails,
    said,
)
from tests.world import BEGINNING, World, make_person

APPROVER, ADMINISTRATOR = DefaultGroup.APPROVER, DefaultGroup.ADMINISTRATOR


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget_visits()
    clear_mails()


@pytest.fixture
def elsewhere(world: World) -> World:
    """Otto administers Elders, an accountant's office, where Eva works; Marit administers Noordgroep."""
    make_administrator(world.otto, world.elsewhere_id)
    eva = make_person("Eva Smit")
    with tenant_scope(None, [], [world.elsewhere_id]):
        give_role(environment_id=world.elsewhere_id, person_id=eva.id, actor=OPERATOR, now=BEGINNING)
    return world


def make_administrator(person: Person, environment_id: UUID) -> None:
    with tenant_scope(None, [], [environment_id]):
        give_role(
            environment_id=environment_id,
            person_id=person.id,
            role="administrator",
            actor=OPERATOR,
            now=BEGINNING,
        )


def eva() -> Person:
    return Person.objects.get(name="Eva Smit")


def by(actor: Person, service: Callable[..., Any], **values: Any) -> Any:
    with member_scope(actor, now=timezone.now()) as member:
        return service(**values, actor=member, now=timezone.now())


def places_of(person: Person) -> Member:
    with member_scope(person, now=timezone.now()) as member:
        return member


def code_of(world: World) -> str:
    return str(by(world.marit, renew_code, environment_id=world.noordgroep_id))


def become_partners(world: World) -> UUID:
    asked = by(world.otto, ask_partner, environment_id=world.elsewhere_id, code=code_of(world))
    by(world.marit, answer_partner, partnership_id=asked.id, is_accepted=True)
    return UUID(str(asked.id))


def partnerships(world: World) -> list[Partnership]:
    with tenant_scope(None, [], [world.noordgroep_id]):
        return list(Partnership.objects.order_by("asked_at"))


def invite_eva(world: World, run_jobs: RunJobs, partnership: UUID, *groups: str) -> str:
    """Marit invites Eva to Zwaluw by the page; the path of the link that the mail brings."""
    asked = {
        "email": eva().email,
        "environment": str(world.noordgroep_id),
        "role": "basic",
        "organisation": str(world.zwaluw.id),
        "groups": list(groups or (APPROVER,)),
        "partner": str(partnership),
    }
    answer = at_desk_of(world.marit).post("/people/invite/", asked)
    assert answer.status_code == 302, answer.content.decode()
    run_jobs()
    return link_in(mail_to(eva().email))


def eva_at_zwaluw(world: World, run_jobs: RunJobs, *groups: str) -> UUID:
    """Partners, and Eva is a member of Zwaluw; the partnership."""
    partnership = become_partners(world)
    at_desk_of(eva()).post(invite_eva(world, run_jobs, partnership, *groups))
    assert places_of(eva()).rights.keys() == {world.zwaluw.id}
    return partnership


def key_of(person: Person, world: World) -> str:
    with tenant_scope(None, [world.zwaluw.id]):
        about = {"holder": person, "name": "accounts", "actor": OPERATOR, "now": timezone.now()}
        return make_connection_key(organisation_id=world.zwaluw.id, **about)[1]


def test_an_administrator_asks_by_code_and_one_of_the_other_side_accepts(
    elsewhere: World, run_jobs: RunJobs
) -> None:
    marit, otto = at_desk_of(elsewhere.marit), at_desk_of(elsewhere.otto)
    ours, theirs = (
        f"/environments/{each}/partners/" for each in (elsewhere.noordgroep_id, elsewhere.elsewhere_id)
    )
    assert "Nog geen code" in said(marit.get(ours))
    marit.post(f"{ours}code/")
    with tenant_scope(None, [], [elsewhere.noordgroep_id]):
        code = Environment.objects.get().partner_code
    spoken = f" {code[:4].lower()}-{code[4:]} "
    assert f"{code[:4]}-{code[4:]}" in said(marit.get(ours))
    assert "Gevraagd." in said(otto.post(f"{theirs}ask/", {"code": spoken}, follow=True))
    run_jobs()
    mail = mail_to(elsewhere.marit.email)
    assert "Subject: Elders vraagt om partner van Noordgroep te worden" in mail
    assert "Elders" in said(marit.get(link_in(mail)))
    (asked,) = partnerships(elsewhere)
    assert "Jullie zijn partners" in said(marit.post(f"{ours}{asked.id}/", {"answer": "accept"}, follow=True))
    run_jobs()
    assert "Noordgroep zijn partners" in mail_to(elsewhere.otto.email)
    assert "Noordgroep" in said(otto.get(theirs))
    for side in (elsewhere.noordgroep_id, elsewhere.elsewhere_id):
        with tenant_scope(None, [], [side]):
            told = AuditEvent.objects.filter(chain_id=side, subject_id=asked.id).order_by("id")
            assert list(told.values_list("name", flat=True)) == ["partnership.asked", "partnership.accepted"]


def test_partners_see_nothing_of_each_other(elsewhere: World) -> None:
    become_partners(elsewhere)
    otto = places_of(elsewhere.otto)
    assert otto.rights.keys() == {elsewhere.vuurtoren.id}
    with member_scope(elsewhere.otto, now=timezone.now()):
        assert [each.name for each in Environment.objects.all()] == ["Elders"]
        assert Partnership.objects.get().partner_name(elsewhere.elsewhere_id) == "Noordgroep"
    assert at_desk_of(elsewhere.otto).get(f"/organisations/{elsewhere.zwaluw.id}/").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("anna", 403), ("otto", 404)], ids=["basic", "stranger"])
def test_only_administrators_ask_answer_and_end(elsewhere: World, who: str, status: int) -> None:
    partnership = become_partners(elsewhere)
    client, page = at_desk_of(elsewhere.people[who]), f"/environments/{elsewhere.noordgroep_id}/partners/"
    assert client.get(page).status_code == status
    for path in ("code/", "ask/", f"{partnership}/", f"{partnership}/end/"):
        assert client.post(page + path, {"code": "ABCDEFGH", "answer": "accept"}).status_code == status
    with member_scope(elsewhere.anna, now=timezone.now()) as anna:
        for service, values in (
            (renew_code, {"environment_id": elsewhere.noordgroep_id}),
            (ask_partner, {"environment_id": elsewhere.noordgroep_id, "code": "ABCDEFGH"}),
            (end_partnership, {"environment_id": elsewhere.noordgroep_id, "partnership_id": partnership}),
        ):
            with pytest.raises(NotAdministrator):
                service(**values, actor=anna, now=timezone.now())


def test_a_code_leads_to_one_environment_until_it_is_renewed(elsewhere: World) -> None:
    first, second = code_of(elsewhere), code_of(elsewhere)
    asking = {"environment_id": elsewhere.elsewhere_id}
    for code in (first, "ABCDEFGH", ""):
        with pytest.raises(NoSuchCode):
            by(elsewhere.otto, ask_partner, **asking, code=code)
    with pytest.raises(OwnCode):
        by(elsewhere.marit, ask_partner, environment_id=elsewhere.noordgroep_id, code=second)
    page = at_desk_of(elsewhere.otto).post(
        f"/environments/{elsewhere.elsewhere_id}/partners/ask/", {"code": first}
    )
    assert page.status_code == 422
    assert "Geen omgeving heeft deze code" in said(page)


def test_asking_twice_is_asking_once_and_asking_who_asks_is_accepting(elsewhere: World) -> None:
    ours, theirs = code_of(elsewhere), by(elsewhere.otto, renew_code, environment_id=elsewhere.elsewhere_id)
    for _ in range(2):
        by(elsewhere.otto, ask_partner, environment_id=elsewhere.elsewhere_id, code=ours)
    by(elsewhere.marit, ask_partner, environment_id=elsewhere.noordgroep_id, code=theirs)
    (held,) = partnerships(elsewhere)
    assert (held.state, held.answered_by_id) == ("accepted", elsewhere.marit.id)
    with pytest.raises(AlreadyPartners):
        by(elsewhere.otto, ask_partner, environment_id=elsewhere.elsewhere_id, code=ours)


def test_two_who_ask_each_other_at_the_same_instant_become_partners_once(elsewhere: World) -> None:
    sides = (
        (
            elsewhere.marit,
            elsewhere.noordgroep_id,
            by(elsewhere.otto, renew_code, environment_id=elsewhere.elsewhere_id),
        ),
        (elsewhere.otto, elsewhere.elsewhere_id, code_of(elsewhere)),
    )
    begin, faults = threading.Barrier(2), []

    def ask(person: Person, environment_id: UUID, code: str) -> None:
        try:
            with member_scope(person, now=timezone.now()) as member:
                begin.wait(10)
                ask_partner(environment_id=environment_id, code=code, actor=member, now=timezone.now())
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=side) for side in sides]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert faults == []
    assert [each.state for each in partnerships(elsewhere)] == ["accepted"]


def test_a_day_has_an_end_to_asking(elsewhere: World) -> None:
    code = code_of(elsewhere)
    with tenant_scope(None, [], [elsewhere.elsewhere_id, elsewhere.noordgroep_id]):
        Partnership.objects.bulk_create(
            Partnership(
                asking_id=elsewhere.elsewhere_id,
                asked_id=elsewhere.noordgroep_id,
                state="withdrawn",
                asked_by=elsewhere.otto,
                asked_at=timezone.now(),
            )
            for _ in range(20)
        )
    with pytest.raises(TooManyRequests):
        by(elsewhere.otto, ask_partner, environment_id=elsewhere.elsewhere_id, code=code)


def test_a_declined_or_withdrawn_request_is_no_partnership(elsewhere: World, run_jobs: RunJobs) -> None:
    code = code_of(elsewhere)
    for actor, environment_id, word in (
        (elsewhere.marit, elsewhere.noordgroep_id, "decline"),
        (elsewhere.otto, elsewhere.elsewhere_id, "withdraw"),
    ):
        asked = by(elsewhere.otto, ask_partner, environment_id=elsewhere.elsewhere_id, code=code)
        at_desk_of(actor).post(f"/environments/{environment_id}/partners/{asked.id}/", {"answer": word})
    assert [each.state for each in partnerships(elsewhere)] == ["declined", "withdrawn"]
    run_jobs()
    assert "wordt geen partner" in mail_to(elsewhere.otto.email)
    offer = Offer(organisation_id=elsewhere.zwaluw.id, groups=(APPROVER,), partnership_id=asked.id)
    with pytest.raises(PartnershipOver):
        by(
            elsewhere.marit,
            invite,
            environment_id=elsewhere.noordgroep_id,
            email="x@elders.example",
            offer=offer,
            language="nl",
        )


def test_who_asks_cannot_accept_in_the_name_of_the_other_side(elsewhere: World) -> None:
    asked = by(elsewhere.otto, ask_partner, environment_id=elsewhere.elsewhere_id, code=code_of(elsewhere))
    page = f"/environments/{elsewhere.elsewhere_id}/partners/{asked.id}/"
    assert at_desk_of(elsewhere.otto).post(page, {"answer": "accept"}).status_code == 404
    assert partnerships(elsewhere)[0].state == "open"


def test_a_person_of_the_partner_becomes_a_member_of_one_organisation_after_he_accepts(
    elsewhere: World, run_jobs: RunJobs
) -> None:
    partnership = become_partners(elsewhere)
    link = invite_eva(elsewhere, run_jobs, partnership)
    assert "voor mensen van Elders" in mail_to(eva().email)
    assert places_of(eva()).rights == {}, "not before she accepts"
    desk = at_desk_of(eva())
    assert "Elders" in said(desk.get(link))
    assert "Je bent nu lid van Zwaluw" in said(desk.post(link, follow=True))
    held = places_of(eva())
    assert held.rights.keys() == {elsewhere.zwaluw.id}
    assert held.belongs_to == {elsewhere.elsewhere_id}, "no place in the environment"
    with tenant_scope(None, [elsewhere.zwaluw.id]):
        assert Membership.objects.get(person=eva()).partnership_id == partnership


def test_an_invitation_to_a_partner_is_of_no_use_to_who_has_no_place_there(
    elsewhere: World, run_jobs: RunJobs
) -> None:
    partnership = become_partners(elsewhere)
    link = invite_eva(elsewhere, run_jobs, partnership)
    by(elsewhere.otto, end_place, environment_id=elsewhere.elsewhere_id, person_id=eva().id)
    answer = at_desk_of(eva()).post(link)
    assert answer.status_code == 410
    assert "geen plaats" in said(answer)
    assert 'name="password"' not in said(Client().get(link)), "no new account comes from the partner"
    assert places_of(eva()).rights == {}


def test_an_invitation_lapses_with_the_partnership(elsewhere: World, run_jobs: RunJobs) -> None:
    partnership = become_partners(elsewhere)
    link = invite_eva(elsewhere, run_jobs, partnership)
    by(elsewhere.otto, end_partnership, partnership_id=partnership, environment_id=elsewhere.elsewhere_id)
    assert at_desk_of(eva()).post(link).status_code == 410
    assert places_of(eva()).rights == {}
    with tenant_scope(None, [], [elsewhere.noordgroep_id]):
        assert Invitation.objects.get().accepted_at is None


def test_who_invites_manages_members_and_belongs_to_the_environment(
    elsewhere: World, run_jobs: RunJobs
) -> None:
    partnership = eva_at_zwaluw(elsewhere, run_jobs, ADMINISTRATOR)
    offer = Offer(organisation_id=elsewhere.zwaluw.id, groups=(APPROVER,), partnership_id=partnership)
    asked = {"environment_id": elsewhere.noordgroep_id, "email": "x@elders.example", "language": "nl"}
    with pytest.raises(RightMissing):
        by(elsewhere.anna, invite, **asked, offer=offer)
    with pytest.raises(NotAdministrator):
        by(eva(), invite, **asked, offer=offer)
    assert at_desk_of(eva()).get("/people/invite/").status_code == 403
    assert "/people/invite/" not in said(at_desk_of(eva()).get("/people/"))


def test_a_member_from_a_partner_comes_into_another_organisation_by_invitation_alone(
    elsewhere: World, run_jobs: RunJobs
) -> None:
    eva_at_zwaluw(elsewhere, run_jobs)
    with pytest.raises(FromPartner):
        by(elsewhere.marit, grant, organisation_id=elsewhere.beheer.id, person_id=eva().id, group=APPROVER)
    by(
        elsewhere.marit,
        grant,
        organisation_id=elsewhere.zwaluw.id,
        person_id=eva().id,
        group=DefaultGroup.CHECKER,
    )
    assert places_of(eva()).can(Right.CHECK, elsewhere.zwaluw.id)
    page = said(at_desk_of(elsewhere.marit).get(f"/environments/{elsewhere.noordgroep_id}/rights/"))
    assert f"/rights/{eva().id}/{elsewhere.zwaluw.id}/" in page
    assert f"/rights/{eva().id}/{elsewhere.beheer.id}/" not in page


def test_the_pages_say_from_which_partner_somebody_is(elsewhere: World, run_jobs: RunJobs) -> None:
    eva_at_zwaluw(elsewhere, run_jobs)
    marit = at_desk_of(elsewhere.marit)
    for page in (f"/environments/{elsewhere.noordgroep_id}/rights/", "/people/", f"/people/{eva().id}/"):
        assert "van partner Elders" in said(marit.get(page)), page
    page = said(marit.get(f"/environments/{elsewhere.noordgroep_id}/partners/"))
    assert "Eva Smit" in page and "Zwaluw Techniek B.V." in page
    own = said(at_desk_of(eva()).get(f"/people/{eva().id}/"))
    assert "Noordgroep" in own and "van partner Elders" in own


def test_ending_takes_away_at_once_what_came_by_it_in_open_sessions_and_for_keys(
    elsewhere: World, run_jobs: RunJobs
) -> None:
    partnership = eva_at_zwaluw(elsewhere, run_jobs, APPROVER, DefaultGroup.FINANCE)
    invoice = Company(elsewhere, elsewhere.zwaluw).arrive()
    desk, key = at_desk_of(eva()), key_of(eva(), elsewhere)
    assert desk.get(f"/invoices/{invoice}/").status_code == 200
    marit = at_desk_of(elsewhere.marit)
    address = f"/environments/{elsewhere.noordgroep_id}/partners/{partnership}/end/"
    page = said(marit.get(address))
    assert "Eva Smit" in page and elsewhere.zwaluw.name in page
    assert "is afgelopen" in said(marit.post(address, follow=True))
    assert desk.get(f"/invoices/{invoice}/").status_code == 404
    by_key = Client().get(f"/api/v1/invoices/{invoice}", headers={"Authorization": f"Bearer {key}"})
    assert by_key.status_code == 401
    assert directory.organisations_of("person", eva().id) == []
    with tenant_scope(None, [elsewhere.zwaluw.id]):
        assert not GroupMember.objects.filter(person=eva(), valid__upper_inf=True).exists()
        assert Membership.objects.get(person=eva()).partnership_id == partnership, "history stays"
        assert AuditEvent.objects.filter(name="membership.ended", subject_id=eva().id).count() == 1
        assert not ConnectionKey.objects.filter(holder=eva(), revoked_at=None).exists()
    run_jobs()
    assert "heeft het partnerschap" in mail_to(elsewhere.otto.email)


def test_the_other_side_ends_it_too_and_own_members_stay(elsewhere: World, run_jobs: RunJobs) -> None:
    partnership = eva_at_zwaluw(elsewhere, run_jobs)
    otto = at_desk_of(elsewhere.otto)
    address = f"/environments/{elsewhere.elsewhere_id}/partners/{partnership}/end/"
    page = said(otto.get(address))
    assert "Eva Smit" in page and "1 organisatie" in page
    assert elsewhere.zwaluw.name not in page, "neither side reads the other's tables"
    otto.post(address)
    assert places_of(eva()).rights == {}
    assert places_of(eva()).belongs_to == {elsewhere.elsewhere_id}
    assert places_of(elsewhere.anna).rights.keys() == {elsewhere.zwaluw.id, elsewhere.beheer.id}
    with pytest.raises(PartnershipOver):
        by(
            elsewhere.marit,
            end_partnership,
            partnership_id=partnership,
            environment_id=elsewhere.noordgroep_id,
        )


def test_what_waits_for_who_came_by_it_is_listed(elsewhere: World, run_jobs: RunJobs) -> None:
    partnership = eva_at_zwaluw(elsewhere, run_jobs)
    company = Company(elsewhere, elsewhere.zwaluw)
    company.rule(("approve", eva()))
    task = company.task(company.arrive(timezone.now()))
    assert task.holder_id == eva().id
    by(elsewhere.marit, end_partnership, partnership_id=partnership, environment_id=elsewhere.noordgroep_id)
    with company.system():
        (item,) = needs_attention([elsewhere.zwaluw.id], today=timezone.localdate(), now=timezone.now())
    assert (item.assignment.id, item.trouble) == (task.id, Trouble.RIGHT_MISSING)


def test_the_last_administrator_keeps_the_partnership_until_there_is_another(
    elsewhere: World, run_jobs: RunJobs
) -> None:
    partnership = eva_at_zwaluw(elsewhere, run_jobs, ADMINISTRATOR)
    by(
        eva(),
        withdraw,
        organisation_id=elsewhere.zwaluw.id,
        person_id=elsewhere.marit.id,
        group=ADMINISTRATOR,
    )
    for person, environment_id, word in (
        (elsewhere.marit, elsewhere.noordgroep_id, "Niemand behalve Eva Smit beheert Zwaluw"),
        (
            elsewhere.otto,
            elsewhere.elsewhere_id,
            "Niemand behalve Eva Smit beheert een organisatie van Noordgroep",
        ),
    ):
        desk, page = at_desk_of(person), f"/environments/{environment_id}/partners/{partnership}/end/"
        assert word in said(desk.get(page))
        refused = desk.post(page)
        assert refused.status_code == 422
        assert word in said(refused)
        with pytest.raises(LastAdministrator):
            by(person, end_partnership, partnership_id=partnership, environment_id=environment_id)
    for service in (deactivate, end_place):
        with pytest.raises(LastAdministrator):
            by(elsewhere.otto, service, environment_id=elsewhere.elsewhere_id, person_id=eva().id)
    at_desk_of(elsewhere.otto).post(f"/environments/{elsewhere.elsewhere_id}/people/{eva().id}/end/")
    assert places_of(eva()).belongs_to == {elsewhere.elsewhere_id}, "refused as a whole"
    by(eva(), grant, organisation_id=elsewhere.zwaluw.id, person_id=elsewhere.anna.id, group=ADMINISTRATOR)
    by(elsewhere.otto, end_partnership, partnership_id=partnership, environment_id=elsewhere.elsewhere_id)
    assert places_of(eva()).rights == {}


@pytest.mark.parametrize("service", [end_place, deactivate])
def test_who_leaves_the_partner_or_is_deactivated_there_is_no_member_any_more(
    elsewhere: World, run_jobs: RunJobs, service: Callable[..., None]
) -> None:
    eva_at_zwaluw(elsewhere, run_jobs)
    by(elsewhere.otto, service, environment_id=elsewhere.elsewhere_id, person_id=eva().id)
    assert places_of(eva()).rights == {}
    with tenant_scope(None, [elsewhere.zwaluw.id]):
        assert not Membership.objects.filter(person=eva(), valid__upper_inf=True).exists()


def test_deactivated_by_the_client_and_active_again_she_is_still_from_the_partner(
    elsewhere: World, run_jobs: RunJobs
) -> None:
    partnership = eva_at_zwaluw(elsewhere, run_jobs)
    marit, page = at_desk_of(elsewhere.marit), f"/people/{eva().id}/state/"
    where = {"environment": str(elsewhere.noordgroep_id)}
    marit.post(page, {**where, "what": "deactivate"})
    assert places_of(eva()).rights == {}
    marit.post(page, {**where, "what": "reactivate"})
    assert places_of(eva()).rights.keys() == {elsewhere.zwaluw.id}
    by(elsewhere.otto, end_partnership, partnership_id=partnership, environment_id=elsewhere.elsewhere_id)
    assert places_of(eva()).rights == {}


def ask(world: World, kvk: str, **values: Any) -> Any:
    desk = at_desk_of(eva())
    (held,) = partnerships(world)
    asked = {"partner": f"{held.id}/{world.elsewhere_id}", "kvk": kvk, "groups": [APPROVER], **values}
    return desk.post("/authorisations/", asked, follow=True)


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


def test_a_member_from_a_partner_stands_in_and_others_of_the_partner_do_not(
    elsewhere: World, run_jobs: RunJobs
) -> None:
    """Rules 4.6."""
    eva_at_zwaluw(elsewhere, run_jobs)
    with member_scope(elsewhere.anna, now=timezone.now()) as anna:
        places = [elsewhere.zwaluw, elsewhere.beheer]
        fit = possible_substitutes(places, person_id=elsewhere.anna.id, now=timezone.now())
        assert eva() in fit[elsewhere.zwaluw.id]
        assert eva() not in fit[elsewhere.beheer.id]
        assert elsewhere.otto not in fit[elsewhere.zwaluw.id]
        first_on = timezone.localdate() + timedelta(days=90)
        days = {"first_on": first_on, "last_on": first_on, "person_id": elsewhere.anna.id}
        with pytest.raises(SubstituteUnfit):
            set_absence(**days, substitute_id=elsewhere.otto.id, actor=anna, now=timezone.now())
        chosen = {elsewhere.zwaluw.id: eva().id}
        set_absence(
            **days, substitute_id=elsewhere.bram.id, substitutes=chosen, actor=anna, now=timezone.now()
        )


def count_queries(client: Client, page: str) -> int:
    client.get(page)  # what a first visit reads once
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


def test_the_number_of_queries_does_not_grow_with_partners_members_and_requests(
    elsewhere: World, run_jobs: RunJobs
) -> None:
    partnership = eva_at_zwaluw(elsewhere, run_jobs)
    ask(elsewhere, "90001002")
    at_home = f"/environments/{elsewhere.noordgroep_id}"
    pages = (
        f"{at_home}/partners/",
        f"{at_home}/partners/{partnership}/end/",
        f"{at_home}/rights/",
        "/people/",
    )
    marit, colleagues = at_desk_of(elsewhere.marit), [make_person(f"P{n} Kantoor") for n in range(5)]
    few = [count_queries(marit, page) for page in pages]
    asked = [count_queries(at_desk_of(eva()), "/authorisations/")]
    with tenant_scope(None, [elsewhere.zwaluw.id], [elsewhere.elsewhere_id, elsewhere.noordgroep_id]):
        for person in colleagues:
            give_role(
                environment_id=elsewhere.elsewhere_id, person_id=person.id, actor=OPERATOR, now=BEGINNING
            )
            grant(
                organisation_id=elsewhere.zwaluw.id,
                person_id=person.id,
                group=APPROVER,
                partnership_id=partnership,
                actor=OPERATOR,
                now=BEGINNING,
            )
        shared = {"partnership_id": partnership, "groups": [APPROVER], "asked_at": timezone.now()}
        shared |= {"asking_id": elsewhere.elsewhere_id, "asked_id": elsewhere.noordgroep_id}
        AuthorisationRequest.objects.bulk_create(
            [AuthorisationRequest(person=each, kvk="90001002", **shared) for each in colleagues]
            + [AuthorisationRequest(person=eva(), kvk=f"9000{n}000", **shared) for n in range(2, 7)]
        )
    assert [count_queries(marit, page) for page in pages] == few
    assert [count_queries(at_desk_of(eva()), "/authorisations/")] == asked
    before = count_ending(elsewhere, partnership)
    assert before <= 40, "set-wise, however many go"
    assert places_of(colleagues[4]).rights == {}


def count_ending(world: World, partnership: UUID) -> int:
    with CaptureQueriesContext(connection) as queries:
        by(world.otto, end_partnership, partnership_id=partnership, environment_id=world.elsewhere_id)
    return len(queries)
