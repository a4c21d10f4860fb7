"""Reporting what was paid from a file of the bank or the bookkeeping package (rules 3.10)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from omloop.booking.pages import find_place, show
from omloop.coding.auditfile import is_xml
from omloop.coding.sheets import NoCodes, NoTable, text_of
from omloop.coding.wording import tell_no_table
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.payments.forms import PaidFileForm
from omloop.payments.refusals import PaymentRefused
from omloop.payments.reporting import Fault, Finding, report_file, report_statement
from omloop.payments.statement import NoStatement


@require_http_methods(["GET", "HEAD", "POST"])
def report_paid_file(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """A file says what was paid; rows that can't be taken over are told."""
    place = find_place(request.member, organisation_id, Right.BOOK)
    is_post = request.method == "POST"
    form = PaidFileForm(request.POST, request.FILES) if is_post else PaidFileForm()
    findings = _reported(request, place, form) if is_post and form.is_valid() else None
    if findings == []:
        return redirect("payments", place.id)
    context = {"form": form, "findings": [_tell(each) for each in findings or []]}
    status = 422 if form.errors else 200
    template = "payments/report_paid_file.html"
    return show(request, place, "payments", context, template=template, status=status)


def _reported(request: MemberRequest, place: Organisation, form: PaidFileForm) -> list[Finding] | None:
    """The rows that were passed over; None where nothing was done, which stands on the form."""
    who: dict[str, Any] = {"organisation_id": place.id, "actor": request.member, "now": timezone.now()}
    try:
        with transaction.atomic():
            told, findings = _read(form.cleaned_data["file"], who)
    except NoCodes:
        form.add_error(None, _("No columns were found. Put headings in the first row: invoice, paid on."))
        return None
    except NoStatement:
        form.add_error(None, _("This is no bank statement that can be read. Ask the bank for camt.053."))
        return None
    except NoTable as problem:
        form.add_error(None, tell_no_table(problem))
        return None
    except PaymentRefused as refusal:
        form.add_error(None, str(refusal))
        return None
    text = ngettext("%(count)d invoice is kept as paid.", "%(count)d invoices are kept as paid.", told)
    messages.success(request, text % {"count": told})
    return findings


def _read(data: bytes, who: dict[str, Any]) -> tuple[int, list[Finding]]:
    if is_xml(data):
        return report_statement(data=data, **who)
    return report_file(text=text_of(data), **who)


def _tell(finding: Finding) -> str:
    return {
        Fault.NO_DATE: _("Line %(line)d, %(said)s: the date can't be read. It is passed over."),
        Fault.UNKNOWN: _("Line %(line)d, %(said)s: no invoice or transfer is called so. It is passed over."),
        Fault.OTHER: _("%(said)s: the bank names another amount or account. It is passed over."),
        Fault.SEVERAL: _("Line %(line)d, %(said)s: several invoices have this number. It is passed over."),
    }[finding.fault] % {"line": finding.line, "said": finding.said}
