"""The form of what an invoice says, with the proposals in it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from omloop.invoices.models import Invoice
from omloop.kernel.identifiers import compact, is_dutch_vat_number, is_iban, is_kvk_number
from omloop.recognition.labels import AMOUNTS, Field
from omloop.recognition.proposing import Proposals
from omloop.recognition.rates import RATES, PerRate, fits, of_one_rate, rates_of, vat_of
from omloop.recognition.wording import label_of
from omloop.web import words
from omloop.web.amounts import AmountField

LONGEST = 200
"""Characters of a text."""
DAYS = (Field.ISSUED_ON, Field.DUE_ON)
NEEDED = (Field.SUPPLIER_NAME, Field.NUMBER, Field.ISSUED_ON, Field.CURRENCY)


class TypingForm(forms.Form):
    """What an invoice says. The totals must fit; of the three one may be left out.

    Where it has several VAT rates one says so; one rate alone follows from the totals (`per_rate`).
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        label: Any = label_of("kind")
        self.fields["kind"] = forms.ChoiceField(label=label, choices=Invoice.Kind.choices)
        for each in Field:
            self.fields[each.value] = _field(each)
        for rate in RATES:
            per_rate = AmountField(label=_("Without VAT at %(rate)s%%") % {"rate": rate}, decimals=2)
            per_rate.widget.attrs["data-takes"] = "amount"
            self.fields[f"net_{rate}"] = per_rate

    @property
    def per_rate(self) -> list[forms.BoundField]:
        """The amounts per VAT rate."""
        return [self[f"net_{rate}"] for rate in RATES]

    @property
    def has_rates(self) -> bool:
        """Whether any stands there, so that they are shown."""
        return sum(bool(each.value() or each.errors) for each in self.per_rate) > 0

    def clean_iban(self) -> str:
        """Without spaces; its check digits must be right."""
        return self._number(Field.IBAN, is_iban, _("This IBAN can't exist: a digit is wrong. Compare it."))

    def clean_supplier_kvk(self) -> str:
        """Eight digits."""
        return self._number(Field.SUPPLIER_KVK, is_kvk_number, _("A KvK number has eight digits."))

    def clean_supplier_vat(self) -> str:
        """A Dutch one must have the right check digits; those of others are taken as they are."""
        return self._number(
            Field.SUPPLIER_VAT,
            lambda number: not number.startswith("NL") or is_dutch_vat_number(number),
            _("This VAT number can't exist: a digit is wrong. Compare it."),
        )

    def clean_currency(self) -> str:
        """Three letters."""
        code = str(self.cleaned_data[Field.CURRENCY]).upper()
        if not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise forms.ValidationError(_("Write the currency as three letters, such as EUR."))
        return code

    def clean(self) -> dict[str, Any]:
        """Fills in the total that is left out; raises ValidationError where the three don't fit."""
        said = super().clean() or {}
        if not any(self.errors.get(each.value) for each in AMOUNTS):
            self._fit(said)
        issued, due = said.get(Field.ISSUED_ON), said.get(Field.DUE_ON)
        if issued and due and due < issued:
            self.add_error(Field.DUE_ON.value, _("The due date lies before the invoice date."))
        rows = [(rate, net) for rate in RATES if (net := said.pop(f"net_{rate}", None)) is not None]
        if not self.errors:
            said["per_rate"] = self._parted(rows, said[Field.WITHOUT_VAT], said[Field.VAT])
        return said

    def _parted(self, rows: PerRate, without_vat: Decimal, vat: Decimal) -> PerRate:
        """What is said per rate, which must fit the totals; else the one rate that does."""
        if not rows:
            return of_one_rate(without_vat, vat)
        total = sum((net for _rate, net in rows), Decimal(0))
        field = f"net_{rows[0][0]}"
        if total != without_vat:
            text = _("The amounts per rate make %(sum)s, not the total without VAT.")
            self.add_error(field, text % {"sum": words.number(total, 2)})
        elif not fits(rows, vat):
            text = _("At these rates the VAT would be %(sum)s.")
            self.add_error(field, text % {"sum": words.number(vat_of(rows), 2)})
        return rows

    def _fit(self, said: dict[str, Any]) -> None:
        amounts: tuple[Any, Any, Any] = (said.get(AMOUNTS[0]), said.get(AMOUNTS[1]), said.get(AMOUNTS[2]))
        net, vat, gross = amounts
        if amounts.count(None) > 1:
            self.add_error(Field.WITH_VAT.value, _("Fill in at least two of the three totals."))
        elif gross is None:
            said[Field.WITH_VAT] = net + vat
        elif vat is None:
            said[Field.VAT] = gross - net
        elif net is None:
            said[Field.WITHOUT_VAT] = gross - vat
        elif net + vat != gross:
            text = _("The totals don't add up: without VAT and VAT make %(sum)s.")
            self.add_error(Field.WITH_VAT.value, text % {"sum": words.number(net + vat, 2)})

    def _number(self, field: Field, is_right: Any, wrong: str) -> str:
        number = compact(str(self.cleaned_data[field]))
        if number and not is_right(number):
            raise forms.ValidationError(wrong)
        return number


def from_proposals(proposals: Proposals) -> dict[str, Any]:
    """What the form shows at first: all that is proposed."""
    said: dict[str, Any] = {"kind": "credit_note" if proposals.is_credit_note else "invoice"}
    for each, proposal in proposals.fields.items():
        said[each.value] = _value(each, proposal.plain)
    return said


def from_invoice(invoice: Invoice) -> dict[str, Any]:
    """What was confirmed."""
    said: dict[str, Any] = {each.value: getattr(invoice, each.value) for each in Field}
    for each in AMOUNTS:
        amount = said[each.value]
        said[each.value] = None if amount is None else amount.quantize(Decimal("0.01"))
    rows = rates_of(invoice)
    parted = {f"net_{rate:f}".partition(".")[0]: net.quantize(Decimal("0.01")) for rate, net in rows}
    return {**said, **(parted if len(rows) > 1 else {}), "kind": invoice.kind}


def _value(field: Field, plain: str) -> Any:
    if field in AMOUNTS:
        return Decimal(plain)
    return date.fromisoformat(plain) if field in DAYS else plain


def _field(field: Field) -> forms.Field:
    label: Any = label_of(field)
    if field in AMOUNTS:
        amount = AmountField(label=label, decimals=2)
        amount.widget.attrs["data-takes"] = "amount"
        return amount
    if field in DAYS:
        attributes: Mapping[str, Any] = {"type": "date", "data-takes": "day"}
        widget = forms.DateInput(attrs=dict(attributes), format="%Y-%m-%d")
        return forms.DateField(label=label, required=field in NEEDED, widget=widget)
    text = forms.TextInput(attrs={"data-takes": "text", "autocomplete": "off"})
    return forms.CharField(label=label, required=field in NEEDED, max_length=LONGEST, widget=text)
