"""One person of a partner works in one organisation of the other, until that ends (rules 1.8)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from omloop.absences.queries import possible_substitutes
from omloop.absences.refusals import SubstituteUnfit
from omloop.absences.services import set_absence
from omloop.audit.models import AuditEvent
from omloop.circulation.deciding.attention import Trouble, needs_attention
from omloop.environments.refusals import (
    NotAdministrator,
    PartnershipOver,
)
from omloop.joining.invitations import Offer, invite
from omloop.joining.models import Invitation
from omloop.organisations.deactivation import deactivate
from omloop.organisations.members import RightMissing, member_scope
from omloop.organisations.models import ConnectionKey, GroupMember, Membership
from omloop.organisations.partners import end_partnership, end_place
from omloop.organisations.refusals import FromPartner, LastAdministrator
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.services import grant, withdraw
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company
from tests.joining.partners import (
    ADMINISTRATOR,
    APPROVER,
    become_partners,
    by,
    eva,
    eva_at_zwaluw,
    invite_eva,
    key_of,
    places_of,
)
from tests.joining.people import (
    RunJobs,
    at_desk_of,
    mail_to,
    said,
)
from tests.world import World


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
