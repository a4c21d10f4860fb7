"""The page of the docs that lists every rule, in Dutch and English."""

from omloop.einvoice.rules.profiles import PROFILES, rule_set
from omloop.einvoice.rules.rule import Rule

PAGE = "docs/rules-of-e-invoices.md"
_HEAD = """# The rules of e-invoices

Made by `make conformity`; do not edit. Every rule that Omloop tries, by its official id, with its weight
and the words it is reported in. All fatal rules and warnings of these releases are built:

"""


def page() -> str:
    """The page as text; a rule that several profiles share stands with the first of them."""
    met: set[str] = set()
    parts = [_HEAD]
    parts.extend(f"- `{profile}`: {rule_set(profile).name}\n" for profile in PROFILES)
    for profile in PROFILES:
        rules = {rule.id: rule for rule in rule_set(profile).book if rule.id not in met}
        met.update(rules)
        parts.append(f"\n## {profile}: {len(rules)} rules\n\n| rule | weight | Nederlands | English |\n")
        parts.append("|---|---|---|---|\n")
        parts.extend(_row(rule) for _, rule in sorted(rules.items()))
    return "".join(parts)


def _row(rule: Rule) -> str:
    cells = (rule.id, rule.flag.value, rule.nl, rule.en)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
