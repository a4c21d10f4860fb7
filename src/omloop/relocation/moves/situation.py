"""How the world stands for a plan, read afresh: for its page, and once more before anything moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Q, QuerySet

from omloop.circulation.who.policies import rights_of
from omloop.environments.models import EnvironmentRole
from omloop.environments.services import administrators_of
from omloop.organisations.activity import active_people
from omloop.organisations.departures import restorable, returning
from omloop.organisations.models import GroupMember, Organisation
from omloop.relocation.ending.models import Ending
from omloop.relocation.moves.plans import MovePlan, Mover, Passenger, Successor
from omloop.relocation.moves.ties import Tie, Ties, read_ties, works_elsewhere
from omloop.retention.models import Removal
from omloop.tenancy.models import TenancyStandstill
from omloop.tenancy.scope import confidential_shown

Choice = Passenger.Choice
STAYS = (Choice.ALONG, Choice.BOTH, Choice.RETURNS)
GOES = (Choice.LEAVES, Choice.READS)
"""Who hands over what he has there; the second may read on for a while (rules 6.6)."""
JUST = timedelta(microseconds=1)


@dataclass(frozen=True)
class Situation:
    """A plan with what is true now of its organisations and people; inside a scope that shows them."""

    plan: MovePlan
    now: datetime

    @cached_property
    def movers(self) -> list[Mover]:
        """The plan's organisations, by name."""
        return list(Mover.objects.filter(plan=self.plan).order_by("name", "id"))

    @cached_property
    def places(self) -> list[UUID]:
        """Their ids."""
        return [mover.of_organisation_id for mover in self.movers]

    @cached_property
    def organisations(self) -> dict[UUID, Organisation]:
        """The organisations as they are now."""
        return {place.id: place for place in Organisation.objects.filter(id__in=self.places)}

    @cached_property
    def moving_elsewhere(self) -> set[UUID]:
        """Those that another plan is moving at this moment, or that go to another installation.

        A closed one moves along when environments merge (rules 6.7).
        """
        running = Mover.objects.filter(plan__state=MovePlan.State.RUNNING, of_organisation_id__in=self.places)
        still = TenancyStandstill.objects.filter(organisation_id__in=self.places).exclude(
            reason=TenancyStandstill.Reason.CLOSED
        )
        return {
            *running.exclude(plan=self.plan).values_list("of_organisation_id", flat=True),
            *still.values_list("organisation_id", flat=True),
        }

    @cached_property
    def ending(self) -> set[UUID]:
        """Those for which an end is asked, agreed or being done, or that lose what was counted."""
        under_way = Ending.objects.filter(organisation_id__in=self.places, state__in=Ending.OPEN)
        losing = Q(state=Removal.State.RUNNING)
        for mover in self.movers:
            if mover.before:
                counted_at = mover.counted_before.mark.taken_at
                losing |= Q(organisation=mover.of_organisation_id, state="done", ended_at__gte=counted_at)
        with confidential_shown(self.places):
            removals = Removal.objects.filter(losing, organisation_id__in=self.places)
            return {each.organisation_id for each in (*under_way, *removals)}

    @cached_property
    def ties(self) -> Ties:
        """What holds people to each of them."""
        with confidential_shown(self.places):
            return read_ties(self.places, now=self.now)

    def tie(self, place: UUID, person: UUID) -> Tie:
        """What holds this person to this organisation; perhaps nothing."""
        return self.ties[place].get(person, Tie())

    @cached_property
    def returning(self) -> dict[UUID, set[UUID]]:
        """At an undo: whose place ended with the move and would not be over by now, by organisation; who
        reads on too."""
        undone = self.plan.undoes
        if undone is None or undone.executed_at is None:
            return {}
        found: dict[UUID, set[UUID]] = {place: set() for place in self.places}
        reading = Passenger.objects.filter(plan=undone, choice=Choice.READS)
        reads_on = set(reading.values_list("person_id", flat=True))
        for place, person in returning(self.places, ended_at=undone.executed_at, now=self.now):
            if person in reads_on or not self.tie(place, person).is_member:
                found[place].add(person)
        return found

    @cached_property
    def people(self) -> set[UUID]:
        """Everybody about whom there is something to choose."""
        tied = {person for people in self.ties.values() for person in people}
        return tied | {person for people in self.returning.values() for person in people}

    @cached_property
    def administrators(self) -> set[UUID]:
        """Who administers the environment that is left."""
        place = self.plan.from_environment_id
        return administrators_of([place])[place]

    @cached_property
    def elsewhere(self) -> set[UUID]:
        """Who also works in an organisation that stays behind."""
        return works_elsewhere(self.people, self.plan.from_environment_id, outside=self.places)

    @cached_property
    def choices(self) -> dict[UUID, str]:
        """What was chosen for each person."""
        return dict(Passenger.objects.filter(plan=self.plan).values_list("person_id", "choice"))

    @cached_property
    def _successors(self) -> dict[tuple[UUID, UUID], UUID]:
        rows = Successor.objects.filter(plan=self.plan)
        return {
            (place, person): successor
            for place, person, successor in rows.values_list(
                "of_organisation_id", "person_id", "successor_id"
            )
        }

    def chosen_successor(self, place: UUID, person: UUID) -> UUID | None:
        """Who was chosen to take over from this person there, whatever his own choice is now."""
        return self._successors.get((place, person))

    def successors(self, place: UUID) -> dict[UUID, UUID]:
        """Who was chosen to take over, of those who leave something behind there."""
        return {
            person: self._successors[place, person]
            for person, tie in self.leaving(place).items()
            if tie.needs_successor and (place, person) in self._successors
        }

    def leaving(self, place: UUID) -> dict[UUID, Tie]:
        """Who has to do with this organisation and loses it."""
        return {person: tie for person, tie in self.ties[place].items() if self.choices.get(person) in GOES}

    def stays_in(self, place: UUID, person: UUID) -> bool:
        """Whether he is a member there afterwards."""
        if self.choices.get(person) not in STAYS:
            return False
        return self.tie(place, person).is_member or person in self.returning.get(place, ())

    def staying(self, place: UUID) -> set[UUID]:
        """The members afterwards."""
        return {person for person in self.people if self.stays_in(place, person)}

    def rights(self, place: UUID) -> Mapping[UUID, set[str]]:
        """What they may do there: who returns gets what he had, and who was deactivated may do nothing."""
        held = rights_of(place, active_people(place, self.staying(place)), now=self.now)
        before = self._before(place)
        for person, right in before.values_list("person_id", "group__rights__right"):
            held.setdefault(person, set()).add(right)
        return held

    @cached_property
    def resting(self) -> set[UUID]:
        """Who was deactivated in the environment that is joined."""
        roles = EnvironmentRole.objects.at(self.now).filter(environment_id=self.plan.to_environment_id)
        return set(roles.filter(is_active=False).values_list("person_id", flat=True))

    def staying_in_groups(self, place: UUID) -> dict[UUID, set[UUID]]:
        """Who stands in each group afterwards."""
        found: dict[UUID, set[UUID]] = {}
        for person, tie in self.ties[place].items():
            for group in tie.groups if self.stays_in(place, person) else ():
                found.setdefault(group, set()).add(person)
        for person, group in self._before(place).values_list("person_id", "group_id"):
            found.setdefault(group, set()).add(person)
        return found

    def had_members(self, place: UUID, group: UUID) -> bool:
        """Whether somebody stands in it now: a group that was empty before is no matter of the move."""
        return any(group in tie.groups for tie in self.ties[place].values())

    def _before(self, place: UUID) -> "QuerySet[GroupMember]":
        """The groups that those who return had at the moment of the move; who is deactivated acts in none."""
        chosen = {p for p in self.returning.get(place, ()) if self.choices.get(p) == Choice.RETURNS}
        back = chosen - self.resting
        undone = self.plan.undoes
        if undone is None or undone.executed_at is None or not back:
            nobody: QuerySet[GroupMember] = GroupMember.objects.none()
            return nobody
        moment = undone.executed_at - JUST
        left = restorable(GroupMember, [place], ended_at=undone.executed_at, now=self.now)
        rows: QuerySet[GroupMember] = GroupMember.objects.at(moment).filter(
            organisation_id=place,
            person_id__in=back,
            id__in=[row.id for row in left],
            group__rights__valid__contains=moment,
        )
        return rows


def is_being_moved(organisation_id: UUID) -> bool:
    """Whether a plan to move it is being carried out, inside a scope of its environment."""
    running = Mover.objects.filter(of_organisation_id=organisation_id, plan__state=MovePlan.State.RUNNING)
    return bool(running.exists())
