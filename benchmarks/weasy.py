"""The peer of PDFs: WeasyPrint, on the same values and fonts, as HTML that looks like our template.

It needs Pango of the system: `make bench` installs WeasyPrint itself (the group `bench`).
"""

import sys
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from importlib import import_module
from typing import Any

from omloop.pdf.typesetting import FONTS

Values = dict[str, Any]
WEIGHTS = {400: "Regular", 600: "Semibold"}
STYLE = """
@page { size: A4; margin: 16mm 18mm 22mm 22mm; @bottom-right { content: counter(page) ' / ' counter(pages);
  font-size: 8pt; color: #5a6672 } }
body { font: 9.5pt/1.25 'Ours'; color: #1c2630; margin: 0 }
h1 { font-size: 25pt; font-weight: 600; margin: 6mm 0 4mm }
h2 { font-size: 8.5pt; font-weight: 600; color: #1f4f7a; margin: 0 0 6pt }
.two { display: flex; justify-content: space-between; gap: 10mm }
.issuer { font-size: 17pt; font-weight: 600; color: #1f4f7a }
.soft { font-size: 8.5pt; color: #5a6672 }
.tint { background: #f4f6f8; border-radius: 3pt; padding: 9pt 10pt; margin-top: 3mm }
table { border-collapse: collapse }
.lines { width: 100%; margin-top: 6mm }
.lines th { font-size: 8.5pt; font-weight: 600; color: #1f4f7a; border-bottom: 1pt solid #1f4f7a }
.lines td { border-bottom: .4pt solid #d9dfe5; vertical-align: top }
.lines td, .lines th { padding: 3.5pt 5pt 3.5pt 7pt; text-align: right }
.lines td:first-child, .lines th:first-child { text-align: left; padding-left: 0 }
.facts td, .sums td { padding: 3pt 5mm 3pt 0 }
.sums { width: 92mm; margin-left: auto; break-inside: avoid }
.sums td:last-child { text-align: right; padding-right: 0 }
.due td { border-top: 1pt solid #1f4f7a; font-size: 12pt; font-weight: 600 }
"""


@cache
def printer() -> Callable[[str], bytes] | None:
    """Makes PDF/A-3a of HTML; None, said aloud, where WeasyPrint or Pango is not here."""
    try:
        weasyprint = import_module("weasyprint")
        fonts = import_module("weasyprint.text.fonts").FontConfiguration()
    except (ImportError, OSError) as missing:
        print(f"WeasyPrint is not measured: {str(missing).splitlines()[0]}", file=sys.stderr)
        return None
    faces = "".join(
        f"@font-face {{ font-family: 'Ours'; font-weight: {weight}; src: url({_font(name)}) }}"
        for weight, name in WEIGHTS.items()
    )
    style = weasyprint.CSS(string=faces + STYLE, font_config=fonts)

    def make(page: str) -> bytes:
        html = weasyprint.HTML(string=page)
        made: bytes = html.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-3a")
        return made

    return make


def _font(name: str) -> str:
    return next(FONTS.rglob(f"*-{name}.ttf")).as_uri()


def as_html(values: Values) -> str:
    """The page that our template draws of these values (`Layout.values`)."""
    says, seller, buyer = values["l"], values["seller"], values["buyer"]
    head = "".join(
        f"<th>{escape(says[key])}</th>" for key in ("description", "quantity", "price", "vat", "amount")
    )
    lines = "".join(_line(line) for line in values["lines"])
    said = [*values["exemptions"], *values["notes"]]
    return (
        f"<html lang={values['lang']}><title>{escape(values['title'])} {escape(values['number'])}</title>"
        f"<div class=two><div class=issuer>{escape(seller['name'])}</div>"
        f"<div class=soft>{_party(seller)}</div></div>"
        f"<h1>{escape(values['title'])}</h1>"
        f"<div class=two><div><h2>{escape(says['to'])}</h2>{_party(buyer)}</div>"
        f"<div class=tint>{_rows(values['facts'], 'facts')}</div></div>"
        f"<table class=lines><thead><tr>{head}</thead><tbody>{lines}</tbody></table>"
        f"{_rows(values['sums'], 'sums')}<table class='sums due'>{_row(values['due'])}</table>"
        f"<div class=tint><h2>{escape(values['pay'])}</h2>{_rows(values['payment'], 'facts')}"
        f"<div class=soft>{escape(values['terms'])}</div></div>"
        + "".join(f"<p>{escape(each)}</p>" for each in said)
        + f"<p class=soft>{escape(', '.join(values['attachments']))}</p>"
    )


def _party(party: Values) -> str:
    told = [party["name"], party["trading"], *party["address"], *party["contact"], *party["numbers"]]
    return _broken(told)


def _line(line: Values) -> str:
    details = f"<div class=soft>{_broken(line['details'])}</div>" if line["details"] else ""
    amounts = (f"{line['quantity']} {line['unit']}", line["price"], line["vat"], line["net"])
    return f"<tr><td>{escape(line['name'])}{details}" + "".join(f"<td>{escape(each)}" for each in amounts)


def _rows(rows: Iterable[list[str]], name: str) -> str:
    return f"<table class={name}>{''.join(map(_row, rows))}</table>"


def _row(cells: list[str]) -> str:
    return "<tr>" + "".join(f"<td>{escape(each)}" for each in cells)


def _broken(texts: Iterable[str]) -> str:
    return "<br>".join(escape(each) for each in texts if each)
