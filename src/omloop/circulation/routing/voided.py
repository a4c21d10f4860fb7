"""Why a step is asked anew whose decision lapsed, also where something was answered in between (3.7)."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from omloop.circulation.models import Decision, Step
from omloop.circulation.who.eyes import ANSWERS
from omloop.coding.models import CodingLine
from omloop.invoices.models import Invoice

ON_CONTENT = (Step.Origin.SCHEME, Step.Origin.FALLBACK)
"""Steps whose decision is about what the invoice says; an answer to a question, and the coding, are not."""
RECODED, RETYPED = "recoded_by", "retyped_by"
"""What a new task says of who changed what: the coding, or the data that was typed."""


def standing_answers(invoice: Invoice) -> "QuerySet[Decision]":
    """The checks and approvals that stand."""
    standing = Decision.objects.standing().filter(organisation_id=invoice.organisation_id, invoice=invoice)
    return standing.filter(action__in=ANSWERS)


def answers_on_content(invoice: Invoice) -> "QuerySet[Decision]":
    """Those that are about what the invoice says; a change of it voids them."""
    return standing_answers(invoice).filter(step__state=Step.State.DONE, step__origin__in=ON_CONTENT)


def changed_since(steps: Collection[Step]) -> dict[UUID, dict[str, str]]:
    """By step whose last decision lapsed, who changed what it was about; one query."""
    newer = CodingLine.objects.filter(invoice=OuterRef("invoice"), created_at__gte=OuterRef("decided_at"))
    lapsed = Decision.objects.filter(step__in=steps, voided_by__isnull=False)
    rows = lapsed.annotate(recoded=Exists(newer)).order_by("id")
    return {row.step_id: {RECODED if row.recoded else RETYPED: str(row.voided_by_id)} for row in rows}
