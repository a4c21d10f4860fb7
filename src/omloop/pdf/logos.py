"""A logo that somebody uploaded, drawn anew as a small PNG: for the process that may die."""

import tempfile
from io import BytesIO
from pathlib import Path

import typst
from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

from omloop.pdf.refusals import MOST_PIXELS, NotUsable, Reason
from omloop.pdf.typesetting import new_compiler

FORMATS = ("PNG", "JPEG")
LARGEST = (1_200, 300)
"""Pixels: some 400 to the inch at the head of an invoice."""
_DRAWN = """#set page(width: auto, height: auto, margin: 0pt, fill: none)
#image("/logo", format: "svg", width: 600pt, height: 150pt, fit: "contain")
"""
PPI = 144
"""At which 600 by 150 points are `LARGEST`."""


def logo_of(content: bytes) -> bytes:
    """The logo in a PNG, JPEG or SVG as a PNG of at most `LARGEST`, without the empty margin around it.

    Nothing of the file itself is kept. Raises NotUsable; EMPTY for one that nobody would see on white.
    """
    try:
        with Image.open(BytesIO(_drawn(content)), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotUsable(Reason.TOO_LARGE)
            seen = _without_margin(ImageOps.exif_transpose(image).convert("RGBA"))
    except NotUsable:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise NotUsable(Reason.TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise NotUsable(Reason.BROKEN) from error
    seen.thumbnail(LARGEST)
    out = BytesIO()
    seen.save(out, "PNG", optimize=True)
    return out.getvalue()


def _drawn(content: bytes) -> bytes:
    """An SVG as a PNG, other files as they are; one that links to other files is refused by the drawer.

    Text in an SVG needs a font that is not here, and would vanish: it is refused too.
    """
    if b"<svg" not in content[:4_096]:
        return content
    if b"<text" in content:
        raise NotUsable(Reason.OTHER_TYPE)
    with tempfile.TemporaryDirectory(prefix="omloop-logo-") as folder:
        root = Path(folder)
        (root / "logo").write_bytes(content)
        (root / "logo.typ").write_text(_DRAWN)
        try:
            made = new_compiler(root / "logo.typ", root).compile(format="png", ppi=PPI)
        except typst.TypstError as error:
            raise NotUsable(Reason.BROKEN) from error
    assert isinstance(made, bytes)  # noqa: S101 - only images of several pages come as a list
    return made


def _without_margin(image: Image.Image) -> Image.Image:
    white = Image.new("RGBA", image.size, "white")
    box = ImageChops.difference(Image.alpha_composite(white, image).convert("RGB"), white.convert("RGB"))
    around = box.getbbox()
    if around is None:
        raise NotUsable(Reason.EMPTY)
    return image.crop(around)
