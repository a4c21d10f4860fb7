"""Changes of rights and their effect, said in sentences."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from omloop.environments.models import EnvironmentRole
from omloop.organisations.chips import chip_word, limit_words
from omloop.organisations.models import Group, RightsChange
from omloop.organisations.segregation import risk_in_words
from omloop.people.models import Person
from omloop.relocation.rights.effects import Effects, LostSight
from omloop.relocation.rights.reach import Reach
from omloop.relocation.rights.standing import What
from omloop.web import words


@dataclass(frozen=True)
class Line:
    """A sentence about the effect, under its heading: `sight`, `work`, `duties` or `stop`."""

    about: str
    text: str


@dataclass(frozen=True)
class Told:
    """A change in words: of whom, where, what."""

    person: Person
    place: str
    text: str
    is_gone: bool


class _Teller:
    """Names of people and organisations, for the sentences."""

    def __init__(self, reach: Reach, effects: Effects) -> None:
        self.people: Mapping[UUID, str] = effects.names
        self.places = {each.id: each.name for each in reach.organisations}
        self.environment = reach.environment

    def place(self, key: UUID | None) -> str:
        """The name of an organisation, or of the environment."""
        return self.environment.name if key is None else self.places.get(key, self.environment.name)

    def all_of(self, people: Iterable[UUID]) -> str:
        """Names in a row: Anna, Bram and Sanne."""
        return listed(sorted(self.people.get(person, "") for person in people))


def lines_of(reach: Reach, effects: Effects) -> list[Line]:
    """The effect of a draft, what stops it first."""
    teller = _Teller(reach, effects)
    return [
        *_stops(teller, effects),
        *_sight(teller, effects),
        *_work(teller, effects),
        *_duties(teller, effects),
    ]


def _stops(teller: _Teller, effects: Effects) -> list[Line]:
    text = _("Nobody would administer %(place)s any more. Name an administrator there first.")
    return [Line("stop", text % {"place": teller.place(place)}) for place in effects.left_alone]


def _sight(teller: _Teller, effects: Effects) -> list[Line]:
    lost: dict[UUID, list[str]] = defaultdict(list)
    for each in effects.lost:
        lost[each.person_id].append(_lost_place(teller, each))
    text = _("%(name)s sees no more: %(places)s.")
    lines = [
        Line("sight", text % {"name": teller.people[person], "places": listed(sorted(places))})
        for person, places in lost.items()
    ]
    people: dict[UUID, list[str]] = defaultdict(list)
    for person, place in effects.gained:
        people[place].append(teller.people[person])
    for place, names in people.items():
        text = ngettext("%(names)s comes to see %(place)s.", "%(names)s come to see %(place)s.", len(names))
        lines.append(Line("gain", text % {"names": listed(sorted(names)), "place": teller.place(place)}))
    return lines


def _lost_place(teller: _Teller, lost: LostSight) -> str:
    place = teller.place(lost.organisation_id)
    if lost.invoices is None:
        return place
    text = ngettext("%(place)s (%(count)s invoice)", "%(place)s (%(count)s invoices)", lost.invoices)
    return text % {"place": place, "count": words.number(Decimal(lost.invoices))}


def _work(teller: _Teller, effects: Effects) -> list[Line]:
    lines = []
    for task in effects.tasks:
        text = ngettext(
            "%(count)d open task of %(name)s at %(place)s goes to the list Needs attention.",
            "%(count)d open tasks of %(name)s at %(place)s go to the list Needs attention.",
            task.count,
        )
        named = {"name": teller.people[task.person_id], "place": teller.place(task.organisation_id)}
        text %= {**named, "count": task.count}
        lines.append(Line("work", f"{text} {_givers(teller, task.givers)}"))
    for emptied in effects.emptied:
        text = ngettext(
            "%(count)d open task of a group at %(place)s in which nobody stands any more goes to the list "
            "Needs attention.",
            "%(count)d open tasks of a group at %(place)s in which nobody stands any more go to the list "
            "Needs attention.",
            emptied.count,
        )
        text %= {"count": emptied.count, "place": teller.place(emptied.organisation_id)}
        lines.append(Line("work", f"{text} {_givers(teller, emptied.givers)}"))
    for named_in in effects.rules:
        text = _(
            "The scheme of %(place)s names %(name)s (%(rules)s): such invoices go to the fallback there."
        )
        values = {"name": teller.people[named_in.person_id], "place": teller.place(named_in.organisation_id)}
        lines.append(Line("work", text % {**values, "rules": ", ".join(named_in.rules)}))
    for stands_in in effects.substitutes:
        text = _("%(name)s stands in for %(absent)s at %(place)s, and can't decide there any more.")
        values = {
            "name": teller.people[stands_in.person_id],
            "place": teller.place(stands_in.organisation_id),
        }
        lines.append(
            Line("work", text % {**values, "absent": teller.people.get(stands_in.for_person_id, "")})
        )
    return lines


def _givers(teller: _Teller, people: Sequence[UUID]) -> str:
    if not people:
        return _("Nobody there can give them to somebody else.")
    return _("%(names)s can give them to somebody else.") % {"names": teller.all_of(people)}


def _duties(teller: _Teller, effects: Effects) -> list[Line]:
    return [*_own(teller, effects), *_risks(teller, effects), *_alone(teller, effects)]


def _own(teller: _Teller, effects: Effects) -> list[Line]:
    counts: dict[tuple[UUID, ...], int] = defaultdict(int)
    lines = []
    for own in effects.own:
        counts[own.by] += own.count
        if not own.by:
            text = _(
                "Nobody changes his own rights, and nobody else manages the members of %(place)s: "
                "name a second administrator first."
            )
            lines.append(Line("duties", text % {"place": teller.place(own.organisation_id)}))
    for people, count in counts.items():
        text = ngettext(
            "Nobody changes his own rights: your %(count)d change is left out, %(names)s confirms.",
            "Nobody changes his own rights: your %(count)d changes are left out, %(names)s confirms.",
            count,
        )
        names = listed_or(teller.people[person] for person in people)
        lines += [Line("duties", text % {"count": count, "names": names})] if people else []
    return lines


def _risks(teller: _Teller, effects: Effects) -> list[Line]:
    places: dict[tuple[UUID, tuple[str, str]], list[str]] = defaultdict(list)
    for risk in effects.risks:
        places[risk.person_id, risk.pair].append(teller.place(risk.organisation_id))
    text = _("%(name)s would both %(one)s and %(other)s at %(place)s. That stands in the report.")
    return [
        Line(
            "duties",
            text
            % {
                "name": teller.people[person],
                "one": risk_in_words(one),
                "other": risk_in_words(other),
                "place": listed(sorted(where)),
            },
        )
        for (person, (one, other)), where in places.items()
    ]


def _alone(teller: _Teller, effects: Effects) -> list[Line]:
    text = _(
        "%(place)s has one administrator then. When %(name)s is away nobody can change rights there: "
        "name a second one."
    )
    return [
        Line("duties", text % {"place": teller.place(place), "name": teller.people[person]})
        for place, person in effects.alone
    ]


def tell_changes(changes: Sequence[RightsChange]) -> list[Told]:
    """Changes in words; read them with their person, organisation and group."""
    return [
        Told(
            change.person,
            str(change.organisation.name) if change.organisation else _("Role in the environment"),
            _what(change),
            change.what == What.WITHDRAW,
        )
        for change in changes
    ]


def _what(change: RightsChange) -> str:
    if change.what == What.ROLE:
        return str(EnvironmentRole.Role(change.role).label)
    if change.what == What.LIMIT:
        return _limit(change)
    text = chip_word(change.group.name, change.group.default) if isinstance(change.group, Group) else ""
    if change.until:
        text = _("%(what)s through %(day)s") % {"what": text, "day": change.until.isoformat()}
    return text


def _limit(change: RightsChange) -> str:
    what = limit_words(change.kind) if change.kind else _("Limit")
    if change.amount is None:
        return _("%(what)s: no limit") % {"what": what}
    return f"{what} ≤{words.NO_BREAK}{words.number(change.amount)}"


def listed(names: Iterable[str]) -> str:
    """Anna, Bram and Sanne."""
    return _row(list(names), _("and"))


def listed_or(names: Iterable[str]) -> str:
    """Anna, Bram or Sanne."""
    return _row(sorted(names), _("or"))


def _row(names: list[str], last: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}" if names else ""
