"""The picture of an e-invoice: a PDF that lasts (PDF/A-3a) and can be read aloud (PDF/UA-1)."""

import base64

from omloop.einvoice import Document
from omloop.pdf.cleaning import cleaned
from omloop.pdf.layout import Layout
from omloop.pdf.look import PLAIN, Look
from omloop.pdf.payment_code import payment_code
from omloop.pdf.typesetting import typeset
from omloop.pdf.words import Language


def render(document: Document, *, language: Language, look: Look = PLAIN, is_copy: bool = False) -> bytes:
    """The invoice or credit note as a PDF; what the document lacks is left out.

    `is_copy` says at the foot that the picture was made from the XML (rules 2.4), and leaves out the code to
    scan: what was received is paid by way of the books. The same document gives the same bytes. Characters
    that the font lacks are printed as "?". Takes some 15 ms for 10 lines.
    """
    values = Layout(document, language).values()
    code = None if is_copy else payment_code(document)
    head = {
        "accent": look.colour,
        "issuer": look.name or values["seller"]["name"],
        "is_copy": is_copy,
        "has_logo": look.logo is not None,
        "has_code": code is not None,
    }
    logo = _as_svg(look.logo) if look.logo else ""
    all_of_it = cleaned({**values, **head})
    return typeset("invoice", all_of_it, made_on=document.issued_on, logo=logo, code=code or "")


def _as_svg(png: bytes) -> str:
    """Pictures reach a template as text."""
    inside = base64.b64encode(png).decode()
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width} {height}"><image width="{width}" height="{height}" '
        f'xlink:href="data:image/png;base64,{inside}"/></svg>'
    )
