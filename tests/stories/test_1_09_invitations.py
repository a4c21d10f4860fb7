"""Invitations (rules 1.9): they expire, can be withdrawn, are usable once, and take nobody's account over."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connections
from django.test import Client
from django.utils import timezone

from omloop.audit.actors import OPERATOR, Actor
from omloop.environments.models import EnvironmentRole
from omloop.environments.services import give_role
from omloop.joining.invitations import A_DAYS_WORTH, Offer, accept_invitation, invite
from omloop.joining.models import Invitation
from omloop.joining.refusals import InvitationUsed, NoGroups, TooManyInvitations
from omloop.organisations.members import Member, NotAdministrator, RightMissing, member_scope
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.services import grant, withdraw
from omloop.people.models import Person
from omloop.people.services import add_person
from omloop.tenancy.scope import tenant_scope
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
from tests.world import BEGINNING, PASSWORD, World

EVA = "eva@vanbuiten.example"
ACCOUNT = {"name": "Eva Smit", "password": PASSWORD}


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget_visits()
    clear_mails()


def send(world: World, run_jobs: RunJobs, address: str = EVA, **choices: Any) -> str:
    """Marit invites by the page; the path of the link that the mail brings."""
    asked = {"email": address, "environment": str(world.noordgroep_id), "role": "basic", **choices}
    answer = at_desk_of(world.marit).post("/people/invite/", asked)
    assert answer.status_code == 302, answer.content.decode()
    run_jobs()
    return link_in(mail_to(address))


def invitations(world: World) -> list[Invitation]:
    with tenant_scope(None, [], [world.noordgroep_id]):
        return list(Invitation.objects.order_by("id"))


def places_of(email: str) -> Member:
    with member_scope(Person.objects.get(email=email), now=timezone.now()) as member:
        return member


def change(world: World, **facts: Any) -> None:
    with tenant_scope(None, [], [world.noordgroep_id]):
        Invitation.objects.update(**facts)


def test_an_unknown_invitee_is_addressed_formally_and_comes_in_with_a_new_account(
    world: World, run_jobs: RunJobs
) -> None:
    link = send(world, run_jobs)
    mail = mail_to(EVA)
    assert "Subject: Marit Hoekstra nodigt u uit voor Noordgroep" in mail
    assert "Goedendag," in mail
    eva = Client()
    assert "Uitnodiging voor Noordgroep" in said(eva.get(link))
    assert said(eva.post(link, ACCOUNT, follow=True)).count("Je hoort nu bij Noordgroep") == 1
    assert places_of(EVA).belongs_to == {world.noordgroep_id}
    assert EmailAddress.objects.get(email=EVA).verified
    assert Person.objects.get(email=EVA).check_password(PASSWORD)


def test_looking_at_an_invitation_accepts_nothing(world: World, run_jobs: RunJobs) -> None:
    link = send(world, run_jobs)
    for client in (Client(), at_desk_of(world.otto)):
        assert client.get(link).status_code == client.head(link).status_code == 200
    assert invitations(world)[0].accepted_at is None
    assert not Person.objects.filter(email=EVA).exists()


def test_a_known_invitee_signs_in_and_accepts_with_a_button(world: World, run_jobs: RunJobs) -> None:
    link = send(world, run_jobs, world.otto.email)
    assert "nodigt je uit" in mail_to(world.otto.email)
    page = said(Client().get(link))
    assert "Log in, en neem de uitnodiging dan aan" in page
    assert 'name="password"' not in page
    turned_away = Client().post(link, ACCOUNT)
    assert turned_away.headers["Location"].startswith("/account/login/?next=%2Finvitations%2F")
    world.otto.refresh_from_db()
    assert (world.otto.name, world.otto.check_password(PASSWORD)) == ("Otto Vermeer", True)
    otto = at_desk_of(world.otto)
    assert "Uitnodiging aannemen" in said(otto.get(link))
    otto.post(link)
    assert places_of(world.otto.email).belongs_to == {world.noordgroep_id, world.elsewhere_id}


def test_a_forwarded_invitation_is_of_no_use_to_another_account(world: World, run_jobs: RunJobs) -> None:
    link = send(world, run_jobs)
    otto = at_desk_of(world.otto)
    assert "deze uitnodiging is voor een ander adres" in said(otto.get(link))
    answer = otto.post(link)
    assert answer.status_code == 410
    assert places_of(world.otto.email).belongs_to == {world.elsewhere_id}
    assert invitations(world)[0].accepted_at is None


def test_an_unverified_address_gets_nothing(world: World, run_jobs: RunJobs) -> None:
    link = send(world, run_jobs)
    EmailAddress.objects.create(user=world.otto, email=EVA, verified=False)
    assert at_desk_of(world.otto).post(link).status_code == 410
    EmailAddress.objects.filter(email=EVA).update(verified=True)
    assert at_desk_of(world.otto).post(link).status_code == 302
    assert world.noordgroep_id in places_of(world.otto.email).belongs_to


def test_it_works_once(world: World, run_jobs: RunJobs) -> None:
    link = send(world, run_jobs)
    Client().post(link, ACCOUNT)
    again = Client().post(link, {"name": "Mallory", "password": "another long password"})
    assert again.status_code == 410
    assert "al gebruikt" in said(again)
    assert not Person.objects.filter(name="Mallory").exists()


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "Deze uitnodiging is verlopen"),
        ({"withdrawn_at": BEGINNING}, "Deze uitnodiging is ingetrokken"),
    ],
    ids=["expired", "withdrawn"],
)
def test_over_is_over(world: World, run_jobs: RunJobs, facts: dict[str, Any], sentence: str) -> None:
    link = send(world, run_jobs)
    change(world, **facts)
    answer = Client().post(link, ACCOUNT)
    assert answer.status_code == 410
    assert sentence in said(answer)
    assert not Person.objects.filter(email=EVA).exists()


def test_it_is_valid_for_fourteen_days(world: World, run_jobs: RunJobs) -> None:
    send(world, run_jobs)
    (found,) = invitations(world)
    assert found.expires_at - found.invited_at == timedelta(days=14)


def test_an_administrator_withdraws_it_by_the_page(world: World, run_jobs: RunJobs) -> None:
    link = send(world, run_jobs)
    (found,) = invitations(world)
    page = at_desk_of(world.marit).post(f"/people/invitations/{found.id}/withdraw/", follow=True)
    assert "Ingetrokken: de link werkt niet meer" in said(page)
    assert Client().get(link).status_code == 410


def test_sent_again_only_the_newest_link_works(world: World, run_jobs: RunJobs) -> None:
    old = send(world, run_jobs)
    (found,) = invitations(world)
    again = f"/people/invitations/{found.id}/again/"
    assert "minder dan een uur geleden" in said(at_desk_of(world.marit).post(again, follow=True))
    change(world, expires_at=timezone.now() + timedelta(days=2))
    at_desk_of(world.marit).post(again)
    run_jobs()
    new = link_in(mail_to(EVA))
    assert old != new
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200


def test_the_link_is_nowhere_but_in_the_mail(
    world: World, run_jobs: RunJobs, owner: Callable[[], Any]
) -> None:
    token = send(world, run_jobs).split("/")[-2]
    with owner() as above:
        tables = above.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        ).fetchall()
        found = [
            name
            for (name,) in tables
            if above.execute(
                f'SELECT 1 FROM "{name}" t WHERE t::text LIKE %s LIMIT 1', [f"%{token}%"]
            ).fetchone()
        ]
    assert found == []


def test_an_invitation_to_an_organisation_gives_its_groups_through_who_invited(
    world: World, run_jobs: RunJobs
) -> None:
    link = send(world, run_jobs, organisation=str(world.zwaluw.id), groups=["finance", "reader"])
    assert "Bij Zwaluw Techniek B.V. krijgt u een plek." in mail_to(EVA)
    assert "<dd>financiële administratie, lezer</dd>" in said(Client().get(link))
    Client().post(link, ACCOUNT)
    member = places_of(EVA)
    assert member.where(Right.BOOK) == {world.zwaluw.id}
    assert not member.where(Right.APPROVE)


def test_who_lost_the_right_meanwhile_gives_nothing_by_an_old_invitation(
    world: World, run_jobs: RunJobs
) -> None:
    link = send(world, run_jobs, organisation=str(world.zwaluw.id), groups=["finance"])
    with tenant_scope(None, [world.zwaluw.id], [world.noordgroep_id]):
        give = {"organisation_id": world.zwaluw.id, "actor": OPERATOR, "now": timezone.now()}
        grant(person_id=world.sanne.id, group=DefaultGroup.ADMINISTRATOR, **give)
        withdraw(person_id=world.marit.id, group=DefaultGroup.ADMINISTRATOR, **give)
    answer = Client().post(link, ACCOUNT)
    assert answer.status_code == 410
    assert "mag dit niet (meer) geven" in said(answer)
    member = places_of(EVA)
    assert not member.belongs_to, "all or nothing"
    assert not member.rights


def test_an_organisation_that_moved_away_is_not_given_by_an_old_invitation(
    world: World, run_jobs: RunJobs, owner: Callable[[], Any]
) -> None:
    link = send(world, run_jobs, organisation=str(world.zwaluw.id), groups=["finance"])
    with owner() as above:
        above.execute(
            "UPDATE organisations_organisation SET environment_id = %s WHERE id = %s",
            [world.elsewhere_id, world.zwaluw.id],
        )
    assert Client().post(link, ACCOUNT).status_code == 410
    assert not places_of(EVA).rights


def test_it_takes_no_role_away(world: World, run_jobs: RunJobs) -> None:
    with tenant_scope(None, [], [world.noordgroep_id]):
        give_role(
            environment_id=world.noordgroep_id,
            person_id=world.anna.id,
            role=EnvironmentRole.Role.ADMINISTRATOR,
            actor=OPERATOR,
            now=BEGINNING,
        )
    link = send(world, run_jobs, world.anna.email)
    at_desk_of(world.anna).post(link)
    assert places_of(world.anna.email).environments == {world.noordgroep_id}


def test_nobody_invites_himself_to_more(world: World, run_jobs: RunJobs) -> None:
    EmailAddress.objects.create(user=world.marit, email=EVA, verified=True)
    link = send(world, run_jobs, organisation=str(world.zwaluw.id), groups=["approver"])
    assert at_desk_of(world.marit).post(link).status_code == 410
    assert not places_of(world.marit.email).where(Right.APPROVE)


def test_who_manages_members_invites_into_his_organisation_and_not_as_administrator(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        grant(
            organisation_id=world.zwaluw.id,
            person_id=world.sanne.id,
            group=DefaultGroup.ADMINISTRATOR,
            actor=OPERATOR,
            now=BEGINNING,
        )
    sanne = at_desk_of(world.sanne)
    page = said(sanne.get("/people/invite/"))
    assert 'name="role"' not in page
    assert "Noord Beheer" not in page.partition("<main")[2]
    asked = {
        "email": EVA,
        "organisation": str(world.zwaluw.id),
        "groups": ["reader"],
        "role": "administrator",
    }
    assert sanne.post("/people/invite/", asked).status_code == 302
    (found,) = invitations(world)
    assert (found.role, found.organisation_id, found.groups) == ("basic", world.zwaluw.id, ["reader"])
    here = world.zwaluw.id
    with member_scope(world.sanne, now=timezone.now()) as member:
        for offer, refusal in (
            (Offer(), NotAdministrator),
            (
                Offer(role="administrator", organisation_id=world.zwaluw.id, groups=("reader",)),
                NotAdministrator,
            ),
            (Offer(organisation_id=world.beheer.id, groups=("reader",)), RightMissing),
            (Offer(organisation_id=here, groups=("nobody",)), NoGroups),
            (Offer(organisation_id=here), NoGroups),
        ):
            with pytest.raises(refusal):
                invite(
                    environment_id=world.noordgroep_id,
                    email=EVA,
                    offer=offer,
                    language="nl",
                    actor=member,
                    now=timezone.now(),
                )


def test_an_environment_mails_a_hundred_invitations_a_day_and_no_more(world: World) -> None:
    with member_scope(world.marit, now=timezone.now()) as marit:
        for number in range(A_DAYS_WORTH + 1):
            arguments: dict[str, Any] = {
                "environment_id": world.noordgroep_id,
                "email": f"{number}@vanbuiten.example",
                "offer": Offer(),
                "language": "nl",
                "actor": marit,
                "now": timezone.now(),
            }
            if number == A_DAYS_WORTH:
                with pytest.raises(TooManyInvitations):
                    invite(**arguments)
            else:
                invite(**arguments)


def test_two_acceptances_at_the_same_instant_are_one(world: World, run_jobs: RunJobs) -> None:
    eva = add_person(email=EVA, name="Eva Smit")
    send(world, run_jobs)
    (found,) = invitations(world)
    start, ended = threading.Barrier(2), []

    def accept() -> None:
        start.wait()
        try:
            with tenant_scope(eva.id, [], [world.noordgroep_id]):
                accept_invitation(
                    invitation_id=found.id,
                    person=eva,
                    verified=[EVA],
                    actor=Actor(kind="person", person_id=eva.id),
                    now=timezone.now(),
                )
            ended.append("in")
        except InvitationUsed:
            ended.append("used")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["in", "used"]
    with tenant_scope(None, [], [world.noordgroep_id]):
        assert EnvironmentRole.objects.filter(person=eva).count() == 1


def test_a_withdrawn_invitation_is_not_mailed_any_more(world: World, run_jobs: RunJobs) -> None:
    marit = at_desk_of(world.marit)
    marit.post("/people/invite/", {"email": EVA, "environment": str(world.noordgroep_id), "role": "basic"})
    (found,) = invitations(world)
    marit.post(f"/people/invitations/{found.id}/withdraw/")
    run_jobs()
    assert mails() == []


def test_a_link_that_never_was_is_not_found(world: World) -> None:
    assert Client().get("/invitations/no-such-link/").status_code == 404
    assert Client().post("/invitations/no-such-link/", ACCOUNT).status_code == 404
