"""Steps that ask several people at the same time: all are needed, and one human has one vote (rules 3.9)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max, QuerySet

from omloop.circulation.models import Assignment, Step
from omloop.circulation.who.barred import asked_beside, voted
from omloop.circulation.who.by_line import attach, lines_of_step, split_by_owner
from omloop.circulation.who.eyes import COMPLETES as COMPLETES
from omloop.circulation.who.policies import RIGHT_FOR, Standings, members_of, people_barred
from omloop.invoices.models import Invoice
from omloop.people.humans import accounts_of


def parts_of(step: Step) -> QuerySet[Step]:
    """All parts of a step of an invoice, this one too, in order."""
    rows: QuerySet[Step] = Step.objects.filter(
        organisation_id=step.organisation_id, invoice_id=step.invoice_id, position=step.position
    )
    return rows.order_by("part")


def open_tasks(invoice: Invoice) -> list[Assignment]:
    """The tasks that wait on an invoice: one, or one a part of its step."""
    rows = Assignment.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice, ended_at=None)
    related = ("step__rule", "invoice", "holder", "group", "for_person")
    return list(rows.select_related(*related).order_by("step__part"))


def barred_from(step: Step, invoice: Invoice) -> frozenset[UUID]:
    """Who may not do this part of a step: whom four eyes bar, and who has a vote in it by another part."""
    voting = asked_beside(step.organisation_id, [step])[step.id]
    return barred_at_gate(step, invoice) | accounts_of(voting)


def barred_at_gate(step: Step, invoice: Invoice) -> frozenset[UUID]:
    """Whose decision on this part is refused: whom four eyes bar, and who gave his vote in this step."""
    return people_barred(step, invoice) | accounts_of(voted(step.organisation_id, [step])[step.id])


def everyone_asked(
    step: Step, *, invoice: Invoice, fallback_id: UUID | None = None, now: datetime
) -> Iterator[tuple[Step, dict[str, str]]]:
    """The parts as which a step opens, each with what its task says of it.

    Of one that asks the owners of lines each owner gets one, and the fallback what nobody owns (rules 3.8).
    Of a group that is needed as a whole everybody who can gets a part of his own, one a human, as the group
    is now; when nobody can the group itself is left, for which the fallback is asked.
    """
    if fallback_id is not None and not (step.person_id or step.group_id):
        yield from ((part, {}) for part in split_by_owner(step, invoice=invoice, fallback_id=fallback_id))
        return
    barred = barred_from(step, invoice) if step.needs_all else frozenset()
    voters = voters_of(step, invoice=invoice, barred=barred, now=now)
    if not voters:
        yield step, {}
        return
    sent = {"member_of": str(step.group_id)}
    step.person_id, step.group_id, step.needs_all = voters[0], None, False
    step.save(update_fields=["person", "group", "needs_all"])
    yield step, sent
    for part in add_parts(step, voters[1:]):
        yield part, sent


def voters_of(step: Step, *, invoice: Invoice, barred: frozenset[UUID], now: datetime) -> list[UUID]:
    """Who of a group that is needed as a whole has a vote: everybody who can, one a human; only reads.

    Empty for a step that needs no whole group.
    """
    if not step.needs_all or step.group_id is None:
        return []
    standings = Standings(invoice=invoice, right=RIGHT_FOR[step.action], barred=barred, now=now)
    members = members_of(step.group_id, now=now)
    standings.load(members)
    voters, seen = list[UUID](), set[UUID]()
    for member in filter(standings.may_act, members):
        if member not in seen:
            voters.append(member)
            seen |= accounts_of([member])
    return voters


def add_parts(step: Step, people: Sequence[UUID]) -> list[Step]:
    """More parts of a step, one for each of these people."""
    last = parts_of(step).aggregate(last=Max("part"))["last"] if people else 0
    return [_part_for(step, part, person_id) for part, person_id in enumerate(people, start=last + 1)]


def _part_for(step: Step, part: int, person_id: UUID) -> Step:
    added: Step = Step.objects.create(
        organisation_id=step.organisation_id,
        confidential=step.confidential,
        invoice_id=step.invoice_id,
        position=step.position,
        part=part,
        action=step.action,
        origin=step.origin,
        rule_id=step.rule_id,
        per_line=step.per_line,
        person_id=person_id,
    )
    if step.per_line:
        attach(added, lines_of_step(step))
    return added


def close_other_parts(step: Step, state: str, *, now: datetime) -> None:
    """End the tasks of the other parts that are open: they wait to open again, or are ended for good."""
    others = parts_of(step).exclude(id=step.id).filter(state=Step.State.OPEN)
    Assignment.objects.filter(
        organisation_id=step.organisation_id, step__in=list(others), ended_at=None
    ).update(ended_at=now)
    others.update(state=state)
