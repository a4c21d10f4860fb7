"""What the package made of an export, from a file or pasted rows (rules 3.11)."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from omloop.booking.pages import find_place
from omloop.booking.results import Fault, Reported, Result, report_results, results_in
from omloop.booking.states import batches_of
from omloop.coding.table_form import TableForm
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right

TOLD = 20
"""Rows that are passed over, by name, in the message."""


class ResultsForm(TableForm):
    """The results of an export, as a table."""

    def rows_of(self, text: str) -> list[Result]:
        """The results that it tells."""
        return results_in(text)

    def tell_headings(self) -> str:
        """What the table needs."""
        return _("No columns were found. Put headings in the first row: entry, number, reason.")


@require_POST
def export_results(request: MemberRequest, organisation_id: UUID, batch_id: UUID) -> HttpResponse:
    """Keep what the package says of the entries of an export."""
    place = find_place(request.member, organisation_id, Right.BOOK)
    batch = batches_of(request.member).filter(organisation=place, id=batch_id).first()
    if batch is None:
        raise Http404
    form = ResultsForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(str(each) for each in form.non_field_errors()))
        return redirect("export", place.id, batch.id)
    with transaction.atomic():
        done = report_results(
            batch=batch, results=form.cleaned_data["rows"], actor=request.member, now=timezone.now()
        )
    _tell(request, done)
    return redirect("export", place.id, batch.id)


def _tell(request: MemberRequest, done: Reported) -> None:
    taken = ngettext("%(count)d entry is taken.", "%(count)d entries are taken.", done.taken)
    refused = ngettext("%(count)d is refused.", "%(count)d are refused.", done.refused)
    said = f"{taken % {'count': done.taken}} {refused % {'count': done.refused}}"
    messages.success(request, said)
    if done.passed_over:
        rows = "; ".join(f"{entry}: {tell_fault(fault)}" for entry, fault in done.passed_over[:TOLD])
        text = ngettext(
            "%(count)d row is passed over: ", "%(count)d rows are passed over: ", len(done.passed_over)
        )
        messages.error(request, text % {"count": len(done.passed_over)} + rows)


def tell_fault(fault: Fault) -> str:
    """Why a result is passed over."""
    return {
        Fault.UNKNOWN: _("not in this export"),
        Fault.ENDED: _("counts no more"),
        Fault.NOT_POSSIBLE: _("can't be taken out: bring the file in again, or reverse what stands on it"),
    }[fault]
