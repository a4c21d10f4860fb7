"""A form that takes a table: a file, or rows that were copied from a spreadsheet."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omloop.coding.sheets import NoCodes, NoTable, text_of
from omloop.coding.wording import tell_no_table


class TableForm(forms.Form):
    """Its text and what stands in it, a file before what is pasted."""

    file = forms.FileField(label=gettext_lazy("File (CSV)"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Or paste the rows from your spreadsheet"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "class": "input code", "spellcheck": "false"}),
    )

    def text_of(self, data: bytes) -> str:
        """The table in a file. Raises NoTable."""
        return text_of(data)

    def rows_of(self, text: str) -> Any:
        """What stands in the table. Raises NoTable."""
        return None

    def tell_headings(self) -> str:
        """Which headings are missed where no column was found; empty: those of a list of codes."""
        return ""

    def clean(self) -> dict[str, Any]:
        """Its text and its rows."""
        said = super().clean() or {}
        try:
            text = self.text_of(said["file"].read()) if said.get("file") else said.get("text", "")
            rows = self.rows_of(text) if text.strip() else None
        except NoTable as problem:
            own = self.tell_headings() if isinstance(problem, NoCodes) else ""
            raise forms.ValidationError(own or tell_no_table(problem)) from problem
        if not text.strip():
            raise forms.ValidationError(_("Choose a file, or paste rows."))
        return {**said, "text": text, "rows": rows}
