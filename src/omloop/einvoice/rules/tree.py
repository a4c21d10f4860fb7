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

    __slots__ = ("attributes", "element", "name", "named", "nodes", "parent", "text", "tree")

    def __init__(self, element: Element, name: str, parent: Node | None, tree: Tree) -> None:
        self.element = element
        self.name = name
        self.parent = parent
        self.tree = tree
        self.text: str = element.text or ""
        items = cast("list[tuple[str, str]]", element.items())
        self.attributes: dict[str, str] = dict(items) if items else _NO_ATTRIBUTES
        self.nodes: list[Node] = []
        self.named = _NO_NODES

    def get(self, attribute: str) -> str | None:
        """The value of an attribute."""
        return self.attributes.get(attribute)

    def iter(self, *names: str) -> list[Node]:
        """All elements of the whole document that have one of these names (XPath's `//name`)."""
        return self.tree.of(*names)


class Tree:
    """A document: its root, all elements by name in the order of the file, and what rules remember of it.

    `with_attribute` holds the first element with an attribute of that name.
    """

    def __init__(self, root: Element) -> None:
        self.by_name: dict[str, list[Node]] = {}
        self.with_attribute: dict[str, Node] = {}
        self.memory: dict[object, Any] = {}
        self.root = self._grow(root, None)

    def of(self, *names: str) -> list[Node]:
        """All elements that have one of these names, name by name."""
        if len(names) == 1:
            return self.by_name.get(names[0], [])
        return [node for name in names for node in self.by_name.get(name, ())]

    def _grow(self, element: Element, parent: Node | None) -> Node:
        name = _short(element.tag)
        node = Node(element, name, parent, self)
        for attribute in node.attributes:
            self.with_attribute.setdefault(attribute, node)
        found = self.by_name.get(name)
        if found is None:
            self.by_name[name] = [node]
        else:
            found.append(node)
        if len(element):
            named: dict[str, list[Node]] = {}
            nodes = node.nodes
            for each in element:
                child_node = self._grow(each, node)
                nodes.append(child_node)
                named.setdefault(child_node.name, []).append(child_node)
            node.named = named
        return node


@lru_cache(maxsize=5000)  # names that a hostile file makes up are forgotten again
def _short(tag: str) -> str:
    namespace, _, local = tag.rpartition("}")
    prefix = _PREFIXES.get(namespace[1:])
    return tag if prefix is None else prefix + local


def string(node: Node) -> str:
    """The string value of an element, white space and all."""
    return "".join(str(part) for part in node.element.itertext()) if node.nodes else node.text


@cache
def steps(path: str) -> tuple[str, ...]:
    """The names of a path."""
    return tuple(path.split("/"))


def children(node: Node, path: str) -> list[Node]:
    """All elements at a path such as `cac:Party/cbc:EndpointID`, in the order of the file."""
    if "/" not in path:
        return node.named.get(path, [])
    names = steps(path)
    found = node.named.get(names[0])
    if found is None:
        return []
    for name in names[1:]:
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
