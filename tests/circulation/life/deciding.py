"""What people do with invoices: they come, are coded, decided, passed on, held, and thought better of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import rule

from omloop.circulation.deciding.forwarding import forward
from omloop.circulation.deciding.gate import Outcome, decide
from omloop.circulation.deciding.naming import name_person
from omloop.circulation.deciding.on_hold import put_on_hold, release
from omloop.circulation.deciding.taking import give_back, take_task
from omloop.circulation.deciding.taking_back import take_back, takers_of
from omloop.circulation.deciding.withdrawing import DECIDES, withdraw
from omloop.circulation.models import Assignment, Decision
from omloop.circulation.refusals import NotEntitled, NotTheHolder, UnknownAssignment
from omloop.circulation.refusals.consultations import AdviceAwaited
from omloop.circulation.routing.recoding import after_coding
from omloop.circulation.scheme.starting import start_circulation
from omloop.coding.queries import is_complete
from omloop.coding.services import code
from omloop.invoices.models import Invoice
from omloop.organisations.members import Member
from omloop.people.models import Person
from tests.circulation.life.oracle import Oracle
from tests.circulation.life.playing import PATHS, WHICH, WHO, Playing

SHARE = st.lists(st.integers(0, 3), min_size=1, max_size=3)
NOT_HIS = (UnknownAssignment, NotTheHolder, NotEntitled)
REMARK = "Zo is het."


@dataclass(frozen=True)
class Answer:
    """What somebody says to a task."""

    action: str
    return_to: UUID | None = None


class Deciding(Oracle, Playing):
    """The gate lets through whom the oracle lets through, and nobody else."""

    def __init__(self) -> None:
        super().__init__()
        for path in PATHS:
            self.arrive_by(path, "100")

    @rule(
        path=st.sampled_from([*PATHS, "no rule"]),
        amount=st.sampled_from(["100", "9000"]),
        is_credit=st.sampled_from([False, False, True]),
        is_known=st.sampled_from([True, True, False]),
        confidential=st.sampled_from([False, False, False, True]),
        currency=st.sampled_from(["EUR", "EUR", "EUR", "USD"]),
    )
    def arrive(
        self, path: str, amount: str, is_credit: bool, is_known: bool, confidential: bool, currency: str
    ) -> None:
        """With a proposed coding where its supplier is known; else finance codes it first."""
        self.arrive_by(
            path,
            f"-{amount}" if is_credit else amount,
            kind="credit_note" if is_credit else "invoice",
            supplier_vat="" if is_known else uuid4().hex,
            confidential=confidential,
            currency=currency,
        )

    def arrive_by(self, path: str, amount: str, **fields: Any) -> None:
        both = {"with_vat": Decimal(amount), "without_vat": Decimal(amount)}
        self.begin(self.company.store(self.tick(), supplier_name=path, **both, **fields))

    def begin(self, invoice_id: UUID) -> None:
        """The job that starts it comes again after a crash."""

        def service(actor: Member, now: datetime) -> Invoice:
            return start_circulation(Invoice.objects.get(id=invoice_id), actor=actor, now=now)

        assert self.act(None, service) or self.act(None, service)

    @rule(
        who=WHO,
        which=WHICH,
        action=st.sampled_from(["check", "approve", "approve", "return", "reject"]),
        back_to=st.none() | WHO,
    )
    def decide(self, who: str, which: int, action: str, back_to: str | None) -> None:
        task = self.pick(which)
        if task is not None:
            person = self.people[who] if which % 3 == 0 else self.named(task.holder_id) or self.people[who]
            return_to = self.people[back_to].id if back_to and action == "return" else None
            self.attempt(person, task, Answer(action, return_to))

    def attempt(self, person: Person, task: Assignment, answer: Answer) -> None:
        """The gate says whose task it is as our own oracle does."""
        may, waits = self.may_now(task, person, answer.action), self.is_awaited(task)

        def service(actor: Member, now: datetime) -> Outcome:
            return decide(
                assignment_id=task.id,
                action=answer.action,
                return_to=answer.return_to,
                remark=REMARK,
                actor=actor,
                now=now,
            )

        outcome = self.act(person, service)
        if outcome is None:
            is_open = self.refused and self.is_open(task)
            assert not is_open or may != isinstance(self.refusal, NOT_HIS), self.refusal
            assert waits or not isinstance(self.refusal, AdviceAwaited)
            return
        event(f"{answer.action}{' for another' if task.for_person_id else ''}: {outcome.invoice.state}")
        assert may, "the gate let somebody through who may not"
        assert not waits, "the gate did not wait for advice"
        assert all(decision.person_id == person.id for decision in outcome.decisions)

    @rule(returns=st.sampled_from([False, False, False, True]))
    def a_day_at_work(self, returns: bool) -> None:
        """Whoever has a task does it, or returns it; who is asked whose invoice it is says so."""
        with self.company.system():
            waiting = Assignment.objects.filter(ended_at=None).select_related("step", "invoice", "holder")
            tasks = list(waiting.order_by("id")[:6])
            holders = {
                task.id: [each for each in self.people.values() if self.holds(task, each)] for task in tasks
            }
        for task in tasks:
            for person in holders[task.id][:2]:
                self.do(person, task, returns=returns)

    def do(self, person: Person, task: Assignment, *, returns: bool = False) -> None:
        """What the task asks."""
        if task.step.action == "code":
            self.code(person, task.invoice, [0, 1])
        if task.fallback:
            for named in self.people.values():
                self.name(person, task, named)
        self.attempt(person, task, Answer("return" if returns else task.step.action))

    def name(self, person: Person, task: Assignment, named: Person) -> None:
        self.act(
            person,
            lambda actor, now: name_person(assignment_id=task.id, person_id=named.id, actor=actor, now=now),
        )

    @rule(who=WHO, which=WHICH, named=WHO)
    def name_somebody(self, who: str, which: int, named: str) -> None:
        if task := self.pick(which):
            self.name(self.people[who], task, self.people[named])

    @rule(who=WHO, which=WHICH, gives=st.booleans())
    def take(self, who: str, which: int, gives: bool) -> None:
        """A member takes a task of his group, or gives it back."""
        pass_on = give_back if gives else take_task
        if task := self.pick(which):
            person = self.named(task.holder_id) or self.people[who]
            self.act(person, lambda actor, now: pass_on(assignment_id=task.id, actor=actor, now=now))

    @rule(which=WHICH, to=st.lists(WHO, min_size=1, max_size=3))
    def forward(self, which: int, to: list[str]) -> None:
        if (task := self.pick(which)) and (person := self.named(task.holder_id)):
            about: dict[str, Any] = {
                "assignment_id": task.id,
                "people": [self.people[each].id for each in to],
            }
            if self.act(person, lambda actor, now: forward(**about, actor=actor, now=now)):
                event(f"forwarded to {len(set(to))}")

    @rule(which=WHICH)
    def take_back(self, which: int) -> None:
        """Who forwarded it, or is stood in for, takes it back."""
        with self.company.system():
            tasks = list(Assignment.objects.filter(ended_at=None).order_by("id"))
        pairs = [(task, person) for task in tasks for person in sorted(takers_of(task))]
        if pairs:
            task, taker = pairs[which % len(pairs)]
            if person := self.named(taker):
                self.act(person, lambda actor, now: take_back(assignment_id=task.id, actor=actor, now=now))
                event("taken back" if not self.refused else "not taken back")

    @rule(who=WHO, which=WHICH, days=st.none() | st.integers(1, 9))
    def put_on_hold(self, who: str, which: int, days: int | None) -> None:
        if task := self.pick(which):
            until = (self.now + timedelta(days=days)).date() if days else None
            about: dict[str, Any] = {"assignment_id": task.id, "remark": REMARK, "until": until}
            person = self.named(task.holder_id) or self.people[who]
            if self.act(person, lambda actor, now: put_on_hold(**about, actor=actor, now=now)):
                event("put on hold")

    @rule(who=WHO, which=WHICH)
    def release(self, who: str, which: int) -> None:
        if task := self.pick(which, on_hold_until__isnull=False):
            person = self.named(task.holder_id) or self.people[who]
            self.act(person, lambda actor, now: release(assignment_id=task.id, actor=actor, now=now))

    @rule(which=st.integers(0, 5), who=st.none() | WHO)
    def withdraw(self, which: int, who: str | None) -> None:
        """Somebody thinks better of one of the last decisions; only its maker can."""
        with self.company.system():
            rows = Decision.objects.filter(action__in=DECIDES).select_related("person", "invoice")
            made = list(rows.order_by("-id")[:6])
        if not made:
            return
        decision = made[which % len(made)]
        self.withdraw_one(decision, self.people[who] if who else decision.person)

    def withdraw_one(self, decision: Decision, person: Person) -> Outcome | None:
        outcome = self.act(person, lambda actor, now: withdraw(decision_id=decision.id, actor=actor, now=now))
        if outcome:
            event(f"withdraw {decision.action}: {decision.invoice.state}")
            assert person.id == decision.person_id and decision.withdrawn_at is None
            assert outcome.invoice.state == "circulating"
        return outcome

    @rule(who=WHO, which=WHICH, shares=SHARE, at_once=st.booleans())
    def recode(self, who: str, which: int, shares: list[int], at_once: bool) -> None:
        """Somebody changes a coding; what that voids, a job sees to, at once or later."""
        if invoice := self.pick_invoice(which, "circulating", "approved"):
            self.code(self.people[who], invoice, shares)
            if at_once:
                self.see_to_codings()

    def code(self, person: Person, invoice: Invoice, shares: list[int]) -> None:
        def service(actor: Member, now: datetime) -> bool:
            lines = self.lines(invoice.without_vat or Decimal(0), *shares)
            found = Invoice.objects.get(id=invoice.id)
            return bool(code(invoice=found, lines=lines, actor=actor, now=now).pairs)

        if self.act(person, service):
            self.recoded.append((invoice.id, person.id))
            event("recoded")

    @rule()
    def see_to_codings(self) -> None:
        """The job that follows a change of coding; it may come twice."""
        for invoice_id, coded_by in list(self.recoded):

            def service(
                actor: Member, now: datetime, invoice_id: UUID = invoice_id, by: UUID = coded_by
            ) -> bool:
                invoice = Invoice.objects.get(id=invoice_id)
                after_coding(invoice, coded_by=by, actor=actor, now=now)
                return is_complete(invoice)

            if self.act(None, service) is not None:
                self.recoded.remove((invoice_id, coded_by))
