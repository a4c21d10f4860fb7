"""Random lives of a company: whatever people do, no invoice is lost and none approves itself (rules 3, 4)."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from omloop.absences.models import AbsenceCover
from omloop.circulation.attention import needs_attention
from omloop.circulation.forwarding import forward
from omloop.circulation.models import Assignment, Decision, Step
from omloop.circulation.refusals import Refusal
from omloop.circulation.route import replay_route, stored_route
from omloop.circulation.taking import give_back, take_task
from omloop.circulation.taking_back import take_back, takers_of
from omloop.circulation.withdrawing import DECIDES, withdraw
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.organisations.models import GroupMember, GroupRight
from omloop.people.models import Person
from tests.circulation.company import Company, asked, at
from tests.conftest import Databases, lend
from tests.world import World

PEOPLE = ["anna", "bram", "sanne", "carla"]
WHO = st.sampled_from(PEOPLE)
GROUP = st.sampled_from(["approver", "checker", "finance"])
PATHS: dict[str, list[tuple[str, ...]]] = {
    "one": [("approve", "anna")],
    "two": [("check", "bram"), ("approve", "anna")],
    "four eyes": [("approve", "anna"), ("approve", "bram")],
    "group": [("check", "finance"), ("approve", "approver"), ("approve", "approver")],
    "twice": [("check", "carla"), ("approve", "carla"), ("approve", "anna")],
    "both": [("check", "bram"), ("approve", "bram"), ("approve", "carla", "together")],
    "all": [("check", "approver", "needs_all"), ("approve", "approver", "needs_all")],
}


class Circulation(RuleBasedStateMachine):
    """Every rule is something that somebody does; the clock runs a day with each."""

    databases: Databases
    template: tuple[str, World]

    def __init__(self) -> None:
        super().__init__()
        name, self.world = self.template
        self.lent: Iterator[str] = lend(self.databases, name)
        next(self.lent)
        self.company = Company(self.world, self.world.zwaluw)
        self.now = at("03-02")
        carla = Person.objects.create_user("carla@noordgroep.example", name="Carla Prins")
        own = {who: copy(person) for who, person in self.world.people.items()}
        self.people: dict[str, Person] = {**own, "carla": carla}
        self.company.grant(carla, "approver")
        for supplier, steps in PATHS.items():
            found = [
                asked(action, self.people.get(who) or self.company.group(who), **dict.fromkeys(how, True))
                for action, who, *how in steps
            ]
            self.company.rule(*found, name=supplier, supplier=supplier, priority=2)
        self.company.limit(self.people["bram"], "5000")
        self.company.absent(self.people["anna"], "03-01", "03-06", self.people["bram"])
        for path in PATHS:
            self.arrive_by(path, "100")

    def teardown(self) -> None:
        for _ in self.lent:
            pass

    def tick(self) -> datetime:
        self.now += timedelta(hours=7)
        return self.now

    @rule(path=st.sampled_from([*PATHS, "no rule"]), amount=st.sampled_from(["100", "9000", "-9000"]))
    def arrive(self, path: str, amount: str) -> None:
        self.arrive_by(path, amount)

    def arrive_by(self, path: str, amount: str) -> None:
        now = self.tick()
        self.company.start(self.company.store(now, supplier_name=path, with_vat=amount), now)

    @rule(
        who=WHO,
        which=st.integers(0, 5),
        action=st.sampled_from(["check", "approve", "approve", "approve", "return", "reject"]),
        back_to=st.none() | WHO,
    )
    def decide(self, who: str, which: int, action: str, back_to: str | None) -> None:
        task = self.pick(which)
        if task is None:
            return
        person = self.people[who] if which % 2 else task.holder or self.people[who]
        return_to = self.people[back_to].id if back_to and action == "return" else None
        self.attempt(person, task, action, return_to)

    def attempt(self, person: Person, task: Assignment, action: str, return_to: UUID | None) -> None:
        """The gate lets him through only when our own oracle does."""
        may = self.may_now(task, person, action)
        try:
            outcome = self.company.decide(
                person, task, action, self.tick(), remark="Zo is het.", return_to=return_to
            )
        except Refusal:
            return
        substitute = " for another" if task.for_person_id else ""
        event(f"{action}{substitute}: {outcome.invoice.state}")
        assert may, "the gate let somebody through who may not"
        assert all(decision.person_id == person.id for decision in outcome.decisions)

    @rule(returns=st.sampled_from([False, False, True]))
    def a_day_at_work(self, returns: bool) -> None:
        """Whoever has a task does it, or returns it; who is asked whose invoice it is says so."""
        with self.company.system():
            tasks = list(Assignment.objects.filter(ended_at=None).select_related("step").order_by("id"))
            holders = {
                task.id: [who for who in self.people.values() if self.holds(task, who)] for task in tasks
            }
        for task in tasks:
            for who in holders[task.id]:
                for named in self.people.values() if task.fallback else ():
                    self.try_to(self.company.name, who, task, named)
                self.attempt(who, task, "return" if returns else task.step.action, None)

    @rule(who=WHO, which=st.integers(0, 5), pass_on=st.sampled_from([take_task, give_back]))
    def take(self, who: str, which: int, pass_on: Any) -> None:
        """A member takes a task of his group, or gives it back."""
        task, now = self.pick(which), self.tick()
        with member_scope(self.people[who], now=now) as member, suppress(Refusal), transaction.atomic():
            if task is not None:
                pass_on(assignment_id=task.id, actor=member, now=now)

    @rule(who=WHO, which=st.integers(0, 5), named=WHO)
    def name(self, who: str, which: int, named: str) -> None:
        task = self.pick(which)
        if task is not None:
            self.try_to(self.company.name, self.people[who], task, self.people[named])

    @rule(which=st.integers(0, 5), to=st.lists(WHO, min_size=1, max_size=3), takes_back=st.booleans())
    def forward(self, which: int, to: list[str], takes_back: bool) -> None:
        """A holder gives his task to one or several, or who did takes it all back."""
        task = self.pick(which)
        if task is None:
            return
        takers = sorted(takers_of(task), key=str) if takes_back else [task.holder_id]
        person = next((each for each in self.people.values() if takers and each.id == takers[0]), None)
        if person is None:
            return
        now = self.tick()
        with member_scope(person, now=now) as member, suppress(Refusal), transaction.atomic():
            if takes_back:
                take_back(assignment_id=task.id, actor=member, now=now)
            else:
                people = [self.people[each].id for each in to]
                forward(assignment_id=task.id, people=people, actor=member, now=now)
            event("taken back" if takes_back else f"forwarded to {len(set(to))}")

    @rule(which=st.integers(0, 5), who=st.none() | WHO)
    def withdraw(self, which: int, who: str | None) -> None:
        """Somebody thinks better of one of the last decisions; only its maker can."""
        with self.company.system():
            rows = Decision.objects.filter(action__in=DECIDES).select_related("person", "invoice")
            made = list(rows.order_by("-id")[:6])
        if not made:
            return
        decision, now = made[which % len(made)], self.tick()
        person = self.people[who] if who else decision.person
        try:
            with member_scope(person, now=now) as member, transaction.atomic():
                outcome = withdraw(decision_id=decision.id, actor=member, now=now)
        except Refusal:
            return
        event(f"withdraw {decision.action}: {decision.invoice.state}")
        assert person.id == decision.person_id and decision.withdrawn_at is None
        assert outcome.invoice.state == "circulating"

    @rule(who=WHO, substitute=WHO, first=st.integers(-5, 5), days=st.integers(1, 20), reaches=st.booleans())
    def set_absence(self, who: str, substitute: str, first: int, days: int, reaches: bool) -> None:
        start = (self.now + timedelta(days=first)).date()
        if who == substitute or self.is_planned(who, start, start + timedelta(days=days)):
            return
        last = start + timedelta(days=days - 1)
        self.company.absent(
            self.people[who],
            start.strftime("%m-%d"),
            last.strftime("%m-%d"),
            self.people[substitute],
            takes_what_reaches=reaches,
        )

    @rule(who=WHO)
    def cancel_absence(self, who: str) -> None:
        with self.company.system():
            hold(self.company.organisation.id)
            mine = AbsenceCover.objects.filter(person=self.people[who], cancelled_at=None)
            mine.update(cancelled_at=self.tick())

    @rule(who=WHO, group=GROUP, gives=st.booleans())
    def change_rights(self, who: str, group: str, gives: bool) -> None:
        act = self.company.grant if gives else self.company.withdraw
        act(self.people[who], group, self.tick())

    @rule(who=WHO, active=st.sampled_from([True, True, False]))
    def activate(self, who: str, active: bool) -> None:
        Person.objects.filter(id=self.people[who].id).update(is_active=active)
        self.people[who].refresh_from_db()

    @invariant()
    def nothing_in_circulation_is_lost(self) -> None:
        """One open task each, or one a part of its step; nobody there who can do it means that it stands on
        needs attention."""
        with self.company.system():
            under_way = Invoice.objects.filter(state="circulating")
            tasks = list(Assignment.objects.filter(ended_at=None).select_related("step", "invoice"))
            places = {(task.invoice_id, task.step.position) for task in tasks}
            assert len({task.step_id for task in tasks}) == len(tasks)
            assert sorted(invoice for invoice, _ in places) == sorted(under_way.values_list("id", flat=True))
            items = needs_attention([self.company.organisation.id], today=self.now.date(), now=self.now)
            listed = {item.assignment.id for item in items}
            for task in tasks:
                assert task.step.state == "open"
                assert self.can_be_done(task) == (task.id not in listed)

    @invariant()
    def nothing_is_approved_without_an_approval(self) -> None:
        with self.company.system():
            for invoice in Invoice.objects.filter(state="approved"):
                rows = Decision.objects.standing().filter(invoice=invoice, step__action="approve")
                decisions = rows.select_related("step").order_by("id")
                answers = [d for d in decisions if d.action in ("approve", "check")]
                last = max(answer.step.position for answer in answers)
                true = [d for d in answers if d.step.position == last and d.action == "approve"]
                is_large = abs(invoice.with_vat) > 5000
                assert true and not (is_large and self.people["bram"].id in {d.person_id for d in true})
                assert not Step.objects.filter(invoice=invoice, state__in=["open", "waiting"]).exists()

    @invariant()
    def nobody_fills_two_of_four_eyes(self) -> None:
        with self.company.system():
            for invoice in Invoice.objects.all():
                decisions = Decision.objects.standing().filter(
                    invoice=invoice, step__action="approve", action__in=["approve", "check"]
                )
                pairs = [{d.person_id, d.for_person_id} - {None} for d in decisions]
                assert sum(map(len, pairs)) == len(set().union(*pairs))

    @invariant()
    def nobody_has_two_votes_in_a_step(self) -> None:
        with self.company.system():
            votes: dict[tuple[UUID, int], list[UUID]] = defaultdict(list)
            rows = Decision.objects.standing().filter(action__in=["check", "approve"])
            for decision in rows.select_related("step"):
                pair = filter(None, (decision.person_id, decision.for_person_id))
                votes[decision.invoice_id, decision.step.position] += pair
            assert all(len(people) == len(set(people)) for people in votes.values())

    @invariant()
    def every_routing_replays(self) -> None:
        with self.company.system():
            for task in Assignment.objects.all():
                assert replay_route(task.why) == stored_route(task.why)

    def pick(self, which: int) -> Assignment | None:
        with self.company.system():
            waiting = Assignment.objects.filter(ended_at=None).order_by("id")
            tasks = list(waiting.select_related("step", "invoice", "holder"))
        return tasks[which % len(tasks)] if tasks else None

    def may_now(self, task: Assignment, person: Person, action: str) -> bool:
        """Whether an oracle of our own thinks that he may: active, holding and entitled."""
        with self.company.system():
            is_holder = self.holds(task, person)
            right = task.step.action
            if task.fallback and action in ("return", "reject"):
                right = "circulate"
            return is_holder and self.is_able(person, right)

    def holds(self, task: Assignment, person: Person) -> bool:
        return task.holder_id == person.id or task.group_id in self.groups_of(person)

    def groups_of(self, person: Person) -> set[UUID]:
        return set(GroupMember.objects.at(self.now).filter(person=person).values_list("group_id", flat=True))

    def is_able(self, person: Person, right: str) -> bool:
        rights = GroupRight.objects.at(self.now).filter(group__in=self.groups_of(person), right=right)
        return bool(rights.exists()) and Person.objects.get(id=person.id).is_active

    def can_be_done(self, task: Assignment) -> bool:
        """Whether somebody active, entitled and present holds it, whose eyes still count."""
        today = self.now.date()
        away = AbsenceCover.objects.filter(cancelled_at=None, period__contains=today).values_list("person_id")
        right = "circulate" if task.fallback else task.step.action
        return any(
            self.is_able(person, right) and (person.id,) not in away and person.id not in task.barred
            for person in self.people.values()
            if self.holds(task, person)
        )

    def is_planned(self, who: str, start: Any, end: Any) -> bool:
        with self.company.system():
            covers = AbsenceCover.objects.filter(person=self.people[who], cancelled_at=None)
            return any(cover.first_on < end and start <= cover.last_on for cover in covers)

    def try_to(self, act: Any, *arguments: Any) -> None:
        try:
            act(*arguments, self.tick())
        except Refusal:
            return


def test_whatever_people_do(databases: Databases, world_template: tuple[str, World]) -> None:
    Circulation.databases, Circulation.template = databases, world_template
    run_state_machine_as_test(
        Circulation,
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
