"""What a rule is, and where in the element tree it applies."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules.tree import Node, Tree

Test = Callable[[Node], bool]
Path = tuple[str, ...]
"""The names of an element and of those around it, from the root: all elements of one path are of one kind."""


class Uncomputable(Exception):
    """A test could not be computed: a value that must be single is there twice, or is no number."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `holds` says of an element in its context whether it keeps the rule.

    `about` are elements (`cac:Delivery`) and attributes (`@listID`) without one of which, anywhere in the
    document, the rule holds: most rules are about what few invoices have.
    """

    id: str
    holds: Test
    terms: tuple[str, ...]
    nl: str
    en: str
    flag: Flag = Flag.FATAL
    about: tuple[str, ...] = ()


def _everywhere(_path: Path) -> bool:
    return True


def _always(_element: Node) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Context:
    """The elements that rules look at, as Schematron writes them.

    A path is `/` (the root), `/cac:TaxTotal` (a child of the root), `cac:Delivery/cac:DeliveryLocation`
    (at any depth) or `*Amount` (any name that ends so). `on` narrows it by the names of the element and of
    those around it, `where` by what it says; a `where` that can't be computed matches nothing, as in XSLT.
    """

    paths: tuple[str, ...]
    rules: tuple[Rule, ...]
    where: Test = _always
    on: Callable[[Path], bool] = _everywhere

    @property
    def is_certain(self) -> bool:
        """Whether it matches whatever the element says."""
        return self.where is _always


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
        fitting = [place for place in places if _fits(place[1], path) and place[2].on(path)]
        contexts: list[Context] = []
        for _order, _names, context in sorted(fitting, key=lambda place: place[0]):
            contexts.append(context)
            if context.is_certain:
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


def chosen(choice: Choice, node: Node) -> tuple[Rule, ...]:
    """The rules of the first context that matches; a `where` that can't be computed matches nothing."""
    for context in choice:
        try:
            if context.where(node):
                return context.rules
        except Uncomputable:
            continue
    return ()


Said = TypeVar("Said")


def once(tree: Tree, key: object, find: Callable[[], Said]) -> Said:
    """What `find` says of a document, asked once and remembered by `key`, be it that it can't be computed."""
    memory = tree.memory
    if key not in memory:
        try:
            memory[key] = find()
        except Uncomputable as error:
            memory[key] = error
    found: Said | Uncomputable = memory[key]
    if isinstance(found, Uncomputable):
        raise found.with_traceback(None)
    return found
