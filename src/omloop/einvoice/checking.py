"""From a document to its findings."""

from collections import Counter
from collections.abc import Iterator
from decimal import Context, localcontext

from omloop.einvoice.document import Document
from omloop.einvoice.findings import Finding, Findings, Flag
from omloop.einvoice.names import Element, line_of, path_of, qualified
from omloop.einvoice.opening import open_invoice
from omloop.einvoice.rules.en16931 import IS_COMPLETE, RULE_SET, RULES
from omloop.einvoice.rules.rule import Rule, Uncomputable
from omloop.einvoice.structure import check_structure
from omloop.einvoice.writing import write

MAX_FINDINGS_PER_RULE = 20
"""A rule broken more often than this is shown with its first places only."""

# Their rules look at the whole document. The schema allows one of each, so more of them are broken anyway;
# looking at all would cost the square of a file made to that end.
_ONE_A_DOCUMENT = frozenset((qualified("cac:LegalMonetaryTotal"), qualified("cac:PayeeParty")))
_EXACT = Context(prec=400)
_PROFILES = (
    ("urn:fdc:nen.nl:gaccount:v1.0", "nlcius-gaccount-ubl"),
    ("urn:fdc:nen.nl:nlcius:v1.0", "nlcius-ubl"),
    ("urn:fdc:peppol.eu:2017:poacc:billing:3.0", "peppol-bis-3"),
)


def profile_of(document: Document) -> str:
    """The rule set that a document names in its specification identifier (BT-24), else `en16931-ubl`."""
    specification = document.specification or ""
    return next((profile for urn, profile in _PROFILES if urn in specification), "en16931-ubl")


def check(document: Document) -> Findings:
    """Every rule that the document breaks: its structure, then EN 16931 as far as it is built.

    Looks at the bytes the document was read from; a document made or changed in Python is written first.
    Official rules keep their official ids and meaning; our own are `OML-...`.
    """
    root = open_invoice(document.source if document.source is not None else write(document))
    with localcontext(_EXACT):
        findings = check_structure(root) + _check_rules(root)
    return Findings(findings, profile_of(document), judged=IS_COMPLETE, rule_set=RULE_SET)


def _check_rules(root: Element) -> tuple[Finding, ...]:
    broken: dict[str, list[Finding]] = {}
    uncomputable: dict[str, Element] = {}
    for element, rule in _applications(root):
        try:
            if not rule.holds(element):
                found = broken.setdefault(rule.id, [])
                if len(found) < MAX_FINDINGS_PER_RULE:
                    found.append(_finding(rule, element))
        except Uncomputable:
            uncomputable.setdefault(rule.id, element)
    findings = [finding for found in broken.values() for finding in found]
    if uncomputable:
        findings.append(_uncomputable_finding(uncomputable))
    return tuple(findings)


def _applications(root: Element) -> Iterator[tuple[Element, Rule]]:
    """Every rule with every element it applies to, in the order of the file."""
    met: Counter[object] = Counter()
    for element in root.iter():
        if element.tag in _ONE_A_DOCUMENT:
            met[element.tag] += 1
            if met[element.tag] > MAX_FINDINGS_PER_RULE:
                continue
        for rule in RULES.rules_for(element):
            yield element, rule


def _finding(rule: Rule, element: Element) -> Finding:
    return Finding(rule.id, rule.flag, rule.nl, rule.en, rule.terms, path_of(element), line_of(element))


def _uncomputable_finding(rules: dict[str, Element]) -> Finding:
    names = ", ".join(rules)
    first = next(iter(rules.values()))
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
