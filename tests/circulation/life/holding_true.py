"""What holds after whatever anybody did: nothing is lost, nothing is with nobody, nobody decides twice."""

from collections import Counter, defaultdict
from itertools import combinations
from typing import Any
from uuid import UUID

from hypothesis.stateful import invariant

from omloop.absences.models import LentRight
from omloop.audit.models import AuditEvent
from omloop.circulation.deciding.attention import needs_attention
from omloop.circulation.models import Assignment, Decision, Step
from omloop.circulation.routing.route import replay_route, stored_route
from omloop.circulation.routing.seal import hash_what_counts
from omloop.circulation.scheme.replay import replay
from omloop.invoices.models import Invoice
from tests.circulation.life.oracle import Oracle

ANSWERS = ("check", "approve")
KINDS: tuple[Any, ...] = (Step, Assignment, Decision)
Seen = dict[UUID, dict[str, Any]]


class HoldingTrue(Oracle):
    """Read once after each step, and looked at from all sides."""

    def __init__(self) -> None:
        super().__init__()
        self.before: dict[Any, Seen] = {kind: {} for kind in (Invoice, *KINDS)}
        self.events = 0

    @invariant()
    def all_holds(self) -> None:
        with self.company.system():
            own = {"organisation_id": self.place}
            self.tasks = list(
                Assignment.objects.filter(**own, ended_at=None).select_related("step", "invoice")
            )
            rows = Decision.objects.filter(**own).select_related("step", "invoice").order_by("id")
            self.decisions = list(rows)
            self.invoices = list(Invoice.objects.filter(**own).order_by("id"))
            changed = self.what_changed_is_told_and_nothing_goes()
            self.each_invoice_is_in_one_place()
            self.no_task_is_with_nobody()
            self.nobody_fills_two_of_four_eyes()
            self.nobody_has_two_votes_in_a_step()
            self.what_is_approved_was_approved()
            self.every_routing_replays(changed)

    def what_changed_is_told_and_nothing_goes(self) -> set[UUID]:
        """Rows only come or go on, and what happens to an invoice is in the chain; which invoices it was."""
        changed = set[UUID]()
        for kind in (Invoice, *KINDS):
            before, now = self.before[kind], {row["id"]: row for row in kind.objects.values()}
            assert before.keys() <= now.keys(), f"a {kind.__name__} is gone"
            if kind is Decision:
                self.decisions_stay(before, now)
            for key, row in now.items():
                if before.get(key) != row and (kind is not Invoice or key in before):
                    changed.add(row.get("invoice_id", key))
            self.before[kind] = now
        fresh = (
            AuditEvent.objects.filter(chain_id=self.place).order_by("id").values_list("subject_id", flat=True)
        )
        told = Counter(fresh[self.events :])
        self.events += sum(told.values())
        assert changed <= told.keys(), "something happened to an invoice that its chain does not tell"
        return changed

    def decisions_stay(self, before: Seen, now: Seen) -> None:
        """Word for word; only that it is withdrawn is added, once."""
        later = {"withdrawn_at", "withdrawal", "voided_by_id", "confidential"}
        for key, row in before.items():
            kept = row if row["withdrawn_at"] else {name: row[name] for name in row.keys() - later}
            assert kept.items() <= now[key].items(), "a decision was changed"

    def each_invoice_is_in_one_place(self) -> None:
        """Circulating ones wait at one position, for one holder a part; others wait for nobody."""
        places = defaultdict(set)
        for task in self.tasks:
            places[task.invoice_id].add(task.step.position)
            assert task.step.state == "open"
        circulating = {each.id for each in self.invoices if each.state == "circulating"}
        assert places.keys() == circulating, "circulating and waiting for somebody are not the same"
        assert all(len(positions) == 1 for positions in places.values())
        assert len({task.step_id for task in self.tasks}) == len(self.tasks), "a step has two holders"
        open_ = Step.objects.filter(organisation_id=self.place, state="open").count()
        assert open_ == len(self.tasks)
        for each in self.invoices:
            if each.state == "held":
                assert each.currency == "USD" and each.compared_amount is None
            elif each.state in ("approved", "rejected"):
                left = Step.objects.filter(invoice=each, state__in=["open", "waiting"])
                assert not left.exists(), f"{each.state}, and a step is left"
            else:
                assert each.state == "circulating"

    def no_task_is_with_nobody(self) -> None:
        """Somebody active, entitled and present can do it, or it stands on needs attention; never both."""
        items = needs_attention([self.place], today=self.now.date(), now=self.now)
        listed = {item.assignment.id for item in items}
        for task in self.tasks:
            assert (task.holder_id is None) != (task.group_id is None)
            assert self.can_be_done(task) == (task.id not in listed), "who can do it is not who should"

    def nobody_fills_two_of_four_eyes(self) -> None:
        """Under the setting that held when the later of two decided, and over humans, not accounts."""
        for one, other in self.pairs():
            apart = self.apart_at(other.decided_at)
            if {one.step.action, other.step.action} <= apart:
                assert not self.eyes(one) & self.eyes(other), "one human filled two of four eyes"

    def nobody_has_two_votes_in_a_step(self) -> None:
        for one, other in self.pairs():
            if one.step.position == other.step.position:
                assert not self.eyes(one) & self.eyes(other), "one human voted twice in a step"

    def pairs(self) -> list[tuple[Decision, Decision]]:
        """Two answers on one invoice, of which the first stood when the second was given."""
        answers = [each for each in self.decisions if each.action in ANSWERS and each.step.origin != "return"]
        return [
            (one, other)
            for one, other in combinations(answers, 2)
            if one.invoice_id == other.invoice_id
            and (one.withdrawn_at is None or one.withdrawn_at > other.decided_at)
        ]

    def eyes(self, decision: Decision) -> set[UUID]:
        return {self.human(each) for each in (decision.person_id, decision.for_person_id) if each}

    def what_is_approved_was_approved(self) -> None:
        """By somebody whose limit it is within, on what the invoice says now; a rejected one was rejected."""
        standing = [each for each in self.decisions if each.withdrawn_at is None]
        waiting = {invoice_id for invoice_id, _ in self.recoded}
        for invoice in self.invoices:
            own = [each for each in standing if each.invoice_id == invoice.id]
            if invoice.state == "rejected":
                assert own and own[-1].action == "reject"
            if invoice.state == "approved" and invoice.id not in waiting:
                asked = [d for d in own if d.step.action == "approve" and d.action in ANSWERS]
                last = max(each.step.position for each in asked)
                true = [d for d in asked if d.step.position == last and d.action == "approve"]
                assert any(each.counts == hash_what_counts(invoice, each.step) for each in true)
                assert all(self.is_within_limit(each, invoice) for each in true)

    def is_within_limit(self, decision: Decision, invoice: Invoice) -> bool:
        """Bram approves up to 5,000, his share of what is split; for somebody else by a right he was lent."""
        if decision.person_id != self.people["bram"].id or decision.step.per_line:
            return True
        amount = invoice.compared_amount
        if amount is not None and amount <= 5000:
            return True
        lent = LentRight.objects.at(decision.decided_at).filter(
            right="approve",
            borrower=decision.person_id,
            lender=decision.for_person_id,
            answered_at__lte=decision.decided_at,
        )
        return bool(lent.exists())

    def every_routing_replays(self, changed: set[UUID]) -> None:
        """Where each task went, and by which rule: computed anew from what was stored."""
        for row in self.before[Assignment].values():
            if row["invoice_id"] in changed:
                assert replay_route(row["why"]) == stored_route(row["why"])
        for invoice in self.invoices:
            if invoice.id in changed:
                assert all(each.agrees for each in replay(invoice)), "the rule replays to another"
