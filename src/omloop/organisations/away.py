"""Coming into an organisation while away elsewhere: the absence is to hold there too."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.tenancy import directory

AWAY = "away"
"""In the directory: where somebody has or had absences, so that one who comes into another is asked."""


def note_if_away(
    organisation_id: UUID, person_id: UUID, detail: Mapping[str, Any], *, actor: Actor, now: datetime
) -> None:
    """Say that rights were given to somebody who has absences; whoever makes a member calls it."""
    if directory.organisations_of(AWAY, person_id):
        record(
            "rights.granted_while_away",
            actor=actor,
            chain_id=organisation_id,
            subject_id=person_id,
            at=now,
            detail=detail,
        )
