"""Who may not do a step is said in several places, of one step, of many, in SQL: whatever came about, they
say the same (rules 3.5, 3.9, 5.2)."""

from collections.abc import Callable
from random import Random
from uuid import UUID

from omloop.circulation.models import Assignment, Decision, Step
from omloop.circulation.models.configuration import FourEyes
from omloop.circulation.routing.configuring import Configuration, configure
from omloop.circulation.routing.handover import unfit
from omloop.circulation.who.barred_since import barred_since
from omloop.circulation.who.crowd import Crowd
from omloop.circulation.who.policies import Standing, members_of
from omloop.circulation.who.together import barred_at_gate, barred_from
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.organisations.rights import Right
from omloop.people.models import Person, SameHuman
from omloop.recognition.models import Typing
from omloop.tenancy.history import since
from tests.circulation.company import Company, at
from tests.world import World

OPENED, CHANGED, NOW = at("03-03"), at("03-04"), at("03-05")
SETTINGS = {FourEyes.OFF: "03-04", FourEyes.APPROVE: "03-05", FourEyes.ALL: "03-06"}
INVOICES = 40
State = Step.State


class Histories:
    """Small invoices on which anything may have come about, one row after another."""

    def __init__(self, company: Company, people: list[Person], seed: int) -> None:
        self.company, self.people, self.dice = company, people, Random(seed)
        self.group, self.cast = company.group("approver"), people

    def write(self) -> None:
        invoices = [self.company.store(state="circulating", number=str(each)) for each in range(INVOICES)]
        with self.company.system():
            hold(self.company.organisation.id)
            for invoice in invoices:
                self.cast = self.dice.sample(self.people, 3)
                for position in range(1, self.dice.choice([1, 1, 2, 3])):
                    self._step(invoice, position, State.DONE)
                self._now(invoice, 4)
                if self.dice.random() < 0.5:
                    self._add(Typing, invoice, typed_by=self._who(), typed_at=OPENED, changed={})

    def _now(self, invoice: UUID, position: int) -> None:
        """The step that is open: one part, or several of which some were answered or ended."""
        parts = self.dice.choice([1, 1, 2, 3])
        states = [State.OPEN, *(self.dice.choice([State.OPEN, *State]) for _ in range(parts - 1))]
        action = self.dice.choice(["check", "approve"])
        for part, state in enumerate(states, start=1):
            self._step(invoice, position, state, part, action)

    def _step(self, invoice: UUID, position: int, state: str, part: int = 1, action: str = "") -> None:
        action = action or self.dice.choice(["check", "approve", "approve"])
        origin = "return" if action == "check" and self.dice.random() < 0.2 else "scheme"
        to = {"group_id": self.group} if self.dice.random() < 0.3 else {"person": self._who()}
        step = self._add(
            Step, invoice, position=position, part=part, action=action, origin=origin, state=state, **to
        )
        if state in (State.OPEN, State.DONE):
            self._asked(step, to)

    def _asked(self, step: Step, to: dict[str, object]) -> None:
        is_open = step.state == State.OPEN
        holder = to if "group_id" in to else {"holder": self._who(), "for_person": self._perhaps()}
        task = self._add(
            Assignment,
            step.invoice_id,
            step=step,
            opened_at=OPENED,
            ended_at=None if is_open else OPENED,
            why={},
            **holder,
        )
        if not is_open:
            self._add(
                Decision,
                step.invoice_id,
                step=step,
                assignment=task,
                action=self.dice.choice(["check", step.action, "forward"]),
                person=self._who(),
                for_person=self._perhaps(),
                decided_at=OPENED,
                withdrawn_at=self.dice.choice([None, None, OPENED]),
            )

    def _add(self, model: type, invoice: UUID, **fields: object) -> Step:
        place = self.company.organisation
        row: Step = model.objects.create(organisation=place, confidential=False, invoice_id=invoice, **fields)  # type: ignore[attr-defined]
        return row

    def _who(self) -> Person:
        return self.dice.choice(self.cast)

    def _perhaps(self) -> Person | None:
        return self._who() if self.dice.random() < 0.3 else None


def test_the_gate_the_route_an_absence_the_list_and_a_succession_bar_the_same_people(
    company: Company, world: World, newcomer: Callable[[str, str], Person]
) -> None:
    carla, dirk = newcomer("Carla Prins", "approver"), newcomer("Dirk Prins", "approver")
    more = [newcomer(f"{name} Smit", "approver") for name in ("Ella", "Fons", "Gijs", "Hanna", "Ivo")]
    people = [world.anna, world.bram, world.sanne, carla, dirk, *more]
    Histories(company, people, seed=7).write()
    one, other = sorted([carla.id, dirk.id])
    SameHuman.objects.create(
        one_id=one,
        other_id=other,
        marked_by=world.marit.id,
        environment_id=world.noordgroep_id,
        valid=since(CHANGED),
    )
    for four_eyes, day in SETTINGS.items():
        with member_scope(world.marit, now=at(day)) as marit:
            place = company.organisation.id
            configure(
                organisation_id=place, wanted=Configuration(four_eyes=four_eyes), actor=marit, now=at(day)
            )
        with company.system():
            assert Agreement(place, people, day).holds() > 10, "hardly anything was compared"


class Agreement:
    """What each place says of the same open tasks, on one day."""

    def __init__(self, place: UUID, people: list[Person], day: str) -> None:
        self.place, self.people, self.now = place, {person.id for person in people}, at(day, "13:00")
        rows = Assignment.objects.filter(organisation_id=place, ended_at=None)
        self.tasks = list(rows.select_related("step", "invoice").order_by("id"))
        self.gate = {task.id: barred_at_gate(task.step, task.invoice) for task in self.tasks}
        self.route = {task.id: barred_from(task.step, task.invoice) for task in self.tasks}

    def holds(self) -> int:
        """Hold each place against the others; how many tasks that were."""
        assert len({frozenset(each) for each in self.route.values()}) > 5, "they are all alike"
        crowd = Crowd(self.place, self.tasks, self.people, self.now)
        listed = barred_since([self.place], now=self.now, limit=1000)
        for task in self.tasks:
            assert self.gate[task.id] <= self.route[task.id]
            assert crowd.barred(task) == sorted(self.route[task.id])
            assert (task.id in listed) == self.is_stuck(task)
        for successor in self.people:
            self.succeeds(successor)
        return len(self.tasks)

    def is_stuck(self, task: Assignment) -> bool:
        """Whether the gate refuses whoever has it."""
        barred = self.gate[task.id]
        if task.group_id:
            return set(members_of(task.group_id, now=self.now)) <= barred
        return bool({task.holder_id, task.for_person_id} & barred)

    def succeeds(self, successor: UUID) -> None:
        leavers = dict.fromkeys(self.people - {successor}, successor)
        found = unfit(self.place, leavers, {successor: [*Right]})
        for leaver in leavers:
            barred = {who for task in self.tasks if task.holder_id == leaver for who in self.route[task.id]}
            assert (found.get(leaver) == Standing.BARRED) == (successor in barred)
