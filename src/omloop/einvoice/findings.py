"""What the rules of e-invoicing say about a document."""

from dataclasses import dataclass
from enum import StrEnum


class Flag(StrEnum):
    """How heavy a finding weighs: only a fatal one breaks the document."""

    FATAL = "fatal"
    WARNING = "warning"
    INFORMATION = "information"


class Verdict(StrEnum):
    """What may be said of a document as a whole."""

    VALID = "valid"
    BROKEN = "broken"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule, in words that say how to mend it.

    `rule` is the official id (`BR-CO-15`) or one of our own (`OML-XML-01`); `terms` are the business terms
    of EN 16931 it is about (`BT-112`); `path` is the XPath of the element, `line` its line in the file.
    """

    rule: str
    flag: Flag
    nl: str
    en: str
    terms: tuple[str, ...] = ()
    path: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings of one document, and how far the rules that were tried reach.

    `judged` is true only when every fatal rule that the document's profile has was tried; `rule_set` names
    what was tried. Without that a clean document is "not judged", never "valid".
    """

    findings: tuple[Finding, ...]
    profile: str
    judged: bool
    rule_set: str

    @property
    def fatal(self) -> tuple[Finding, ...]:
        """The findings that hold an invoice before circulation (rules 2.4)."""
        return tuple(finding for finding in self.findings if finding.flag is Flag.FATAL)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that are shown and hold nothing up."""
        return tuple(finding for finding in self.findings if finding.flag is Flag.WARNING)

    @property
    def verdict(self) -> Verdict:
        """Broken with a fatal finding; else valid if every rule was tried; else not judged."""
        if self.fatal:
            return Verdict.BROKEN
        return Verdict.VALID if self.judged else Verdict.NOT_JUDGED


class Unreadable(Exception):
    """The bytes are no invoice that can be read safely; `findings` say why, in Dutch and English."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings
        super().__init__(" ".join(finding.en for finding in findings))
