"""The form of a logo and a colour, which travels with what was chosen and not saved yet."""

from base64 import b64decode, b64encode
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omloop.pdf import guarded
from omloop.pdf.look import Look, is_colour, readable
from omloop.pdf.refusals import NotUsable, Reason

MOST_BYTES = 1024 * 1024
"""Of a logo as it is uploaded."""


class LookForm(forms.Form):
    """A colour, and a logo: a new one, the one that was chosen before, or none.

    `kept` is a logo that was uploaded for the preview, as text: a browser sends no file twice. It is drawn
    anew like any other, for it was out of our hands.
    """

    colour = forms.CharField(
        label=_("Colour"),
        max_length=7,
        widget=forms.TextInput(attrs={"type": "color", "class": "input"}),
        help_text=_("For headings and lines. A colour too light to read on white is made darker."),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg,.svg", "class": "input"}),
        help_text=_("PNG, JPEG or SVG of at most 1 MB, wider than it is high looks best."),
    )
    removes = forms.BooleanField(label=_("No logo: show the name"), required=False)
    kept = forms.CharField(required=False, max_length=2 * MOST_BYTES, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, now: Look) -> None:
        super().__init__(data, files, initial={"colour": now.colour})
        self.now = now

    @property
    def look(self) -> Look:
        """What was chosen, else what holds now."""
        if not self.is_bound or self.errors:
            return self.now
        said = self.cleaned_data
        logo = None if said["removes"] else said["logo"] or said["kept"] or self.now.logo
        return Look(colour=readable(said["colour"]), logo=logo)

    @property
    def to_keep(self) -> str:
        """A logo that is not saved yet, as `kept` holds it."""
        logo = self.look.logo
        return b64encode(logo).decode() if logo and logo != self.now.logo else ""

    def clean_colour(self) -> str:
        """As a browser sends it: #1f4f7a."""
        colour = str(self.cleaned_data["colour"]).lower()
        if not is_colour(colour):
            raise forms.ValidationError(gettext("Choose a colour, such as #1f4f7a."))
        return colour

    def clean_logo(self) -> bytes | None:
        """Drawn anew as a small PNG."""
        upload = self.cleaned_data["logo"]
        if not upload:
            return None
        return _logo_of(upload.read() if upload.size <= MOST_BYTES else b"")

    def clean_kept(self) -> bytes | None:
        """As `clean_logo`."""
        text = self.cleaned_data["kept"]
        try:
            return _logo_of(b64decode(text, validate=True)) if text else None
        except ValueError as error:
            raise forms.ValidationError(gettext("Choose the logo once more.")) from error


def _logo_of(content: bytes) -> bytes:
    """Raises ValidationError with what is wrong and what to do."""
    try:
        return guarded.logo(content)
    except NotUsable as refused:
        if refused.reason is Reason.EMPTY:
            told = gettext(
                "Nothing of this logo shows on white paper. Choose the one for a light background."
            )
        else:
            told = gettext(
                "This logo can't be used. Choose a PNG, JPEG or SVG of at most 1 MB; in an SVG, first turn "
                "text into shapes and take links to other files out."
            )
        raise forms.ValidationError(told) from refused
