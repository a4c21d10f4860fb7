"""What a rule is, and where in the element tree it applies."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules.tree import Node

Test = Callable[[Node], bool]
MAX_PLANS = 5_000
"""Paths whose rules are remembered; invoices use some hundreds, hostile files make up others."""


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


Path = tuple[str, ...]
"""The names of an element and of those around it, from the root: all elements of one path are of one kind."""
Choice = tuple[Context, ...]
"""Contexts of which the first one whose `where` holds counts."""


class Pattern:
    """Contexts of which, for each element, only the first one that matches counts (Schematron's rule)."""

    def __init__(self, *contexts: Context) -> None:
        self.contexts = contexts
        self._by_name: dict[str, list[tuple[int, Path, Context]]] = {}
        self._by_ending: list[tuple[int, Path, Context]] = []
        for order, context in enumerate(contexts):
            for path in context.paths:
                names = tuple(path.split("/"))
                place = (order, names, context)
                if names[-1].startswith("*") or path == "/":
                    self._by_ending.append(place)
                else:
                    self._by_name.setdefault(names[-1], []).append(place)

    def choice(self, path: Path) -> Choice:
        """The contexts that may match an element of this path, up to the first that always does."""
        places = self._by_name.get(path[-1], []) + self._by_ending
        fitting = sorted((place for place in places if _fits(place[1], path)), key=lambda place: place[0])
        contexts: list[Context] = []
        for _order, _names, context in fitting:
            contexts.append(context)
            if context.where is _always:
                break
        return tuple(contexts)


def _fits(names: Path, path: Path) -> bool:
    """Whether `names`, a path of a context, is one of those by which an element of `path` is met."""
    if names == ("", ""):
        return len(path) == 1
    if names[0] == "":  # below the root
        return path[1:] == names[1:]
    if names[-1].startswith("*"):
        # A name that only ends so is never that of the root, unless any name will do.
        return path[-1].endswith(names[-1][1:]) and (len(path) > 1 or names[-1] == "*")
    return len(path) > 1 and path[-len(names) :] == names


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


@dataclass(frozen=True, slots=True)
class Plan:
    """What the elements of one path are asked: rules that always apply, and choices by what they say."""

    rules: tuple[Rule, ...]
    choices: tuple[Choice, ...]


class RuleBook:
    """Patterns, each of which looks at every element; what concerns a path is looked up once.

    `unused` are tables beside them; `ids` are all official ids that it holds.
    """

    def __init__(self, *patterns: Pattern, unused: tuple[Unused, ...] = ()) -> None:
        self.patterns = patterns
        self.unused = unused
        self.plan = lru_cache(maxsize=MAX_PLANS)(self._plan)
        self._rules = (
            *(rule for pattern in patterns for context in pattern.contexts for rule in context.rules),
            *(rule for table in unused for rule in table.rules),
        )
        self.ids = frozenset(rule.id for rule in self._rules)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def _plan(self, path: Path) -> Plan:
        met = [choice for pattern in self.patterns if (choice := pattern.choice(path))]
        certain = [choice[0] for choice in met if choice[0].where is _always]
        return Plan(
            rules=tuple(rule for context in certain for rule in context.rules),
            choices=tuple(choice for choice in met if choice[0].where is not _always),
        )


def chosen(choice: Choice, node: Node) -> tuple[Rule, ...]:
    """The rules of the first context that matches; a `where` that can't be computed matches nothing."""
    for context in choice:
        try:
            if context.where(node):
                return context.rules
        except Uncomputable:
            continue
    return ()
