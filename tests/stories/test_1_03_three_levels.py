"""Operator, environment role and membership never imply each other (rules 1.3)."""

import pytest
from django.test import Client
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.environments.services import give_role
from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from omloop.organisations.members import NotAdministrator, RightMissing, member_scope, operator_member
from omloop.organisations.models import Group, Membership
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.services import create_organisation, grant
from omloop.organisations.structure import show_structure_of
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company
from tests.world import World


def at_desk_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def otto(world: World) -> Person:
    """He administers Noordgroep and is a member of none of its organisations."""
    with tenant_scope(None, [], [world.noordgroep_id]):
        give_role(
            environment_id=world.noordgroep_id,
            person_id=world.otto.id,
            role="administrator",
            actor=OPERATOR,
            now=timezone.now(),
        )
    return world.otto


def test_the_environments_administrator_sees_structure_and_not_one_document(
    world: World, otto: Person
) -> None:
    company = Company(world, world.zwaluw)
    invoice = company.arrive()
    with member_scope(otto, now=timezone.now()) as member:
        assert not Membership.objects.filter(organisation=world.zwaluw).exists()
        show_structure_of(world.noordgroep_id, member)
        assert Membership.objects.filter(organisation=world.zwaluw).count() == 4
        assert not Invoice.objects.filter(id=invoice).exists()
        assert not Document.objects.filter(organisation=world.zwaluw).exists()
    assert at_desk_of(otto).get(f"/invoices/{invoice}/").status_code == 404


def test_he_cannot_make_himself_or_somebody_else_a_member(world: World, otto: Person) -> None:
    for person in (otto, world.anna):
        with member_scope(otto, now=timezone.now()) as member:
            show_structure_of(world.noordgroep_id, member)
            with pytest.raises(PermissionError):
                grant(
                    organisation_id=world.zwaluw.id,
                    person_id=person.id,
                    group=DefaultGroup.READER,
                    actor=member,
                    now=timezone.now(),
                )


def test_who_only_belongs_to_the_environment_sees_no_structure(world: World) -> None:
    with member_scope(world.sanne, now=timezone.now()) as sanne, pytest.raises(NotAdministrator):
        show_structure_of(world.noordgroep_id, sanne)


def test_the_creator_of_an_organisation_is_its_first_administrator_and_sees_no_documents_by_that(
    world: World,
) -> None:
    with member_scope(world.anna, now=timezone.now()) as anna:
        actor = anna
    made = create_organisation(
        environment_id=world.noordgroep_id,
        name="Nieuw B.V.",
        administrator_id=world.anna.id,
        actor=actor,
        now=timezone.now(),
    )
    with member_scope(world.anna, now=timezone.now()) as anna:
        assert anna.can(Right.MANAGE_MEMBERS, made.id)
        assert not anna.can(Right.VIEW_ALL, made.id)


def test_the_operator_adds_documents_and_sees_none(world: World) -> None:
    operator = operator_member(world.zwaluw.id)
    assert operator.rights == {world.zwaluw.id: frozenset({Right.ADD})}
    with pytest.raises(RightMissing):
        operator.demand(Right.VIEW_ALL, world.zwaluw.id)


def test_the_page_of_a_person_shows_each_what_he_may_know(world: World, otto: Person) -> None:
    """Marit sees where Anna stands; Otto the same, without a count; Sanne nothing; Anna her own invoices."""
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    company.arrive()
    page = f"/people/{world.anna.id}/"
    by_marit = at_desk_of(world.marit).get(page).content.decode()
    assert "Zwaluw Techniek B.V." in by_marit
    assert "1 open taak" in by_marit
    assert "1 factuur" not in by_marit
    by_otto = at_desk_of(otto).get(page).content.decode()
    assert "Zwaluw Techniek B.V." in by_otto
    assert "open taak" not in by_otto
    assert at_desk_of(world.sanne).get(page).status_code == 404
    own = at_desk_of(world.anna).get(page).content.decode()
    assert "Wat kun je zien en doen?" in own
    assert "1 factuur" in own


def test_from_that_page_somebody_is_deactivated_and_made_active_again(world: World) -> None:
    marit, anna = at_desk_of(world.marit), at_desk_of(world.anna)
    page = f"/people/{world.anna.id}/"
    where = {"environment": str(world.noordgroep_id)}
    assert "gedeactiveerd" not in marit.get(page).content.decode()
    marit.post(f"{page}state/", {**where, "what": "deactivate"})
    assert "gedeactiveerd" in marit.get(page).content.decode()
    with member_scope(world.anna, now=timezone.now()) as member:
        assert member.rights == {}
    assert "Geen organisatie staat voor je open" in anna.get("/").content.decode()
    assert marit.get("/people/").content.decode().count(">gedeactiveerd<") == 1
    marit.post(f"{page}state/", {**where, "what": "reactivate"})
    with member_scope(world.anna, now=timezone.now()) as member:
        assert member.can(Right.APPROVE, world.zwaluw.id)


def test_marking_two_accounts_tells_both(world: World) -> None:
    data = {
        "environment": str(world.noordgroep_id),
        "what": "mark",
        "email": world.bram.email,
    }
    at_desk_of(world.marit).post(f"/people/{world.anna.id}/accounts/", data)
    for person, other in ((world.anna, "Bram Willems"), (world.bram, "Anna de Vries")):
        own = at_desk_of(person).get(f"/people/{person.id}/").content.decode()
        assert f"Telt als één mens met {other}" in own
        assert "Marit Hoekstra heeft dat vastgelegd." in own


def test_own_groups_are_made_edited_and_ended_on_pages(world: World) -> None:
    marit, page = at_desk_of(world.marit), f"/organisations/{world.zwaluw.id}/groups/"
    assert at_desk_of(world.sanne).get(page).status_code == 403
    assert at_desk_of(world.otto).get(page).status_code == 404
    assert marit.post(f"{page}new/", {"name": "Betalers"}).status_code == 422
    assert (
        marit.post(f"{page}new/", {"name": "Betalers", "rights": ["view_all", "export"]}).status_code == 302
    )
    assert "Betalers" in marit.get(page).content.decode()
    with member_scope(world.marit, now=timezone.now()):
        group = Group.objects.get(name="Betalers").id
    marit.post(f"{page}{group}/", {"name": "Treasury", "rights": ["view_all"]})
    assert "Treasury" in marit.get(page).content.decode()
    marit.post(f"{page}{group}/end/")
    assert "Treasury" not in marit.get(page).content.decode()


def test_a_sole_administrator_switches_segregation_off_for_all_to_see(world: World) -> None:
    marit, page = at_desk_of(world.marit), f"/organisations/{world.zwaluw.id}/groups/"
    marit.post(f"{page}segregation/", {"is_on": "no"})
    assert "Functiescheiding staat hier uit" in marit.get(page).content.decode()
