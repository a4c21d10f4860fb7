"""The coding of an invoice by API, in codes of the chart."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field, field_serializer

from omloop.coding.changing import NewLine
from omloop.coding.chart import LONGEST_CODE, LONGEST_NAME
from omloop.coding.forms import Chart
from omloop.coding.importing import carry_out, plan_import
from omloop.coding.lookup import By
from omloop.coding.models import CodingLine
from omloop.coding.queries import is_complete, lines_of
from omloop.coding.refusals import NoSuchCode
from omloop.coding.services import MOST_LINES, code
from omloop.coding.sheets import MOST_ROWS, NoTable
from omloop.coding.wording import tell_finding, tell_no_table
from omloop.invoices.api_answers import plain
from omloop.invoices.models import Invoice
from omloop.invoices.queries import visible_to
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right

router = Router(tags=["coding"])
Text = Annotated[str, Field(max_length=200)]


class CodingLineIn(Schema):
    """A line: `net` in the invoice's currency, with its signs; the rest in codes, empty for none."""

    net: Annotated[Decimal, Field(max_digits=15, decimal_places=4)]
    ledger_account: Text
    cost_centre: Text = ""
    cost_unit: Text = ""
    vat_code: Text = ""
    description: Text = ""
    period: date | None = None
    """The month that it belongs to, by any day of it, where that is not the month of the invoice."""


class CodingIn(Schema):
    """All lines: together the invoice without VAT, to the cent."""

    lines: Annotated[list[CodingLineIn], Field(max_length=MOST_LINES)]


class CodingLineOut(Schema):
    """A line with its key, which stays the same as long as the line does; `origin` is typed, template,
    history or division."""

    id: UUID
    net: Decimal
    ledger_account: str
    cost_centre: str
    cost_unit: str
    vat_code: str
    description: str
    period: date | None
    origin: str

    @field_serializer("net")
    def _plain(self, value: Decimal) -> str | None:
        return plain(value)


class CodingOut(Schema):
    """The present coding; `complete`: it adds up, on accounts that may be booked on."""

    complete: bool
    lines: list[CodingLineOut]


class ChartRow(Schema):
    """A code of the chart; without `owner` (the e-mail address of a member) the owner stays as it is."""

    code: Annotated[str, Field(max_length=LONGEST_CODE)]
    name: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    owner: Text | None = None


class ChartIn(Schema):
    """A list as the bookkeeping package has it; `ends_missing`: what is not in it is booked on no more.
    `preview`: only say what would change."""

    organisation: UUID
    rows: Annotated[list[ChartRow], Field(max_length=MOST_ROWS)]
    ends_missing: bool = False
    preview: bool = False


class ChartOut(Schema):
    """What was done; `passed_over` says why a row was not taken over as it is."""

    new: int
    changed: int
    same: int
    missing: int
    passed_over: list[str]


@router.put("/chart/{kind}", response=ChartOut)
def renew_chart(
    request: MemberRequest, kind: Literal["accounts", "centres", "units", "vat"], body: ChartIn
) -> Any:
    """Renew ledger accounts, cost centres, cost units or VAT codes; the same twice makes nothing double."""
    if body.organisation not in request.member.rights:
        raise Http404
    who: dict[str, Any] = {"organisation_id": body.organisation, "actor": request.member}
    said: dict[str, Any] = {"kind": kind, "text": table_of(body.rows), "now": timezone.now()}
    try:
        if body.preview:
            request.member.demand(Right.MANAGE_SETTINGS, body.organisation)
            done = plan_import(organisation_id=body.organisation, **said)
        else:
            done = carry_out(ends_missing=body.ends_missing, **said, **who)
    except NoTable as problem:
        raise HttpError(422, tell_no_table(problem)) from problem
    counts = {"new": len(done.new), "changed": len(done.changed), "same": done.same}
    passed_over = [tell_finding(each) for each in done.findings]
    return {**counts, "missing": len(done.missing), "passed_over": passed_over}


def table_of(rows: list[ChartRow]) -> str:
    """The rows as the table that a file would hold; an owner counts when any row names one."""
    names = ["code", "name", *(["owner"] if any(row.owner is not None for row in rows) else [])]
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(names)
    writer.writerows([" ".join(str(getattr(row, name) or "").split()) for name in names] for row in rows)
    return out.getvalue()


@router.get("/invoices/{uuid:invoice_id}/coding", response=CodingOut)
def show_coding(request: MemberRequest, invoice_id: UUID) -> Any:
    """How an invoice is coded, or proposed to be."""
    return _out(_invoice(request, invoice_id))


@router.put("/invoices/{uuid:invoice_id}/coding", response=CodingOut)
def set_coding(request: MemberRequest, invoice_id: UUID, coding: CodingIn) -> Any:
    """Code an invoice. A line that stays the same keeps its key; 422 says why a coding can't be,
    409 that it is booked or the invoice has ended."""
    invoice = _invoice(request, invoice_id)
    request.member.demand(Right.CODE, invoice.organisation_id)
    chart = Chart.of(invoice.organisation_id)
    lines = [_line(each, chart) for each in coding.lines]
    code(invoice=invoice, lines=lines, actor=request.member, now=timezone.now())
    return _out(invoice)


def _line(line: CodingLineIn, chart: Chart) -> NewLine:
    return NewLine(
        net=line.net,
        ledger_account_id=_find(chart.accounts, line.ledger_account),
        cost_centre_id=_find(chart.centres, line.cost_centre) if line.cost_centre else None,
        cost_unit_id=_find(chart.units, line.cost_unit) if line.cost_unit else None,
        vat_code=line.vat_code,
        description=line.description,
        period=line.period and line.period.replace(day=1),
    )


def _find(by_code: By, said: str) -> UUID:
    if said not in by_code:
        raise NoSuchCode(said)
    return UUID(str(by_code[said].id))


def _out(invoice: Invoice) -> dict[str, Any]:
    return {"complete": is_complete(invoice), "lines": [_line_out(line) for line in lines_of(invoice)]}


def _line_out(line: CodingLine) -> dict[str, Any]:
    return {
        **{
            name: getattr(line, name) for name in ("id", "net", "vat_code", "description", "period", "origin")
        },
        "ledger_account": line.ledger_account.code,
        "cost_centre": line.cost_centre.code if line.cost_centre else "",
        "cost_unit": line.cost_unit.code if line.cost_unit else "",
    }


def _invoice(request: MemberRequest, invoice_id: UUID) -> Invoice:
    found = visible_to(request.member).filter(id=invoice_id).first()
    if found is None:
        raise Http404
    return found
