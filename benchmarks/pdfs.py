"""PDFs of invoices: made beside WeasyPrint, and all of it beside the bare library that does the work."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from io import BytesIO

import pikepdf
import pypdfium2

from benchmarks.ground import Ground
from benchmarks.measuring import Measured, Work, in_turns
from benchmarks.paper import invoice
from benchmarks.weasy import as_html, printer
from omloop import einvoice
from omloop.pdf import guarded
from omloop.pdf.cleaning import cleaned
from omloop.pdf.hybrid import read_hybrid
from omloop.pdf.layout import Layout
from omloop.pdf.merging import merge
from omloop.pdf.parts import Part
from omloop.pdf.rendering import render
from omloop.pdf.typesetting import typeset
from omloop.pdf.words import Language

THUMBNAIL, PREVIEW = 240, 1000
"""Pixels across."""


def measure(ground: Ground) -> Iterator[Measured]:
    """10 and 200 lines, then what is done with the PDF."""
    rounds = ground.size(12, 2)
    yield from _made(10, 10, rounds)
    yield from _made(ground.size(200, 20), 9, ground.size(4, 1))
    document = einvoice.read(invoice(10))
    one = render(document, language=Language.NL)
    several = render(einvoice.read(invoice(ground.size(120, 20))), language=Language.NL)
    yield _merged(one, several, rounds)
    yield from (_looked(one, width, rounds) for width in (THUMBNAIL, PREVIEW))
    yield _hybrid(document, one, rounds)


def _made(lines: int, target: float, rounds: int) -> Iterator[Measured]:
    """From the bytes of the e-invoice; the others get its values ready, WeasyPrint as HTML of the same."""
    data = invoice(lines)
    read = einvoice.read(data)
    values = cleaned(Layout(read, Language.NL).values())
    look = {"accent": "#1f4f7a", "issuer": "x", "is_copy": True, "has_logo": False, "has_code": False}
    works: dict[str, Work] = {
        "ours": lambda: render(einvoice.read(data), language=Language.NL, is_copy=True),
        "typst": partial(typeset, "invoice", {**values, **look}, logo="", code=""),
    }
    if make := printer():
        works["weasyprint"] = partial(make, as_html(values))
    took = in_turns(works, rounds=rounds, times=3)
    what = f"PDF/A of {lines} lines, from UBL"
    alone = "typst alone, values ready"
    yield Measured(what=what, ours=took["ours"], against=alone, beside=took["typst"], target=0.5)
    if make:
        peer = "WeasyPrint, HTML ready"
        yield Measured(what=what, ours=took["ours"], against=peer, beside=took["weasyprint"], target=target)


def _merged(one: bytes, several: bytes, rounds: int) -> Measured:
    parts = [Part("factuur.pdf", one, is_invoice=True), Part("bijlage.pdf", several)]
    took = in_turns(
        {"ours": partial(merge, parts, language=Language.NL), "pikepdf": partial(_append, one, several)},
        rounds=rounds,
        times=3,
    )
    return Measured(
        what="merge, made harmless", ours=took["ours"], against="pikepdf alone", beside=took["pikepdf"]
    )


def _append(one: bytes, several: bytes) -> bytes:
    with pikepdf.open(BytesIO(one)) as result, pikepdf.open(BytesIO(several)) as source:
        result.pages.extend(source.pages)
        out = BytesIO()
        result.save(out)
    return out.getvalue()


def _looked(pdf: bytes, width: int, rounds: int) -> Measured:
    took = in_turns(
        {
            "ours": partial(guarded.preview, pdf, page=0, width=width),
            "pdfium": partial(_draw, pdf, width),
        },
        rounds=rounds,
        times=3,
    )
    return Measured(
        what=f"picture of {width} px, by the worker",
        ours=took["ours"],
        against="pypdfium2 in this process",
        beside=took["pdfium"],
        target=0.5,
    )


def _draw(pdf: bytes, width: int) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    out = BytesIO()
    page.render(scale=width / page.get_width()).to_pil().save(out, "WEBP", quality=75, method=2)
    document.close()
    return out.getvalue()


def _hybrid(document: einvoice.Document, pdf: bytes, rounds: int) -> Measured:
    """Reading the XML out of a hybrid PDF, beside reading the same XML that came by itself."""
    cii = einvoice.write_cii(replace(document, specification="urn:cen.eu:en16931:2017", process=None))
    inside = guarded.hybrid(pdf, cii)
    took = in_turns(
        {
            "ours": lambda: einvoice.read(read_hybrid(inside) or b""),
            "xml": partial(einvoice.read, cii),
        },
        rounds=rounds,
        times=5,
    )
    return Measured(
        what="read a hybrid invoice", ours=took["ours"], against="read the XML alone", beside=took["xml"]
    )
