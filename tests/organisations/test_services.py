"""Granting, withdrawing, limits and connection keys (rules 1.3-1.5, 1.11), and the operator's commands."""

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.audit.models import AuditEvent
from omloop.organisations.holding import hold
from omloop.organisations.keys import holder_of
from omloop.organisations.members import Member, RightMissing, member_scope
from omloop.organisations.models import ApprovalLimit, ConnectionKey, GroupMember, Membership
from omloop.organisations.refusals import LastAdministrator, OwnRights
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.services import (
    grant,
    make_connection_key,
    set_limit,
    withdraw,
)
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.world import BEGINNING, World

ADMINISTRATOR, APPROVER = DefaultGroup.ADMINISTRATOR, DefaultGroup.APPROVER


def change(
    service: Callable[..., Any], world: World, person: Person, group: str, actor: Any = OPERATOR
) -> None:
    """Grant or withdraw at Zwaluw, in a scope of its own."""
    with tenant_scope(None, [world.zwaluw.id]):
        service(
            organisation_id=world.zwaluw.id, person_id=person.id, group=group, actor=actor, now=timezone.now()
        )


def test_what_is_granted_and_withdrawn_stays_known_for_that_time(world: World) -> None:
    change(withdraw, world, world.anna, APPROVER)
    with tenant_scope(None, [world.zwaluw.id]):
        stood = GroupMember.objects.filter(person=world.anna)
        assert stood.at(BEGINNING + timedelta(days=1)).count() == 1
        assert stood.at(timezone.now()).count() == 0


def test_out_of_the_last_group_ends_the_membership_and_the_way_in(world: World) -> None:
    change(withdraw, world, world.anna, APPROVER)
    with member_scope(world.anna, now=timezone.now()) as anna:
        assert world.zwaluw.id not in anna.rights
        assert not Membership.objects.filter(organisation=world.zwaluw).exists()


def test_granting_twice_makes_one_place(world: World) -> None:
    change(grant, world, world.anna, APPROVER)
    with tenant_scope(None, [world.zwaluw.id]):
        assert GroupMember.objects.at(timezone.now()).filter(person=world.anna).count() == 1


def test_nobody_changes_his_own_rights_or_limit(world: World) -> None:
    myself = Member(kind="person", person_id=world.marit.id)
    with pytest.raises(OwnRights):
        change(grant, world, world.marit, APPROVER, actor=myself)
    with pytest.raises(OwnRights):
        change(withdraw, world, world.marit, ADMINISTRATOR, actor=myself)
    with pytest.raises(OwnRights), tenant_scope(None, [world.zwaluw.id]):
        set_limit(
            organisation_id=world.zwaluw.id,
            person_id=world.marit.id,
            amount=Decimal(9),
            actor=myself,
            now=timezone.now(),
        )


def test_the_last_administrator_stays(world: World) -> None:
    with pytest.raises(LastAdministrator):
        change(withdraw, world, world.marit, ADMINISTRATOR)


@pytest.mark.parametrize("is_third_there", [False, True])
def test_of_two_administrators_who_demote_each_other_at_once_one_wins(
    world: World, is_third_there: bool
) -> None:
    change(grant, world, world.sanne, ADMINISTRATOR)
    if is_third_there:
        change(grant, world, world.bram, ADMINISTRATOR)
    start, ended = threading.Barrier(2), []

    def demote(other: Person, by: Person) -> None:
        start.wait()
        try:
            change(withdraw, world, other, ADMINISTRATOR, actor=Member(kind="person", person_id=by.id))
            ended.append("done")
        except (LastAdministrator, RightMissing):
            ended.append("refused")
        finally:
            connections.close_all()

    pairs = ((world.sanne, world.marit), (world.marit, world.sanne))
    threads = [threading.Thread(target=demote, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["done", "refused"]


def test_a_limit_replaces_the_one_before_and_both_are_history(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        for amount in (Decimal(5_000), Decimal(25_000), None):
            set_limit(
                organisation_id=world.zwaluw.id,
                person_id=world.anna.id,
                amount=amount,
                actor=OPERATOR,
                now=timezone.now(),
            )
        assert ApprovalLimit.objects.filter(person=world.anna).count() == 2
        assert not ApprovalLimit.objects.at(timezone.now()).exists()
        assert AuditEvent.objects.filter(name="limit.set").count() == 3


def make_key(world: World, holder: Person) -> str:
    with tenant_scope(None, [world.zwaluw.id]):
        return make_connection_key(
            organisation_id=world.zwaluw.id, holder=holder, name="scanner", actor=OPERATOR, now=BEGINNING
        )[1]


def test_a_key_leads_to_its_holder_until_it_is_revoked_or_he_is_deactivated(world: World) -> None:
    text = make_key(world, world.sanne)
    found = holder_of(text)
    assert found is not None
    assert found[1] == world.sanne
    assert holder_of(text + "x") is None
    world.sanne.is_active = False
    world.sanne.save()
    assert holder_of(text) is None
    world.sanne.is_active = True
    world.sanne.save()
    with tenant_scope(None, [world.zwaluw.id]):
        hold(world.zwaluw.id)
        ConnectionKey.objects.update(revoked_at=timezone.now())
    assert holder_of(text) is None


def test_a_key_acts_for_its_holder_in_its_organisation_only(world: World) -> None:
    make_key(world, world.sanne)
    with member_scope(world.sanne, now=timezone.now(), only=world.zwaluw.id, key="scanner") as member:
        assert member.where(Right.ADD) == {world.zwaluw.id}
        assert member.signature == "key: scanner"


def test_the_keys_text_is_nowhere_in_the_database(world: World, owner: Callable[[], Any]) -> None:
    text = make_key(world, world.sanne)
    with owner() as above:
        rows = above.execute(
            "SELECT organisations_connectionkey::text FROM organisations_connectionkey"
        ).fetchall()
        trail = above.execute("SELECT audit_event::text FROM audit_event").fetchall()
    assert rows
    assert text not in str(rows) + str(trail)


def omloop(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "omloop", *words], capture_output=True, text=True, timeout=60
    )


def test_the_operator_adds_an_organisation_and_makes_a_key(database: str) -> None:
    words = ("12345678", "Nieuw B.V.", "--environment", "Nieuw", "--administrator", "eva@nieuw.example")
    added = omloop("organisation", "add", *words, "--administrator-name", "Eva Nieuw")
    assert (added.returncode, added.stderr) == (0, "")
    eva = Person.objects.get(email="eva@nieuw.example")
    with member_scope(eva, now=timezone.now()) as member:
        (place,) = member.where(Right.MANAGE_MEMBERS)
        assert isinstance(place, UUID)
    made = omloop(
        "key", "make", "--organisation", "12345678", "--holder", "eva@nieuw.example", "--name", "scanner"
    )
    found = holder_of(made.stdout.strip())
    assert found is not None
    assert found[1] == eva


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("organisation", "add", "1234", "X", "--environment", "X", "--administrator", "a@b.example"),
            "eight digits",
        ),
        (
            ("key", "make", "--organisation", "90001001", "--holder", "no@one.example", "--name", "x"),
            "nobody has",
        ),
        (
            (
                "key",
                "make",
                "--organisation",
                "99999999",
                "--holder",
                "anna@noordgroep.example",
                "--name",
                "x",
            ),
            "no organisation has",
        ),
        (
            (
                "key",
                "make",
                "--organisation",
                "90001009",
                "--holder",
                "anna@noordgroep.example",
                "--name",
                "x",
            ),
            "no member",
        ),
    ],
)
def test_the_operator_is_told_what_is_wrong(world: World, words: tuple[str, ...], said: str) -> None:
    refused = omloop(*words)
    assert refused.returncode == 2
    assert said in refused.stdout
