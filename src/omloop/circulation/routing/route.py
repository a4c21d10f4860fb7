"""Who a step goes to: a pure function of what was known when it opened, with its snapshot (rules 4.4)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from omloop.absences.resolution import (
    Cover,
    Covers,
    Ending,
    Resolution,
    find_link,
    replay,
    resolve,
    snapshot,
    stored_outcome,
)
from omloop.circulation.who.policies import Standing

Json = dict[str, Any]
StandingOf = Callable[[UUID], Standing]


class Reason(StrEnum):
    """Why the fallback is asked."""

    NO_RULE = "no_rule"
    NO_AMOUNT = "no_amount"
    NO_APPROVAL = "no_approval"
    ABOVE_LIMIT = "above_limit"
    CYCLE = "cycle"
    TOO_DEEP = "too_deep"
    INACTIVE = "inactive"
    RIGHT_MISSING = "right_missing"
    NOT_CONFIDENTIAL = "not_confidential"
    BARRED = "barred"
    NOBODY_IN_GROUP = "nobody_in_group"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a step asks: a person or the members of a group, on these days in the organisation's zone.

    `reason` is set for a step that is the fallback itself; `fallback_id` is the group to ask otherwise.
    """

    person_id: UUID | None
    group_id: UUID | None
    members: tuple[UUID, ...]
    import_date: date
    opened_on: date
    fallback_id: UUID
    reason: str = ""


@dataclass(frozen=True)
class Route:
    """Who holds the step: a person (for another, when he stands in), or a group of whom anyone may."""

    holder_id: UUID | None = None
    group_id: UUID | None = None
    for_person_id: UUID | None = None
    fallback: str = ""
    is_uncovered: bool = False


def find_route(
    asked: Asked,
    *,
    covers: Covers,
    standing: StandingOf,
    may_act_for: Callable[[UUID, UUID], bool] = lambda who, named: False,
    open_of: Collection[UUID] = (),
) -> tuple[Route, Json]:
    """Who gets the step, and the snapshot with which `replay_route` finds the same.

    A person: his absences decide, then whether the one at the end may (rules 4.4), be it by a right that is
    lent to him for the person named (4.5). A group: anyone of it who may; only when all of those are absent,
    the first who has a substitute (rules 3.9). `open_of`: absences that hand over what is open (4.3).
    """
    known: dict[UUID, Standing] = {}
    chains: list[Json] = []
    days: dict[str, Any] = {
        "import_date": asked.import_date,
        "opened_on": asked.opened_on,
        "covers": covers,
        "open_of": open_of,
    }

    def remembered(person_id: UUID) -> Standing:
        known[person_id] = standing(person_id)
        return known[person_id]

    def _may(who: UUID, named: UUID) -> bool:
        return remembered(who) == Standing.ENTITLED or (who != named and may_act_for(who, named))

    def resolved(person_id: UUID) -> Resolution:
        found = resolve(person_id, may_act=lambda who: _may(who, person_id), **days)
        chains.append(snapshot(found, person_id=person_id, **days))
        return found

    absent = [member for member in asked.members if find_link(member, **days)]
    route = settle(asked, standing=remembered, is_absent=absent.__contains__, resolved=resolved)
    return route, _snapshot(asked, known, absent, chains, route)


def settle(
    asked: Asked,
    *,
    standing: StandingOf,
    is_absent: Callable[[UUID], bool],
    resolved: Callable[[UUID], Resolution],
) -> Route:
    """The rule itself, on answers that come from the database now or from a snapshot later."""
    if asked.reason and asked.group_id:
        return Route(group_id=asked.group_id, fallback=asked.reason)
    if asked.person_id is not None:
        return _to_person(asked, asked.person_id, standing, resolved)
    able = [member for member in asked.members if standing(member) == Standing.ENTITLED]
    if any(not is_absent(member) for member in able):
        return Route(group_id=asked.group_id)
    for member in able:
        found = resolved(member)
        if found.holder_id is not None:
            return _held(found, member)
    return Route(group_id=asked.fallback_id, fallback=Reason.NOBODY_IN_GROUP)


def _to_person(
    asked: Asked, person_id: UUID, standing: StandingOf, resolved: Callable[[UUID], Resolution]
) -> Route:
    """Who is barred himself can't be stood in for either: the pair {who acts, for whom} has him in it."""
    if standing(person_id) == Standing.BARRED:
        return Route(group_id=asked.fallback_id, fallback=Reason.BARRED)
    found = resolved(person_id)
    if found.holder_id is not None:
        return _held(found, person_id)
    if found.ending in (Ending.CYCLE, Ending.TOO_DEEP):
        return Route(group_id=asked.fallback_id, fallback=found.ending.value)
    last = found.links[-1].substitute_id if found.links else person_id
    return Route(group_id=asked.fallback_id, fallback=standing(last).value)


def _held(found: Resolution, named: UUID) -> Route:
    for_person = named if found.holder_id != named else None
    return Route(holder_id=found.holder_id, for_person_id=for_person, is_uncovered=found.is_uncovered)


def replay_route(why: Json) -> Route:
    """Decide again from the snapshot alone; equals `stored_route` as long as the rules are the same."""
    standings = {UUID(person): Standing(value) for person, value in why["standings"].items()}
    chains = {UUID(chain["person"]): chain for chain in why["chains"]}
    route = settle(
        _asked_from_json(why["asked"]),
        standing=standings.__getitem__,
        is_absent=set(map(UUID, why["absent"])).__contains__,
        resolved=lambda person_id: replay(chains[person_id]),
    )
    return _transferred(route, why)


def stored_route(why: Json) -> Route:
    """What was decided then, and where transfers took the task since."""
    return _transferred(decided_route(why), why)


def decided_route(why: Json) -> Route:
    """What was decided when the step opened."""
    route = why["route"]
    return Route(
        holder_id=_id(route["holder"]),
        group_id=_id(route["group"]),
        for_person_id=_id(route["for_person"]),
        fallback=route["fallback"],
        is_uncovered=route["is_uncovered"],
    )


def transfers_of(why: Json) -> list[Json]:
    """The transfers of user data that came after the routing, in order (rules 5.2)."""
    found: list[Json] = why.get("transfers", [])
    return found


def _transferred(route: Route, why: Json) -> Route:
    for each in transfers_of(why):
        route = Route(
            holder_id=UUID(each["to"]),
            for_person_id=_id(each["for_person"]),
            fallback=each.get("fallback", ""),
        )
    return route


def chain_of(why: Json) -> Resolution | None:
    """The chain that led to the holder, or to the fallback; None where nobody's absence was looked at."""
    return stored_outcome(why["chains"][-1]) if why["chains"] else None


def covers_of(chain: Json) -> list[Cover]:
    """The absences that a chain looked at."""
    return [
        Cover(
            person_id=UUID(cover["person"]),
            substitute_id=UUID(cover["substitute"]),
            first_on=date.fromisoformat(cover["first_on"]),
            last_on=date.fromisoformat(cover["last_on"]) if cover["last_on"] else None,
            takes_what_reaches=cover["takes_what_reaches"],
            absence_id=UUID(cover["absence"]),
        )
        for cover in chain["covers"]
    ]


def _snapshot(
    asked: Asked, known: dict[UUID, Standing], absent: Sequence[UUID], chains: list[Json], route: Route
) -> Json:
    return {
        "asked": {
            "person": _text(asked.person_id),
            "group": _text(asked.group_id),
            "members": list(map(str, asked.members)),
            "import_date": asked.import_date.isoformat(),
            "opened_on": asked.opened_on.isoformat(),
            "fallback": str(asked.fallback_id),
            "reason": asked.reason,
        },
        "standings": {str(person): standing.value for person, standing in known.items()},
        "absent": list(map(str, absent)),
        "chains": chains,
        "route": {
            "holder": _text(route.holder_id),
            "group": _text(route.group_id),
            "for_person": _text(route.for_person_id),
            "fallback": str(route.fallback),
            "is_uncovered": route.is_uncovered,
        },
    }


def _asked_from_json(data: Json) -> Asked:
    return Asked(
        person_id=_id(data["person"]),
        group_id=_id(data["group"]),
        members=tuple(map(UUID, data["members"])),
        import_date=date.fromisoformat(data["import_date"]),
        opened_on=date.fromisoformat(data["opened_on"]),
        fallback_id=UUID(data["fallback"]),
        reason=data["reason"],
    )


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
