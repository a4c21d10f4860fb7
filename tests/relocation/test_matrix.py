"""The matrix: what it shows to whom, drafts, effects, saving and turning back (rules 6.1)."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import lxml.html
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omloop.absences.services import set_absence
from omloop.audit.actors import OPERATOR
from omloop.audit.models import AuditEvent
from omloop.environments.models import EnvironmentRole
from omloop.environments.services import give_role
from omloop.organisations.chips import Place
from omloop.organisations.groups import make_group
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.organisations.models import Group, GroupMember, Membership, Organisation, RightsChange
from omloop.organisations.refusals import LastAdministrator
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.services import create_organisation, grant
from omloop.people.models import Person
from omloop.relocation.rights.drafts import (
    ChangedMeanwhile,
    add_changes,
    discard_draft,
    draft_place,
    ensure_draft,
    open_draft,
    plan_of,
    save_draft,
)
from omloop.relocation.rights.reach import Reach, reach_of
from omloop.relocation.rights.standing import What, read_standing
from omloop.tenancy.directory import hash_key
from omloop.tenancy.history import since
from omloop.tenancy.models import TenancyDirectory
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company
from tests.world import BEGINNING, World, make_person

ADMINISTRATOR, APPROVER, READER = DefaultGroup.ADMINISTRATOR, DefaultGroup.APPROVER, DefaultGroup.READER


def at_desk_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def group_id(world: World, place: Organisation, name: str) -> UUID:
    with tenant_scope(None, [place.id]):
        return UUID(str(Group.objects.get(organisation=place, name=name).id))


def rights_page(world: World) -> str:
    return f"/environments/{world.noordgroep_id}/rights/"


def cell_of(world: World, person: Person, place: Organisation) -> str:
    return f"{rights_page(world)}{person.id}/{place.id}/"


def wish(world: World, place: Organisation, *groups: str, **limits: str) -> dict[str, str]:
    """The form of a cell as somebody fills it in."""
    return {**{f"group_{group_id(world, place, name)}": "on" for name in groups}, **limits}


def fingerprint_on(page: str) -> str:
    (found,) = lxml.html.fromstring(page).xpath('//input[@name="fingerprint"]/@value')
    return str(found)


def save(world: World, person: Person) -> Any:
    desk = at_desk_of(person)
    shown = desk.get(rights_page(world)).content.decode()
    return desk.post(
        f"{rights_page(world)}save/", {"what": "save", "fingerprint": fingerprint_on(shown)}, follow=True
    )


def rights_of(person: Person, place: Organisation) -> frozenset[str]:
    with member_scope(person, now=timezone.now()) as member:
        return member.rights.get(place.id, frozenset())


def test_a_change_is_prepared_shown_with_its_effect_saved_and_holds_at_once(world: World) -> None:
    marit, bram = at_desk_of(world.marit), at_desk_of(world.bram)
    answer = marit.post(cell_of(world, world.bram, world.zwaluw), wish(world, world.zwaluw))
    assert answer.status_code == 302
    assert Right.APPROVE in rights_of(world.bram, world.zwaluw)
    page = marit.get(rights_page(world)).content.decode()
    assert 'data-change="removed"' in page
    assert "Bram Willems ziet niet meer: Zwaluw Techniek B.V." in page
    done = save(world, world.marit)
    assert "1 wijziging geldt nu" in done.content.decode()
    assert rights_of(world.bram, world.zwaluw) == frozenset()
    assert "Zwaluw" not in bram.get("/").content.decode()
    with member_scope(world.marit, now=timezone.now()):
        assert AuditEvent.objects.filter(name="rights.withdrawn", subject_id=world.bram.id).count() == 1


def test_groups_limits_by_type_and_a_last_day_come_from_one_cell(world: World) -> None:
    marit = at_desk_of(world.marit)
    last = timezone.localdate() + timedelta(days=30)
    data = wish(world, world.zwaluw, APPROVER, READER, limit="2.500", limit_credit_note="1000,50")
    data[f"until_{group_id(world, world.zwaluw, READER)}"] = last.isoformat()
    assert marit.post(cell_of(world, world.bram, world.zwaluw), data).status_code == 302
    save(world, world.marit)
    with member_scope(world.marit, now=timezone.now()) as actor:
        reach = reach_of(actor, world.noordgroep_id)
        standing = read_standing(world.noordgroep_id, reach.organisations, now=timezone.now())
        place = standing.place((world.bram.id, world.zwaluw.id))
    assert place.limits == {"": Decimal("2500.00"), "credit_note": Decimal("1000.50")}
    assert place.groups == {
        group_id(world, world.zwaluw, APPROVER): None,
        group_id(world, world.zwaluw, READER): last,
    }
    with member_scope(world.bram, now=timezone.now() + timedelta(days=32)) as bram:
        assert Right.VIEW_ALL not in bram.rights[world.zwaluw.id]


@pytest.mark.parametrize("limit", ["veel", "-5", "1.50.0", "9" * 14])
def test_what_is_no_amount_is_said_at_its_field(world: World, limit: str) -> None:
    answer = at_desk_of(world.marit).post(
        cell_of(world, world.bram, world.zwaluw), wish(world, world.zwaluw, APPROVER, limit=limit)
    )
    assert answer.status_code == 422
    assert "Dit is geen bedrag" in answer.content.decode()


def test_a_last_day_that_has_passed_is_refused(world: World) -> None:
    data = wish(world, world.zwaluw, READER)
    data[f"until_{group_id(world, world.zwaluw, READER)}"] = "2026-01-01"
    answer = at_desk_of(world.marit).post(cell_of(world, world.bram, world.zwaluw), data)
    assert answer.status_code == 422
    assert "Deze dag is voorbij" in answer.content.decode()


def test_for_htmx_the_form_and_the_matrix_come_as_parts(world: World) -> None:
    marit = at_desk_of(world.marit)
    htmx = {"HX-Request": "true"}
    form = marit.get(cell_of(world, world.bram, world.zwaluw), headers=htmx).content.decode()
    assert "<form" in form
    assert "<html" not in form
    part = marit.post(cell_of(world, world.bram, world.zwaluw), wish(world, world.zwaluw), headers=htmx)
    assert part.content.decode().lstrip().startswith('<div class="section" id="rights">')
    assert 'hx-swap-oob="true"' in part.content.decode()


def test_the_environments_administrator_sees_who_may_what_everywhere_and_changes_it_nowhere_by_that(
    world: World,
) -> None:
    """Otto administers the environment; the members of both organisations are Marit's."""
    with tenant_scope(None, [], [world.noordgroep_id]):
        give_role(
            environment_id=world.noordgroep_id,
            person_id=world.otto.id,
            role="administrator",
            actor=OPERATOR,
            now=timezone.now(),
        )
    otto = at_desk_of(world.otto)
    page = lxml.html.fromstring(otto.get(rights_page(world)).content.decode())
    (row,) = page.xpath('//tr[.//a[contains(., "Anna de Vries")]]')
    assert len(row.xpath("./td[@data-locked]")) == 2
    assert row.xpath("count(./td[@data-locked]//span[@data-role='approve'])") == 2
    assert otto.get(cell_of(world, world.anna, world.zwaluw)).status_code == 403
    assert otto.post(cell_of(world, world.anna, world.zwaluw), {}).status_code == 403
    assert otto.get(f"{rights_page(world)}{world.anna.id}/role/").status_code == 200


def test_who_neither_administers_nor_manages_members_gets_403_and_strangers_404(world: World) -> None:
    assert at_desk_of(world.sanne).get(rights_page(world)).status_code == 403
    assert at_desk_of(world.otto).get(rights_page(world)).status_code == 404


def test_an_organisations_administrator_sees_his_organisations_only(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        who = {"person_id": world.sanne.id, "actor": OPERATOR, "now": timezone.now()}
        grant(organisation_id=world.zwaluw.id, group=ADMINISTRATOR, **who)
    sanne = at_desk_of(world.sanne)
    page = sanne.get(rights_page(world)).content.decode()
    assert "Zwaluw Techniek B.V." in page
    assert "Noord Beheer B.V.</span>" not in page
    assert sanne.get(cell_of(world, world.anna, world.beheer)).status_code == 404
    assert sanne.get(f"{rights_page(world)}{world.anna.id}/role/").status_code == 403
    assert sanne.get(f"/environments/{world.noordgroep_id}/split/").status_code == 403


def test_of_two_drafts_that_demote_each_other_the_first_one_saved_wins(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        who = {"person_id": world.sanne.id, "actor": OPERATOR, "now": timezone.now()}
        grant(organisation_id=world.zwaluw.id, group=ADMINISTRATOR, **who)
    marit = at_desk_of(world.marit)
    marit.post(cell_of(world, world.sanne, world.zwaluw), wish(world, world.zwaluw))
    sanne = at_desk_of(world.sanne)
    sanne.post(cell_of(world, world.marit, world.zwaluw), wish(world, world.zwaluw))
    assert save(world, world.marit).status_code == 200
    assert sanne.get(rights_page(world)).status_code == 403


def test_what_somebody_else_changed_meanwhile_is_shown_again_before_it_is_saved(world: World) -> None:
    marit = at_desk_of(world.marit)
    marit.post(cell_of(world, world.bram, world.zwaluw), wish(world, world.zwaluw))
    seen = fingerprint_on(marit.get(rights_page(world)).content.decode())
    with tenant_scope(None, [world.zwaluw.id]):
        who = {"person_id": world.bram.id, "actor": OPERATOR, "now": timezone.now()}
        grant(organisation_id=world.zwaluw.id, group=READER, **who)
    answer = marit.post(f"{rights_page(world)}save/", {"what": "save", "fingerprint": seen})
    assert answer.status_code == 422
    assert "Iemand heeft deze rechten intussen gewijzigd" in answer.content.decode()
    assert Right.APPROVE in rights_of(world.bram, world.zwaluw)


def test_ones_own_change_is_left_out_and_another_administrator_confirms_it(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id], [world.noordgroep_id]):
        who = {"person_id": world.sanne.id, "actor": OPERATOR, "now": timezone.now()}
        grant(organisation_id=world.zwaluw.id, group=ADMINISTRATOR, **who)
    marit = at_desk_of(world.marit)
    marit.post(cell_of(world, world.marit, world.zwaluw), wish(world, world.zwaluw, ADMINISTRATOR, READER))
    page = marit.get(rights_page(world)).content.decode()
    assert "jouw 1 wijziging blijft weg, Sanne Bakker bevestigt die" in page
    assert "Wacht op een andere beheerder" in save(world, world.marit).content.decode()
    assert Right.VIEW_ALL not in rights_of(world.marit, world.zwaluw)
    sanne = at_desk_of(world.sanne)
    shown = lxml.html.fromstring(sanne.get(rights_page(world)).content.decode())
    (change,) = shown.xpath('//input[@name="change"]/@value')
    answer = {"answer": "confirm", "change": change}
    assert "Niemand" not in marit.post(f"{rights_page(world)}answer/", answer).content.decode()
    assert Right.VIEW_ALL not in rights_of(world.marit, world.zwaluw)
    sanne.post(f"{rights_page(world)}answer/", answer)
    assert Right.VIEW_ALL in rights_of(world.marit, world.zwaluw)
    with member_scope(world.sanne, now=timezone.now()):
        event = AuditEvent.objects.filter(name="rights.granted", subject_id=world.marit.id).latest("id")
    assert event.person_id == world.sanne.id


def test_a_refused_request_changes_nothing_and_is_gone(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        who = {"person_id": world.sanne.id, "actor": OPERATOR, "now": timezone.now()}
        grant(organisation_id=world.zwaluw.id, group=ADMINISTRATOR, **who)
    marit, sanne = at_desk_of(world.marit), at_desk_of(world.sanne)
    marit.post(cell_of(world, world.marit, world.zwaluw), wish(world, world.zwaluw, ADMINISTRATOR, READER))
    save(world, world.marit)
    with member_scope(world.sanne, now=timezone.now()):
        change = RightsChange.objects.get()
    sanne.post(f"{rights_page(world)}answer/", {"answer": "refuse", "change": str(change.id)})
    with member_scope(world.sanne, now=timezone.now()):
        assert not RightsChange.objects.exists()
    assert Right.VIEW_ALL not in rights_of(world.marit, world.zwaluw)


def test_what_was_saved_can_be_turned_back_by_a_draft(world: World) -> None:
    marit = at_desk_of(world.marit)
    marit.post(cell_of(world, world.bram, world.zwaluw), wish(world, world.zwaluw, READER))
    marit.post(f"{rights_page(world)}{world.bram.id}/role/", {"role": "administrator"})
    done = save(world, world.marit)
    assert "3 wijzigingen gelden nu" in done.content.decode()
    marit.post(done.redirect_chain[-1][0])
    save(world, world.marit)
    assert Right.APPROVE in rights_of(world.bram, world.zwaluw)
    assert Right.VIEW_ALL not in rights_of(world.bram, world.zwaluw)
    with member_scope(world.bram, now=timezone.now()) as bram:
        assert bram.environments == frozenset()


def test_a_draft_is_kept_and_thrown_away(world: World) -> None:
    marit = at_desk_of(world.marit)
    marit.post(cell_of(world, world.bram, world.zwaluw), wish(world, world.zwaluw))
    marit.post(f"{rights_page(world)}save/", {"what": "keep"})
    assert (
        "1 wijziging, nog niet opgeslagen" in at_desk_of(world.marit).get(rights_page(world)).content.decode()
    )
    marit.post(f"{rights_page(world)}save/", {"what": "discard"})
    assert "Niets op te slaan" in marit.get(rights_page(world)).content.decode()


def test_somebody_elses_draft_and_saved_draft_are_not_there_for_others(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id], [world.noordgroep_id]):
        who = {"person_id": world.sanne.id, "actor": OPERATOR, "now": timezone.now()}
        grant(organisation_id=world.zwaluw.id, group=ADMINISTRATOR, **who)
    at_desk_of(world.marit).post(cell_of(world, world.bram, world.zwaluw), wish(world, world.zwaluw))
    done = save(world, world.marit)
    assert at_desk_of(world.sanne).get(done.redirect_chain[-1][0]).status_code == 404
    assert "nog niet opgeslagen" not in at_desk_of(world.sanne).get(rights_page(world)).content.decode()


def test_work_schemes_and_substitutions_that_would_be_left_are_told(world: World) -> None:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.bram), name="R-07")
    company.arrive()
    anna_is_away(world, timezone.localdate())
    marit = at_desk_of(world.marit)
    marit.post(cell_of(world, world.bram, world.zwaluw), wish(world, world.zwaluw))
    page = marit.get(rights_page(world)).content.decode()
    assert "1 open taak van Bram Willems bij Zwaluw Techniek B.V. komt op de lijst Aandacht nodig." in page
    assert "Sanne Bakker kan ze aan iemand anders geven." in page
    assert "noemt Bram Willems (R-07)" in page
    assert (
        "Bram Willems vervangt Anna de Vries bij Zwaluw Techniek B.V. en kan daar niet meer beslissen" in page
    )


def anna_is_away(world: World, today: date) -> None:
    with member_scope(world.anna, now=timezone.now()) as anna:
        set_absence(
            person_id=world.anna.id,
            first_on=today + timedelta(days=3),
            last_on=today + timedelta(days=9),
            substitute_id=world.bram.id,
            actor=anna,
            now=timezone.now(),
        )


@pytest.mark.parametrize(("sees_all", "said"), [(True, "(2 facturen)"), (False, "Zwaluw Techniek B.V.")])
def test_how_many_invoices_he_could_see_is_told_only_to_who_sees_them(
    world: World, sees_all: bool, said: str
) -> None:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.bram))
    company.arrive()
    company.arrive()
    if sees_all:
        company.grant(world.marit, READER)
    marit = at_desk_of(world.marit)
    marit.post(cell_of(world, world.bram, world.zwaluw), wish(world, world.zwaluw))
    page = marit.get(rights_page(world)).content.decode()
    assert said in page
    assert ("facturen)" in page) is sees_all


def fill(world: World, people: int, places: int) -> None:
    """More organisations and people, each with a place everywhere; set-wise, for speed."""
    made = [make_person(f"Nummer{n} Achternaam") for n in range(people)]
    organisations = [
        create_organisation(
            environment_id=world.noordgroep_id,
            name=f"Organisatie {n}",
            administrator_id=world.marit.id,
            actor=OPERATOR,
            now=BEGINNING,
        )
        for n in range(places)
    ]
    ids = [each.id for each in organisations]
    with tenant_scope(None, ids, [world.noordgroep_id]):
        hold(ids)
        groups = dict(Group.objects.filter(name=APPROVER).values_list("organisation_id", "id"))
        Membership.objects.bulk_create(
            Membership(organisation_id=place, person=person, valid=since(BEGINNING))
            for place in ids
            for person in made
        )
        GroupMember.objects.bulk_create(
            GroupMember(organisation_id=place, group_id=groups[place], person=person, valid=since(BEGINNING))
            for place in ids
            for person in made
        )
        EnvironmentRole.objects.bulk_create(
            EnvironmentRole(environment_id=world.noordgroep_id, person=person, valid=since(BEGINNING))
            for person in made
        )
    TenancyDirectory.objects.bulk_create(
        TenancyDirectory(kind="person", key=hash_key(person.id), organisation_id=place)
        for person in made
        for place in ids
    )


def queries_of(world: World) -> int:
    marit = at_desk_of(world.marit)
    marit.get(rights_page(world))
    with CaptureQueriesContext(connection) as caught:
        assert marit.get(rights_page(world)).status_code == 200
    return len(caught)


def test_queries_do_not_grow_with_people_and_organisations(world: World) -> None:
    fill(world, 2, 1)
    before = queries_of(world)
    with_new_names(world, 12, 6)
    assert queries_of(world) == before


def with_new_names(world: World, people: int, places: int) -> None:
    made = [make_person(f"Extra{n} Achternaam") for n in range(people)]
    for n in range(places):
        create_organisation(
            environment_id=world.noordgroep_id,
            name=f"Extra {n}",
            administrator_id=world.marit.id,
            actor=OPERATOR,
            now=BEGINNING,
        )
    with tenant_scope(None, [], [world.noordgroep_id]):
        EnvironmentRole.objects.bulk_create(
            EnvironmentRole(environment_id=world.noordgroep_id, person=person, valid=since(BEGINNING))
            for person in made
        )


def test_a_hundred_people_and_thirty_organisations_come_in_one_page(world: World) -> None:
    fill(world, 95, 28)
    page = lxml.html.fromstring(at_desk_of(world.marit).get(rights_page(world)).content)
    assert len(page.xpath("//table[contains(@class, 'matrix')]/tbody/tr")) == 99
    assert len(page.xpath("//table[contains(@class, 'matrix')]/tbody/tr[1]/td")) == 31


def random_draft(
    reach: Reach, chance: random.Random, groups: dict[UUID, list[UUID]], people: list[UUID]
) -> None:
    """Some cells get other groups, last days and limits; some people another role."""
    for person in chance.sample(people, 3):
        for place in chance.sample(sorted(groups), 1):
            chosen = chance.sample(groups[place], chance.randint(0, 3))
            until = timezone.localdate() + timedelta(days=chance.randint(1, 9))
            wanted = {group: chance.choice([None, None, until]) for group in chosen}
            limits = {k: Decimal(chance.randint(0, 9_000)) for k in chance.sample(["", "credit_note"], 1)}
            draft_place(reach, (person, place), Place(wanted, limits if chosen else {}), now=timezone.now())
    draft = ensure_draft(reach, now=timezone.now())
    role = chance.choice(["basic", "administrator"])
    who = chance.choice(people)
    add_changes(draft, [RightsChange(what=What.ROLE, person_id=who, role=role)])


@pytest.mark.parametrize("seed", range(12))
def test_the_effect_that_is_shown_is_true_after_saving(world: World, seed: int) -> None:
    """For random drafts: who sees and may what, who administers, and that nobody else is touched."""
    chance = random.Random(seed)
    with member_scope(world.marit, now=timezone.now()) as actor:
        make_group(
            organisation_id=world.zwaluw.id,
            name="Own",
            rights=chance.sample(Right.values, 4),
            actor=actor,
            now=timezone.now(),
        )
    people = [person.id for person in (world.anna, world.bram, world.sanne, world.marit)]
    saved = 0
    for _round in range(3):
        with member_scope(world.marit, now=timezone.now()) as actor:
            reach = reach_of(actor, world.noordgroep_id)
            groups: dict[UUID, list[UUID]] = {}
            for place, group in Group.objects.order_by("id").values_list("organisation_id", "id"):
                groups.setdefault(place, []).append(group)
            random_draft(reach, chance, groups, people)
        with member_scope(world.marit, now=timezone.now()) as actor:
            reach = reach_of(actor, world.noordgroep_id)
            draft = open_draft(world.noordgroep_id, world.marit.id)
            assert draft is not None
            plan = plan_of(reach, draft, now=timezone.now())
            if plan.effects.left_alone:
                with pytest.raises(LastAdministrator):
                    save_draft(reach, draft, fingerprint=plan.fingerprint, now=timezone.now())
                discard_draft(draft)
                continue
            save_draft(reach, draft, fingerprint=plan.fingerprint, now=timezone.now())
            saved += 1
        with member_scope(world.marit, now=timezone.now()) as actor:
            reach = reach_of(actor, world.noordgroep_id)
            now_true = read_standing(world.noordgroep_id, reach.organisations, now=timezone.now())
        assert now_true == plan.after
        lost = {(each.person_id, each.organisation_id) for each in plan.effects.lost}
        for person in (world.anna, world.bram, world.sanne):
            with member_scope(person, now=timezone.now()) as member:
                for place in (world.zwaluw.id, world.beheer.id):
                    assert member.rights.get(place, frozenset()) == plan.after.rights((person.id, place))
                    sees = member.can(Right.VIEW_ALL, place) or member.can(Right.VIEW_OWN, place)
                    assert not (sees and (person.id, place) in lost)
    assert saved


def test_a_draft_that_was_looked_at_before_another_change_is_not_saved(world: World) -> None:
    with member_scope(world.marit, now=timezone.now()) as actor:
        reach = reach_of(actor, world.noordgroep_id)
        draft_place(reach, (world.bram.id, world.zwaluw.id), Place(), now=timezone.now())
        draft = open_draft(world.noordgroep_id, world.marit.id)
        assert draft is not None
        with pytest.raises(ChangedMeanwhile):
            save_draft(reach, draft, fingerprint="something else", now=timezone.now())
