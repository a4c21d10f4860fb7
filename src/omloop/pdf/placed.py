"""Words with their place on the page, for who looks for a value there."""

from dataclasses import dataclass

ACROSS = 1_000
"""A page is so many units wide, whatever its paper; its height is in the same unit."""
MOST_PAGES = 5
"""Pages of one file that are looked through."""
MOST_WORDS = 1_500
"""Words of one page that are kept."""
LONGEST = 100
"""Characters of one word that are kept."""

Row = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Word:
    """A word and the box around it, in units of its page, from the left and from the top."""

    text: str
    left: int
    top: int
    right: int
    bottom: int

    def as_row(self) -> Row:
        """As short as it can be sent and kept."""
        return (self.text, self.left, self.top, self.right, self.bottom)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: how high it is, its words as they are read, and whether it is a picture without text."""

    height: int
    words: tuple[Word, ...]
    is_scan: bool = False

    def as_json(self) -> dict[str, object]:
        """For a pipe or a column."""
        return {"height": self.height, "is_scan": self.is_scan, "words": [w.as_row() for w in self.words]}

    @classmethod
    def from_json(cls, said: dict[str, object]) -> "Page":
        """What `as_json` wrote."""
        height, words = said["height"], said["words"]
        assert isinstance(height, int) and isinstance(words, list)  # noqa: S101 - written by as_json
        return cls(height, tuple(Word(*row) for row in words), bool(said["is_scan"]))
