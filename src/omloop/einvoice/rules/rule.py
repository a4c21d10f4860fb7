"""What a rule is, and where in the element tree it applies."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules.tree import ROOTS, Node

Test = Callable[[Node], bool]


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


def _always(_element: Node) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Context:
    """The elements that rules look at, as Schematron writes them.

    A path is `/` (the root), `/cac:TaxTotal` (a child of the root), `cac:Delivery/cac:DeliveryLocation`
    (at any depth) or `*Amount` (any name that ends so); `where` narrows it. A `where` that can't be
    computed matches nothing, as in XSLT.
    """

    paths: tuple[str, ...]
    rules: tuple[Rule, ...]
    where: Test = _always


@dataclass(frozen=True, slots=True)
class _Place:
    parents: tuple[str, ...]
    is_rooted: bool
    context: Context
    order: int = field(compare=False, default=0)

    @property
    def is_everywhere(self) -> bool:
        """Whether every element of the name is met here."""
        return not self.parents and not self.is_rooted and self.context.where is _always

    def matches(self, node: Node) -> bool:
        above = node.parent
        for name in self.parents:
            if above is None or above.name != name:
                return False
            above = above.parent
        if self.is_rooted and (above is None or above.parent is not None):
            return False
        if self.context.where is _always:
            return True
        try:
            return self.context.where(node)
        except Uncomputable:
            return False


class Pattern:
    """Contexts of which, for each element, only the first one that matches counts (Schematron's rule)."""

    def __init__(self, *contexts: Context) -> None:
        self.contexts = contexts
        self._places: dict[str, list[_Place]] = {}
        self._of_root: list[_Place] = []
        self._by_ending: list[tuple[str, _Place]] = []
        self._known: dict[str, tuple[_Place, ...]] = {}
        for order, context in enumerate(contexts):
            for path in context.paths:
                self._add(path, context, order)

    def rules_for(self, node: Node, places: Iterable[_Place] | None = None) -> tuple[Rule, ...]:
        """The rules that apply to `node`; `places` are those of its name, where they are known."""
        if places is None:
            places = self._of_root if node.parent is None else self.places_of(node.name)
        for place in places:
            if place.matches(node):
                return place.context.rules
        return ()

    def places_of(self, name: str) -> tuple[_Place, ...]:
        """Where an element of this name may be met, in the order in which that counts."""
        known = self._known.get(name)
        if known is None:
            ending = [place for end, place in self._by_ending if name.endswith(end)]
            places = sorted(self._places.get(name, []) + ending, key=lambda place: place.order)
            known = self._known[name] = tuple(places)
        return known

    @property
    def looks_at_root(self) -> bool:
        """Whether some context is the root."""
        return bool(self._of_root)

    def _add(self, path: str, context: Context, order: int) -> None:
        if path == "/":
            self._of_root.append(_Place((), False, context, order))
        elif path.startswith("*"):
            self._by_ending.append((path[1:], _Place((), False, context, order)))
            if path == "*":
                self._of_root.append(_Place((), False, context, order))
        else:
            names = path.removeprefix("/").split("/")
            place = _Place(tuple(reversed(names[:-1])), path.startswith("/"), context, order)
            self._places.setdefault(names[-1], []).append(place)


class Unused:
    """A table of elements that a document may not have, by their path from the root; one walk tries all."""

    def __init__(self, rules: Iterable[tuple[tuple[str, ...], Rule]]) -> None:
        known: dict[str, Rule] = {}
        self._branches: dict[str, Any] = {}
        for path, rule in rules:
            known.setdefault(rule.id, rule)
            branch = self._branches
            for name in path:
                branch = branch.setdefault(name, {})
            branch[""] = rule
        self.rules = tuple(known.values())

    def found(self, root: Node) -> Iterator[tuple[Rule, Node]]:
        """The elements that should not be there, each with its rule."""
        return self._found(root, self._branches)

    def _found(self, node: Node, branches: dict[str, Any]) -> Iterator[tuple[Rule, Node]]:
        for name, nodes in node.named.items():
            branch = branches.get(name)
            if branch is None:
                continue
            if "" in branch:
                yield branch[""], nodes[0]
            if len(branch) > ("" in branch):
                for each in nodes:
                    yield from self._found(each, branch)


class RuleBook:
    """Patterns, each of which looks at every element; indexed by name, because most elements concern none.

    `unused` are tables beside them; `ids` are all official ids that it holds.
    """

    def __init__(self, *patterns: Pattern, unused: tuple[Unused, ...] = ()) -> None:
        self.patterns = patterns
        self.unused = unused
        self._known: dict[str, tuple[Pattern, ...]] = {}
        self._of_root = tuple(pattern for pattern in patterns if pattern.looks_at_root)
        self._rules = (
            *(rule for pattern in patterns for context in pattern.contexts for rule in context.rules),
            *(rule for table in unused for rule in table.rules),
        )
        self.ids = frozenset(rule.id for rule in self._rules)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def applications(self, nodes: Iterable[Node], name: str) -> Iterator[tuple[Node, Rule]]:
        """Every rule with every one of `nodes`, which are all of one name, that it applies to."""
        for pattern in self._patterns_of(name):
            places = None if name in ROOTS else pattern.places_of(name)
            if places and places[0].is_everywhere:
                for node in nodes:
                    for rule in places[0].context.rules:
                        yield node, rule
                continue
            for node in nodes:
                for rule in pattern.rules_for(node, places):
                    yield node, rule

    def _patterns_of(self, name: str) -> tuple[Pattern, ...]:
        if name in ROOTS:
            return self._of_root
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = tuple(each for each in self.patterns if each.places_of(name))
        return known
