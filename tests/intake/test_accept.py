"""Taking in: one document for the same bytes, whoever brings them, however often (rules 2.1, 2.3)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.audit.models import AuditEvent
from omloop.intake import files
from omloop.intake.models import Channel, Delivery, Document
from omloop.intake.services import (
    Accepted,
    FileTooLarge,
    NoOffset,
    NotBackdatedByOperator,
    NotUnreadable,
    accept,
    read_again,
)
from omloop.organisations.holding import hold
from omloop.organisations.members import Member, RightMissing, member_scope, operator_member, system_scope
from omloop.organisations.models import Group, GroupRight
from omloop.organisations.rights import Right
from omloop.organisations.services import grant
from omloop.people.models import Person
from omloop.tenancy.history import since
from omloop.tenancy.scope import tenant_scope
from tests.world import BEGINNING, World, make_person

NOW = datetime(2026, 4, 3, 9, tzinfo=UTC)


def bring(actor: Member, organisation_id: UUID, data: bytes = b"<Invoice/>", **more: Any) -> Accepted:
    given: dict[str, Any] = {"filename": "a.xml", "channel": Channel.UPLOAD, "now": NOW, **more}
    return accept(organisation_id=organisation_id, data=data, actor=actor, **given)


def bring_as(person: Person, organisation_id: UUID, data: bytes = b"<Invoice/>", **more: Any) -> Accepted:
    with member_scope(person, now=timezone.now()) as member:
        return bring(member, organisation_id, data, **more)


def bring_as_operator(organisation_id: UUID, data: bytes = b"<Invoice/>", **more: Any) -> Accepted:
    with tenant_scope(None, [organisation_id]):
        return bring(operator_member(organisation_id), organisation_id, data, **more)


def let_see_confidential(person: Person, organisation_id: UUID) -> None:
    with tenant_scope(None, [organisation_id]):
        hold(organisation_id)
        group = Group.objects.create(organisation_id=organisation_id, name="directors")
        GroupRight.objects.bulk_create(
            GroupRight(organisation_id=organisation_id, group=group, right=right, valid=since(BEGINNING))
            for right in (Right.VIEW_CONFIDENTIAL, Right.ADD, Right.VIEW_ALL)
        )
        grant(
            organisation_id=organisation_id,
            person_id=person.id,
            group="directors",
            actor=OPERATOR,
            now=BEGINNING,
        )


def test_a_file_becomes_a_document_with_a_delivery_an_event_and_its_bytes(world: World) -> None:
    accepted = bring_as(world.sanne, world.zwaluw.id, b"<Invoice/>")
    assert accepted.outcome == "accepted"
    with system_scope("test", world.zwaluw.id):
        document = Document.objects.get()
        assert document.id == accepted.document_id
        assert files.read(world.zwaluw.id, document.sha256) == b"<Invoice/>"
        assert Delivery.objects.get().delivered_by == world.sanne.id
        event = AuditEvent.objects.get(name="document.received")
        assert (event.subject_id, event.person_id) == (document.id, world.sanne.id)


def test_the_same_bytes_again_are_known_and_leave_only_a_delivery(world: World) -> None:
    first = bring_as(world.sanne, world.zwaluw.id)
    again = bring_as(world.sanne, world.zwaluw.id, filename="b.xml", channel=Channel.API)
    assert (again.outcome, again.document_id) == ("known", first.document_id)
    with system_scope("test", world.zwaluw.id):
        assert list(Delivery.objects.order_by("id").values_list("filename", flat=True)) == ["a.xml", "b.xml"]
        assert AuditEvent.objects.filter(name="document.received").count() == 1


def test_each_organisation_has_its_own_document_of_the_same_bytes(world: World) -> None:
    ours, theirs = (bring_as(world.sanne, place.id) for place in (world.zwaluw, world.beheer))
    assert (ours.outcome, theirs.outcome) == ("accepted", "accepted")
    assert ours.document_id != theirs.document_id


def test_two_processes_at_the_same_moment_make_one_document(world: World) -> None:
    barrier = Barrier(4)

    def race() -> Accepted:
        try:
            with tenant_scope(None, [world.zwaluw.id]):
                barrier.wait(timeout=10)
                return bring(operator_member(world.zwaluw.id), world.zwaluw.id)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        outcomes = [run.result() for run in [threads.submit(race) for _ in range(4)]]
    assert sorted(outcome.outcome for outcome in outcomes) == ["accepted", "known", "known", "known"]
    assert len({outcome.document_id for outcome in outcomes}) == 1


def test_the_import_date_is_that_of_the_organisations_zone(world: World) -> None:
    late = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    bring_as(world.sanne, world.zwaluw.id, now=late)
    with system_scope("test", world.zwaluw.id):
        assert Document.objects.get().import_date == date(2026, 4, 1)


def test_the_operator_says_when_it_was_received_and_the_trail_says_so(world: World) -> None:
    earlier = datetime.fromisoformat("2026-03-29T09:00+02:00")
    bring_as_operator(world.zwaluw.id, received_at=earlier)
    with system_scope("test", world.zwaluw.id):
        document, event = Document.objects.get(), AuditEvent.objects.get(name="document.received")
        assert (document.received_at, document.import_date) == (earlier, date(2026, 3, 29))
        assert datetime.fromisoformat(event.detail["received_at"]) == earlier


def test_nobody_else_says_when_and_nobody_without_an_offset(world: World) -> None:
    with pytest.raises(NotBackdatedByOperator):
        bring_as(world.sanne, world.zwaluw.id, received_at=NOW)
    with pytest.raises(NoOffset):
        bring_as_operator(world.zwaluw.id, received_at=NOW.replace(tzinfo=None))


def test_without_the_right_nothing_is_taken_in(world: World) -> None:
    for person, place in ((world.anna, world.zwaluw), (world.sanne, world.vuurtoren)):
        with pytest.raises(RightMissing):
            bring_as(person, place.id)
    with system_scope("test", world.zwaluw.id):
        assert not Document.objects.exists()


def test_confidential_needs_the_right_to_see_it(world: World) -> None:
    with pytest.raises(RightMissing):
        bring_as(world.sanne, world.zwaluw.id, confidential=True)


def test_a_confidential_document_is_known_but_not_named_to_who_may_not_see_it(world: World) -> None:
    let_see_confidential(world.marit, world.zwaluw.id)
    first = bring_as(world.marit, world.zwaluw.id, confidential=True)
    again = bring_as(world.sanne, world.zwaluw.id)
    assert (again.outcome, again.document_id) == ("known", None)
    assert bring_as_operator(world.zwaluw.id).document_id is None
    assert bring_as(world.marit, world.zwaluw.id).document_id == first.document_id
    with system_scope("test", world.zwaluw.id):
        assert list(Delivery.objects.values_list("confidential", flat=True)) == [True] * 4


def test_who_only_adds_is_not_told_which_document_somebody_else_brought(world: World) -> None:
    porter = make_person("Piet Porter")
    with tenant_scope(None, [world.zwaluw.id]):
        hold(world.zwaluw.id)
        group = Group.objects.create(organisation=world.zwaluw, name="post room")
        GroupRight.objects.create(
            organisation=world.zwaluw, group=group, right=Right.ADD, valid=since(BEGINNING)
        )
        grant(
            organisation_id=world.zwaluw.id,
            person_id=porter.id,
            group="post room",
            actor=OPERATOR,
            now=BEGINNING,
        )
    bring_as(world.sanne, world.zwaluw.id, b"hers")
    own = bring_as(porter, world.zwaluw.id, b"his")
    assert bring_as(porter, world.zwaluw.id, b"hers").document_id is None
    assert bring_as(porter, world.zwaluw.id, b"his").document_id == own.document_id


def test_a_name_that_the_database_can_not_keep_is_no_trouble(world: World) -> None:
    bring_as_operator(world.zwaluw.id, filename="nul\0 half\udcff " + "long" * 1000)
    with system_scope("test", world.zwaluw.id):
        assert Document.objects.get().filename.startswith("nul half? long")


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omloop.intake.services.MAX_BYTES", 3)
    with pytest.raises(FileTooLarge):
        bring_as_operator(world.zwaluw.id, b"four")


def test_only_what_can_not_be_read_is_read_again(world: World) -> None:
    bring_as(world.sanne, world.zwaluw.id)
    with member_scope(world.sanne, now=timezone.now()) as sanne, pytest.raises(NotUnreadable):
        read_again(Document.objects.get(), actor=sanne, now=NOW)
    with tenant_scope(None, [world.zwaluw.id]), pytest.raises(RightMissing):
        read_again(Document.objects.get(), actor=Member(kind="person"), now=NOW)
