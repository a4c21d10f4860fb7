"""Setting, changing and cancelling an absence, by whom and where (rules 4.1, 4.6)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from omloop.absences.models import AbsenceCover
from omloop.absences.queries import State, absences_of, away_on, covers_for
from omloop.absences.refusals import (
    AbsenceGone,
    AbsenceIsOver,
    BeginsInThePast,
    EmptyPeriod,
    NotAllowed,
    OverlappingAbsence,
    OwnSubstitute,
    SubstituteUnfit,
)
from omloop.absences.resolution import resolve
from omloop.absences.services import cancel_absence, change_absence, set_absence
from omloop.audit.models import AuditEvent
from omloop.organisations.members import Member, member_scope
from omloop.people.models import Person
from tests.world import World

NOW = datetime(2026, 3, 26, 9, tzinfo=UTC)
FIRST, LAST = date(2026, 4, 1), date(2026, 5, 1)


def set_april(world: World, actor: Member, *, substitute: Person | None = None, first: date = FIRST) -> UUID:
    return set_absence(
        person_id=world.anna.id,
        first_on=first,
        last_on=LAST,
        substitute_id=(substitute or world.bram).id,
        actor=actor,
        now=NOW,
    )


def end_on(world: World, absence_id: UUID, last: date, actor: Member, now: datetime) -> None:
    change_absence(
        absence_id=absence_id,
        first_on=FIRST,
        last_on=last,
        substitute_id=world.bram.id,
        actor=actor,
        now=now,
    )


def who_gets(world: World, organisation_id: UUID, imported: date) -> UUID | None:
    return resolve(
        world.anna.id,
        import_date=imported,
        opened_on=imported,
        covers=covers_for(organisation_id, [imported]),
        may_act=lambda _: True,
    ).holder_id


def test_annas_absence_holds_in_each_of_her_organisations_and_in_no_other(world: World) -> None:
    with member_scope(world.anna, now=NOW) as anna:
        set_april(world, anna)
        for organisation in (world.zwaluw, world.beheer):
            assert [who_gets(world, organisation.id, day) for day in (date(2026, 3, 29), FIRST, LAST)] == [
                world.anna.id,
                world.bram.id,
                world.bram.id,
            ]
            assert who_gets(world, organisation.id, date(2026, 5, 6)) == world.anna.id
        assert set(away_on([world.zwaluw.id, world.vuurtoren.id], LAST)) == {world.zwaluw.id}
    with member_scope(world.otto, now=NOW):
        assert covers_for(world.zwaluw.id, [LAST]) == {}
        assert covers_for(world.vuurtoren.id, [LAST]) == {}


def test_another_substitute_in_one_organisation(world: World) -> None:
    with member_scope(world.anna, now=NOW) as anna:
        set_absence(
            person_id=world.anna.id,
            first_on=FIRST,
            last_on=LAST,
            substitute_id=world.bram.id,
            substitutes={world.beheer.id: world.sanne.id},
            actor=anna,
            now=NOW,
        )
        assert who_gets(world, world.zwaluw.id, FIRST) == world.bram.id
        assert who_gets(world, world.beheer.id, FIRST) == world.sanne.id


def test_one_day_is_a_period_and_the_next_absence_may_begin_the_day_after(world: World) -> None:
    with member_scope(world.anna, now=NOW) as anna:
        for day in (date(2026, 3, 29), date(2026, 3, 30)):
            set_absence(
                person_id=world.anna.id,
                first_on=day,
                last_on=day,
                substitute_id=world.bram.id,
                actor=anna,
                now=NOW,
            )
        assert who_gets(world, world.zwaluw.id, date(2026, 3, 28)) == world.anna.id
        assert who_gets(world, world.zwaluw.id, date(2026, 3, 29)) == world.bram.id
        assert who_gets(world, world.zwaluw.id, date(2026, 3, 31)) == world.anna.id


def test_two_absences_that_share_a_day_are_refused_and_the_transaction_lives_on(world: World) -> None:
    with member_scope(world.anna, now=NOW) as anna:
        set_april(world, anna)
        with pytest.raises(OverlappingAbsence) as refused:
            set_absence(
                person_id=world.anna.id,
                first_on=LAST,
                last_on=LAST,
                substitute_id=world.bram.id,
                actor=anna,
                now=NOW,
            )
        assert refused.value.other is not None
        assert (refused.value.other.first_on, refused.value.other.last_on) == (FIRST, LAST)
        assert len(absences_of(world.anna.id, since=FIRST)) == 1


def test_what_cannot_be_an_absence_is_refused_by_name(world: World) -> None:
    with member_scope(world.anna, now=NOW) as anna:
        with pytest.raises(EmptyPeriod):
            set_april(world, anna, first=LAST + timedelta(days=1))
        with pytest.raises(BeginsInThePast):
            set_april(world, anna, first=date(2026, 3, 25))
        with pytest.raises(OwnSubstitute):
            set_april(world, anna, substitute=world.anna)
        with pytest.raises(SubstituteUnfit):
            set_april(world, anna, substitute=world.otto)
        Person.objects.filter(id=world.bram.id).update(is_active=False)
        with pytest.raises(SubstituteUnfit):
            set_april(world, anna)
        assert AbsenceCover.objects.count() == 0


def test_who_may_set_it_for_anna(world: World) -> None:
    with member_scope(world.sanne, now=NOW) as sanne:
        absence_id = set_april(world, sanne)
        events = AuditEvent.objects.filter(name="absence.set", subject_id=absence_id)
        assert {(e.chain_id, e.person_id, e.for_person_id) for e in events} == {
            (organisation.id, world.sanne.id, world.anna.id) for organisation in (world.zwaluw, world.beheer)
        }
        assert events[0].detail["first_on"] == "2026-04-01"
    for stranger in (world.bram, world.otto):
        with member_scope(stranger, now=NOW) as member:
            with pytest.raises(NotAllowed):
                set_april(world, member)
            with pytest.raises((NotAllowed, AbsenceGone)):
                cancel_absence(absence_id=absence_id, actor=member, now=NOW)


def test_the_last_change_counts_whoever_made_it(world: World) -> None:
    with member_scope(world.anna, now=NOW) as anna:
        absence_id = set_april(world, anna)
    with member_scope(world.sanne, now=NOW) as sanne:
        change_absence(
            absence_id=absence_id,
            first_on=FIRST,
            last_on=date(2026, 4, 10),
            substitute_id=world.sanne.id,
            actor=sanne,
            now=NOW,
        )
    with member_scope(world.anna, now=NOW):
        assert who_gets(world, world.zwaluw.id, FIRST) == world.sanne.id
        assert who_gets(world, world.zwaluw.id, date(2026, 4, 11)) == world.anna.id
        (absence,) = absences_of(world.anna.id, since=FIRST)
        assert (absence.absence_id, absence.last_change.set_by) == (absence_id, world.sanne.id)
        changed = AuditEvent.objects.filter(name="absence.changed", subject_id=absence_id)
        assert {event.person_id for event in changed} == {world.sanne.id}


def test_a_change_that_is_refused_leaves_the_absence_as_it_was(world: World) -> None:
    with member_scope(world.anna, now=NOW) as anna:
        absence_id = set_april(world, anna)
        set_absence(
            person_id=world.anna.id,
            first_on=date(2026, 5, 10),
            last_on=date(2026, 5, 12),
            substitute_id=world.bram.id,
            actor=anna,
            now=NOW,
        )
        with pytest.raises(OverlappingAbsence):
            change_absence(
                absence_id=absence_id,
                first_on=FIRST,
                last_on=date(2026, 5, 10),
                substitute_id=world.bram.id,
                actor=anna,
                now=NOW,
            )
    with member_scope(world.anna, now=NOW):
        assert who_gets(world, world.zwaluw.id, LAST) == world.bram.id
        assert who_gets(world, world.zwaluw.id, date(2026, 5, 5)) == world.anna.id


def test_a_planned_absence_is_withdrawn_and_a_running_one_ends_yesterday(world: World) -> None:
    with member_scope(world.anna, now=NOW) as anna:
        planned = set_april(world, anna)
        cancel_absence(absence_id=planned, actor=anna, now=NOW)
        assert who_gets(world, world.zwaluw.id, FIRST) == world.anna.id
        (absence,) = absences_of(world.anna.id, since=FIRST)
        assert absence.state(NOW.date()) is State.CANCELLED
        running = set_april(world, anna)
    later = datetime(2026, 4, 20, 9, tzinfo=UTC)
    with member_scope(world.anna, now=later) as anna:
        cancel_absence(absence_id=running, actor=anna, now=later)
        assert who_gets(world, world.zwaluw.id, date(2026, 4, 19)) == world.bram.id
        assert who_gets(world, world.zwaluw.id, date(2026, 4, 20)) == world.anna.id
        with pytest.raises(AbsenceIsOver):
            cancel_absence(absence_id=running, actor=anna, now=later)
        with pytest.raises(AbsenceGone):
            cancel_absence(absence_id=planned, actor=anna, now=later)


def test_who_comes_back_early_ends_it_yesterday_but_history_is_not_rewritten(world: World) -> None:
    with member_scope(world.anna, now=NOW) as anna:
        absence_id = set_april(world, anna)
    back = datetime(2026, 4, 20, 9, tzinfo=UTC)
    with member_scope(world.anna, now=back) as anna:
        with pytest.raises(AbsenceIsOver):
            end_on(world, absence_id, date(2026, 4, 10), anna, back)
        end_on(world, absence_id, date(2026, 4, 19), anna, back)
        assert who_gets(world, world.zwaluw.id, date(2026, 4, 20)) == world.anna.id


def test_a_deactivated_persons_absence_counts_no_more(world: World) -> None:
    with member_scope(world.anna, now=NOW) as anna:
        set_april(world, anna)
        Person.objects.filter(id=world.anna.id).update(is_active=False)
        assert covers_for(world.zwaluw.id, [FIRST]) == {}


def test_the_database_itself_refuses_overlap_of_two_transactions_at_once(
    world: World, owner: Callable[[], psycopg.Connection]
) -> None:
    with member_scope(world.anna, now=NOW) as anna:
        absence_id = set_april(world, anna)
        cancel_absence(absence_id=absence_id, actor=anna, now=NOW)
    insert = """
        INSERT INTO absences_absencecover
            (id, organisation_id, absence_id, person_id, substitute_id, period, takes_what_reaches, set_at)
        VALUES (gen_random_uuid(), %s, gen_random_uuid(), %s, %s, %s, false, now())
    """
    who = [world.zwaluw.id, world.anna.id, world.bram.id]
    with owner() as one, owner() as two:
        two.execute("SET lock_timeout = '300ms'")
        with one.transaction():
            one.execute(insert, [*who, "[2026-04-01,2026-05-01]"])
            with pytest.raises(psycopg.errors.LockNotAvailable):
                two.execute(insert, [*who, "[2026-05-01,2026-05-02]"])
        with pytest.raises(psycopg.errors.ExclusionViolation, match="no_two_absences_overlap"):
            two.execute(insert, [*who, "[2026-05-01,2026-05-02]"])
        two.execute(insert, [*who, "[2026-05-02,2026-05-02]"])
        two.execute(insert, [world.beheer.id, *who[1:], "[2026-05-01,2026-05-02]"])
