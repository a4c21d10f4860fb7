"""Images of strangers as pages, drawn small or made ready for reading; for the process that may die."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from omloop.pdf.images import FORMATS, MOST_FRAMES
from omloop.pdf.kinds import is_image
from omloop.pdf.looking import TALLEST, WIDEST, opened
from omloop.pdf.placed import ACROSS, MOST_PAGES, Page
from omloop.pdf.refusals import MOST_PIXELS, NotUsable, Reason

DPI = 200
"""At which a page is read: more was not better (26 of 26 amounts at 200, 20 at 300)."""
SIDE = 2_400
"""Pixels of the longest side of what is read: A4 at `DPI`."""


def count_frames(image: bytes) -> int:
    """How many pages an image has: one, or those of a TIFF. Raises NotUsable."""
    with _image(image) as shown:
        return _frames(shown)


def image_pages(image: bytes) -> list[Page]:
    """Its pages, as pictures that have no words yet; raises NotUsable."""
    with _image(image) as shown:
        return [_empty_page(shown, number) for number in range(min(_frames(shown), MOST_PAGES))]


def preview_of_image(image: bytes, page: int, width: int) -> bytes:
    """The picture (WEBP) of a page, counted from 0, as `looking.preview`. Raises NotUsable, IndexError."""
    with _image(image) as shown:
        upright = _upright(shown, page)
        width = min(width, WIDEST)
        upright.thumbnail((width, int(width * TALLEST)))
        out = BytesIO()
        upright.convert("RGB").save(out, "WEBP", quality=75, method=2)
        return out.getvalue()


def sheet(content: bytes, page: int) -> bytes:
    """A page of a PDF or image, counted from 0, as a grey PNG to be read by a machine.

    Raises NotUsable, IndexError.
    """
    out = BytesIO()
    if is_image(content):
        with _image(content) as shown:
            upright = _upright(shown, page)
            upright.thumbnail((SIDE, SIDE))
            upright.convert("L").save(out, "PNG", compress_level=1)
        return out.getvalue()
    with opened(content) as document:
        if not 0 <= page < len(document):
            raise IndexError(page)
        across, high = document[page].get_size()
        scale = min(DPI / 72, SIDE / max(across, high))
        drawn = document[page].render(scale=scale, grayscale=True).to_pil()
        drawn.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _empty_page(image: Image.Image, number: int) -> Page:
    across, high = _upright(image, number).size
    return Page(max(1, round(ACROSS * high / across)), (), is_scan=True)


def _upright(image: Image.Image, number: int) -> Image.Image:
    if not 0 <= number < _frames(image):
        raise IndexError(number)
    image.seek(number)
    return ImageOps.exif_transpose(image)


def _frames(image: Image.Image) -> int:
    return min(getattr(image, "n_frames", 1), MOST_FRAMES) if image.format == "TIFF" else 1


@contextmanager
def _image(content: bytes) -> Iterator[Image.Image]:
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotUsable(Reason.TOO_LARGE)
            yield image
    except (Image.DecompressionBombError, MemoryError) as error:
        raise NotUsable(Reason.TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, SyntaxError, EOFError) as error:
        raise NotUsable(Reason.BROKEN) from error
