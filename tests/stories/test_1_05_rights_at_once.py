"""Granting and withdrawing works at once; the last administrator stays; deactivation (rules 1.5)."""

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.circulation.deciding.attention import Trouble, needs_attention
from omloop.circulation.refusals import FourEyes
from omloop.environments.services import give_role
from omloop.organisations.deactivation import close_account, deactivate, reactivate
from omloop.organisations.humans import NotBothHere, mark_as_one, mark_as_two
from omloop.organisations.members import NotAdministrator, RightMissing, member_scope
from omloop.organisations.models import ConnectionKey
from omloop.organisations.refusals import IsDeactivated, LastAdministrator, OwnRights
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.services import grant, revoke_connection_key, withdraw
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company, at
from tests.strangers.victim import key_for
from tests.world import World, make_person

ADMINISTRATOR, APPROVER, FINANCE = DefaultGroup.ADMINISTRATOR, DefaultGroup.APPROVER, DefaultGroup.FINANCE


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


def at_desk_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def with_key(key: str) -> Callable[[str], int]:
    def ask(path: str) -> int:
        return int(Client().get(path, headers={"Authorization": f"Bearer {key}"}).status_code)

    return ask


def by(actor: Person, service: Callable[..., Any], **values: Any) -> Any:
    with member_scope(actor, now=timezone.now()) as member:
        return service(**values, actor=member, now=timezone.now())


def second_administrator(world: World, person: Person) -> None:
    """He administers the environment and Zwaluw, beside Marit."""
    with tenant_scope(None, [world.zwaluw.id], [world.noordgroep_id]):
        who = {"person_id": person.id, "actor": OPERATOR, "now": timezone.now()}
        grant(organisation_id=world.zwaluw.id, group=ADMINISTRATOR, **who)
        give_role(environment_id=world.noordgroep_id, role="administrator", **who)


def test_a_right_withdrawn_is_gone_in_an_open_session_and_for_a_key_at_the_next_request(
    world: World, company: Company
) -> None:
    invoice = company.arrive()
    desk, key = at_desk_of(world.sanne), with_key(key_for(world.sanne, world.zwaluw.id))
    page, operation = f"/invoices/{invoice}/", f"/api/v1/invoices/{invoice}"
    assert (desk.get(page).status_code, key(operation)) == (200, 200)
    where = {"organisation_id": world.zwaluw.id, "person_id": world.sanne.id, "group": FINANCE}
    by(world.marit, withdraw, **where)
    assert desk.get(page).status_code == 404
    assert key(operation) in (401, 403, 404)
    by(world.marit, grant, **where)
    assert desk.get(page).status_code == 200
    assert key(operation) == 200


def test_a_key_revoked_opens_nothing_any_more(world: World, company: Company) -> None:
    invoice = company.arrive()
    key = with_key(key_for(world.sanne, world.zwaluw.id))
    assert key(f"/api/v1/invoices/{invoice}") == 200
    with member_scope(world.anna, now=timezone.now()) as anna, pytest.raises(RightMissing):
        revoke_connection_key(key=ConnectionKey.objects.get(), actor=anna, now=timezone.now())
    with member_scope(world.marit, now=timezone.now()) as marit:
        revoke_connection_key(key=ConnectionKey.objects.get(), actor=marit, now=timezone.now())
    assert key(f"/api/v1/invoices/{invoice}") == 401


def test_who_is_deactivated_does_nothing_from_the_next_request_on(world: World, company: Company) -> None:
    invoice = company.arrive()
    desk, key = at_desk_of(world.sanne), with_key(key_for(world.sanne, world.zwaluw.id))
    where = {"environment_id": world.noordgroep_id, "person_id": world.sanne.id}
    by(world.marit, deactivate, **where)
    assert desk.get(f"/invoices/{invoice}/").status_code == 404
    assert key(f"/api/v1/invoices/{invoice}") == 401
    with member_scope(world.sanne, now=timezone.now()) as sanne:
        assert (sanne.rights, sanne.belongs_to) == ({}, frozenset())
    by(world.marit, reactivate, **where)
    assert desk.get(f"/invoices/{invoice}/").status_code == 200
    assert key(f"/api/v1/invoices/{invoice}") == 200


def test_deactivation_is_per_environment(world: World) -> None:
    with tenant_scope(None, [world.vuurtoren.id]):
        who = {"person_id": world.anna.id, "actor": OPERATOR, "now": timezone.now()}
        grant(organisation_id=world.vuurtoren.id, group=APPROVER, **who)
    by(world.marit, deactivate, environment_id=world.noordgroep_id, person_id=world.anna.id)
    with member_scope(world.anna, now=timezone.now()) as anna:
        assert anna.where(Right.APPROVE) == {world.vuurtoren.id}


def test_what_waits_for_somebody_deactivated_is_listed(world: World, company: Company) -> None:
    company.rule(("approve", world.anna))
    task = company.task(company.arrive())
    by(world.marit, deactivate, environment_id=world.noordgroep_id, person_id=world.anna.id)
    with company.system():
        (item,) = needs_attention([world.zwaluw.id], today=date(2026, 3, 3), now=timezone.now())
    assert (item.assignment.id, item.trouble) == (task.id, Trouble.INACTIVE)


def test_nothing_new_goes_to_somebody_deactivated_nor_to_his_substitute(
    world: World, company: Company
) -> None:
    company.rule(("approve", world.anna))
    company.absent(world.anna, "03-01", "03-31", world.bram)
    by(world.marit, deactivate, environment_id=world.noordgroep_id, person_id=world.anna.id)
    task = company.task(company.arrive(at("03-02")))
    assert (task.holder, task.fallback) == (None, "inactive")


def test_who_is_deactivated_gets_no_rights(world: World) -> None:
    by(world.marit, deactivate, environment_id=world.noordgroep_id, person_id=world.anna.id)
    with pytest.raises(IsDeactivated):
        by(
            world.marit,
            grant,
            organisation_id=world.zwaluw.id,
            person_id=world.anna.id,
            group=FINANCE,
        )


def test_only_an_administrator_of_the_environment_deactivates_and_never_himself(world: World) -> None:
    where = {"environment_id": world.noordgroep_id}
    with pytest.raises(NotAdministrator):
        by(world.sanne, deactivate, person_id=world.anna.id, **where)
    with pytest.raises(OwnRights):
        by(world.marit, deactivate, person_id=world.marit.id, **where)


def test_the_last_administrator_of_an_organisation_is_not_deactivated(world: World) -> None:
    """Sanne administers the environment too; Marit is the only one at Noord Beheer."""
    second_administrator(world, world.sanne)
    with pytest.raises(LastAdministrator) as refused:
        by(world.sanne, deactivate, environment_id=world.noordgroep_id, person_id=world.marit.id)
    assert refused.value.place_ids == (world.beheer.id,)


def test_an_administrator_who_is_deactivated_does_not_count_as_the_other_one(world: World) -> None:
    second_administrator(world, world.sanne)
    by(world.marit, deactivate, environment_id=world.noordgroep_id, person_id=world.sanne.id)
    with pytest.raises(LastAdministrator), tenant_scope(None, [world.zwaluw.id]):
        withdraw(
            organisation_id=world.zwaluw.id,
            person_id=world.marit.id,
            group=ADMINISTRATOR,
            actor=OPERATOR,
            now=timezone.now(),
        )


@pytest.mark.parametrize("is_other_first", [False, True])
def test_of_two_administrators_who_deactivate_each_other_at_once_one_wins(
    world: World, is_other_first: bool
) -> None:
    second_administrator(world, world.sanne)
    with tenant_scope(None, [world.beheer.id]):
        who = {"person_id": world.sanne.id, "actor": OPERATOR, "now": timezone.now()}
        grant(organisation_id=world.beheer.id, group=ADMINISTRATOR, **who)
    start, ended = threading.Barrier(2), []

    def switch_off(other: Person, actor: Person) -> None:
        start.wait()
        try:
            by(actor, deactivate, environment_id=world.noordgroep_id, person_id=other.id)
            ended.append("done")
        except (LastAdministrator, NotAdministrator):
            ended.append("refused")
        finally:
            connections.close_all()

    pairs = [(world.sanne, world.marit), (world.marit, world.sanne)]
    threads = [
        threading.Thread(target=switch_off, args=pair) for pair in (pairs[::-1] if is_other_first else pairs)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["done", "refused"]


def test_an_account_is_closed_by_its_owner_and_by_nobody_else(world: World) -> None:
    desk = at_desk_of(world.anna)
    with pytest.raises(OwnRights):
        by(world.marit, close_account, person=world.anna)
    by(world.anna, close_account, person=world.anna)
    assert desk.get("/").status_code == 302


def test_the_last_administrator_does_not_close_his_account(world: World) -> None:
    with pytest.raises(LastAdministrator):
        by(world.marit, close_account, person=world.marit)


def omloop(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "omloop", *words], capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stdout


def test_the_operator_names_an_administrator_where_none_is_left(world: World) -> None:
    words = ("organisation", "administrator", "90001002", "sanne@noordgroep.example")
    assert omloop(*words)[0] == 2
    assert omloop("account", "close", "marit@noordgroep.example")[0] == 2
    assert omloop("account", "close", "marit@noordgroep.example", "--even-if-last")[0] == 0
    code, said = omloop(*words)
    assert (code, said) == (0, "sanne@noordgroep.example administers Noord Beheer B.V. from now on.\n")
    with member_scope(world.sanne, now=timezone.now()) as sanne:
        assert sanne.where(Right.MANAGE_MEMBERS) == {world.beheer.id}
    assert omloop("account", "open", "marit@noordgroep.example")[0] == 0


def test_two_accounts_of_one_human_are_one_pair_of_eyes(world: World, company: Company) -> None:
    second = make_person("Annie de Vries")
    company.grant(second, APPROVER)
    company.rule(("approve", world.anna), ("approve", second))
    pair = {"environment_id": world.noordgroep_id, "one_id": second.id, "other_id": world.anna.id}
    before = company.arrive()
    company.decide(world.anna, before, "approve")
    by(world.marit, mark_as_one, **pair)
    with pytest.raises(FourEyes):
        company.decide(second, before, "approve")
    later = company.arrive()
    company.decide(world.anna, later, "approve")
    assert company.task(later).fallback == "barred"
    by(world.marit, mark_as_two, **pair)
    assert company.decide(second, before, "approve").opened is None


def test_accounts_are_marked_only_where_both_belong_and_by_somebody_else(world: World) -> None:
    where = {"environment_id": world.noordgroep_id}
    with pytest.raises(NotBothHere):
        by(world.marit, mark_as_one, one_id=world.anna.id, other_id=world.otto.id, **where)
    with pytest.raises(OwnRights):
        by(world.marit, mark_as_one, one_id=world.anna.id, other_id=world.marit.id, **where)
    with pytest.raises(NotAdministrator):
        by(world.sanne, mark_as_one, one_id=world.anna.id, other_id=world.bram.id, **where)
