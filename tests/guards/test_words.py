"""Everything that a page says exists in Dutch, and what is compiled is what is written (rules 7.4)."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

import omloop

ROOMS = Path(omloop.__file__).parent
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2), "pgettext_lazy": ((1, "c"), 2)}
CATALOGUES = sorted(ROOMS.glob("*/locale/nl/LC_MESSAGES/django.po"))


def sources() -> Iterator[tuple[str, str]]:
    """Python files as they are; of templates the calls that Django makes of their tags."""
    for path in ROOMS.rglob("*.py"):
        yield "python", path.read_text()
    for path in [*ROOMS.rglob("templates/**/*.html"), *ROOMS.rglob("templates/**/*.txt")]:
        yield "javascript", templatize(path.read_text(), origin=str(path))


def said() -> set[str]:
    """Every text that is marked for translation; of plurals the singular."""
    found = set()
    for language, text in sources():
        for _, message, _, _ in extract(language, io.BytesIO(text.encode()), KEYWORDS):
            found.add(message[0] if isinstance(message, tuple) else message)
    return {text.replace("%%", "%") for text in found if text}


def singular(identifier: str | tuple[str, ...] | list[str]) -> str:
    return identifier if isinstance(identifier, str) else identifier[0]


def known(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="nl")


def test_every_text_has_its_dutch() -> None:
    dutch = {
        singular(message.id).replace("%%", "%")
        for path in CATALOGUES
        for message in known(path)
        if message.id and message.string and not message.fuzzy
    }
    assert len(said()) > 300
    assert said() - dutch == set()


def test_rooms_have_one_dutch_for_one_text() -> None:
    """All catalogues become one: of two translations of a text a page would show the first it meets."""
    dutch: dict[tuple[str, str | None], set[tuple[str, ...]]] = {}
    for path in CATALOGUES:
        for message in known(path):
            if message.id:
                key = (singular(message.id), message.context)
                dutch.setdefault(key, set()).add(_text(message.string))
    assert {key: said for key, said in dutch.items() if len(said) > 1} == {}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[3].name)
def test_the_compiled_texts_are_those_that_are_written(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        compiled = {singular(message.id): message.string for message in read_mo(file) if message.id}
    written = {singular(m.id): m.string for m in known(path) if m.id and m.string and not m.fuzzy}
    assert {key: _text(value) for key, value in compiled.items()} == {
        key: _text(value) for key, value in written.items()
    }


def _text(string: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)
