"""What people ask each other about invoices, dispute with the supplier, and answer by other ways in."""

from typing import Any

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import rule

from omloop.circulation.deciding.bulk import Result, answer_each
from omloop.circulation.deciding.consulting import answer, consult, recall
from omloop.circulation.models import Assignment, Decision
from omloop.circulation.models.consultations import Consultation
from omloop.circulation.reading.mail_link import link_for, read_link
from omloop.disputes.models import Dispute
from omloop.disputes.services import Claim, dispute, end_dispute
from omloop.organisations.members import Member
from tests.circulation.life.deciding import REMARK, Answer, Deciding
from tests.circulation.life.playing import WHICH, WHO


class Asking(Deciding):
    """Nobody decides on a step while it waits for advice; a dispute stops no circulation."""

    @rule(
        which=WHICH,
        people=st.lists(WHO, min_size=1, max_size=2),
        kind=st.sampled_from(["advice", "advice", "information"]),
        waits=st.booleans(),
    )
    def consult(self, which: int, people: list[str], kind: str, waits: bool) -> None:
        if (task := self.pick(which)) and (person := self.named(task.holder_id)):
            about: dict[str, Any] = {
                "assignment_id": task.id,
                "people": [self.people[each].id for each in people],
                "kind": kind,
                "waits": waits,
                "remark": REMARK,
            }
            if asked := self.act(person, lambda actor, now: consult(**about, actor=actor, now=now)):
                event(f"{kind}{' that waits' if asked[0].waits else ''}")

    @rule(which=WHICH, who=st.none() | WHO, recalls=st.booleans())
    def answer_advice(self, which: int, who: str | None, recalls: bool) -> None:
        """Who was asked answers, or who asked recalls it; anybody else may try."""
        with self.company.system():
            asked = list(Consultation.objects.filter(answered_at=None, recalled_at=None).order_by("id"))
        if not asked:
            return
        one = asked[which % len(asked)]
        theirs = one.asked_by_id if recalls else one.person_id
        person = self.people[who] if who else self.named(theirs)
        if person is None:
            return

        def service(actor: Member, now: Any) -> Consultation:
            if recalls:
                return recall(consultation_id=one.id, actor=actor, now=now)
            return answer(consultation_id=one.id, remark=REMARK, actor=actor, now=now)

        if self.act(person, service):
            event("advice recalled" if recalls else "advice given")
            assert recalls or person.id == one.person_id

    @rule(who=WHO)
    def answer_many(self, who: str) -> None:
        """All that somebody has, at once: each passes the gate by itself."""
        person = self.people[who]
        with self.company.system():
            rows = Assignment.objects.filter(ended_at=None).select_related("step", "invoice")
            tasks = [task for task in rows.order_by("id") if self.holds(task, person)]
        may = {task.id: self.may_now(task, person, task.step.action) for task in tasks}
        waits = {task.id: self.is_awaited(task) for task in tasks}

        def service(actor: Member, now: Any) -> list[Result]:
            return answer_each([task.id for task in tasks], actor=actor, now=now)

        for result in self.act(person, service) or []:
            event(f"one of many: {type(result.refusal).__name__ if result.refusal else 'decided'}")
            if result.outcome:
                assert may[result.assignment.id] and not waits[result.assignment.id]

    @rule(which=WHICH, who=st.none() | WHO)
    def answer_by_mail(self, which: int, who: str | None) -> None:
        """A link opens one task for one person, and the gate asks him what it asks everybody."""
        if task := self.pick(which):
            person = self.people[who] if who else self.named(task.holder_id)
            if person is None:
                return
            link = link_for(person, organisation_id=self.place, assignment_id=task.id)
            opened = read_link(link.rstrip("/").rpartition("/")[2])
            assert opened and (opened.person, opened.assignment_id) == (person, task.id)
            self.attempt(opened.person, task, Answer(task.step.action))

    @rule(who=WHO, which=WHICH, ends=st.booleans())
    def dispute(self, who: str, which: int, ends: bool) -> None:
        with self.company.system():
            open_ = list(Dispute.objects.filter(ended_at=None).order_by("id"))
        invoice = self.pick_invoice(which, "circulating", "approved", "rejected")

        def service(actor: Member, now: Any) -> Dispute | None:
            if ends and open_:
                one = open_[which % len(open_)]
                return end_dispute(one.id, outcome=Dispute.Outcome.LAPSED, actor=actor, now=now)
            return dispute(invoice.id, Claim(reason=REMARK), actor=actor, now=now) if invoice else None

        if made := self.act(self.people[who], service):
            event("dispute ended" if made.ended_at else "disputed")

    @rule(which=WHICH)
    def think_better_of_a_rejection(self, which: int) -> None:
        """Not while the invoice is disputed for it: the supplier may know."""
        with self.company.system():
            rows = Decision.objects.standing().filter(action="reject").select_related("invoice", "person")
            rejected = list(rows.order_by("id"))
            disputed = set(Dispute.objects.filter(ended_at=None).values_list("invoice_id", flat=True))
        if rejected:
            decision = rejected[which % len(rejected)]
            if self.withdraw_one(decision, decision.person):
                assert decision.invoice_id not in disputed
