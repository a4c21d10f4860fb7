"""An organisation that stands still is written by nobody, whatever the door (rules 6.4)."""

from collections.abc import Callable

import psycopg
import pytest
from django.db.utils import ProgrammingError
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.audit.services import record
from omloop.intake.models import Document, LateArrival
from omloop.intake.services import KEPT, StandsStill, accept
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope, operator_member
from omloop.organisations.models import Group, Organisation
from omloop.organisations.rights import Right
from omloop.tenancy.models import TenancyStandstill
from omloop.tenancy.scope import tenant_scope
from tests.world import BEGINNING, World, make_document

Owner = Callable[[], psycopg.Connection]
REFUSED = "violates row-level security policy .*standstill"


def stand_still(organisation: Organisation, reason: str) -> None:
    TenancyStandstill.objects.create(organisation_id=organisation.id, reason=reason)


WHO_MAY_WHAT = (
    lambda: Group.objects.create(organisation=Organisation.objects.get(), name="new"),
    lambda: record("test.happened", actor=OPERATOR, chain_id=Organisation.objects.get().id, at=BEGINNING),
)
"""What goes on where an organisation is closed: readers are let in, and the trail says so (rules 6.7)."""


def test_in_a_closed_organisation_who_may_what_goes_on_and_the_rest_does_not(world: World) -> None:
    stand_still(world.zwaluw, "closed")
    for change in WHO_MAY_WHAT:
        with tenant_scope(None, [world.zwaluw.id]):
            hold(world.zwaluw.id)
            change()
    with pytest.raises(ProgrammingError, match=REFUSED), tenant_scope(None, [world.zwaluw.id]):
        make_document(world.zwaluw)


@pytest.mark.parametrize("reason", TenancyStandstill.Reason.values)
def test_the_database_refuses_new_and_changed_rows(world: World, reason: str) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        make_document(world.zwaluw)
    stand_still(world.zwaluw, reason)
    for change in (
        lambda: make_document(world.zwaluw),
        lambda: Document.objects.update(filename="other.xml"),
        lambda: Organisation.objects.filter(id=world.zwaluw.id).update(name="other"),
        *(WHO_MAY_WHAT if reason != "closed" else ()),
    ):
        with pytest.raises(ProgrammingError, match=REFUSED), tenant_scope(None, [world.zwaluw.id]):
            change()
    with tenant_scope(None, [world.zwaluw.id]):
        assert Document.objects.all().delete()[0] == 0
        assert Document.objects.count() == 1


def test_its_neighbour_in_the_same_scope_goes_on(world: World) -> None:
    stand_still(world.zwaluw, "leaving")
    with tenant_scope(None, [world.zwaluw.id, world.beheer.id]):
        assert make_document(world.beheer).pk


def test_members_keep_seeing_what_leaves_and_change_nothing(world: World) -> None:
    stand_still(world.zwaluw, "leaving")
    with member_scope(world.sanne, now=timezone.now()) as sanne:
        assert sanne.rights[world.zwaluw.id] == {Right.VIEW_ALL, Right.EXPORT, Right.ADD}
        assert Right.CIRCULATE in sanne.rights[world.beheer.id]


@pytest.mark.parametrize("reason", ["arriving", "gone"])
def test_nobody_sees_what_is_not_here_yet_or_no_more(world: World, reason: str) -> None:
    stand_still(world.zwaluw, reason)
    with member_scope(world.sanne, now=timezone.now()) as sanne:
        assert sanne.rights[world.zwaluw.id] == frozenset()


def bring(world: World, data: bytes) -> str:
    with tenant_scope(None, [world.zwaluw.id]):
        accepted = accept(
            organisation_id=world.zwaluw.id,
            data=data,
            filename="invoice.xml",
            channel="upload",
            actor=operator_member(world.zwaluw.id),
            now=timezone.now(),
        )
    return accepted.outcome


def test_what_comes_meanwhile_is_kept_aside_once(world: World) -> None:
    stand_still(world.zwaluw, "leaving")
    assert [bring(world, b"one"), bring(world, b"one"), bring(world, b"two")] == [KEPT] * 3
    with tenant_scope(None, [world.zwaluw.id]):
        assert LateArrival.objects.count() == 2
        assert not Document.objects.exists()


@pytest.mark.parametrize("reason", ["arriving", "gone"])
def test_nothing_is_taken_in_for_who_is_not_here(world: World, reason: str) -> None:
    stand_still(world.zwaluw, reason)
    with pytest.raises(StandsStill):
        bring(world, b"one")
