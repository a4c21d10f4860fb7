"""An image as a page of its own."""

import tempfile
from io import BytesIO
from pathlib import Path

import typst
from PIL import Image, ImageOps, UnidentifiedImageError

from omloop.pdf.cleaning import cleaned
from omloop.pdf.refusals import MOST_PIXELS, NotUsable, Reason
from omloop.pdf.typesetting import SHEETS, new_compiler

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "WEBP")
MOST_FRAMES = 50
_AS_THEY_ARE = {("PNG", "RGB"), ("PNG", "L"), ("JPEG", "RGB"), ("JPEG", "L")}
"""Format and mode that typst draws without our decoding them; an upright photo stays as it came."""
_ORIENTATION = 274


def as_pages(content: bytes, *, title: str) -> bytes:
    """A PDF with the image on a page below its title, and a page for each further frame of a TIFF.

    Raises NotUsable.
    """
    try:
        frames = _frames(content)
    except (Image.DecompressionBombError, MemoryError) as error:
        raise NotUsable(Reason.TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise NotUsable(Reason.BROKEN) from error
    with tempfile.TemporaryDirectory(prefix="omloop-images-") as folder:
        root = Path(folder)
        for number, frame in enumerate(frames):
            (root / f"{number}").write_bytes(frame)
        (root / "picture.typ").write_bytes((SHEETS / "picture.typ").read_bytes())
        try:
            made = new_compiler(root / "picture.typ", root).compile(
                sys_inputs={"title": cleaned(title), "count": str(len(frames))}
            )
        except typst.TypstError as error:
            raise NotUsable(Reason.BROKEN) from error
    assert isinstance(made, bytes)  # noqa: S101 - only images of several pages come as a list
    return made


def _frames(content: bytes) -> list[bytes]:
    with Image.open(BytesIO(content), formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise NotUsable(Reason.TOO_LARGE)
        count = min(getattr(image, "n_frames", 1), MOST_FRAMES) if image.format == "TIFF" else 1
        is_turned = image.getexif().get(_ORIENTATION, 1) != 1
        if count == 1 and not is_turned and (image.format, image.mode) in _AS_THEY_ARE:
            image.load()  # what is cut off shows here, and not as a grey half
            return [content]
        return [_frame(image, number) for number in range(count)]


def _frame(image: Image.Image, number: int) -> bytes:
    image.seek(number)
    upright = ImageOps.exif_transpose(image)
    has_holes = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    out = BytesIO()
    upright.convert("RGBA" if has_holes else "RGB").save(out, "PNG", compress_level=1)
    return out.getvalue()
