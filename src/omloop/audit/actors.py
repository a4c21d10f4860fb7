"""Who acts: a person, a connection key of his, or a named part of the system."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts and from where; `kind` is `person`, `key`, `operator` or `system`."""

    kind: str
    person_id: UUID | None = None
    label: str = ""
    origin: str = ""

    @property
    def is_system(self) -> bool:
        """Whether no human acts, but a named part of the system."""
        return self.kind == "system"

    @property
    def signature(self) -> str:
        """How the audit trail names him: `person`, `key: boekhouding`, `system: circulation`."""
        return f"{self.kind}: {self.label}" if self.label else self.kind


def system(label: str) -> Actor:
    """A named part of the system that acts by itself: a job, a timer, a mailbox."""
    return Actor(kind="system", label=label)


OPERATOR = Actor(kind="operator", origin="command line")
"""Whoever has the machine: acts by command line (rules 1.3)."""
