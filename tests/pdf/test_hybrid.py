"""A hybrid PDF is one file for people and programs, and stays what it claims (Factur-X 1.0)."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from omloop.einvoice import read, write_cii
from omloop.pdf.hybrid import hybrid, read_hybrid
from omloop.pdf.merging import merge
from omloop.pdf.parts import Part
from omloop.pdf.refusals import NotUsable, Reason
from omloop.pdf.rendering import render
from omloop.pdf.words import Language
from tests.paper import paper
from tests.pdf.nasty import blank, encrypted, form
from tests.pdf.test_rendering import findings

DOCUMENT = replace(paper(), specification="urn:cen.eu:en16931:2017", process=None)
CII = write_cii(DOCUMENT)


def claims(pdf: bytes) -> list[str | None]:
    """PDF/A part and level, PDF/UA part."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        metadata = opened.open_metadata()
        return [metadata.get(claim) for claim in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")]


def test_ours_stays_pdf_a_3a_and_pdf_ua_1() -> None:
    made = hybrid(render(DOCUMENT, language=Language.NL), CII)
    assert claims(made) == ["3", "A", "1"]
    assert findings(made) == set()
    assert read(read_hybrid(made) or b"") == read(CII)


def test_one_of_others_becomes_pdf_a_3b() -> None:
    made = hybrid(blank(), CII)
    assert claims(made)[:2] == ["3", "B"]
    assert findings(made) == set()


def test_one_that_can_not_last_claims_nothing_and_carries_the_xml_all_the_same() -> None:
    made = hybrid(form(), CII)
    assert claims(made)[:2] == [None, None]
    assert read_hybrid(made) == CII


def test_made_again_it_has_one_xml_and_one_description() -> None:
    once = hybrid(render(DOCUMENT, language=Language.NL), b"<old/>")
    twice = hybrid(once, CII)
    with pikepdf.open(BytesIO(twice)) as opened:
        assert list(opened.attachments) == ["factur-x.xml"]
        assert opened.Root.Metadata.read_bytes().count(b"fx:ConformanceLevel>EN 16931") == 1
    assert read_hybrid(twice) == CII


def test_merging_ends_its_claims_and_takes_the_xml_out() -> None:
    parts = [Part("factuur.pdf", hybrid(blank(), CII), is_invoice=True), Part("bijlage.pdf", blank())]
    merged = merge(parts, language=Language.NL)
    assert claims(merged.pdf) == [None, None, None]
    assert read_hybrid(merged.pdf) is None


def test_a_pdf_without_xml_has_none_and_a_locked_one_says_so() -> None:
    assert read_hybrid(blank()) is None
    with pytest.raises(NotUsable) as refused:
        read_hybrid(encrypted())
    assert refused.value.reason is Reason.ENCRYPTED
