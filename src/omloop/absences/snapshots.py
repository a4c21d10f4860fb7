"""What a routing knew, as JSON, so that "why with me?" can be answered and replayed later (rules 3.14)."""

from datetime import date
from typing import Any
from uuid import UUID

from omloop.absences.resolution import (
    By,
    Cover,
    Covers,
    Ending,
    Link,
    Resolution,
    by_person,
    resolve,
)

Json = dict[str, Any]


def snapshot(
    resolution: Resolution, *, person_id: UUID, import_date: date, opened_on: date, covers: Covers
) -> Json:
    """The inputs that decided, and the outcome: JSON of ids, ISO dates and names of endings.

    Of `covers` only those count that contain one of the two days and belong to somebody in the chain.
    `can_act` holds the person at the end, if he was asked, and the answer.
    """
    chain = [person_id, *(link.substitute_id for link in resolution.links)]
    considered = [
        cover
        for person in dict.fromkeys(chain)
        for cover in covers.get(person, ())
        if cover.contains(import_date) or cover.contains(opened_on)
    ]
    was_asked = resolution.ending not in (Ending.CYCLE, Ending.TOO_DEEP)
    return {
        "person": str(person_id),
        "import_date": import_date.isoformat(),
        "opened_on": opened_on.isoformat(),
        "covers": [_cover_as_json(cover) for cover in considered],
        "can_act": {str(chain[-1]): resolution.holder_id is not None} if was_asked else {},
        "outcome": as_json(resolution),
    }


def replay(stored: Json) -> Resolution:
    """Resolve again from the stored inputs alone; equals `stored_outcome` as long as the rule is the same."""
    can_act: dict[str, bool] = stored["can_act"]
    return resolve(
        UUID(stored["person"]),
        import_date=date.fromisoformat(stored["import_date"]),
        opened_on=date.fromisoformat(stored["opened_on"]),
        covers=by_person(map(_cover_from_json, stored["covers"])),
        may_act=lambda person_id: can_act[str(person_id)],
    )


def stored_outcome(stored: Json) -> Resolution:
    """What was decided then."""
    return from_json(stored["outcome"])


def as_json(resolution: Resolution) -> Json:
    """The resolution in JSON's own types."""
    return {
        "holder": str(resolution.holder_id) if resolution.holder_id else None,
        "links": [_link_as_json(link) for link in resolution.links],
        "ending": resolution.ending.value,
        "is_uncovered": resolution.is_uncovered,
    }


def from_json(data: Json) -> Resolution:
    """The resolution that `as_json` wrote."""
    return Resolution(
        holder_id=UUID(data["holder"]) if data["holder"] else None,
        links=tuple(_link_from_json(link) for link in data["links"]),
        ending=Ending(data["ending"]),
        is_uncovered=data["is_uncovered"],
    )


def _link_as_json(link: Link) -> Json:
    return {**_who_and_when(link), "by": link.by.value}


def _link_from_json(data: Json) -> Link:
    return Link(**_read_who_and_when(data), by=By(data["by"]))


def _cover_as_json(cover: Cover) -> Json:
    return {**_who_and_when(cover), "takes_what_reaches": cover.takes_what_reaches}


def _cover_from_json(data: Json) -> Cover:
    return Cover(**_read_who_and_when(data), takes_what_reaches=data["takes_what_reaches"])


def _who_and_when(row: Link | Cover) -> Json:
    return {
        "person": str(row.person_id),
        "substitute": str(row.substitute_id),
        "absence": str(row.absence_id),
        "first_on": row.first_on.isoformat(),
        "last_on": row.last_on.isoformat() if row.last_on else None,
    }


def _read_who_and_when(data: Json) -> Json:
    return {
        "person_id": UUID(data["person"]),
        "substitute_id": UUID(data["substitute"]),
        "absence_id": UUID(data["absence"]),
        "first_on": date.fromisoformat(data["first_on"]),
        "last_on": date.fromisoformat(data["last_on"]) if data["last_on"] else None,
    }
