"""Option one: everything stays in one environment and rights are arranged per organisation (rules 6.1).

Marit and Otto share Noordgroep. Zwaluw and Noord Beheer are Marit's; Vuurtoren Horeca becomes Otto's.
"""

import re
from decimal import Decimal
from typing import Any

import lxml.html
import pytest
from django.test import Client
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.environments.services import give_role
from omloop.organisations.members import member_scope
from omloop.organisations.models import Group, Organisation
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.services import create_organisation, grant
from omloop.organisations.shares import Part, set_parents
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company
from tests.world import BEGINNING, World, make_person


@pytest.fixture
def yusuf(world: World) -> Person:
    return make_person("Yusuf Demir")


@pytest.fixture
def horeca(world: World, yusuf: Person) -> Organisation:
    """In the same environment: Marit administers it, Yusuf and Bram approve, Sanne does the books."""
    made = create_organisation(
        environment_id=world.noordgroep_id,
        name="Vuurtoren Beheer B.V.",
        kvk="90001020",
        administrator_id=world.marit.id,
        actor=OPERATOR,
        now=BEGINNING,
    )
    with tenant_scope(None, [made.id], [world.noordgroep_id]):
        who = {"actor": OPERATOR, "now": BEGINNING}
        for person, group in ((yusuf, "approver"), (world.bram, "approver"), (world.sanne, "finance")):
            grant(organisation_id=made.id, person_id=person.id, group=group, **who)
        give_role(environment_id=world.noordgroep_id, person_id=yusuf.id, **who)
    return made


def at_desk_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def divided(world: World, horeca: Organisation, yusuf: Person, **more: str) -> dict[str, str]:
    """Step 1 as Marit fills it in: Bram is of Noord, Sanne works for both, others go with their places."""
    people = {f"person_{p.id}": "auto" for p in (world.anna, world.bram, world.sanne, world.marit, yusuf)}
    return {
        "name_1": "Noord",
        "name_2": "Vuurtoren",
        f"organisation_{world.zwaluw.id}": "1",
        f"organisation_{world.beheer.id}": "1",
        f"organisation_{horeca.id}": "2",
        **people,
        f"person_{world.bram.id}": "1",
        f"person_{world.marit.id}": "1",
        f"person_{world.sanne.id}": "both",
        "administrator_1": str(world.marit.id),
        "administrator_2": str(yusuf.id),
        **more,
    }


def text_of(answer: Any) -> str:
    tree = lxml.html.fromstring(answer.content.decode())
    return re.sub(r"\s+", " ", tree.text_content())


def save(desk: Client, world: World, path: str) -> Any:
    page = lxml.html.fromstring(desk.get(path).content.decode())
    (seen,) = page.xpath('//input[@name="fingerprint"]/@value')
    address = f"/environments/{world.noordgroep_id}/rights/save/"
    return desk.post(address, {"what": "save", "fingerprint": seen}, follow=True)


def sees(person: Person, place: Organisation) -> bool:
    with member_scope(person, now=timezone.now()) as member:
        return bool({Right.VIEW_ALL, Right.VIEW_OWN} & member.rights.get(place.id, frozenset()))


def test_two_parties_part_and_neither_sees_the_others_documents(
    world: World, horeca: Organisation, yusuf: Person
) -> None:
    company = Company(world, horeca)
    company.rule(("approve", world.bram))
    invoice = company.arrive()
    marit, bram = at_desk_of(world.marit), at_desk_of(world.bram)
    step = f"/environments/{world.noordgroep_id}/split/"
    assert bram.get(f"/invoices/{invoice}/").status_code == 200

    answer = marit.post(step, divided(world, horeca, yusuf))
    assert answer.headers["Location"] == f"{step}choice/"
    choice = text_of(marit.get(f"{step}choice/"))
    assert "Blijven staan. Wie geen rechten heeft, ziet ze niet." in choice
    assert "Laat uit elke partij minstens één persoon beheerder zijn." in choice

    answer = marit.post(f"{step}choice/", {"option": "rights"}, follow=True)
    arranged = text_of(answer)
    assert "Bram Willems ziet niet meer: Vuurtoren Beheer B.V." in arranged
    assert bram.get(f"/invoices/{invoice}/").status_code == 200

    check = text_of(marit.get(f"{step}check/"))
    assert "1 open taak van Bram Willems bij Vuurtoren Beheer B.V. komt op de lijst Aandacht nodig." in check
    assert "jouw 1 wijziging blijft weg, Yusuf Demir bevestigt die" in check

    done = text_of(save(marit, world, f"{step}check/"))
    assert "3 wijzigingen gelden nu" in done
    assert bram.get(f"/invoices/{invoice}/").status_code == 404
    assert not sees(world.bram, horeca)
    assert sees(world.bram, world.zwaluw)
    assert sees(world.sanne, horeca)
    assert sees(world.sanne, world.zwaluw)
    with member_scope(yusuf, now=timezone.now()) as member:
        assert member.environments == {world.noordgroep_id}
        assert member.can(Right.MANAGE_MEMBERS, horeca.id)
        assert not member.can(Right.VIEW_ALL, world.zwaluw.id)


def test_the_other_party_confirms_what_the_first_gives_up(
    world: World, horeca: Organisation, yusuf: Person
) -> None:
    marit, step = at_desk_of(world.marit), f"/environments/{world.noordgroep_id}/split/"
    marit.post(step, divided(world, horeca, yusuf))
    marit.post(f"{step}choice/", {"option": "rights"})
    save(marit, world, f"{step}check/")
    with member_scope(world.marit, now=timezone.now()) as member:
        assert member.can(Right.MANAGE_MEMBERS, horeca.id)
    rights = f"/environments/{world.noordgroep_id}/rights/"
    page = lxml.html.fromstring(at_desk_of(yusuf).get(rights).content.decode())
    changes = page.xpath('//input[@name="change"]/@value')
    at_desk_of(yusuf).post(f"{rights}answer/", {"answer": "confirm", "change": changes})
    with member_scope(world.marit, now=timezone.now()) as member:
        assert not member.can(Right.MANAGE_MEMBERS, horeca.id)
        assert member.can(Right.MANAGE_MEMBERS, world.zwaluw.id)
        assert member.environments == {world.noordgroep_id}


def test_it_is_turned_back_by_a_draft_that_reverses_it(
    world: World, horeca: Organisation, yusuf: Person
) -> None:
    marit, step = at_desk_of(world.marit), f"/environments/{world.noordgroep_id}/split/"
    marit.post(step, divided(world, horeca, yusuf))
    marit.post(f"{step}choice/", {"option": "rights"})
    done = save(marit, world, f"{step}check/")
    assert not sees(world.bram, horeca)
    marit.post(done.redirect_chain[-1][0])
    save(marit, world, f"/environments/{world.noordgroep_id}/rights/")
    assert sees(world.bram, horeca)
    with member_scope(yusuf, now=timezone.now()) as member:
        assert member.environments == frozenset()


def test_the_proposal_can_be_changed_before_it_holds(
    world: World, horeca: Organisation, yusuf: Person
) -> None:
    marit, step = at_desk_of(world.marit), f"/environments/{world.noordgroep_id}/split/"
    marit.post(step, divided(world, horeca, yusuf))
    marit.post(f"{step}choice/", {"option": "rights"})
    with tenant_scope(None, [horeca.id]):
        reader = Group.objects.get(organisation=horeca, default=DefaultGroup.READER).id
    cell = f"/environments/{world.noordgroep_id}/rights/{world.bram.id}/{horeca.id}/"
    marit.post(cell, {f"group_{reader}": "on"})
    save(marit, world, f"{step}check/")
    with member_scope(world.bram, now=timezone.now()) as bram:
        assert bram.rights[horeca.id] == {Right.VIEW_ALL, Right.EXPORT}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name_2", "Noord", "verschillende namen"),
        ("administrator_2", "marit", "eigen beheerder"),
        ("administrator_2", "bram", "hoort bij de andere partij"),
        ("administrator_2", "", "Kies wie namens deze partij"),
        ("horeca", "1", "minstens één organisatie"),
    ],
)
def test_the_first_step_says_what_is_missing(
    world: World, horeca: Organisation, yusuf: Person, field: str, value: str, said: str
) -> None:
    people = {"marit": str(world.marit.id), "bram": str(world.bram.id)}
    name = f"organisation_{horeca.id}" if field == "horeca" else field
    data = divided(world, horeca, yusuf, **{name: people.get(value, value)})
    answer = at_desk_of(world.marit).post(f"/environments/{world.noordgroep_id}/split/", data)
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_without_parties_the_later_steps_lead_back_to_the_first(world: World) -> None:
    marit, step = at_desk_of(world.marit), f"/environments/{world.noordgroep_id}/split/"
    for later in ("choice/", "check/"):
        assert marit.get(f"{step}{later}").headers["Location"] == step


def own(world: World, company: Organisation, *owners: tuple[Organisation, int]) -> None:
    """These own the company, each with its share."""
    with member_scope(world.marit, now=timezone.now()) as marit:
        parts = [Part(Decimal(percent), owner.id) for owner, percent in owners]
        set_parents(organisation_id=company.id, parts=parts, actor=marit, now=timezone.now())


def proposed(world: World) -> dict[str, str]:
    """What the first step comes filled in with: field and what is chosen."""
    answer = at_desk_of(world.marit).get(f"/environments/{world.noordgroep_id}/split/")
    form = lxml.html.fromstring(answer.content.decode()).get_element_by_id("parties")
    return {name: str(value or "") for name, value in form.fields.items()}


def test_parties_are_proposed_by_who_owns_what_and_who_works_where(
    world: World, horeca: Organisation, yusuf: Person
) -> None:
    own(world, world.zwaluw, (world.beheer, 100))
    form = proposed(world)
    assert (form["name_1"], form["name_2"]) == ("Noord Beheer", "Vuurtoren Beheer")
    sides = [form[f"organisation_{place.id}"] for place in (world.beheer, world.zwaluw, horeca)]
    assert sides == ["1", "1", "2"]
    people = [form[f"person_{p.id}"] for p in (world.anna, world.bram, world.sanne, yusuf)]
    assert people == ["1", "both", "both", "2"]
    assert form["administrator_1"] == str(world.marit.id)
    assert form["administrator_2"] == str(yusuf.id)


def test_a_company_of_both_owners_is_proposed_for_both(world: World, horeca: Organisation) -> None:
    own(world, world.zwaluw, (world.beheer, 60), (horeca, 40))
    assert proposed(world)[f"organisation_{world.zwaluw.id}"] == "both"


def test_what_was_chosen_comes_back_with_what_is_of_both(
    world: World, horeca: Organisation, yusuf: Person
) -> None:
    marit, step = at_desk_of(world.marit), f"/environments/{world.noordgroep_id}/split/"
    data = divided(world, horeca, yusuf, **{f"organisation_{world.zwaluw.id}": "both"})
    assert marit.post(step, data).status_code == 302
    form = proposed(world)
    assert form["name_1"] == "Noord"
    assert form[f"organisation_{world.zwaluw.id}"] == "both"
    assert form[f"person_{world.sanne.id}"] == "both"
