"""Where an invoice is on its way, as the row of rings above its page tells it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from omloop.circulation.deciding.offer import Offer
from omloop.circulation.models import Step
from omloop.circulation.routing.held import HeldBy
from omloop.invoices.models import Invoice, Validation

State = Invoice.State


@dataclass(frozen=True)
class Progress:
    """How many of the steps are done; a step that was ended counts no more."""

    done: int
    count: int

    @property
    def current(self) -> int:
        """The step that waits, counted from 1."""
        return min(self.done + 1, self.count)


@dataclass(frozen=True)
class Stage:
    """One ring: `state` is done, now or empty (not yet); `at` or `note` says when or how far."""

    title: str
    state: str = ""
    note: str = ""
    at: datetime | None = None
    tone: str = ""

    @property
    def quarters(self) -> int:
        """How full the ring is."""
        return {"done": 4, "now": 2}.get(self.state, 0)


def progress_of(invoice: Invoice) -> Progress:
    """How far the steps are, in one query."""
    steps = Step.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    parts = list(steps.exclude(state=Step.State.ENDED).values_list("position", "state"))
    count = {position for position, _state in parts}
    left = {position for position, state in parts if state != Step.State.DONE}
    return Progress(len(count) - len(left), len(count))


def stages_of(
    invoice: Invoice,
    validation: Validation | None,
    progress: Progress,
    offer: Offer | None,
    held_by: HeldBy | None,
) -> Iterator[Stage]:
    """Received, validated, in circulation, approved."""
    yield Stage(_("Received"), "done", at=invoice.received_at)
    yield _validated(validation, held_by)
    yield _circulating(invoice, progress, held_by)
    if invoice.state == State.REJECTED:
        yield Stage(_("Rejected"), "now", _("circulation has ended"), tone="danger")
    elif invoice.state == State.CANCELLED:
        yield Stage(_("Cancelled"), "now", _("it has ended"), tone="danger")
    elif invoice.state == State.APPROVED:
        yield Stage(_("Approved"), "done", _("all approvals are given"))
    else:
        yield Stage(_("Approved"), "", _after(progress, offer))


def _validated(validation: Validation | None, held_by: HeldBy | None) -> Stage:
    if validation is None:
        return Stage(_("Validated"), "now", _("under way"))
    if validation.fatal and held_by in (HeldBy.ERRORS, HeldBy.DUPLICATE):
        errors = ngettext("held: %(count)d error", "held: %(count)d errors", validation.fatal)
        return Stage(_("Validated"), "now", errors % {"count": validation.fatal}, tone="danger")
    return Stage(_("Validated"), "done", _found(validation))


def _found(validation: Validation) -> str:
    total = validation.fatal + validation.warnings
    if total:
        return ngettext("%(count)d finding", "%(count)d findings", total) % {"count": total}
    return _("no findings") if validation.is_judged else _("no findings, not judged")


def _circulating(invoice: Invoice, progress: Progress, held_by: HeldBy | None) -> Stage:
    if invoice.state in (State.APPROVED, State.REJECTED):
        steps = ngettext("%(count)d step", "%(count)d steps", progress.done) % {"count": progress.done}
        return Stage(_("In circulation"), "done", steps)
    if invoice.state == State.CANCELLED:
        return Stage(_("In circulation"))
    if held_by == HeldBy.RATE:
        return Stage(_("In circulation"), "now", _("held: no exchange rate"), tone="danger")
    if held_by == HeldBy.DUPLICATE:
        return Stage(_("In circulation"), "now", _("held: a duplicate"), tone="danger")
    if invoice.state != State.CIRCULATING:
        return Stage(_("In circulation"), "", _("not started"))
    parts = {"current": progress.current, "count": progress.count}
    return Stage(_("In circulation"), "now", _("step %(current)s of %(count)s") % parts)


def _after(progress: Progress, offer: Offer | None) -> str:
    if offer is None or not progress.count:
        return ""
    left = progress.count - progress.done
    if left == 1:
        return _("after %(name)s") % {"name": offer.waits_for}
    return ngettext("after %(count)d more step", "after %(count)d more steps", left) % {"count": left}
