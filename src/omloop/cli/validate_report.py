"""How `omloop validate` answers: a line, a JSON object, or a text with places and hints."""

import json

from omloop.einvoice import Flag
from omloop.einvoice.report import Outcome, place_of


def as_json(outcome: Outcome) -> str:
    """One line: ids first, then each finding with its place and words."""
    return json.dumps(
        {
            "file": outcome.file,
            "profile": outcome.profile,
            "fatal": outcome.ids(Flag.FATAL),
            "warnings": outcome.ids(Flag.WARNING),
            "judged": outcome.judged,
            "findings": [
                {
                    "rule": each.rule,
                    "flag": each.flag.value,
                    "line": each.line,
                    "path": each.path,
                    "nl": each.nl,
                    "en": each.en,
                    "terms": list(each.terms),
                }
                for each in outcome.findings
            ],
        }
    )


def as_line(outcome: Outcome) -> str:
    """One line of text."""
    parts = [outcome.file, outcome.profile]
    parts.append(f"fatal [{', '.join(outcome.ids(Flag.FATAL))}]")
    parts.append(f"warnings [{', '.join(outcome.ids(Flag.WARNING))}]")
    if outcome.verdict != "broken":
        parts.append(outcome.verdict)
    return "  ".join(parts)


def as_text(outcome: Outcome) -> str:
    """Every finding with its place and what to do, below the name of the file."""
    lines = [f"{outcome.file}: {outcome.verdict} ({outcome.profile})"]
    for each in outcome.findings:
        lines.append(f"  {each.rule}, {each.flag.value}, {place_of(each)}")
        lines.append(f"    {each.en}")
        if each.terms:
            lines.append(f"    {', '.join(each.terms)}")
    return "\n".join(lines)
