"""The test set beside our results, as a table: profile, cases, equal, different."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from omloop.einvoice import Unreadable, check, read


@dataclass
class Row:
    """What one profile came to; `missing` and `extra` count fatal ids, `warnings` both for warnings."""

    cases: int = 0
    equal: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    @property
    def different(self) -> int:
        """Cases whose fatal ids or verdict differ."""
        return self.cases - self.equal


def table(folder: Path, limit: int | None = None) -> dict[str, Row]:
    """A row for each profile of the manifest in `folder`; `limit` takes that many cases of each only."""
    rows: dict[str, Row] = {}
    for entry in json.loads((folder / "manifest.json").read_text())["entries"]:
        row = rows.setdefault(entry.get("profile") or "hostile", Row())
        if limit is None or row.cases < limit:
            _try(row, entry, (folder / entry["file"]).read_bytes())
    return rows


def _try(row: Row, entry: dict[str, Any], data: bytes) -> None:
    row.cases += 1
    expected = entry["expected"]
    try:
        findings = check(read(data), profile=entry.get("profile"))
    except Unreadable:
        row.equal += expected in ("refuse", "engine-error")
        return
    if expected in ("refuse", "engine-error"):
        row.equal += expected == "engine-error" and bool(findings.fatal)
        return
    official = set() if expected == "valid" else set(expected)
    ours = {finding.rule for finding in findings.fatal if not finding.rule.startswith("OML-")}
    warned = {finding.rule for finding in findings.warnings if not finding.rule.startswith("OML-")}
    row.missing.update(official - ours)
    row.extra.update(ours - official)
    row.warnings.update(warned ^ set(entry.get("warnings", ())))
    for rule in official ^ ours:
        row.examples.setdefault(rule, entry["file"])
    is_clean = not findings.fatal
    row.equal += official == ours and is_clean == (expected == "valid" and entry["xsd_valid"])


def as_markdown(rows: dict[str, Row]) -> str:
    """The table, for people."""
    lines = [
        "| profile | cases | equal | different | fatal ids missing | fatal ids too many | warnings other |",
        "|---|---|---|---|---|---|---|",
    ]
    for profile, row in sorted(rows.items()):
        counts = (row.cases, row.equal, row.different)
        cells = (*map(str, counts), *map(_named, (row.missing, row.extra, row.warnings)))
        lines.append(f"| {profile} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _named(ids: Counter[str]) -> str:
    named = ", ".join(f"{rule} ({count})" for rule, count in ids.most_common(8))
    return f"{sum(ids.values())}: {named}" if ids else "0"
