"""What is not asked of a document, or is looked at shortened, would have made no difference."""

import base64
import random
from collections import Counter
from dataclasses import replace

import pytest
from lxml import etree

from omloop.einvoice import Attachment, check, read, write
from omloop.einvoice.opening import parse
from omloop.einvoice.rules.profiles import rule_set
from omloop.einvoice.rules.rule import Rule, Uncomputable
from omloop.einvoice.rules.tree import Node, Tree
from omloop.einvoice.rules.vat import VAT_PATTERNS
from omloop.einvoice.values import is_plain_base64, parse_base64
from tests.einvoice.examples import INVOICE
from tests.einvoice.test_manifest import FOLDER, bytes_of, entries, is_ubl


@pytest.mark.skipif(not FOLDER.is_dir(), reason="../shared/testdata is not here")
def test_rules_about_what_a_document_does_not_have_hold() -> None:
    broken: Counter[tuple[str, str]] = Counter()
    unasked = 0
    for entry in entries():
        if not is_ubl(entry):
            continue
        root = parse(bytes_of(entry))
        tree = Tree(root, rule_set(entry["profile"]).book.top(str(root.tag)))
        names = tree.names
        skipped = [pair for node in tree.nodes for pair in _skipped(node, names)]
        broken.update((rule.id, entry["file"]) for rule, node in skipped if not rule.holds(node))
        broken.update((rule, entry["file"]) for rule in _broken_of_unused_categories(tree.root))
        unasked += len(skipped)
    assert broken == Counter()
    assert unasked > 50_000


def _skipped(node: Node, names: frozenset[str]) -> list[tuple[Rule, Node]]:
    if not node.place.rare:
        return []
    asked = {rule.id for rule in node.place.asks(node, names)}
    return [(rule, node) for rule in node.place.rare if rule.id not in asked]


def _broken_of_unused_categories(root: Node) -> list[str]:
    """Ids of the rules of a VAT category that the document does not use, and breaks all the same."""
    contexts = [context for pattern in VAT_PATTERNS for context in pattern.contexts]
    rules = [rule for context in contexts if not context.where(root) for rule in context.rules]
    try:
        return [rule.id for rule in rules if not rule.holds(root)]
    except Uncomputable:  # then BR-B-01, which is always asked, says so
        return []


_BASE64 = etree.XMLSchema(
    etree.fromstring(
        '<schema xmlns="http://www.w3.org/2001/XMLSchema"><element name="a" type="base64Binary"/></schema>'
    )
)


def test_what_is_plain_base64_is_base64_to_the_schema_and_to_us() -> None:
    chance = random.Random(20261126)
    element = etree.Element("a")
    plain = 0
    for _ in range(10_000):
        signs = list(base64.b64encode(chance.randbytes(chance.randrange(9))).decode())
        for _ in range(chance.randrange(3)):
            signs.insert(chance.randrange(len(signs) + 1), chance.choice("=A \n\t-é\u00a0"))
            if chance.random() < 0.5:
                signs.pop(chance.randrange(len(signs)))
        element.text = "".join(signs)
        if is_plain_base64(element.text):
            plain += 1
            assert parse_base64(element.text) is not None and _BASE64.validate(element), element.text
    assert plain > 3_000


def test_a_long_attachment_that_is_damaged_is_found() -> None:
    content = b"%PDF-1.7" * 5_000
    attachment = Attachment(number="1", content=content, mime_type="application/pdf", filename="a.pdf")
    data = write(replace(INVOICE, attachments=(attachment,)))
    assert check(read(data)).findings == ()
    for damaged in (data.replace(b"JVBERi0x", b"JVBE-i0x", 1), data.replace(b"JVBERi0x", b"JVBERi0", 1)):
        assert "OML-VAL-04" in {finding.rule for finding in check(read(damaged)).fatal}
