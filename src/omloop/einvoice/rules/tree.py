"""The elements of a document as plain objects, which many rules can question quickly.

Names are short and fixed, whatever prefixes the file uses: `cbc:ID`, `ram:ID`, `Invoice`. An element of a
namespace that no rule knows keeps its full name, so that no rule meets it.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from omloop.einvoice.names import CAC, CBC, CREDIT_NOTE, INVOICE, Element

if TYPE_CHECKING:
    from omloop.einvoice.rules.book import Place

_PREFIXES: Final = {
    CBC: "cbc:",
    CAC: "cac:",
    INVOICE: "",
    CREDIT_NOTE: "",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2": "ext:",
    "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100": "rsm:",
    "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100": "ram:",
    "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100": "udt:",
    "urn:un:unece:uncefact:data:standard:QualifiedDataType:100": "qdt:",
}
ROOTS: Final = frozenset(("Invoice", "CreditNote", "rsm:CrossIndustryInvoice"))
_NONE: Final[list[Node]] = []
_NO_NODES: Final[dict[str, list[Node]]] = {}
_NO_ATTRIBUTES: Final[dict[str, str]] = {}


class Node:
    """An element: its short name, attributes, text before the first child, parent, and children by name."""

    __slots__ = ("attributes", "element", "name", "named", "parent", "place", "text", "tree")

    def __init__(self, element: Element, place: Place, parent: Node | None, tree: Tree) -> None:
        self.element = element
        self.place = place
        self.name = place.name
        self.parent = parent
        self.tree = tree
        self.text: str = element.text or ""
        attributes: list[tuple[str, str]] = element.items()  # type: ignore[assignment]  # never bytes
        self.attributes = dict(attributes) if attributes else _NO_ATTRIBUTES
        self.named = _NO_NODES

    def get(self, attribute: str) -> str | None:
        """The value of an attribute."""
        return self.attributes.get(attribute)

    def iter(self, *names: str) -> list[Node]:
        """All elements of the whole document that have one of these names (XPath's `//name`)."""
        return self.tree.of(*names)


class Tree:
    """A document: its root, all elements in the order of the file, and what rules remember of it.

    `with_attribute` holds the elements that have an attribute, by its name.
    """

    def __init__(self, root: Element, top: Place) -> None:
        self.root = Node(root, top, None, self)
        self.nodes = [self.root]
        self.memory: dict[object, Any] = {}
        self._by_name: defaultdict[str, list[Node]] = defaultdict(list)
        self._grow(self.root)
        self.with_attribute: defaultdict[str, list[Node]] = defaultdict(list)
        for node in self.nodes:
            self._by_name[node.name].append(node)
            for attribute in node.attributes:
                self.with_attribute[attribute].append(node)

    @property
    def names(self) -> frozenset[str]:
        """The names of all elements, and of all attributes with an `@` before them."""
        return frozenset((*self._by_name, *(f"@{name}" for name in self.with_attribute)))

    def of(self, *names: str) -> list[Node]:
        """All elements that have one of these names, name by name."""
        if len(names) == 1:
            return self._by_name.get(names[0], [])
        return [node for name in names for node in self._by_name.get(name, ())]

    def fell(self) -> None:
        """Take the tree apart once all is asked: leaving it to the collector took a quarter of the time."""
        for node in self.nodes:
            node.named = _NO_NODES
        for held in (self.nodes, self._by_name, self.with_attribute, self.memory):
            held.clear()

    def _grow(self, node: Node) -> None:
        nodes, place = self.nodes, node.place
        named: defaultdict[str, list[Node]] = defaultdict(list)
        node.named = named
        # A list at once: lxml's iterator takes four times as long.
        for element in node.element[:]:  # type: ignore[index]  # its types know no slices
            inner = place.inner.get(element.tag) or place.open(element.tag)
            grown = Node(element, inner, node, self)
            nodes.append(grown)
            named[inner.name].append(grown)
            if len(element):
                self._grow(grown)


def short(tag: str) -> str:
    """The short name of an element that lxml calls `{namespace}name`."""
    namespace, _, local = tag.rpartition("}")
    prefix = _PREFIXES.get(namespace[1:])
    return tag if prefix is None else prefix + local


def string(node: Node) -> str:
    """The string value of an element, white space and all."""
    return "".join(str(part) for part in node.element.itertext()) if node.named else node.text


@cache
def steps(path: str) -> tuple[str, ...]:
    """The names of a path."""
    return tuple(path.split("/"))


def children(node: Node, path: str) -> list[Node]:
    """All elements at a path such as `cac:Party/cbc:EndpointID`, as in the file; not to be changed."""
    found = node.named.get(path)  # a path of one step, which most are
    if found is not None:
        return found
    if "/" not in path:
        return _NONE
    found = [node]
    for name in steps(path):
        if len(found) == 1:
            found = found[0].named.get(name, _NONE)
        elif not found:
            break
        else:
            found = [each for parent in found for each in parent.named.get(name, ())]
    return found


def child(node: Node, path: str) -> Node | None:
    """The first element at a path."""
    found = children(node, path)
    return found[0] if found else None


def anywhere(tree: Tree, path: str) -> list[Node]:
    """All elements that end a path, at any depth (XPath's `//a/b`)."""
    return [node for node in tree.of(steps(path)[-1]) if ends(node, path)]


def ends(node: Node, path: str) -> bool:
    """Whether an element ends a path such as `cac:Country/cbc:Name`, or `/cbc:Note` from the root."""
    here: Node | None = node
    for name in reversed(steps(path)):
        if here is None or (here.name != name and (name or here.parent)):
            return False
        here = here.parent
    return True
