"""Words with their places: of PDFs by their text, of pictures by Tesseract where that is installed."""

from io import BytesIO

import pytest
from PIL import Image

from omloop.pdf import guarded, optical
from omloop.pdf.placed import ACROSS, Page
from omloop.pdf.refusals import NotUsable
from tests.pdf.nasty import content_bomb, encrypted
from tests.recognition.drawn import drawn, odd


def image_of(pdf: bytes, kind: str = "PNG") -> bytes:
    """A scan of its first page."""
    out = BytesIO()
    Image.open(BytesIO(guarded.sheet(pdf, page=0) or b"")).save(out, kind)
    return out.getvalue()


def test_each_word_of_a_pdf_has_its_place() -> None:
    (page,) = guarded.words(drawn([(60, 60, "Factuur 2026-0418"), (400, 500, "121,00")]))
    assert [word.text for word in page.words] == ["Factuur", "2026-0418", "121,00"]
    title, number, total = page.words
    assert (title.left, total.left) == (pytest.approx(101, abs=2), pytest.approx(673, abs=3))
    assert title.right < number.left and total.top > number.bottom
    assert page.height == round(ACROSS * 842 / 595) and not page.is_scan


def test_words_survive_being_kept() -> None:
    (page,) = guarded.words(drawn(odd("2026-0418")))
    assert Page.from_json(page.as_json()) == page


def test_only_the_first_pages_are_read() -> None:
    assert len(guarded.words(drawn(*[[(60, 60, str(number))] for number in range(9)]))) == 5


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "GIF", "WEBP"])
def test_an_image_is_a_page_that_is_a_picture_and_can_be_drawn(kind: str) -> None:
    image = image_of(drawn(odd("2026-0418")), kind)
    (page,) = guarded.words(image)
    assert page.is_scan and page.height == pytest.approx(ACROSS * 842 / 595, abs=2)
    assert (guarded.preview(image, page=0, width=300) or b"")[8:12] == b"WEBP"
    assert guarded.preview(image, page=1, width=300) is None
    assert guarded.look(image).pages == 1
    assert (guarded.sheet(image, page=0) or b"").startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "data",
    [content_bomb(), encrypted(), b"\x89PNG\r\n\x1a\n broken", b"GIF8"],
    ids=["bomb", "locked", "png", "gif"],
)
def test_a_hostile_file_is_refused_and_the_next_one_is_served(data: bytes) -> None:
    with pytest.raises(NotUsable):
        guarded.sheet(data, page=0)
    assert guarded.words(drawn(odd("1")))


def test_a_picture_is_read_by_tesseract() -> None:
    if not optical.is_installed():
        pytest.skip("Tesseract is absent: no picture was read")
    sheet = guarded.sheet(image_of(drawn(odd("2026-0418"))), page=0)
    words = [word.text for word in optical.read(sheet or b"")]
    assert {"2026-0418", "121,00", "87654321"} <= set(words)
