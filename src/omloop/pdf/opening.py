"""Opening PDFs of strangers by qpdf, under limits; for the process that may die."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pikepdf

from omloop.pdf.refusals import MOST_PAGES, NotUsable, Reason

MB = 1024 * 1024
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=256 * MB,
    png_max_memory=256 * MB,
    run_length_max_memory=256 * MB,
    tiff_max_memory=256 * MB,
    dct_max_memory=512 * MB,
    dct_max_progressive_scans=50,
    max_stream_filters=3,
    doc_max_warnings=200,
    parser_max_nesting=100,
)


@contextmanager
def opening_errors() -> Iterator[None]:
    """Raises NotUsable for whatever a PDF makes qpdf and our looking into it stumble over."""
    try:
        yield
    except pikepdf.PasswordError as error:
        raise NotUsable(Reason.ENCRYPTED) from error
    except (pikepdf.PikepdfError, OSError, LookupError, AttributeError, TypeError, RuntimeError) as error:
        raise NotUsable(Reason.BROKEN) from error


@contextmanager
def opened(content: bytes) -> Iterator[pikepdf.Pdf]:
    """The PDF in these bytes, with 1 to `MOST_PAGES` pages; raises NotUsable."""
    with opening_errors():
        pdf = pikepdf.open(BytesIO(content))
    with pdf:
        with opening_errors():
            _count(pdf)
        yield pdf


def saved(pdf: pikepdf.Pdf) -> bytes:
    """Its bytes, without decoding what is inside; the same PDF gives the same bytes. Raises NotUsable."""
    out = BytesIO()
    with opening_errors():
        pdf.save(
            out,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return out.getvalue()


def _count(pdf: pikepdf.Pdf) -> None:
    """What the root claims first, for counting a tree that lies takes for ever."""
    claimed = pdf.Root.Pages.get(pikepdf.Name.Count, 0)
    if int(claimed) > MOST_PAGES or len(pdf.pages) > MOST_PAGES:
        raise NotUsable(Reason.TOO_MANY_PAGES)
    if not len(pdf.pages):
        raise NotUsable(Reason.EMPTY)
