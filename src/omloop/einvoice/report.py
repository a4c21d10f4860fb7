"""What checking came to, as a page of its own that one can mail to whoever sent the file."""

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from omloop.einvoice.findings import Finding, Flag


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


def place_of(finding: Finding) -> str:
    """Line and XPath of a finding, or that it is about the whole file."""
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
        f"<code>{escape(place_of(each))}</code><br>{escape(each.nl)}"
        f'<br><span lang="en">{escape(each.en)}</span>{_terms(each)}'
        for each in outcome.findings
    )
    return (
        f"<h2>{escape(outcome.file)}</h2><p>{_VERDICTS[outcome.verdict]} ({escape(outcome.profile)})</p>"
        f"<ul>{findings}</ul>"
    )


def _terms(finding: Finding) -> str:
    return f"<br><small>EN 16931: {', '.join(map(escape, finding.terms))}</small>" if finding.terms else ""
