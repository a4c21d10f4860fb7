"""Who stands in whose place on an invoice after a transfer of user data (rules 5.2).

Transfers stand above this room, so their rows are reached by the name that they give to an invoice
(`transfers`), and nothing of them is imported.
"""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from omloop.circulation.models import Decision, Step
from omloop.circulation.who.eyes import COMPLETES
from omloop.invoices.models import Invoice


def in_place_of(invoice: Invoice) -> dict[UUID, UUID]:
    """By who was there before, who is in his place on this invoice now: what would come back comes to him."""
    return successions([invoice.id]).get(invoice.id, {})


def successions(invoice_ids: Collection[UUID]) -> dict[UUID, dict[UUID, UUID]]:
    """The same for each of these invoices on which somebody is in the place of another; one query."""
    moved = Q(transfers__isnull=False, transfers__undone_at=None)
    rows = Invoice.objects.filter(moved, id__in=invoice_ids).order_by("transfers__id")
    instead: dict[UUID, dict[UUID, UUID]] = defaultdict(dict)
    for invoice_id, left, came in rows.values_list(
        "id", "transfers__transfer__person_id", "transfers__to_id"
    ):
        found = {person: came if after == left else after for person, after in instead[invoice_id].items()}
        found[left] = came
        found.pop(came, None)
        instead[invoice_id] = found
    return dict(instead)


def let_successors_follow(invoice: Invoice) -> None:
    """Steps that wait for who was there before wait for who is in his place."""
    waiting = Step.objects.filter(
        organisation_id=invoice.organisation_id, invoice=invoice, state=Step.State.WAITING
    )
    for gone, came in in_place_of(invoice).items():
        waiting.filter(person_id=gone).update(person_id=came)


def earlier_deciders(invoice: Invoice) -> set[UUID]:
    """Who coded, checked or approved it before, or stands in his place now: to them it can be returned."""
    rows = Decision.objects.standing().filter(
        organisation_id=invoice.organisation_id,
        invoice=invoice,
        action__in=COMPLETES,
    )
    instead = in_place_of(invoice)
    return {instead.get(person, person) for person in rows.values_list("person_id", flat=True)}
