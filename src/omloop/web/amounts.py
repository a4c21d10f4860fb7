"""A field of a form for an amount of money."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from omloop.web import words

AMOUNT = re.compile(r"(\d{1,3}(?:[., ]\d{3})+|\d+)(?:[.,](\d{1,2}))?")
"""Digits, in groups of three or not, and at most two decimals: 2500, 2.500, 2.500,00 and 2,500.00."""


class AmountField(forms.Field):
    """An amount as people write it, in either language; nothing is None.

    One or two digits after the last sign are decimals, three are thousands: 2.500 is two and a half
    thousand, never two and a half. `signed` takes a minus in front too; `decimals` are shown at least.
    """

    def __init__(self, *, label: Any, help_text: Any = "", signed: bool = False, decimals: int = 0) -> None:
        self.signed, self.decimals = signed, decimals
        super().__init__(label=label, help_text=help_text, required=False)
        self.widget.attrs |= {"inputmode": "decimal", "maxlength": "20"}

    def to_python(self, value: Any) -> Any:
        """The amount as a Decimal."""
        text = str(value or "").replace("€", "").replace("\u00a0", " ").strip()
        if not text:
            return None
        sign = "-" if self.signed and text[0] in "-\u2212" else ""
        found = AMOUNT.fullmatch(text.removeprefix(text[0]).strip() if sign else text)
        whole = re.sub(r"\D", "", found[1]) if found else ""
        if found is None or len(whole) > 13:
            raise forms.ValidationError(_("This is no amount. Write it as 2500 or 2500,00."))
        return Decimal(f"{sign}{whole}.{found[2] or 0}")

    def prepare_value(self, value: Any) -> Any:
        """As it is shown in the field."""
        return words.number(value, self.decimals) if isinstance(value, Decimal) else value
