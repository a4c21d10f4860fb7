"""What is asked of a transfer: whose, what, which invoices, and who gets what can't go to the other."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from omloop.transfers.models import What


class Conflict(StrEnum):
    """Why somebody can't have what was another's, the heaviest first."""

    RIGHT_MISSING = "right_missing"
    NOT_CONFIDENTIAL = "not_confidential"
    BARRED = "barred"
    ABOVE_LIMIT = "above_limit"


class Phase(StrEnum):
    """How an invoice is the person's: it waits for him, he is asked for advice on it or was sent it, it
    will come to him, or could come back to him; the last also where it is approved and not fully booked
    (rules 5.2)."""

    CODE = "code"
    CHECK = "check"
    APPROVE = "approve"
    ASKED = "asked"
    LATER = "later"
    DECIDED = "decided"
    APPROVED = "approved"


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which of the active invoices; what is left empty narrows nothing (rules 5.2).

    `supplier` is a part of the name; the dates are import dates, both included.
    """

    supplier: str = ""
    first_on: date | None = None
    last_on: date | None = None
    phases: frozenset[Phase] = frozenset()

    @property
    def asks_content(self) -> bool:
        """Whether it asks what invoices say, which nobody may ask of confidential ones that he can't see."""
        return bool(self.supplier or self.first_on or self.last_on)


Instead = Mapping[tuple[UUID, Conflict], UUID]
"""By organisation and conflict, who gets it; for a limit that may be the other himself (rules 3.6)."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A transfer as it is asked, in these organisations; of the person's own one nothing is left out."""

    person_id: UUID
    to_id: UUID
    places: frozenset[UUID]
    what: frozenset[What]
    selection: Selection = Selection()
    instead: Instead = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The wish in JSON's own types, as a transfer keeps it."""
        chosen = self.selection
        return {
            "to": str(self.to_id),
            "what": sorted(self.what),
            "supplier": chosen.supplier,
            "first_on": chosen.first_on.isoformat() if chosen.first_on else None,
            "last_on": chosen.last_on.isoformat() if chosen.last_on else None,
            "phases": sorted(chosen.phases),
            "instead": [
                [str(place), conflict, str(person)] for (place, conflict), person in self.instead.items()
            ],
        }


def from_json(person_id: UUID, places: Collection[UUID], data: dict[str, Any]) -> Wish:
    """The wish that `as_json` wrote."""
    return Wish(
        person_id=person_id,
        to_id=UUID(data["to"]),
        places=frozenset(places),
        what=frozenset(map(What, data["what"])),
        selection=Selection(
            supplier=data["supplier"],
            first_on=date.fromisoformat(data["first_on"]) if data["first_on"] else None,
            last_on=date.fromisoformat(data["last_on"]) if data["last_on"] else None,
            phases=frozenset(map(Phase, data["phases"])),
        ),
        instead={(UUID(place), Conflict(what)): UUID(person) for place, what, person in data["instead"]},
    )
