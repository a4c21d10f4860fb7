"""From a document to its findings."""

from decimal import Context, localcontext

from omloop.einvoice.document import Document
from omloop.einvoice.findings import Finding, Findings, Flag
from omloop.einvoice.names import CII_ROOT, CREDIT_NOTE_ROOT, INVOICE_ROOT, Element, line_of, path_of
from omloop.einvoice.opening import parse
from omloop.einvoice.rules.profiles import RuleSet, chosen_rule_set, rule_set_of
from omloop.einvoice.rules.rule import Rule, Uncomputable
from omloop.einvoice.rules.tree import Node, Tree
from omloop.einvoice.structure import MANY_TAGS, check_structure, count_tags, open_large
from omloop.einvoice.writing import write

MAX_FINDINGS_PER_RULE = 20
"""A rule broken more often than this is shown with its first places only."""

_EXACT = Context(prec=400)


def profile_of(document: Document) -> str:
    """The profile that a document names in its specification identifier (BT-24), else `en16931-ubl`."""
    return rule_set_of(document.specification, is_cii=document.is_cii).profile


def check(document: Document, *, profile: str | None = None) -> Findings:
    """Every rule that the document breaks: its structure, then the rules of the profile that it names.

    `profile` chooses another (`PROFILES`): a document that names none is then held to it all the same;
    raises `ProfileOfOtherSyntax`.
    Looks at the bytes the document was read from; a document made or changed in Python is written first.
    Official rules keep their official ids and meaning; our own are `OML-...`.
    """
    data = document.source if document.source is not None else write(document)
    if profile is None:
        rules = rule_set_of(document.specification, is_cii=document.is_cii)
    else:
        rules = chosen_rule_set(profile, is_cii=document.is_cii)
    root, structure = _open(data, _root_of(document))
    with localcontext(_EXACT):
        findings = structure if root is None else structure + _check_rules(root, rules)
    return Findings(findings, rules.profile, judged=rules.is_complete, rule_set=rules.name)


def _root_of(document: Document) -> str:
    if document.is_cii:
        return CII_ROOT
    return CREDIT_NOTE_ROOT if document.is_credit_note else INVOICE_ROOT


def _open(data: bytes, tag: str) -> tuple[Element | None, tuple[Finding, ...]]:
    """The root with what is wrong with its structure; no root when that is all there is to say."""
    if len(data) > MANY_TAGS and count_tags(data) > MANY_TAGS:
        return open_large(data, tag)
    root = parse(data)  # `read` has refused what is not safe
    return root, check_structure(root)


def _check_rules(root: Element, rules: RuleSet) -> tuple[Finding, ...]:
    broken: dict[str, list[Finding]] = {}
    uncomputable: dict[str, Node] = {}
    tree = Tree(root, rules.book.top(str(root.tag)))
    names = tree.names
    for node in tree.nodes:
        place = node.place
        for rule in place.rules if place.is_plain else place.asks(node, names):
            try:
                if not rule.holds(node):
                    _add(broken, rule, node)
            except Uncomputable:
                uncomputable.setdefault(rule.id, node)
    findings = [finding for found in broken.values() for finding in found]
    if uncomputable:
        findings.append(_uncomputable_finding(uncomputable))
    tree.fell()
    return tuple(sorted(findings, key=lambda finding: finding.line or 0))


def _add(broken: dict[str, list[Finding]], rule: Rule, node: Node) -> None:
    found = broken.setdefault(rule.id, [])
    if len(found) < MAX_FINDINGS_PER_RULE:
        found.append(_finding(rule, node))


def _finding(rule: Rule, node: Node) -> Finding:
    element = node.element
    return Finding(rule.id, rule.flag, rule.nl, rule.en, rule.terms, path_of(element), line_of(element))


def _uncomputable_finding(rules: dict[str, Node]) -> Finding:
    names = ", ".join(rules)
    first = next(iter(rules.values())).element
    return Finding(
        rule="OML-RULE-01",
        flag=Flag.FATAL,
        nl=f"Niet na te rekenen: {names}. Een bedrag, datum of code is leeg, staat er dubbel of is geen "
        "getal. Verbeter dat eerst.",
        en=f"Not to be computed: {names}. An amount, date or code is empty, is there twice or is no number. "
        "Mend that first.",
        path=path_of(first),
        line=line_of(first),
    )
