"""The lines of a coding while somebody works on them: what a button does before anything is saved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from omloop.coding.division_form import CanNotDivide, divided
from omloop.coding.forms import Chart, CodingForm, Said, form_of, form_with, said_by, said_in
from omloop.coding.keys import keys_in
from omloop.coding.models import DivisionKey
from omloop.coding.proposing import suggested
from omloop.coding.shown import Line, Shown
from omloop.invoices.models import Invoice, InvoiceLine
from omloop.web import words

MOST_SUPPLIED = 100
"""Lines of the supplier that can be taken over."""
REVERSE_CHARGE = "AE"
SAYS_REVERSED = ("verleg", "reverse")
"""What the name of a VAT code says that is for VAT that the buyer declares."""


@dataclass(frozen=True)
class Desk:
    """What lies ready for whoever codes an invoice."""

    invoice: Invoice
    chart: Chart
    keys: list[DivisionKey]
    supplied: list[InvoiceLine]

    @classmethod
    def of(cls, invoice: Invoice) -> "Desk":
        """Read it, in seven queries however many lines there are."""
        place = invoice.organisation_id
        supplied = list(invoice.lines.order_by("position")[:MOST_SUPPLIED])
        return cls(invoice, Chart.of(place), keys_in(place), supplied)

    @property
    def total(self) -> Decimal:
        """What the lines add up to; nothing where it is unknown, and then nothing can be saved."""
        return self.invoice.without_vat or Decimal(0)

    @property
    def is_reversed(self) -> bool:
        """Whether the supplier charges no VAT because the buyer declares it."""
        return any(line.vat_category == REVERSE_CHARGE for line in self.supplied)

    @property
    def reversed_code(self) -> str:
        """The VAT code for that, where the list has one and no more."""
        found = [code for code, row in self.chart.vat.items() if _says_reversed(row.name)]
        return found[0] if len(found) == 1 else ""

    def first(self, shown: Shown) -> tuple[CodingForm, Sequence[Line]]:
        """The form as it opens, and what is proposed in it where nothing was coded yet."""
        proposed = [] if shown.lines else suggested(self.invoice)
        said = said_by(shown.lines or proposed, self.chart) or [{"amount": ""}]
        form = self._form([self._with_vat(line) for line in said] if not shown.lines else said)
        form.stand_in(0)
        return form, proposed

    def changed(self, data: Any) -> CodingForm | None:
        """What a button makes of the lines as they were typed; None: they are to be saved."""
        said = said_in(data)
        buttons: dict[str, Callable[[], CodingForm]] = {
            "more": lambda: self._put(said, len(said), {"amount": ""}),
            "copy": lambda: self._copy(said, _place(data["copy"], said)),
            "drop": lambda: self._drop(said, _place(data["drop"], said)),
            "take": self._take,
            "divide": lambda: self._divide(said, data),
        }
        return next((make() for name, make in buttons.items() if name in data), None)

    def sent(self, data: Any) -> CodingForm:
        """The form as it was sent, to be judged."""
        return form_of(data, chart=self.chart, total=self.total)

    def _form(self, said: Sequence[Said], problem: str = "") -> CodingForm:
        return form_with(said, chart=self.chart, total=self.total, problem=problem)

    def _put(self, said: Sequence[Said], place: int, line: Said) -> CodingForm:
        form = self._form([*said[:place], self._with_vat(line), *said[place:]])
        form.stand_in(place)
        return form

    def _copy(self, said: Sequence[Said], place: int) -> CodingForm:
        """The same line again, but for its amount: that is what is left."""
        return self._put(said, place + 1, {**said[place], "amount": "", "key": ""})

    def _take(self) -> CodingForm:
        form = self._form([self._with_vat(_taken(line)) for line in self.supplied] or [{"amount": ""}])
        form.stand_in(0)
        return form

    def _drop(self, said: Sequence[Said], place: int) -> CodingForm:
        form = self._form([*said[:place], *said[place + 1 :]] or [{"amount": ""}])
        form.stand_in(place)
        return form

    def _divide(self, said: Sequence[Said], data: Any) -> CodingForm:
        try:
            form = self._form(divided(said, data, self.keys, self.total))
        except CanNotDivide as problem:
            return self._form(said, str(problem))
        form.stand_in(_place(data.get("divided", ""), said))
        return form

    def _with_vat(self, line: Said) -> Said:
        """Under reverse charge a line has the VAT code for it, where it has no other."""
        if not self.is_reversed or line.get("vat_code"):
            return line
        return {**line, "vat_code": self.reversed_code}


def _taken(line: InvoiceLine) -> Said:
    """A line of the supplier, to be coded by itself."""
    amount = "" if line.net is None else words.number(line.net, 2)
    return {"amount": amount, "description": (line.name or line.description)[:200]}


def _place(text: str, said: Sequence[Said]) -> int:
    """Which line a button stands at; what can't be is the last one."""
    last = len(said) - 1
    return min(int(text) - 1, last) if text.isdecimal() and 0 < len(text) < 4 and int(text) else last


def _says_reversed(name: str) -> bool:
    return any(word in name.casefold() for word in SAYS_REVERSED)
