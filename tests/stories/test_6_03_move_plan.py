"""Rule 6.3: a plan without open conflicts, consent to exactly that plan, a manifest, and 30 days to undo."""

import os
from collections.abc import Callable
from datetime import date, timedelta

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone

from omloop.absences.models import AbsenceCover
from omloop.absences.services import set_absence
from omloop.audit.models import AuditEvent
from omloop.circulation.models import Assignment
from omloop.intake.models import Document
from omloop.organisations.members import RightMissing, member_scope, system_scope
from omloop.organisations.models import ApprovalLimit, Organisation
from omloop.organisations.services import set_limit, withdraw
from omloop.people.models import SameHuman
from omloop.relocation.manifest import differences, take_manifest
from omloop.relocation.moves import agreeing, executing, proposing
from omloop.relocation.moves.access import UnknownPlan
from omloop.relocation.moves.agreeing import version_of
from omloop.relocation.moves.findings import Kind, find_conflicts
from omloop.relocation.moves.plans import Consent, MovePlan, Mover
from omloop.relocation.moves.refusals import NotAsked, NotYourSide, OpenConflicts, OtherVersion, TooLateToUndo
from omloop.relocation.moves.situation import Situation
from omloop.relocation.tasks import expire
from omloop.tenancy.history import since
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company
from tests.relocation.removal import FROM, TO, Choice, Removal
from tests.world import World

State = MovePlan.State


@pytest.fixture
def removal(world: World, run_jobs: Callable[[], None]) -> Removal:
    return Removal(world, run_jobs)


def kinds(removal: Removal) -> set[str]:
    """What stands in the way now."""
    with removal.at(removal.marit) as party:
        return {conflict.kind for conflict in find_conflicts(Situation(party.plan, timezone.now()))}


def place_of(removal: Removal) -> object:
    with tenant_scope(None, [removal.world.zwaluw.id], removal.everywhere()):
        return Organisation.objects.get(id=removal.world.zwaluw.id).environment_id


def test_it_is_not_sent_while_an_open_task_has_no_new_person(removal: Removal) -> None:
    world, company = removal.world, Company(removal.world, removal.world.zwaluw)
    company.rule(("approve", world.anna))
    removal.arrive(1)
    removal.propose()
    assert kinds(removal) == {Kind.NO_SUCCESSOR}
    with pytest.raises(OpenConflicts):
        removal.ask()
    removal.choose(successors={world.anna: world.bram})
    assert kinds(removal) == {Kind.SUCCESSOR_LEAVES}
    removal.choose(bram=Choice.ALONG, successors={world.anna: world.bram})
    assert kinds(removal) == {Kind.WORKS_ELSEWHERE}
    removal.choose(bram=Choice.BOTH, successors={world.anna: world.bram})
    assert kinds(removal) == set()
    removal.ask()
    assert removal.plan().state == State.ASKED


def test_who_takes_over_must_have_the_right_and_other_eyes(removal: Removal) -> None:
    world, company = removal.world, Company(removal.world, removal.world.zwaluw)
    company.rule(("approve", removal.yusuf), ("approve", world.anna))
    removal.arrive(1)
    with system_scope("test", world.zwaluw.id):
        task = Assignment.objects.get(ended_at=None)
    company.decide(removal.yusuf, task, "approve")
    removal.propose()
    removal.choose(successors={world.anna: removal.yusuf})
    assert kinds(removal) == {Kind.BARRED}
    removal.choose(sanne=Choice.BOTH, successors={world.anna: world.sanne})
    assert kinds(removal) == {Kind.RIGHT_MISSING}


def test_a_second_account_of_who_approved_already_can_not_take_over(removal: Removal) -> None:
    """Two accounts of one human are one pair of eyes (rules 1.5)."""
    world, company = removal.world, Company(removal.world, removal.world.zwaluw)
    company.rule(("approve", world.bram), ("approve", world.anna))
    removal.arrive(1)
    with system_scope("test", world.zwaluw.id):
        task = Assignment.objects.get(ended_at=None)
    company.decide(world.bram, task, "approve")
    removal.propose()
    removal.choose(bram=Choice.BOTH, successors={world.anna: removal.yusuf})
    assert kinds(removal) == set()
    one, other = sorted((world.bram, removal.yusuf), key=lambda person: person.id)
    SameHuman.objects.create(
        one=one,
        other=other,
        marked_by=world.marit.id,
        environment_id=world.noordgroep_id,
        valid=since(timezone.now()),
    )
    assert kinds(removal) == {Kind.BARRED}


def test_an_organisation_keeps_an_administrator_and_asked_groups_keep_somebody(removal: Removal) -> None:
    world, company = removal.world, Company(removal.world, removal.world.zwaluw)
    company.rule(("check", company.group("finance")), ("approve", removal.yusuf))
    removal.propose()
    assert kinds(removal) == set()
    removal.choose(yusuf=Choice.LEAVES, bram=Choice.BOTH, successors={removal.yusuf: world.bram})
    assert kinds(removal) == {Kind.NO_ADMINISTRATOR, Kind.GROUP_EMPTY}


def test_substitutes_of_the_old_environment_are_replaced_and_none_stands_in_for_himself(
    removal: Removal,
) -> None:
    world = removal.world
    with member_scope(removal.yusuf, now=timezone.now()) as yusuf:
        today = timezone.localdate()
        set_absence(
            person_id=removal.yusuf.id, first_on=today, last_on=today + timedelta(days=9),
            substitute_id=world.anna.id, actor=yusuf, now=timezone.now(),
        )  # fmt: skip
    removal.propose()
    removal.choose(successors={world.anna: removal.yusuf})
    assert kinds(removal) == {Kind.OWN_SUBSTITUTE}
    removal.choose(bram=Choice.BOTH, successors={world.anna: world.bram})
    assert removal.move().state == State.DONE, removal.plan().stopped_because
    with system_scope("test", world.zwaluw.id):
        [cover] = AbsenceCover.objects.filter(cancelled_at=None)
        assert (cover.person_id, cover.substitute_id) == (removal.yusuf.id, world.bram.id)
        assert cover.first_on == date.today()  # noqa: DTZ011 - the same day everywhere in this test


def test_consent_is_to_one_version_and_a_change_voids_it(removal: Removal) -> None:
    removal.propose()
    removal.ask()
    with removal.at(removal.yusuf) as party:
        read = version_of(party.plan)
    removal.consent(removal.marit, FROM)
    removal.choose(anna=Choice.BOTH)
    with tenant_scope(None, [], removal.everywhere()):
        assert not Consent.objects.filter(plan_id=removal.plan_id, withdrawn_at=None).exists()
    with pytest.raises(OtherVersion), removal.at(removal.yusuf) as party:
        agreeing.consent(plan=party.plan, side=TO, version=read, actor=party.member, now=timezone.now())
    removal.consent(removal.yusuf, TO)
    assert removal.plan().state == State.ASKED
    removal.consent(removal.marit, FROM)
    assert removal.plan().state == State.RUNNING


def test_each_side_speaks_for_itself_and_strangers_learn_nothing(removal: Removal) -> None:
    world = removal.world
    removal.propose()
    removal.ask()
    with pytest.raises(NotYourSide):
        removal.consent(removal.yusuf, FROM)
    with pytest.raises(NotYourSide):
        removal.consent(removal.marit, TO)
    with pytest.raises(UnknownPlan):
        removal.consent(world.otto, TO)
    with pytest.raises(PermissionError):
        removal.consent(world.anna, FROM)


def test_consent_can_be_taken_back_declined_or_expire(removal: Removal) -> None:
    removal.propose()
    removal.ask()
    removal.consent(removal.marit, FROM)
    with removal.at(removal.marit) as party:
        agreeing.withdraw_consent(plan=party.plan, side=FROM, actor=party.member, now=timezone.now())
    removal.consent(removal.yusuf, TO)
    assert removal.plan().state == State.ASKED
    with tenant_scope(None, [], removal.everywhere()):
        MovePlan.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotAsked):
        removal.consent(removal.marit, FROM)
    expire(timestamp=0)
    assert removal.plan().state == State.EXPIRED
    removal.propose()
    removal.ask()
    with removal.at(removal.yusuf) as party:
        agreeing.decline(plan=party.plan, side=TO, actor=party.member, now=timezone.now())
    assert removal.plan().state == State.DECLINED


def test_only_who_may_move_the_organisation_proposes(removal: Removal) -> None:
    world = removal.world
    with system_scope("test", world.zwaluw.id) as system:
        withdraw(
            organisation_id=world.zwaluw.id, person_id=world.marit.id, group="administrator",
            actor=system, now=timezone.now(),
        )  # fmt: skip
    with pytest.raises(RightMissing):
        removal.propose()


def test_when_the_world_changed_it_stops_and_nothing_has_happened(removal: Removal) -> None:
    world, company = removal.world, Company(removal.world, removal.world.zwaluw)
    removal.propose()
    removal.agree()
    company.rule(("approve", world.anna))
    removal.run_jobs()
    plan = removal.plan()
    assert (plan.state, plan.executed_at, plan.to_environment_id) == (State.STOPPED, None, None)
    assert [reason["kind"] for reason in plan.stopped_because] == [Kind.NO_SUCCESSOR]
    assert place_of(removal) == world.noordgroep_id
    removal.choose(successors={world.anna: removal.yusuf})
    assert removal.move().state == State.DONE


@pytest.mark.parametrize("what", ["a row", "a file"])
def test_what_was_counted_and_is_gone_stops_it_and_nothing_has_happened(
    removal: Removal, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody with the database's or the disk's own keys takes away what the manifest counted."""
    document_id = removal.arrive(1)
    removal.propose()
    removal.agree()
    count_before = executing._PHASES["counting"]

    def count_and_lose(plan: MovePlan) -> None:
        count_before(plan)
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
            owner.execute("DELETE FROM intake_delivery WHERE document_id = %s", [document_id])

    if what == "a row":
        monkeypatch.setitem(executing._PHASES, "counting", count_and_lose)
    else:
        with system_scope("test", removal.world.zwaluw.id):
            digest = Document.objects.get(id=document_id).sha256
        damage(removal, digest)
    removal.run_jobs()
    plan = removal.plan()
    assert plan.state == State.STOPPED
    assert [reason["kind"] for reason in plan.stopped_because] == [
        "unequal" if what == "a row" else "damaged"
    ]
    assert place_of(removal) == removal.world.noordgroep_id


def damage(removal: Removal, digest: str) -> None:
    path = settings.DATA / "files" / str(removal.world.zwaluw.id) / digest[:2] / digest
    path.write_bytes(b"something else")


def test_what_differs_after_the_move_is_said_aloud_and_stays_in_the_trail(
    removal: Removal, monkeypatch: pytest.MonkeyPatch
) -> None:
    removal.arrive(1)
    removal.propose()
    removal.agree()
    switch = executing._PHASES["moving"]

    def switch_and_forge(plan: MovePlan) -> None:
        switch(plan)
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
            owner.execute("UPDATE audit_event SET actor = 'forged' WHERE name = 'document.received'")

    monkeypatch.setitem(executing._PHASES, "moving", switch_and_forge)
    removal.run_jobs()
    [mover] = removal.movers()
    assert [line.split(":")[0] for line in mover.differences] == ["audit_event"]
    with tenant_scope(None, [], [removal.world.noordgroep_id]):
        assert AuditEvent.objects.filter(name="move.unequal").exists()


def test_it_is_undone_by_both_within_thirty_days_with_all_that_is_newer(removal: Removal) -> None:
    world, company = removal.world, Company(removal.world, removal.world.zwaluw)
    company.rule(("check", world.bram), ("approve", world.anna))
    with system_scope("test", world.zwaluw.id) as system:
        set_limit(
            organisation_id=world.zwaluw.id, person_id=world.bram.id, amount=5000,  # type: ignore[arg-type]
            actor=system, now=timezone.now(),
        )  # fmt: skip
    removal.arrive(1)
    removal.propose()
    removal.choose(successors={world.anna: removal.yusuf, world.bram: removal.yusuf})
    moved = removal.move()
    first = removal.movers()[0].counted_before
    newer = removal.arrive(2)
    with removal.at(world.marit) as party:
        back = proposing.propose_undo(plan=party.plan, actor=party.member, now=timezone.now())
    removal.plan_id = back.id
    removal.choose(by=removal.yusuf, yusuf=Choice.BOTH, successors={removal.yusuf: world.bram})
    removal.ask(by=removal.yusuf)
    removal.consent(world.marit, TO)
    removal.consent(removal.yusuf, FROM)
    removal.run_jobs()
    assert removal.plan().state == State.DONE, removal.plan().stopped_because
    assert removal.plan(moved.id).state == State.UNDONE
    assert place_of(removal) == world.noordgroep_id
    assert differences(first, take_manifest(first.mark)) == []
    assert removal.movers()[0].differences == []
    with member_scope(world.bram, now=timezone.now()) as bram:
        assert bram.can("approve", world.zwaluw.id)
    with system_scope("test", world.zwaluw.id):
        assert Document.objects.filter(id=newer).exists()
        assert ApprovalLimit.objects.at(timezone.now()).get(person=world.bram).amount == 5000


def test_after_thirty_days_it_is_final(removal: Removal) -> None:
    removal.propose()
    removal.move()
    with tenant_scope(None, [], removal.everywhere()):
        MovePlan.objects.update(undo_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(TooLateToUndo), removal.at(removal.world.marit) as party:
        proposing.propose_undo(plan=party.plan, actor=party.member, now=timezone.now())


def test_several_organisations_go_in_one_plan_or_none_of_them(removal: Removal) -> None:
    world = removal.world
    removal.propose(world.zwaluw, world.beheer)
    removal.choose(sanne=Choice.ALONG, anna=Choice.ALONG, bram=Choice.ALONG, marit=Choice.BOTH)
    assert removal.move().state == State.DONE, removal.plan().stopped_because
    target = removal.plan().to_environment_id
    with tenant_scope(None, [], removal.everywhere()):
        movers = Mover.objects.filter(plan_id=removal.plan_id)
        assert [mover.differences for mover in movers] == [[], []]
        there = Organisation.objects.filter(environment_id=target)
        assert set(there.values_list("name", flat=True)) == {world.zwaluw.name, world.beheer.name}
