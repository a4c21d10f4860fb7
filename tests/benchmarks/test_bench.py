"""The benchmarks run, and put ours beside something else."""

import subprocess
import sys
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from benchmarks.paper import invoice
from benchmarks.weasy import as_html, printer
from omloop import einvoice
from omloop.pdf.cleaning import cleaned
from omloop.pdf.layout import Layout
from omloop.pdf.rendering import render
from omloop.pdf.words import Language

ROOT = Path(__file__).resolve().parents[2]


def test_every_line_says_how_fast_beside_what() -> None:
    said = run()

    head, *rows = said.splitlines()
    speed = head.index("speed")
    assert head[speed - 1] == " "
    assert len(rows) == 47 + (2 if printer() else 0)
    assert all(float(row[speed:].split()[0]) > 0 for row in rows)


def test_the_peer_of_pdfs_prints_the_same() -> None:
    make = printer()
    if make is None:
        pytest.skip("WeasyPrint or Pango is not here: PDFs were not made beside it")
    read = einvoice.read(invoice(10))
    theirs = make(as_html(cleaned(Layout(read, Language.NL).values())))
    ours = render(read, language=Language.NL)
    about_pages = {"/", "van", "Pagina", "·", "Scan", "om", "te", "betalen"}
    assert words_of(ours) - words_of(theirs) <= about_pages


def words_of(pdf: bytes) -> set[str]:
    """Of all its pages."""
    return {word for page in PdfDocument(pdf) for word in page.get_textpage().get_text_range().split()}


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        run("everything")


def run(*names: str) -> str:
    """What the benchmarks print, in small."""
    words = [sys.executable, "-m", "benchmarks", "--quick", *names]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout
