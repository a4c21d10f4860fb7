"""PDFs as suppliers' programs draw them: texts at places, with nothing that says what they mean."""

from collections.abc import Sequence
from io import BytesIO

import pikepdf

WIDTH, HEIGHT = 595, 842
"""A4 in points."""
Text = tuple[int, int, str]


def drawn(*pages: Sequence[Text]) -> bytes:
    """A page for each list of texts, each with its place in points from the left and from the top."""
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name.Helvetica,
                Encoding=pikepdf.Name.WinAnsiEncoding,
            )
        )
        for texts in pages:
            page = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            page.Contents = pdf.make_stream(b"\n".join(map(_text, texts)))
        out = BytesIO()
        pdf.save(out)
        return out.getvalue()


def _text(placed: Text) -> bytes:
    left, top, text = placed
    said = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F 10 Tf 1 0 0 1 %d %d Tm (%s) Tj ET" % (left, HEIGHT - top, said)


def odd(number: str, *, total: str = "121,00", net: str = "100,00", vat: str = "21,00") -> list[Text]:
    """An invoice of Kuipers with labels of its own: its number by "Kenmerk", a case by "Nummer"."""
    return [
        (60, 60, "Kuipers Installatietechniek B.V."),
        (60, 80, "KvK 87654321   Btw NL000099998B57"),
        (60, 100, "IBAN NL02 ABNA 0123 4567 89"),
        (60, 180, "Zwaluw Techniek B.V."),
        (60, 260, "Kenmerk"),
        (200, 260, number),
        (60, 280, "Nummer"),
        (200, 280, "D-77001"),
        (60, 300, "Datum"),
        (200, 300, "3 april 2026"),
        (60, 320, "Te betalen voor"),
        (200, 320, "17-04-2026"),
        (60, 420, "Ventilator"),
        (400, 420, net),
        (300, 500, "Totaal excl. btw"),
        (400, 500, net),
        (300, 520, "Btw 21%"),
        (400, 520, vat),
        (300, 540, "Totaal"),
        (400, 540, total),
    ]
