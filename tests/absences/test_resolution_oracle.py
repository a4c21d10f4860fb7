"""Random worlds: the rule against one told in another way, its replay, and its speed (rules 4.4)."""

import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from uuid import UUID, uuid5

from omloop.absences.resolution import (
    Cover,
    Ending,
    Resolution,
    by_person,
    replay,
    resolve,
    snapshot,
    stored_outcome,
)

WORLDS = 20_000
BEGIN = date(2026, 3, 20)
HORIZON = BEGIN + timedelta(days=150)
PEOPLE = [uuid5(UUID(int=0), str(number)) for number in range(6)]


@dataclass
class RandomWorld:
    covers: list[Cover]
    able: set[UUID]
    imported: date
    opened: date
    handing: set[UUID]

    def resolve(self) -> Resolution:
        return resolve(
            PEOPLE[0],
            import_date=self.imported,
            opened_on=self.opened,
            covers=by_person(self.covers),
            may_act=self.able.__contains__,
            open_of=self.handing,
        )


def make_world(dice: random.Random) -> RandomWorld:
    covers = [cover for person in PEOPLE for cover in absences_of(person, dice)]
    dice.shuffle(covers)
    imported = BEGIN + timedelta(days=dice.randrange(20))
    opened = imported + timedelta(days=dice.choice((0, 0, 1, 3, 10)))
    handing = {cover.absence_id for cover in covers if dice.random() < 0.15}
    return RandomWorld(covers, {p for p in PEOPLE if dice.random() < 0.8}, imported, opened, handing)


def absences_of(person: UUID, dice: random.Random) -> list[Cover]:
    """None to three of them, that never overlap, often adjoin, and may be open at the end."""
    found, first = [], BEGIN + timedelta(days=dice.randrange(12))
    for number in range(dice.choice((0, 1, 1, 2, 3))):
        length = dice.choice((1, 1, 2, 5, 9, 9, None))
        last = first + timedelta(days=length - 1) if length else None
        substitute = dice.choice([other for other in PEOPLE if other != person])
        absence = uuid5(person, str(number))
        found.append(Cover(person, substitute, first, last, dice.random() < 0.4, absence))
        if last is None:
            break
        first = last + timedelta(days=dice.choice((1, 1, 2, 5)))
    return found


def foretell(world: RandomWorld) -> tuple[UUID | None, Ending, bool, list[UUID]]:
    """Holder, ending, uncovered and absences passed, from the calendar of every day and everybody."""
    calendar = {(cover.person_id, day): cover for cover in world.covers for day in days_of(cover)}

    def hop(person: UUID) -> Cover | None:
        then, now = calendar.get((person, world.imported)), calendar.get((person, world.opened))
        if then and (then == now or world.opened < then.first_on):
            return then
        if now and now.takes_what_reaches:
            return now
        own = [cover for cover in world.covers if cover.person_id == person]
        handing = [cover for cover in own if cover.absence_id in world.handing]
        return next((cover for cover in handing if (cover.last_on or HORIZON) >= world.opened), None)

    walk, passed = [PEOPLE[0]], list[UUID]()
    while (cover := hop(walk[-1])) and len(walk) <= 4:
        walk.append(cover.substitute_id)
        passed.append(cover.absence_id)
    if hop(walk[-1]) or len(walk) > 4:
        goes_round = len(set(walk)) < len(walk)
        return None, Ending.CYCLE if goes_round else Ending.TOO_DEEP, False, passed
    if walk[-1] not in world.able:
        return None, Ending.CANNOT_ACT, False, passed
    ending = Ending.SUBSTITUTE if passed else Ending.NAMED
    return walk[-1], ending, (walk[-1], world.opened) in calendar, passed


def days_of(cover: Cover) -> list[date]:
    length = ((cover.last_on or HORIZON) - cover.first_on).days + 1
    return [cover.first_on + timedelta(days=day) for day in range(length)]


def test_the_rule_agrees_with_an_oracle_and_ends_in_a_holder_or_the_fallback() -> None:
    dice = random.Random(44)
    endings: dict[tuple[Ending, bool], int] = {}
    for number in range(WORLDS):
        world = make_world(dice)
        got = world.resolve()
        holder, ending, is_uncovered, passed = foretell(world)
        assert (got.holder_id, got.ending, got.is_uncovered) == (holder, ending, is_uncovered), number
        absences = [link.absence_id for link in got.links]
        assert absences == passed[: len(absences)], number
        assert (got.holder_id is None) == (ending in (Ending.CYCLE, Ending.TOO_DEEP, Ending.CANNOT_ACT))
        endings[ending, is_uncovered] = endings.get((ending, is_uncovered), 0) + 1
    assert {ending for ending, _ in endings} == set(Ending)
    assert min(endings.values()) > WORLDS / 1000, endings


def test_every_graph_of_four_people_ends_in_a_holder_or_the_fallback_and_cycles_are_seen() -> None:
    four = PEOPLE[:4]
    count = 0
    for choice in product(range(4), repeat=4):
        stands_in = {p: four[n] for p, n in zip(four, choice, strict=True) if four[n] != p}
        covers = [Cover(p, who, BEGIN, BEGIN, False, p) for p, who in stands_in.items()]
        walk = [four[0]]
        while walk[-1] in stands_in and walk[-1] not in walk[:-1]:
            walk.append(stands_in[walk[-1]])
        got = resolve(
            four[0], import_date=BEGIN, opened_on=BEGIN, covers=by_person(covers), may_act=lambda _: True
        )
        is_cycle = len(set(walk)) < len(walk)
        assert (got.ending is Ending.CYCLE) == is_cycle, choice
        assert got.holder_id == (None if is_cycle else walk[-1]), choice
        count += 1
    assert count == 256


def test_a_snapshot_through_json_replays_to_what_was_stored() -> None:
    dice = random.Random(14)
    for number in range(2_000):
        world = make_world(dice)
        got = world.resolve()
        stored = json.loads(
            json.dumps(
                snapshot(
                    got,
                    person_id=PEOPLE[0],
                    import_date=world.imported,
                    opened_on=world.opened,
                    covers=by_person(world.covers),
                    open_of=world.handing,
                )
            )
        )
        assert replay(stored) == stored_outcome(stored) == got, number


def test_a_snapshot_that_was_tampered_with_replays_to_something_else() -> None:
    absence = Cover(PEOPLE[0], PEOPLE[1], BEGIN, BEGIN, False, PEOPLE[2])
    world = RandomWorld([absence], set(PEOPLE), BEGIN, BEGIN, set())
    stored = snapshot(
        world.resolve(),
        person_id=PEOPLE[0],
        import_date=BEGIN,
        opened_on=BEGIN,
        covers=by_person(world.covers),
    )
    stored["covers"][0]["first_on"] = stored["covers"][0]["last_on"] = "2026-03-21"
    stored["can_act"] = {str(PEOPLE[0]): True}
    assert replay(stored).holder_id == PEOPLE[0]
    assert stored_outcome(stored).holder_id == PEOPLE[1]
