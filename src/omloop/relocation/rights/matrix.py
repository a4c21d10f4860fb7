"""The matrix of people and organisations as a page shows it: chips, and what a draft adds and takes away."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from omloop.environments.models import EnvironmentRole
from omloop.organisations.chips import Chip, Place, Speech
from omloop.organisations.models import Group, Organisation
from omloop.organisations.partners import partner_names
from omloop.people.models import Person
from omloop.relocation.rights.drafts import Plan
from omloop.relocation.rights.lent import lent_chips
from omloop.relocation.rights.reach import Reach
from omloop.relocation.rights.standing import Key, Standing


@dataclass(frozen=True)
class Column:
    """An organisation, and whether the one who looks may change rights there."""

    organisation: Organisation
    is_editable: bool


@dataclass(frozen=True)
class Cell:
    """What a person may do in one place."""

    organisation: Organisation | None
    chips: tuple[Chip, ...]
    is_editable: bool

    @property
    def is_changed(self) -> bool:
        """Whether a draft changes something here."""
        return any(chip.change for chip in self.chips)


@dataclass(frozen=True)
class Row:
    """A person: his role in the environment, and a cell for each organisation.

    Who is there from a `partner` becomes a member elsewhere by invitation alone (rules 1.8).
    """

    person: Person
    party: str
    partner: str
    is_inactive: bool
    role: Cell
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """All of it."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def is_partly_locked(self) -> bool:
        """Whether there are organisations that the one who looks may not change."""
        return not all(column.is_editable for column in self.columns)


def role_chip(role: str) -> Chip:
    """A role in the environment."""
    if role == EnvironmentRole.Role.ADMINISTRATOR:
        return Chip(_("Administrator"), "manage")
    return Chip(_("Basic place"))


def matrix_of(reach: Reach, plan: Plan) -> Matrix:
    """Everybody with a place in the environment or an organisation that is shown, by name; four queries."""
    columns = tuple(Column(each, reach.is_editable(each.id)) for each in reach.organisations)
    groups = Group.objects.in_bulk([group for p in _places(plan) for group in p.groups])
    speech = Speech(groups, plan.before.carried)
    lent = lent_chips([each.id for each in reach.organisations], now=timezone.now())
    people = {person for person, _place in plan.shown.places} | {
        person for person, _place in plan.before.places
    }
    known = Person.objects.filter(id__in=people | set(plan.before.roles)).order_by("name", "id")
    parties = party_names(plan.draft.parties if plan.draft else [])
    partners = partner_names(reach.environment.id, [each.id for each in reach.organisations])
    rows = tuple(_row(p, reach, plan, columns, speech, parties, partners.get(p.id, ""), lent) for p in known)
    return Matrix(columns, rows)


def _places(plan: Plan) -> list[Place]:
    return [*plan.before.places.values(), *plan.shown.places.values()]


def _row(
    person: Person,
    reach: Reach,
    plan: Plan,
    columns: tuple[Column, ...],
    speech: Speech,
    parties: Mapping[str, str],
    partner: str,
    lent: Mapping[Key, tuple[Chip, ...]],
) -> Row:
    is_guest = bool(partner) and person.id not in plan.before.roles
    return Row(
        person=person,
        party=parties.get(str(person.id), ""),
        partner=partner,
        is_inactive=is_inactive(person, plan.before),
        role=_role_cell(person, reach, plan),
        cells=tuple(
            _cell((person.id, c.organisation.id), c, plan, speech, lent, only_where_member=is_guest)
            for c in columns
        ),
    )


def is_inactive(person: Person, standing: Standing) -> bool:
    """Whether he is deactivated in this environment, or his account is closed."""
    if person.id in standing.roles:
        return person.id in standing.resting
    return any(key[0] == person.id for key in standing.inactive)


def _cell(
    key: Key,
    column: Column,
    plan: Plan,
    speech: Speech,
    lent: Mapping[Key, tuple[Chip, ...]],
    *,
    only_where_member: bool,
) -> Cell:
    held = plan.before.place(key)
    is_editable = column.is_editable and (bool(held.groups) or not only_where_member)
    return Cell(
        column.organisation, (*speech.compare(held, plan.shown.place(key)), *lent.get(key, ())), is_editable
    )


def _role_cell(person: Person, reach: Reach, plan: Plan) -> Cell:
    held, wanted = plan.before.roles.get(person.id), plan.shown.roles.get(person.id)
    if held is None:
        return Cell(None, (), is_editable=False)
    if held == wanted or wanted is None:
        return Cell(None, (role_chip(held),), reach.administers)
    gone, come = role_chip(held), role_chip(wanted)
    return Cell(
        None,
        (Chip(gone.text, gone.kind, "removed"), Chip(come.text, come.kind, "added")),
        reach.administers,
    )


def party_names(parties: list[dict[str, object]]) -> dict[str, str]:
    """By the id of a person or organisation, the party that a split gives it to."""
    found: dict[str, str] = {}
    for party in parties:
        for key in (*_ids(party, "people"), *_ids(party, "organisations")):
            found[key] = str(party["name"])
    return found


def _ids(party: Mapping[str, object], what: str) -> list[str]:
    ids = party.get(what, [])
    return [str(each) for each in ids] if isinstance(ids, list) else []
