"""What a `Document` has no field for, taken over from the file it was read from when it is written again."""

from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy

from omloop.einvoice.document import Document
from omloop.einvoice.names import Element
from omloop.einvoice.opening import open_invoice

_Key = tuple[str, str, int]


def with_unknown(
    root: Element,
    document: Document,
    *,
    write: Callable[[Document], Element],
    read: Callable[[Element], Document],
) -> Element:
    """`root`, which is `document` written, with what its origin has beyond it.

    Nothing is kept when the origin is of the other syntax, or when that would change what is said.
    """
    if document.origin is None:
        return root
    original = open_invoice(document.origin)
    if original.tag != root.tag:
        return root
    kept = deepcopy(root)
    keep_unknown(kept, write(read(original)), original)
    return kept if read(kept) == document else root


def keep_unknown(written: Element, plain: Element, original: Element) -> None:
    """Put into `written` what `original` has and `plain` lacks, at its place.

    `plain` is `original` read and written again, so what it lacks was not understood; what it has and
    `written` lacks was taken out on purpose.
    """
    _keep_as_it_was(written, plain, original)
    of_written, of_plain = dict(_keyed(written)), dict(_keyed(plain))
    place = 0
    for key, child in _keyed(original):
        kept, known = of_written.get(key), of_plain.get(key)
        if kept is not None:
            if known is not None:
                keep_unknown(kept, known, child)
            place = written.index(kept) + 1
        elif known is None:
            written.insert(place, deepcopy(child))
            place += 1


def _keep_as_it_was(written: Element, plain: Element, original: Element) -> None:
    """A value that was not changed stays as the file had it, with all its attributes."""
    if len(original) or written.text != plain.text:
        return
    written.text = original.text
    for name, value in original.items():
        if written.get(name) == plain.get(name):
            written.set(name, value)


def _keyed(parent: Element) -> Iterator[tuple[_Key, Element]]:
    """The children, told apart by name, number (where a name is there twice) and count."""
    repeated = Counter(str(child.tag) for child in parent)
    met: Counter[tuple[str, str]] = Counter()
    for child in parent:
        tag = str(child.tag)
        name = (tag, _number(child) if repeated[tag] > 1 else "")
        met[name] += 1
        yield (*name, met[name]), child


def _number(element: Element) -> str:
    """The text of its own number, as lines and references have it."""
    return next((child.text or "" for child in element if str(child.tag).endswith("}ID")), "")
