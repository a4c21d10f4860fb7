"""Who is asked about a credit note: whoever approved its invoice (rules 2.11)."""

from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.circulation.ending.cancelling import end_tasks
from omloop.circulation.models import Decision, Step, StepAction
from omloop.circulation.refusals.ending import CannotBeCredited, DecidedAlready
from omloop.circulation.routing.opening import last_position, lock_invoice, open_all_parts
from omloop.circulation.who.succession import in_place_of
from omloop.coding.proposing import propose, propose_anew
from omloop.coding.queries import is_coded_here, is_complete
from omloop.invoices.models import Invoice
from omloop.invoices.queries import visible_to
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.people.humans import accounts_of
from omloop.tenancy.scope import confidential_shown

OPEN_TO_CHOICE = (Invoice.State.RECEIVED, Invoice.State.HELD, Invoice.State.CIRCULATING)


def approvers_of_credited(credit_note: Invoice) -> list[UUID]:
    """Who gave the approvals of its invoice, in order, each human once; nobody without a linked invoice.

    Who approved on behalf of somebody did so for that one, who is asked; his absences decide anew. After a
    transfer of the invoice that is who came in his place (rules 5.2).
    """
    if credit_note.credits_id is None:
        return []
    with confidential_shown([credit_note.organisation_id]):
        given = Decision.objects.standing().filter(
            organisation_id=credit_note.organisation_id,
            invoice_id=credit_note.credits_id,
            action=Decision.Action.APPROVE,
        )
        pairs = list(given.order_by("decided_at", "id").values_list("for_person_id", "person_id"))
        instead = in_place_of(Invoice.objects.get(id=credit_note.credits_id))
    found, seen = list[UUID](), set[UUID]()
    for named, decider in pairs:
        person = instead.get(named or decider, named or decider)
        if person not in seen:
            found.append(person)
            seen |= accounts_of([person])
    return found


def ask_approvers(credit_note: Invoice) -> Step | None:
    """A step for each of them, in place of those of the scheme; the first, or None where nobody is known."""
    after = last_position(credit_note)
    steps = [
        Step(
            organisation_id=credit_note.organisation_id,
            confidential=credit_note.confidential,
            invoice=credit_note,
            position=after + place,
            action=StepAction.APPROVE,
            person_id=person_id,
            reason=Step.CREDITED,
        )
        for place, person_id in enumerate(approvers_of_credited(credit_note), 1)
    ]
    Step.objects.bulk_create(steps)
    return steps[0] if steps else None


def choose_credited(credit_note_id: UUID, *, credited_id: UUID, actor: Member, now: datetime) -> Invoice:
    """Say which invoice a credit note is about; its coding is proposed, and its approvers are asked.

    Where it circulates already nobody may have decided on it. Raises RightMissing without *circulate*,
    CannotBeCredited and DecidedAlready.
    """
    place = Invoice.objects.values_list("organisation_id", flat=True).get(id=credit_note_id)
    actor.demand(Right.CIRCULATE, place)
    hold(place)
    note = lock_invoice(credit_note_id)
    credited = visible_to(actor).filter(organisation_id=place, id=credited_id, kind=Invoice.Kind.INVOICE)
    if note.kind != Invoice.Kind.CREDIT_NOTE or not credited.exists():
        raise CannotBeCredited
    decided = Decision.objects.standing().filter(organisation_id=place, invoice=note)
    if note.state not in OPEN_TO_CHOICE or decided.exists():
        raise DecidedAlready
    note.credits_id = credited_id
    note.save(update_fields=["credits_id"])
    detail = {"credits": str(credited_id)}
    record("invoice.linked", actor=actor, chain_id=place, subject_id=note.id, at=now, detail=detail)
    if note.state == Invoice.State.CIRCULATING:
        _ask_instead(note, actor, now)
    return note


def ask_about_credit_notes(invoice: Invoice, *, actor: Member, now: datetime) -> None:
    """Now that it is approved, the credit notes about it that nobody has decided on go to who approved it.

    They came before, or while it was on its way; their coding is proposed as that of the invoice.
    """
    hold(invoice.organisation_id)
    of_this = {"organisation_id": invoice.organisation_id, "credits_id": invoice.id}
    waiting = Invoice.objects.filter(**of_this, state=Invoice.State.CIRCULATING).order_by("id")
    for note_id in list(waiting.values_list("id", flat=True)):
        note = lock_invoice(note_id)
        decided = Decision.objects.standing().filter(organisation_id=note.organisation_id, invoice=note)
        is_waiting = note.state == Invoice.State.CIRCULATING and not decided.exists()
        if is_waiting and approvers_of_credited(note):
            propose_anew(note, now=now)
            _ask_instead(note, actor, now)


def _ask_instead(note: Invoice, actor: Member, now: datetime) -> None:
    """End what was asked, and ask the approvers; where nobody approved, what was asked stays.

    What has still to be coded is coded first; then the approvers follow by themselves (rules 3.2).
    """
    propose(note, now=now)
    to_be_coded = is_coded_here(note.organisation_id) and not is_complete(note)
    if to_be_coded or not approvers_of_credited(note):
        return
    end_tasks(note, now=now)
    first = ask_approvers(note)
    assert first is not None  # noqa: S101 - there are approvers
    open_all_parts(first, invoice=note, opened_at=now, actor=actor, now=now)
