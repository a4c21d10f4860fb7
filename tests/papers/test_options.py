"""Rules 2.6: the three options, merged or not, with any attachments; each PDF is opened, counted and read."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import product

import pikepdf
import pytest

from omloop.einvoice import Attachment, write
from omloop.papers.making import Source, by_settings, merged_of
from omloop.papers.models import Generate
from omloop.papers.options import Options
from omloop.papers.refusals import NoPdf, TooLarge
from omloop.pdf import guarded
from omloop.pdf.refusals import NotUsable, Reason
from omloop.pdf.rendering import render
from omloop.pdf.words import Language
from tests.paper import paper
from tests.pdf.nasty import encrypted, picture

MADE = "Leesweergave, gemaakt uit de e-factuur"
"""What only a PDF made from the e-invoice says."""
SUPPLIERS = "Drukwerk van de leverancier"


@cache
def good() -> bytes:
    """Two pages of the supplier."""
    lines = paper().lines * 30
    return render(paper(notes=(SUPPLIERS,), lines=lines), language=Language.NL)


@cache
def kinds() -> dict[str, tuple[str, bytes]]:
    """A name and bytes by what the matter is with a file."""
    return {
        "good": ("factuur.pdf", good()),
        "broken": ("factuur.pdf", good()[: len(good()) // 3]),
        "encrypted": ("factuur.pdf", encrypted()),
        "office": ("uren.xlsx", b"PK\3\4 no PDF at all"),
        "image": ("foto.png", picture("PNG")),
    }


ATTACHED: dict[str, tuple[str, ...]] = {
    "none": (),
    **{kind: (kind,) for kind in ("good", "broken", "encrypted", "office")},
    "good, image, office": ("good", "image", "office"),
    "broken, encrypted, good": ("broken", "encrypted", "good"),
    "office, encrypted, image": ("office", "encrypted", "image"),
}
PAGES_OF = {"good": 2, "image": 1}
"""What is not here gets a page that says why it was not merged."""
LEFT_OUT = {"broken": Reason.BROKEN, "encrypted": Reason.ENCRYPTED, "office": Reason.OTHER_TYPE}
PDFS = ("good", "broken", "encrypted")


def source(*attached: str) -> Source:
    """An e-invoice with these files inside."""
    files = [kinds()[kind] for kind in attached]
    inside = tuple(Attachment(f"A{n}", filename=name, content=data) for n, (name, data) in enumerate(files))
    return Source.of(write(paper(attachments=inside)))


def expected(generate: str, attached: tuple[str, ...]) -> tuple[str | None, list[str]]:
    """By the rule: what the invoice PDF is (`made`, the supplier's, or none), and what follows it."""
    pdfs = [kind for kind in attached if kind in PDFS]
    supplied = pdfs[0] if pdfs else None
    is_usable = supplied == "good"
    if generate == Generate.ALWAYS or (generate == Generate.WHEN_MISSING and not is_usable):
        return "made", list(attached)
    rest = list(attached)
    if supplied:
        rest.remove(supplied)
    return supplied, rest


def cases() -> Iterator[tuple[str, bool, str]]:
    yield from product(Generate.values, (False, True), ATTACHED)


@pytest.mark.parametrize(("generate", "merge", "attached"), list(cases()))
def test_the_pdf_is_what_the_options_say(generate: str, merge: bool, attached: str) -> None:
    kinds_attached = ATTACHED[attached]
    first, rest = expected(generate, kinds_attached)
    options, found = Options(generate, merge), source(*kinds_attached)
    if first is None and not (merge and rest):
        with pytest.raises(NoPdf):
            by_settings(found, options, language=Language.NL)
    elif merge:
        check_merged(found, options, first, rest)
    else:
        check_plain(by_settings(found, options, language=Language.NL), first)


def check_plain(pdf: bytes, first: str | None) -> None:
    """Made, or the supplier's, byte for byte."""
    if first == "made":
        assert MADE in text_of(pdf) and "€ 121,00" in text_of(pdf)
    else:
        assert first and pdf == kinds()[first][1]


def check_merged(found: Source, options: Options, first: str | None, rest: list[str]) -> None:
    """All in order: pages counted, text read, what was left out inside as it was."""
    merged = merged_of(found, options, language=Language.NL)
    parts = [part for part in (first, *rest) if part is not None]
    left_out = [part for part in parts if part in LEFT_OUT]
    assert merged.pages == sum(1 if part == "made" else PAGES_OF.get(part, 1) for part in parts)
    assert [each.reason for each in merged.left_out] == [LEFT_OUT[part] for part in left_out]
    with pikepdf.open(BytesIO(merged.pdf)) as pdf:
        assert len(pdf.pages) == merged.pages
        inside = [each.get_file().read_bytes() for each in pdf.attachments.values()]
        assert sorted(inside) == sorted(kinds()[part][1] for part in left_out)
        with pdf.open_outline() as outline:
            assert len(outline.root) == len(parts)
        metadata = pdf.open_metadata()
        assert "pdfaid:part" not in metadata and metadata["dc:title"]
        assert all(each.filename for each in pdf.attachments.values())
        if first == "made":
            assert metadata["dc:title"].startswith("Factuur 2026-0418")
    text = text_of(merged.pdf)
    assert (MADE in text) == (first == "made")
    assert (SUPPLIERS in text) == ("good" in parts)
    assert text.count("Niet samengevoegd") == len(left_out)


def text_of(pdf: bytes) -> str:
    return guarded.look(pdf).text.replace("\u00a0", " ")


def test_the_suppliers_pdf_is_the_one_named_after_the_invoice() -> None:
    inside = (
        Attachment("A1", filename="voorwaarden.pdf", content=encrypted("")),
        Attachment("A2", filename="factuur 2026-0418.pdf", content=good()),
    )
    found = Source.of(write(paper(attachments=inside)))
    assert found.supplied == good()


def test_an_attachment_that_stands_elsewhere_is_never_fetched_and_left_out() -> None:
    elsewhere = Attachment("A1", filename="x.pdf", external_uri="https://evil.example/x.pdf")
    found = Source.of(write(paper(attachments=(elsewhere,))))
    merged = merged_of(found, Options(merge=True), language=Language.NL)
    assert (merged.pages, merged.left_out) == (1, ())


def test_what_is_too_large_to_merge_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omloop.papers.making.MERGED_AT_MOST", 1000)
    with pytest.raises(TooLarge):
        merged_of(source("good"), Options(merge=True), language=Language.NL)


def test_a_long_invoice_is_drawn_by_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = tuple(replace(paper().lines[0], number=str(n)) for n in range(1, 1202))
    found = Source.of(write(paper(lines=lines)))
    before = guarded.WORKER._jobs
    pdf = by_settings(found, Options(), language=Language.NL)
    assert guarded.WORKER._jobs != before
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert len(opened.pages) > 20


def test_a_pdf_that_nobody_can_open_says_why() -> None:
    with pytest.raises(NotUsable) as refused:
        guarded.look(kinds()["encrypted"][1])
    assert refused.value.reason is Reason.ENCRYPTED
