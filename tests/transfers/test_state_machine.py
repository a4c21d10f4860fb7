"""Random lives of a company in which user data are transferred and that is undone (rules 5)."""

from uuid import UUID

from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from omloop.circulation.models import Assignment
from omloop.circulation.policies import RIGHT_FOR, Standing, Standings, people_barred
from omloop.transfers.refusals import TransferRefused
from omloop.transfers.wish import Conflict
from tests.circulation.test_state_machine import WHO, Circulation
from tests.conftest import Databases
from tests.transfers.handing import Handing
from tests.world import World


class Transferring(Circulation):
    """Whatever holds of circulation holds with transfers in it; the gate confirms what they judged."""

    def __init__(self) -> None:
        super().__init__()
        self.handing, self.runs = Handing(self.company), list[UUID]()

    @rule(left=WHO, to=WHO, instead=st.none() | WHO)
    def transfer(self, left: str, to: str, instead: str | None) -> None:
        people, now = self.people, self.tick()
        other = {Conflict.BARRED: people[instead]} if instead else {}
        try:
            run = self.handing.transfer(people[left], people[to], now=now, instead=other)
        except TransferRefused:
            return
        self.runs.append(run)
        with self.company.system():
            for item in self.handing.items_within(run):
                tasks = Assignment.objects.filter(id__in=item.tasks, holder_id=item.to_id)
                event("transferred an invoice")
                for task in tasks.select_related("step", "invoice"):
                    self.confirm(task)

    def confirm(self, task: Assignment) -> None:
        """As the gate would see him who has it now."""
        barred = people_barred(task.invoice, task.step.action)
        right = RIGHT_FOR[task.step.action]
        standings = Standings(invoice=task.invoice, right=right, barred=barred, now=self.now)
        assert task.ended_at is None
        if task.why.get("transfers"):
            assert standings.of(task.holder_id) == Standing.ENTITLED

    @rule(which=st.integers(0, 3))
    def undo(self, which: int) -> None:
        if self.runs:
            undone, _left = self.handing.undo(self.runs[which % len(self.runs)], now=self.tick())
            event(f"undone: {bool(undone)}")


def test_whatever_is_transferred(databases: Databases, world_template: tuple[str, World]) -> None:
    Transferring.databases, Transferring.template = databases, world_template
    run_state_machine_as_test(
        Transferring,
        settings=settings(
            max_examples=3,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
