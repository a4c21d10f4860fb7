"""What the people of the demo decided, through the gate, at believable hours."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from omloop.circulation.deciding.gate import decide
from omloop.circulation.deciding.on_hold import put_on_hold
from omloop.circulation.models import Assignment, Decision
from omloop.demo.papers import Paper
from omloop.organisations.members import member_scope, system_scope
from omloop.organisations.models import GroupMember
from omloop.people.models import Person

REMARKS = {
    Decision.Action.RETURN: "Het ordernummer klopt niet met de werkbon, kun je dit navragen?",
    Decision.Action.REJECT: "Dubbel gefactureerd, zie de factuur van vorige maand.",
}
ON_HOLD = "Eerst de levering narekenen met de pakbon."
MOST_STEPS = 6


def play(paper: Paper, document_id: UUID | None, organisation_id: UUID, people: dict[str, Person]) -> None:
    """Let the holders decide as far as the fate of the paper goes; what circulates nowhere is left alone."""
    wanted = _decisions(paper.fate)
    moment = paper.received_at
    for action in wanted:
        moment += timedelta(hours=20)
        if not _decide_next(document_id, organisation_id, action, people, moment):
            return


def put_one_on_hold(holder: Person, today: date) -> None:
    """The newest task of this person waits a week for the delivery note."""
    with member_scope(holder, now=timezone.now()) as member:
        own = Assignment.objects.filter(holder=holder, for_person=None, ended_at=None)
        task = own.order_by("-opened_at", "-id").first()
        if task is not None:
            put_on_hold(
                assignment_id=task.id,
                remark=ON_HOLD,
                until=today + timedelta(days=7),
                actor=member,
                now=timezone.now(),
            )


def _decisions(fate: str) -> list[str | None]:
    """The actions in order; None is whatever the step asks."""
    decisions: dict[str, list[str | None]] = {
        "waits": [],
        "one": [None],
        "all": [None] * MOST_STEPS,
        "returned": [Decision.Action.RETURN],
        "rejected": [Decision.Action.REJECT],
    }
    return decisions[fate]


def _decide_next(
    document_id: UUID | None,
    organisation_id: UUID,
    action: str | None,
    people: dict[str, Person],
    moment: datetime,
) -> bool:
    """The open task of this document is decided by who holds it; False when there is none."""
    with system_scope("demo", organisation_id):
        open_tasks = Assignment.objects.filter(invoice__document_id=document_id, ended_at=None)
        task = open_tasks.select_related("step").first()
        holder = _holder(task, people) if task else None
    if task is None or holder is None:
        return False
    with member_scope(holder, now=moment) as member:
        decide(
            assignment_id=task.id,
            action=action or task.step.action,
            remark=REMARKS.get(Decision.Action(action), "") if action else "",
            actor=member,
            now=moment,
        )
    return True


def _holder(task: Assignment, people: dict[str, Person]) -> Person | None:
    """Who decides: the holder, or the first of the group; nobody of the demo for a fallback."""
    if task.fallback:
        return None
    by_id = {person.id: person for person in people.values()}
    if task.holder_id:
        return by_id[task.holder_id]
    stands = GroupMember.objects.filter(group_id=task.group_id, valid__upper_inf=True)
    found = stands.values_list("person_id", flat=True).first()
    return by_id.get(found) if found else None
