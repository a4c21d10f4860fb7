"""What is still open in an organisation: with any of it, it can't be closed (rules 6.7)."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from omloop.circulation.models import Assignment
from omloop.circulation.routing.why import group_name
from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from omloop.relocation.moves.plans import MovePlan, Mover
from omloop.retention.deciding import UNDER_WAY
from omloop.retention.models import Removal
from omloop.tenancy.scope import confidential_shown

UNDECIDED = (Invoice.State.RECEIVED, Invoice.State.HELD)
BUSY = (MovePlan.State.ASKED, MovePlan.State.RUNNING)


@dataclass(frozen=True)
class OpenWork:
    """Tasks by who holds them, invoices that findings hold, files that are being read, plans to move, and
    whether a list of what may go waits or is carried out."""

    tasks: list[tuple[str, int]]
    undecided: int
    being_read: int
    is_moving: bool
    is_removing: bool

    def __bool__(self) -> bool:
        return bool(self.tasks or self.undecided or self.being_read or self.is_moving or self.is_removing)


def read_open_work(organisation_id: UUID) -> OpenWork:
    """In five queries; confidential invoices count too, and nothing of them is shown."""
    of = {"organisation_id": organisation_id}
    with confidential_shown([organisation_id]):
        held = Assignment.objects.filter(**of, ended_at=None).order_by()
        rows = held.values_list("holder__name", "group__default", "group__name").annotate(Count("id"))
        tasks = [(name or group_name(group or "", default or ""), n) for name, default, group, n in rows]
        undecided = Invoice.objects.filter(**of, state__in=UNDECIDED).count()
        is_removing = Removal.objects.filter(**of, state__in=UNDER_WAY).exists()
        being_read = Document.objects.filter(**of, state=Document.State.RECEIVED).count()
    return OpenWork(sorted(tasks), undecided, being_read, is_moving(organisation_id), is_removing)


def is_moving(organisation_id: UUID) -> bool:
    """Whether a plan to move it waits for consent or is being done."""
    plans = Mover.objects.filter(of_organisation_id=organisation_id, plan__state__in=BUSY)
    return bool(plans.exists())
