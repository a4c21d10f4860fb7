"""Splitting an environment by rights: parties, and the draft that keeps them apart (rules 6.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from omloop.environments.models import EnvironmentRole
from omloop.organisations.models import RightsChange, RightsDraft
from omloop.relocation.rights.drafts import add_changes, ensure_draft
from omloop.relocation.rights.reach import Reach
from omloop.relocation.rights.standing import Standing, What, read_standing, says_something

AUTO, BOTH = "auto", "both"
"""A person goes where his organisations go; he works for both parties."""


@dataclass(frozen=True)
class Party:
    """One side of a split: its organisations, the people who are its alone, and who administers for it."""

    name: str
    organisations: tuple[UUID, ...]
    people: tuple[UUID, ...]
    administrator: UUID

    def as_json(self) -> dict[str, Any]:
        """As a draft keeps it."""
        return {
            "name": self.name,
            "organisations": list(map(str, self.organisations)),
            "people": list(map(str, self.people)),
            "administrator": str(self.administrator),
        }


def parties_of(draft: RightsDraft | None) -> list[Party]:
    """The parties that a draft divides the environment over; none before that was said."""
    return [
        Party(
            each["name"],
            tuple(map(UUID, each["organisations"])),
            tuple(map(UUID, each["people"])),
            UUID(each["administrator"]),
        )
        for each in (draft.parties if draft else [])
    ]


def party_by_places(
    person_id: UUID, organisations: Sequence[Sequence[UUID]], standing: Standing
) -> int | None:
    """Which party has all the organisations in which he has a place; None: several, or none."""
    found = {
        number
        for number, places in enumerate(organisations)
        if any(standing.place((person_id, place)).groups for place in places)
    }
    return found.pop() if len(found) == 1 else None


def keep_parties(reach: Reach, parties: Sequence[Party], *, now: datetime) -> RightsDraft:
    """Write down how organisations and people are divided; changes no right and drafts none."""
    draft = ensure_draft(reach, now=now)
    draft.parties = [party.as_json() for party in parties]
    draft.save(update_fields=["parties"])
    return draft


def propose(reach: Reach, draft: RightsDraft, *, now: datetime) -> None:
    """Fill the draft: people lose the organisations of the other party, each party administers its own and
    has an administrator of the environment, as is advised. It can be changed before anything holds.

    Only what its author may change is proposed; joint organisations and people of both stay as they are.
    """
    standing = read_standing(reach.environment.id, reach.organisations, now=now)
    parties = parties_of(draft)
    changes = [change for party in parties for change in _for_party(reach, party, parties, standing)]
    draft.changes.filter(done_at=None, asked_at=None).delete()
    add_changes(draft, [change for change in changes if says_something(change, standing)])


def _for_party(
    reach: Reach, party: Party, parties: Sequence[Party], standing: Standing
) -> list[RightsChange]:
    changes = _administration(reach, party, standing)
    for other in parties:
        for place in other.organisations if other is not party else ():
            if reach.is_editable(place):
                changes += _leaving(party, place, standing)
    return changes


def _administration(reach: Reach, party: Party, standing: Standing) -> list[RightsChange]:
    who = party.administrator
    changes = [
        RightsChange(
            what=What.GRANT,
            person_id=who,
            organisation_id=place,
            group_id=standing.administrators_group[place],
        )
        for place in party.organisations
        if reach.is_editable(place)
    ]
    if reach.administers and who in standing.roles:
        role = EnvironmentRole.Role.ADMINISTRATOR
        changes.append(RightsChange(what=What.ROLE, person_id=who, role=role))
    return changes


def _leaving(party: Party, place: UUID, standing: Standing) -> list[RightsChange]:
    return [
        RightsChange(what=What.WITHDRAW, person_id=person, organisation_id=place, group_id=group)
        for person in party.people
        for group in standing.place((person, place)).groups
    ]
