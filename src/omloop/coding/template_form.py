"""The form of a supplier's template: where each share of an invoice is booked."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omloop.coding.changing import NewLine
from omloop.coding.division_form import SHARE, share_as_text, share_from
from omloop.coding.forms import Chart, CodeField, Said
from omloop.coding.models import TemplateLine

FIELDS = ("share", "account", "centre", "unit", "vat_code", "description")
SIGNED = rf"^-?{SHARE.pattern}$"
"""A share can be a minus: of a discount that is always booked elsewhere."""


class TemplateRow(forms.Form):
    """One line: its share, and what it says."""

    share = forms.RegexField(SIGNED, label=gettext_lazy("Share"), required=False, max_length=15)
    vat_code = forms.CharField(
        label=gettext_lazy("VAT code"),
        required=False,
        max_length=20,
        widget=forms.TextInput({"list": "vat", "autocomplete": "off"}),
    )
    description = forms.CharField(label=gettext_lazy("Description"), required=False, max_length=200)

    def __init__(self, *args: Any, chart: Chart, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["share"].widget.attrs |= {"inputmode": "decimal", "class": "input money"}
        account, centre, unit = (
            gettext_lazy("Ledger account"),
            gettext_lazy("Cost centre"),
            gettext_lazy("Cost unit"),
        )
        self.fields["account"] = CodeField(label=account, offered="accounts", by_code=chart.accounts)
        self.fields["centre"] = CodeField(label=centre, offered="centres", by_code=chart.centres)
        self.fields["unit"] = CodeField(label=unit, offered="units", by_code=chart.units)

    def clean(self) -> Said:
        """A line has both an account and a share, or says nothing."""
        said = super().clean() or {}
        if any(said.get(name) for name in FIELDS) and not self.errors:
            if not said.get("account"):
                self.add_error("account", _("Choose a ledger account."))
            if not said.get("share") or not share_from(said["share"]):
                self.add_error("share", _("Fill in a share."))
        return said

    def new_line(self) -> NewLine | None:
        """The line, when it says something; its amount is the share."""
        said = self.cleaned_data
        if not said["account"]:
            return None
        return NewLine(
            net=share_from(said["share"]),
            ledger_account_id=said["account"].id,
            cost_centre_id=said["centre"] and said["centre"].id,
            cost_unit_id=said["unit"] and said["unit"].id,
            vat_code=said["vat_code"],
            description=said["description"],
        )


def rows_of(lines: Sequence[TemplateLine], chart: Chart, more: int) -> list[TemplateRow]:
    """The form of these lines with `more` empty ones below; a code that has ended is left out."""
    said = [
        {
            "share": share_as_text(line.share),
            "account": _current(line.ledger_account),
            "centre": _current(line.cost_centre),
            "unit": _current(line.cost_unit),
            "vat_code": line.vat_code,
            "description": line.description,
        }
        for line in lines
    ]
    return filled(said, chart, more)


def filled(said: Sequence[Said], chart: Chart, more: int) -> list[TemplateRow]:
    """A form with these rows and some empty ones, unjudged."""
    rows = enumerate([*said, *({} for _ in range(more))])
    return [TemplateRow(prefix=f"line{n}", initial=each, chart=chart) for n, each in rows]


def percent_of(line: TemplateLine, lines: Sequence[TemplateLine]) -> Decimal | None:
    """How much of the whole a line is, in percent; None where the shares come to nothing."""
    whole = sum((each.share for each in lines), Decimal(0))
    return line.share * 100 / whole if whole else None


def _current(row: Any) -> str:
    return "" if row is None or row.ended_at else str(row.code)
