"""The rules of a profile, looked up by place: what concerns a path of elements is found out once."""

from collections.abc import Iterable, Iterator, Mapping

from omloop.einvoice.rules.rule import Choice, Path, Pattern, Rule, chosen
from omloop.einvoice.rules.tree import Node, short

MAX_PLACES = 5_000
"""Places that are remembered; invoices use some hundreds, hostile files make up others."""


class Place:
    """All elements of one path, in whatever document: their short name, and what they are asked.

    `rules` are always asked, `choices` by what an element says, `rare` only where the document has what they
    are about (`Rule.about`); a place `is_plain` that has `rules` alone. `inner` are the places in it that
    were met, by what lxml calls their elements.
    """

    __slots__ = ("book", "choices", "inner", "is_plain", "name", "path", "rare", "rules")

    def __init__(self, book: "RuleBook", path: Path) -> None:
        self.book = book
        self.path = path
        self.name = path[-1]
        self.inner: dict[str, Place] = {}
        rules, self.choices = book.asked(path)
        self.rules = tuple(rule for rule in rules if not rule.about)
        self.rare = tuple(rule for rule in rules if rule.about)
        self.is_plain = not self.rare and not self.choices

    def open(self, tag: str) -> "Place":
        """A new place: of the elements that lxml calls `tag`, in those of this one."""
        place = self.inner[tag] = self.book.place((*self.path, short(tag)))
        return place

    def asks(self, node: Node, names: frozenset[str]) -> Iterable[Rule]:
        """The rules for an element of this place, in a document with these names.

        Less those that are about names that the document does not have.
        """
        rules = [rule for rule in self.rare if names.issuperset(rule.about)]
        for choice in self.choices:
            rules += chosen(choice, node)
        return (*self.rules, *rules)


class RuleBook:
    """Patterns, each of which looks at every element, and beside them the elements that may not be there.

    `ids` are all official ids that it holds.
    """

    def __init__(self, *patterns: Pattern, unused: Mapping[Path, Rule]) -> None:
        self.patterns = patterns
        self.unused = unused
        self._rules = (
            *(rule for pattern in patterns for context in pattern.contexts for rule in context.rules),
            *{rule.id: rule for rule in unused.values()}.values(),
        )
        self.ids = frozenset(rule.id for rule in self._rules)
        self._tops: dict[str, Place] = {}
        self._places = 0

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def top(self, tag: str) -> Place:
        """The place of the root that lxml calls `tag`; those that earlier files made up are forgotten."""
        if self._places > MAX_PLACES:
            self._tops, self._places = {}, 0
        return self._tops.get(tag) or self._tops.setdefault(tag, self.place((short(tag),)))

    def place(self, path: Path) -> Place:
        """A new place of a path, with its rules."""
        self._places += 1
        return Place(self, path)

    def asked(self, path: Path) -> tuple[list[Rule], tuple[Choice, ...]]:
        """The rules that the elements of a path are always asked, and those by what an element says."""
        met = [choice for pattern in self.patterns if (choice := pattern.choice(path))]
        rules = [rule for choice in met if choice[0].is_certain for rule in choice[0].rules]
        if path[1:] in self.unused:
            rules.append(self.unused[path[1:]])
        return rules, tuple(choice for choice in met if not choice[0].is_certain)
