"""The form of a coding: lines with codes and amounts, as many as one wants, and dividing one of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omloop.coding.changing import NewLine
from omloop.coding.chart import CostCentre, CostUnit, LedgerAccount, OfChart, VatCode
from omloop.coding.lookup import By as By
from omloop.coding.lookup import meant_by
from omloop.coding.models import IS_CURRENT, CodingLine
from omloop.coding.services import MOST_LINES
from omloop.web import words
from omloop.web.amounts import AmountField

SHOWN = 1_000
"""Codes that a field offers; the others can be typed."""
MONTH = re.compile(r"^(?:(0?[1-9]|1[0-2])[-/](20\d\d)|(20\d\d)-(0[1-9]|1[0-2]))$")
TOLD = 4
"""Codes that are named where several may be meant."""
Said = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """What may be booked on, by code."""

    accounts: By
    centres: By
    units: By
    vat: By

    @classmethod
    def of(cls, organisation_id: UUID) -> "Chart":
        """Read it, in a query for each list."""
        models: tuple[type[OfChart], ...] = (LedgerAccount, CostCentre, CostUnit, VatCode)
        rows = [model.objects.filter(IS_CURRENT, organisation_id=organisation_id) for model in models]
        return cls(*({row.code: row for row in each.order_by("code")} for each in rows))

    @property
    def offered(self) -> list[tuple[str, list[OfChart]]]:
        """What the fields offer, by the id of their list."""
        lists = ("accounts", "centres", "units", "vat")
        return [(name, list(getattr(self, name).values())[:SHOWN]) for name in lists]


class CodeField(forms.CharField):
    """A code of the chart, or enough of it or of its name; cleans to its row, nothing is None."""

    def __init__(self, *, label: Any, offered: str, by_code: By, required: bool = False) -> None:
        attrs = {"list": offered, "class": "input code", "autocomplete": "off"}
        super().__init__(label=label, required=required, max_length=250, widget=forms.TextInput(attrs=attrs))
        self.by_code = by_code

    def clean(self, value: Any) -> Any:
        """The row; raises ValidationError where there is none."""
        text = str(super().clean(value))
        if not text:
            return None
        found = meant_by(text, self.by_code)
        if not found:
            raise forms.ValidationError(_("“%(code)s” is not in the list, or has ended.") % {"code": text})
        if len(found) > 1:
            told = ", ".join(map(str, found[:TOLD])) + ("…" if len(found) > TOLD else "")
            raise forms.ValidationError(_("Which one? %(codes)s") % {"codes": told})
        return found[0]

    def name_of(self, text: str) -> str:
        """What the code that is typed is called; empty where it is not clear."""
        found = meant_by(text, self.by_code) if text else []
        return found[0].name if len(found) == 1 else ""


class PeriodField(forms.RegexField):
    """A month: 11-2026, 11/2026 or 2026-11; cleans to its first day, nothing is None."""

    def __init__(self, *, label: Any) -> None:
        widget = forms.TextInput({"autocomplete": "off", "placeholder": gettext_lazy("mm-yyyy")})
        super().__init__(MONTH, label=label, required=False, max_length=7, widget=widget)
        self.error_messages["invalid"] = gettext_lazy("Write a month as 11-2026.")

    def clean(self, value: Any) -> Any:
        """The first day of the month."""
        text = str(super().clean(value))
        found = MONTH.fullmatch(text)
        if not text or found is None:
            return None
        return date(int(found[2] or found[3]), int(found[1] or found[4]), 1)


class LineForm(forms.Form):
    """One line. An empty amount gets what the other lines leave."""

    vat_code = forms.CharField(
        label=gettext_lazy("VAT code"),
        required=False,
        max_length=20,
        widget=forms.TextInput({"list": "vat", "autocomplete": "off"}),
    )
    description = forms.CharField(label=gettext_lazy("Description"), required=False, max_length=200)
    period = PeriodField(label=gettext_lazy("Period"))
    amount = AmountField(label=gettext_lazy("Amount"), signed=True)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, chart: Chart, **more: Any) -> None:
        super().__init__(*args, **more)
        self.chart = chart
        self.fields["amount"].widget.attrs |= {"class": "input money"}
        self.fields["account"] = CodeField(
            label=gettext_lazy("Ledger account"), offered="accounts", by_code=chart.accounts
        )
        self.fields["centre"] = CodeField(
            label=gettext_lazy("Cost centre"), offered="centres", by_code=chart.centres
        )
        self.fields["unit"] = CodeField(label=gettext_lazy("Cost unit"), offered="units", by_code=chart.units)

    @property
    def codes(self) -> list[tuple[forms.BoundField, str]]:
        """The three fields with a code, each with the name of what stands in it."""
        fields = [(self[name], self.fields[name]) for name in ("account", "centre", "unit")]
        return [
            (bound, field.name_of(bound.value() or ""))
            for bound, field in fields
            if isinstance(field, CodeField)
        ]

    def clean_vat_code(self) -> str:
        """The code of the list that is meant; any other one stays as it was typed."""
        text = str(self.cleaned_data["vat_code"]).strip()
        found = meant_by(text, self.chart.vat) if text else []
        return found[0].code if len(found) == 1 else text

    def clean(self) -> Said:
        """A line that says anything names an account."""
        said = super().clean() or {}
        if self.says_something(said) and not said.get("account") and "account" not in self.errors:
            self.add_error("account", _("Choose a ledger account."))
        return said

    def says_something(self, said: Said) -> bool:
        """Whether the line was filled in at all."""
        names = ("account", "centre", "unit", "vat_code", "description", "period")
        return said.get("amount") is not None or any(said.get(name) for name in names)


@dataclass
class CodingForm:
    """All lines; `problem` is what is wrong with them together."""

    lines: list[LineForm]
    total: Decimal
    problem: str = ""

    def stand_in(self, place: int, name: str = "account") -> None:
        """Let whoever sees the form begin there; a place after the last line is the last line."""
        self.lines[min(place, len(self.lines) - 1)].fields[name].widget.attrs["autofocus"] = True

    def is_valid(self) -> bool:
        """Whether each line is right by itself, and at most one amount is left to be worked out."""
        right = all(line.is_valid() for line in self.lines)
        if not right:
            self.problem = _("Something is not right yet: you see it at the line.")
        elif sum(said["amount"] is None for said in self._said()) > 1:
            self.problem = _("Only one amount can be left empty: it gets what the others leave.")
        return not self.problem

    def new_lines(self) -> list[NewLine]:
        """The lines that say something, an empty amount filled with what is left."""
        said = self._said()
        left = self.total - sum((each["amount"] or Decimal(0) for each in said), Decimal(0))
        return [_new_line(each, left) for each in said]

    def _said(self) -> list[Said]:
        return [line.cleaned_data for line in self.lines if line.says_something(line.cleaned_data)]


def _new_line(said: Said, left: Decimal) -> NewLine:
    by_key = said["key"] is not None
    return NewLine(
        net=left if said["amount"] is None else said["amount"],
        ledger_account_id=said["account"].id,
        cost_centre_id=said["centre"] and said["centre"].id,
        cost_unit_id=said["unit"] and said["unit"].id,
        vat_code=said["vat_code"],
        description=said["description"],
        period=said["period"],
        origin=CodingLine.Origin.DIVISION if by_key else CodingLine.Origin.TYPED,
        why={"key": str(said["key"])} if by_key else {},
    )


def form_of(data: Any, *, chart: Chart, total: Decimal) -> CodingForm:
    """The form as it was sent, to be judged."""
    rows = range(count_of(data))
    return CodingForm([LineForm(data, prefix=f"line{n}", chart=chart) for n in rows], total)


def form_with(said: Sequence[Said], *, chart: Chart, total: Decimal, problem: str = "") -> CodingForm:
    """A form that begins with these lines, unjudged."""
    rows = enumerate(said[:MOST_LINES])
    lines = [LineForm(prefix=f"line{n}", initial=each, chart=chart) for n, each in rows]
    return CodingForm(lines, total, problem)


def said_in(data: Any) -> list[Said]:
    """What was typed so far, as it is."""
    names = ("account", "centre", "unit", "vat_code", "description", "period", "amount", "key")
    return [{name: data.get(f"line{n}-{name}", "") for name in names} for n in range(count_of(data))]


def said_by(lines: Sequence[CodingLine | NewLine], chart: Chart) -> list[Said]:
    """What the form shows of these lines; a code that has ended is left out, to be chosen anew."""
    codes = {
        row.id: code for each in (chart.accounts, chart.centres, chart.units) for code, row in each.items()
    }
    return [
        {
            "account": codes.get(line.ledger_account_id, ""),
            "centre": codes.get(line.cost_centre_id, "") if line.cost_centre_id else "",
            "unit": codes.get(line.cost_unit_id, "") if line.cost_unit_id else "",
            "vat_code": line.vat_code,
            "description": line.description,
            "period": f"{line.period:%m-%Y}" if line.period else "",
            "amount": words.number(line.net, 2),
            "key": line.why.get("key", ""),
        }
        for line in lines
    ]


def left_of(said: Sequence[Said], total: Decimal) -> Decimal:
    """What the amounts that can be read leave of the invoice."""
    field = AmountField(label="", signed=True)
    left = total
    for line in said:
        try:
            left -= field.clean(line["amount"]) or Decimal(0)
        except forms.ValidationError:
            continue
    return left


def count_of(data: Any) -> int:
    """How many lines a form was sent with; one at least."""
    sent = str(data.get("lines", ""))
    return max(1, min(int(sent), MOST_LINES)) if sent.isdecimal() and len(sent) < 4 else 1
