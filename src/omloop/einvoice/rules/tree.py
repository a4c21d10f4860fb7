"""The elements of a document as plain objects, which many rules can question quickly.

Names are short and fixed, whatever prefixes the file uses: `cbc:ID`, `ram:ID`, `Invoice`. An element of a
namespace that no rule knows keeps its full name, so that no rule meets it.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, Final, cast

from omloop.einvoice.names import CAC, CBC, CREDIT_NOTE, INVOICE, Element

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
_NO_NODES: Final[dict[str, list[Node]]] = {}
_NO_ATTRIBUTES: Final[dict[str, str]] = {}


class Node:
    """An element: its short name, attributes, text before the first child, parent, and children by name."""

    __slots__ = ("attributes", "element", "name", "named", "parent", "text", "tree")

    def __init__(
        self, element: Element, name: str, parent: Node | None, tree: Tree, attributes: dict[str, str]
    ) -> None:
        self.element = element
        self.name = name
        self.parent = parent
        self.tree = tree
        self.text: str = element.text or ""
        self.attributes = attributes
        self.named = _NO_NODES

    def get(self, attribute: str) -> str | None:
        """The value of an attribute."""
        return self.attributes.get(attribute)

    def iter(self, *names: str) -> list[Node]:
        """All elements of the whole document that have one of these names (XPath's `//name`)."""
        return self.tree.of(*names)


class Kind:
    """All elements of one path, and the kinds of what is inside them."""

    __slots__ = ("kinds", "nodes", "path")

    def __init__(self, path: tuple[str, ...]) -> None:
        self.path = path
        self.nodes: list[Node] = []
        self.kinds: dict[str, Kind] = {}


class Tree:
    """A document: its root, all elements by name and by path, and what rules remember of it.

    `with_attribute` holds the first element with an attribute of that name.
    """

    def __init__(self, root: Element) -> None:
        self.by_name: dict[str, list[Node]] = {}
        self.with_attribute: dict[str, Node] = {}
        self.memory: dict[object, Any] = {}
        self.kinds: list[Kind] = []
        self.root = self._grow(root, _short(root.tag), None, Kind(()))

    def of(self, *names: str) -> list[Node]:
        """All elements that have one of these names, name by name."""
        if len(names) == 1:
            return self.by_name.get(names[0], [])
        return [node for name in names for node in self.by_name.get(name, ())]

    def fell(self) -> None:
        """Take the tree apart once all is asked: leaving it to the collector took a quarter of the time."""
        for kind in self.kinds:
            for node in kind.nodes:
                node.named = _NO_NODES
        for held in (self.kinds, self.by_name, self.with_attribute, self.memory):
            held.clear()

    def _grow(self, element: Element, name: str, parent: Node | None, above: Kind) -> Node:
        items = cast("list[tuple[str, str]]", element.items())
        node = Node(element, name, parent, self, dict(items) if items else _NO_ATTRIBUTES)
        kind = above.kinds.get(name) or self._new_kind(name, above)
        kind.nodes.append(node)
        self.by_name[name].append(node)
        for attribute, _value in items:
            if attribute not in self.with_attribute:
                self.with_attribute[attribute] = node
        if len(element):
            grow, named = self._grow, dict[str, list[Node]]()
            node.named = named
            for each in element:
                inner = _short(each.tag)
                grown = grow(each, inner, node, kind)
                if inner in named:
                    named[inner].append(grown)
                else:
                    named[inner] = [grown]
        return node

    def _new_kind(self, name: str, above: Kind) -> Kind:
        kind = above.kinds[name] = Kind((*above.path, name))
        self.kinds.append(kind)
        self.by_name.setdefault(name, [])
        return kind


@lru_cache(maxsize=5000)  # names that a hostile file makes up are forgotten again
def _short(tag: str) -> str:
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
    """All elements at a path such as `cac:Party/cbc:EndpointID`, in the order of the file."""
    found = node.named.get(path)  # a path of one step, which most are
    if found is not None:
        return found
    found = [node]
    for name in steps(path):
        if len(found) == 1:
            found = found[0].named.get(name, [])
        else:
            found = [each for parent in found for each in parent.named.get(name, ())]
    return found


def child(node: Node, path: str) -> Node | None:
    """The first element at a path."""
    found = children(node, path)
    return found[0] if found else None


def anywhere(tree: Tree, path: str) -> list[Node]:
    """All elements that end a path, at any depth (XPath's `//a/b`)."""
    *above, name = steps(path)
    return [node for node in tree.of(name) if _has_above(node, above)]


def _has_above(node: Node, names: list[str]) -> bool:
    above = node.parent
    for name in reversed(names):
        if above is None or above.name != name:
            return False
        above = above.parent
    return True
