"""How `omloop validate` answers: a line, a JSON object, a text with places and hints, or a page of HTML."""

import json
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from omloop.einvoice import Finding, Flag


class Outcome(NamedTuple):
    """What one file came to."""

    file: str
    profile: str
    findings: tuple[Finding, ...]
    judged: bool

    def ids(self, flag: Flag) -> list[str]:
        """The ids of the rules broken with this flag, each once, sorted."""
        return sorted({finding.rule for finding in self.findings if finding.flag is flag})

    @property
    def verdict(self) -> str:
        """Broken with a fatal finding; else valid if every fatal rule was tried; else not judged."""
        if self.ids(Flag.FATAL):
            return "broken"
        return "valid" if self.judged else "not judged"


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
        lines.append(f"  {each.rule}, {each.flag.value}, {_place(each)}")
        lines.append(f"    {each.en}")
    return "\n".join(lines)


def _place(finding: Finding) -> str:
    line = "" if finding.line is None else f"line {finding.line}"
    return " ".join(part for part in (line, finding.path) if part) or "whole file"


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f23}"
    "h2{border-top:1px solid #ccc;padding-top:1rem;overflow-wrap:anywhere}li{margin:.75rem 0}"
    "code{overflow-wrap:anywhere;color:#555}.fatal{color:#a3132a}.warning{color:#7a5200}"
)


def as_html(outcomes: Iterable[Outcome]) -> str:
    """A page on its own, in Dutch and English, to mail to whoever sent the files."""
    parts = "".join(_section(outcome) for outcome in outcomes)
    return (
        '<!doctype html><html lang="nl"><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>E-facturen nagekeken</title><style>{_STYLE}</style>'
        f"<h1>E-facturen nagekeken</h1>{parts}</html>\n"
    )


_VERDICTS = {
    "valid": "geldig / valid",
    "broken": "fout / broken",
    "not judged": "niet beoordeeld / not judged",
}


def _section(outcome: Outcome) -> str:
    findings = "".join(
        f'<li><strong class="{each.flag.value}">{escape(each.rule)}</strong> '
        f"<code>{escape(_place(each))}</code><br>{escape(each.nl)}"
        f'<br><span lang="en">{escape(each.en)}</span>'
        for each in outcome.findings
    )
    return (
        f"<h2>{escape(outcome.file)}</h2><p>{_VERDICTS[outcome.verdict]} ({escape(outcome.profile)})</p>"
        f"<ul>{findings}</ul>"
    )
