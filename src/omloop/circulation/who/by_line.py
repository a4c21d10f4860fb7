"""Steps that work per coding line: each owner of a cost centre or cost unit gets his lines (rules 3.8)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from uuid import UUID

from omloop.circulation.models import Step, StepLine
from omloop.circulation.who.succession import in_place_of
from omloop.coding.models import CodingLine
from omloop.coding.queries import lines_of
from omloop.invoices.models import Invoice

Owned = dict[UUID | None, list[CodingLine]]


def owner_of(line: CodingLine) -> UUID | None:
    """Who answers for a line: the owner of its cost unit, else of its cost centre; None: nobody does."""
    unit, centre = line.cost_unit, line.cost_centre
    return (unit.owner_id if unit else None) or (centre.owner_id if centre else None)


def by_owner(invoice: Invoice) -> Owned:
    """The lines of each owner, in the order of the coding; under None what nobody answers for.

    After a transfer of this invoice who came in an owner's place gets his lines (rules 5.2).
    """
    instead, found = in_place_of(invoice), defaultdict(list)
    for line in lines_of(invoice):
        owner = owner_of(line)
        found[instead.get(owner, owner) if owner else None].append(line)
    return dict(found)


def split_by_owner(step: Step, *, invoice: Invoice, fallback_id: UUID) -> Iterator[Step]:
    """The parts as which a step opens that asks the owners; what nobody answers for goes to the fallback."""
    owned = by_owner(invoice) or {None: []}
    for number, (owner, lines) in enumerate(owned.items()):
        part = step if number == 0 else _another(step, number)
        part.person_id, part.group_id = owner, None if owner else fallback_id
        part.save()
        attach(part, lines)
        yield part


def part_for(step: Step, owner: UUID | None, part: int, *, fallback_id: UUID) -> Step:
    """One more part of a step that is split already, waiting to open."""
    added = _another(step, part - step.part)
    added.person_id, added.group_id = owner, None if owner else fallback_id
    added.state = Step.State.WAITING
    added.save()
    return added


def _another(step: Step, further: int) -> Step:
    return Step(
        organisation_id=step.organisation_id,
        confidential=step.confidential,
        invoice_id=step.invoice_id,
        position=step.position,
        part=step.part + further,
        action=step.action,
        origin=step.origin,
        rule_id=step.rule_id,
        per_line=True,
    )


def attach(step: Step, lines: Iterable[CodingLine]) -> None:
    """Note that a part is about these lines."""
    StepLine.objects.bulk_create(
        StepLine(
            organisation_id=step.organisation_id,
            confidential=step.confidential,
            step_id=step.id,
            line_id=line.id,
        )
        for line in lines
    )


def lines_of_step(step: Step) -> list[CodingLine]:
    """The present coding lines on which a part decides: its own, or all of the invoice."""
    rows = CodingLine.objects.filter(
        organisation_id=step.organisation_id, invoice_id=step.invoice_id, ended_at=None
    )
    if step.per_line and (step.person_id or step.group_id):
        own = StepLine.objects.filter(organisation_id=step.organisation_id, step=step)
        rows = rows.filter(id__in=own.values("line_id"))
    return list(rows.select_related("ledger_account", "cost_centre", "cost_unit").order_by("position"))


def amount_of_step(step: Step | None, invoice: Invoice) -> Decimal | None:
    """What is compared with a limit: of a part that works per line its share of the invoice, which without
    lines is the whole."""
    amount: Decimal | None = invoice.compared_amount
    if step is None or not step.per_line or amount is None or not invoice.without_vat:
        return amount
    lines = lines_of_step(step)
    if not lines:
        return amount
    own = sum((line.net for line in lines), Decimal(0))
    return abs(amount * own / Decimal(invoice.without_vat))


def says(lines: Sequence[CodingLine]) -> str:
    """What a part is about, in codes: cost units, cost centres, else ledger accounts."""
    named = [line.cost_unit or line.cost_centre or line.ledger_account for line in lines]
    return ", ".join(dict.fromkeys(map(str, named)))
