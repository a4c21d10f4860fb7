"""Who stands in: a pure function of people, days and absences, and its snapshot (rules 4.4, 3.14)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

DEEPEST = 3
"""Links that a chain may have; a fourth ends at the fallback (rules 4.4)."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A person is away in these days, first and last one included, and who stands in; no last day: open."""

    person_id: UUID
    substitute_id: UUID
    first_on: date
    last_on: date | None
    takes_what_reaches: bool
    absence_id: UUID

    def contains(self, day: date) -> bool:
        """Whether he is away on this day."""
        return self.first_on <= day and (self.last_on is None or day <= self.last_on)

    def is_over(self, day: date) -> bool:
        """Whether this day comes after the last one."""
        return self.last_on is not None and self.last_on < day


class By(StrEnum):
    """What sends a step past a person: the import date, that it reached him (option (a)), or that it was
    open and is handed over (option (b), and by hand)."""

    IMPORT_DATE = "import_date"
    REACHED = "reached"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Link:
    """One hop of the chain, from a person to who stands in for him, and why."""

    person_id: UUID
    substitute_id: UUID
    absence_id: UUID
    first_on: date
    last_on: date | None
    by: By


class Ending(StrEnum):
    """How the chain ended; the last three end at the fallback."""

    NAMED = "named"
    SUBSTITUTE = "substitute"
    CYCLE = "cycle"
    TOO_DEEP = "too_deep"
    CANNOT_ACT = "cannot_act"


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who gets the step (None: the fallback), and the hops that led there.

    `links` holds every hop that was looked at, also the one that closed the circle or went too deep.
    `is_uncovered`: the holder is away himself on the opening day and no absence of his replaces him.
    """

    holder_id: UUID | None
    links: tuple[Link, ...]
    ending: Ending
    is_uncovered: bool


Covers = Mapping[UUID, Sequence[Cover]]
Json = dict[str, Any]


def resolve(
    person_id: UUID,
    *,
    import_date: date,
    opened_on: date,
    covers: Covers,
    may_act: Callable[[UUID], bool],
    open_of: Collection[UUID] = (),
) -> Resolution:
    """Who gets a step that names this person (rules 4.4); always somebody, or the fallback.

    The days are dates in the organisation's zone. `covers` holds the absences in that organisation, as
    known at opening, of people who are active (a deactivated person's count no more): `covers_for`.
    `may_act` says whether the person at the end is active and entitled; it is asked of him alone.
    `open_of`: absences that hand over what is open (rules 4.3 (b)), whatever its days.
    """
    current, seen, links = person_id, {person_id}, list[Link]()
    days = {"import_date": import_date, "opened_on": opened_on}
    while link := find_link(current, **days, covers=covers, open_of=open_of):
        links.append(link)
        current = link.substitute_id
        if current in seen:
            return Resolution(None, tuple(links), Ending.CYCLE, False)
        if len(links) > DEEPEST:
            return Resolution(None, tuple(links), Ending.TOO_DEEP, False)
        seen.add(current)
    if not may_act(current):
        return Resolution(None, tuple(links), Ending.CANNOT_ACT, False)
    ending = Ending.SUBSTITUTE if links else Ending.NAMED
    return Resolution(current, tuple(links), ending, is_away(current, opened_on, covers))


def find_link(
    person_id: UUID, *, import_date: date, opened_on: date, covers: Covers, open_of: Collection[UUID] = ()
) -> Link | None:
    """The hop past this person, or None: this is what "absent" means in rules 3.9.

    His absence that contains the import date, unless the step opens after its last day; failing that,
    one that takes what reaches him and contains the opening day; failing that, one that hands over what
    is open and is not past.
    """
    own = covers.get(person_id)
    if not own:
        return None
    for cover in own:
        if cover.contains(import_date) and not cover.is_over(opened_on):
            return _link(cover, By.IMPORT_DATE)
    for cover in own:
        if cover.takes_what_reaches and cover.contains(opened_on):
            return _link(cover, By.REACHED)
    for cover in own:
        if cover.absence_id in open_of and not cover.is_over(opened_on):
            return _link(cover, By.OPEN)
    return None


def is_away(person_id: UUID, day: date, covers: Covers) -> bool:
    """Whether one of his absences contains this day, whomever it sends where."""
    return any(cover.contains(day) for cover in covers.get(person_id, ()))


def by_person(covers: Iterable[Cover]) -> dict[UUID, list[Cover]]:
    """The covers of each person, as `resolve` reads them."""
    found: dict[UUID, list[Cover]] = {}
    for cover in covers:
        found.setdefault(cover.person_id, []).append(cover)
    return found


def _link(cover: Cover, by: By) -> Link:
    return Link(cover.person_id, cover.substitute_id, cover.absence_id, cover.first_on, cover.last_on, by)


def snapshot(
    resolution: Resolution,
    *,
    person_id: UUID,
    import_date: date,
    opened_on: date,
    covers: Covers,
    open_of: Collection[UUID] = (),
) -> Json:
    """What the routing knew and decided, for "why with me?" and a replay later (rules 3.14).

    JSON of ids, ISO dates and names of endings. Of `covers` only those count that contain one of the
    two days, or hand over what is open, and belong to somebody in the chain; `can_act` holds the person at
    the end and the answer, if that was asked.
    """
    chain = [person_id, *(link.substitute_id for link in resolution.links)]
    considered = [
        cover
        for person in dict.fromkeys(chain)
        for cover in covers.get(person, ())
        if cover.contains(import_date) or cover.contains(opened_on) or cover.absence_id in open_of
    ]
    was_asked = resolution.ending not in (Ending.CYCLE, Ending.TOO_DEEP)
    return {
        "person": str(person_id),
        "import_date": import_date.isoformat(),
        "opened_on": opened_on.isoformat(),
        "covers": [_cover_as_json(cover) for cover in considered],
        "open_of": sorted(map(str, open_of)),
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
        open_of=[UUID(absence) for absence in stored.get("open_of", ())],
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
