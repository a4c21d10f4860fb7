"""What a rule is, and where in the element tree it applies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from omloop.einvoice.findings import Flag
from omloop.einvoice.names import CREDIT_NOTE_ROOT, INVOICE_ROOT, Element, qualified

Test = Callable[[Element], bool]


class Uncomputable(Exception):
    """A test could not be computed: a value that must be single is there twice, or is no number."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `holds` says of an element in its context whether it keeps the rule."""

    id: str
    holds: Test
    terms: tuple[str, ...]
    nl: str
    en: str
    flag: Flag = Flag.FATAL


def _always(_element: Element) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Context:
    """The elements that rules look at, as Schematron writes them.

    A path is `/` (the root), `/cac:TaxTotal` (a child of the root), or `cac:Delivery/cac:DeliveryLocation`
    (at any depth); `where` narrows it. A `where` that can't be computed matches nothing, as in XSLT.
    """

    paths: tuple[str, ...]
    rules: tuple[Rule, ...]
    where: Test = _always


@dataclass(frozen=True, slots=True)
class _Place:
    parents: tuple[str, ...]
    is_rooted: bool
    context: Context

    def matches(self, element: Element) -> bool:
        node: Element | None = element
        for parent in self.parents:
            node = None if node is None else node.getparent()
            if node is None or node.tag != parent:
                return False
        if self.is_rooted and not _is_at_root(node):
            return False
        try:
            return self.context.where(element)
        except Uncomputable:
            return False


def _is_at_root(node: Element | None) -> bool:
    parent = None if node is None else node.getparent()
    return parent is not None and parent.getparent() is None


class Pattern:
    """Contexts of which, for each element, only the first one that matches counts (Schematron's rule)."""

    def __init__(self, *contexts: Context) -> None:
        self.contexts = contexts
        self._places: dict[object, list[_Place]] = {}
        for context in contexts:
            for path in context.paths:
                self._add(path, context)

    def rules_for(self, element: Element) -> tuple[Rule, ...]:
        """The rules that apply to `element`."""
        for place in self._places.get(element.tag, ()):
            if place.matches(element):
                return place.context.rules
        return ()

    @property
    def tags(self) -> frozenset[object]:
        """The tags of the elements that some context may match."""
        return frozenset(self._places)

    def _add(self, path: str, context: Context) -> None:
        if path == "/":
            for root in (INVOICE_ROOT, CREDIT_NOTE_ROOT):
                self._places.setdefault(root, []).append(_Place((), False, context))
            return
        tags = [qualified(step) for step in path.removeprefix("/").split("/")]
        place = _Place(tuple(reversed(tags[:-1])), path.startswith("/"), context)
        self._places.setdefault(tags[-1], []).append(place)


class RuleBook:
    """Patterns, each of which looks at every element; indexed, because most elements concern none."""

    def __init__(self, *patterns: Pattern) -> None:
        self._patterns = {
            tag: tuple(pattern for pattern in patterns if tag in pattern.tags)
            for tag in frozenset[object]().union(*(pattern.tags for pattern in patterns))
        }
        self._rules = tuple(
            rule for pattern in patterns for context in pattern.contexts for rule in context.rules
        )
        self.ids = frozenset(rule.id for rule in self._rules)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def rules_for(self, element: Element) -> Iterator[Rule]:
        """The rules of all patterns that apply to `element`."""
        for pattern in self._patterns.get(element.tag, ()):
            yield from pattern.rules_for(element)
