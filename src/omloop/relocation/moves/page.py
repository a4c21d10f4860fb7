"""What the page of a move shows: how far it is, who goes, what stands in the way, who consented."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from omloop.environments.models import Environment
from omloop.people.models import Person, names_of
from omloop.relocation.manifest import Manifest, from_dict
from omloop.relocation.moves.access import Party
from omloop.relocation.moves.agreeing import version_of
from omloop.relocation.moves.findings import Conflict, find_conflicts
from omloop.relocation.moves.forms import ChoicesForm
from omloop.relocation.moves.plans import Consent, MovePlan, Mover, Passenger, Successor
from omloop.relocation.moves.situation import Situation
from omloop.relocation.moves.wording import label_of, tell_conflict, tell_stop
from omloop.relocation.rights.telling import listed as listed_names

State, Side = MovePlan.State, Consent.Side


@dataclass(frozen=True)
class Stage:
    """One step of the wizard: `state` is done, now or empty."""

    title: str
    note: str
    state: str

    @property
    def quarters(self) -> int:
        """How full its ring is."""
        return {"done": 4, "now": 1}.get(self.state, 0)


@dataclass(frozen=True)
class SideShown:
    """One side: its environment, who speaks for it, and whether he consented."""

    side: str
    environment: str
    who: str
    consent: Consent | None
    is_mine: bool


@dataclass(frozen=True)
class Line:
    """One line of the manifest."""

    label: str
    rows: int
    digest: str
    is_equal: bool | None


@dataclass(frozen=True)
class Listed:
    """The manifest of one organisation; `lines` are equal or not, or not compared yet."""

    mover: Mover
    number: int
    rows: int
    files: int
    size: int
    lines: list[Line]


def context_of(party: Party, form: ChoicesForm | None, now: datetime) -> dict[str, Any]:
    """All of the page; `form` only for who may still choose."""
    plan, situation = party.plan, form.situation if form else Situation(party.plan, now)
    conflicts = find_conflicts(situation) if plan.is_open else []
    names = {mover.of_organisation_id: mover.name for mover in situation.movers}
    names |= names_of(situation.people | _mentioned(conflicts))
    environments = environment_names(plan)
    return {
        "plan": plan,
        "movers": situation.movers,
        "title": listed_names(mover.name for mover in situation.movers),
        "environments": environments,
        "stages": list(stages_of(plan, conflicts)),
        "form": form,
        "people": [] if form or is_hidden(party) else list(people_shown(plan)),
        "conflicts": [tell_conflict(conflict, names) for conflict in conflicts],
        "stopped_because": tell_stop(plan.stopped_because, names),
        "sides": list(sides_shown(party, environments)),
        "version": version_of(plan),
        "my_environments": _choosable(party),
        "manifests": [listed(mover) for mover in situation.movers if mover.before],
        "is_from": Side.FROM in party.sides,
        "can_undo": plan.can_be_undone(now),
        "unequal": [line for mover in situation.movers for line in mover.differences],
        "now": now,
    }


@dataclass(frozen=True)
class PersonShown:
    """What was chosen for a person, and who takes over from him where."""

    person: Person
    choice: str
    takers: list[str]


def people_shown(plan: MovePlan) -> Iterator[PersonShown]:
    """What both sides agree to, person by person."""
    successors = Successor.objects.filter(plan=plan).select_related("successor").order_by("successor__name")
    takers: dict[UUID, list[str]] = defaultdict(list)
    for row in successors:
        if row.successor.name not in takers[row.person_id]:
            takers[row.person_id].append(row.successor.name)
    passengers = Passenger.objects.filter(plan=plan).select_related("person")
    for passenger in passengers.order_by("person__name", "person_id"):
        yield PersonShown(passenger.person, passenger.get_choice_display(), takers[passenger.person_id])


def is_hidden(party: Party) -> bool:
    """Whether the people are not for this person yet: a draft is of the side that would be left."""
    return party.plan.state == State.DRAFT and Side.FROM not in party.sides


def environment_names(plan: MovePlan) -> dict[str, str]:
    """The names of both sides; the new one is named by the plan, one that is not chosen yet by nobody."""
    return names_of_sides([plan])[0]


def names_of_sides(plans: Sequence[MovePlan]) -> list[dict[str, str]]:
    """The same of many plans, in one query."""
    ids = {key for plan in plans for key in (plan.from_environment_id, plan.to_environment_id) if key}
    found = dict(Environment.objects.filter(id__in=ids).values_list("id", "name"))
    elsewhere = _("an environment of %(address)s")
    return [
        {
            Side.FROM.value: found.get(plan.from_environment_id, _("another environment")),
            Side.TO.value: (found.get(plan.to_environment_id) if plan.to_environment_id else "")
            or plan.to_name
            or elsewhere % {"address": plan.to_email},
        }
        for plan in plans
    ]


def stages_of(plan: MovePlan, conflicts: list[Conflict]) -> Iterator[Stage]:
    """The five steps of the design."""
    is_sent = plan.state not in (State.DRAFT, State.STOPPED, State.WITHDRAWN)
    is_agreed = plan.state in (State.RUNNING, State.DONE, State.UNDONE)
    moved = plan.state in (State.DONE, State.UNDONE)
    yield Stage(_("Parties"), _("who moves where"), "done")
    yield Stage(_("Choice and people"), _("who comes along"), "done" if is_sent else "now")
    clear = _("nothing stands in the way") if not conflicts else _("something stands in the way")
    yield Stage(_("Check beforehand"), clear, "done" if is_sent else "")
    yield Stage(_("Consent"), _("of both administrators"), "done" if is_agreed else "now" if is_sent else "")
    last = "done" if moved else "now" if plan.state == State.RUNNING else ""
    yield Stage(_("Done"), _("30 days to undo together"), last)


def sides_shown(party: Party, environments: dict[str, str]) -> Iterator[SideShown]:
    """Both sides, with the consent that is for this version."""
    plan, version = party.plan, version_of(party.plan)
    consents = Consent.objects.filter(plan=plan, withdrawn_at=None).select_related("person")
    given = {consent.side: consent for consent in consents if consent.version == version}
    proposer = Person.objects.get(id=plan.proposed_by_id)
    for side in Side.values:
        consent = given.get(side)
        asked = plan.to_email if side == Side.TO and plan.to_email else _("an administrator")
        waits_for = proposer.name if side == Side.FROM and not plan.undoes_id else asked
        who = consent.person.name if consent else waits_for
        yield SideShown(side, environments[side], who, consent, side in party.sides)


def _choosable(party: Party) -> list[Environment]:
    """The environments to which the other side can take the organisations."""
    plan = party.plan
    if plan.to_name or plan.to_environment_id or Side.TO not in party.sides:
        return []
    own = party.member.environments - {plan.from_environment_id}
    return list(Environment.objects.filter(id__in=own).order_by("name"))


def listed(mover: Mover) -> Listed:
    """The manifest as a list that people read."""
    before = mover.counted_before
    after = from_dict(mover.after["manifest"]) if mover.after else None
    return Listed(
        mover,
        before.mark.number,
        before.rows,
        len(before.files),
        before.size,
        list(_lines(before, after)),
    )


def _lines(before: Manifest, after: Manifest | None) -> Iterator[Line]:
    then = {counted.table: counted for counted in after.tables} if after else {}
    for counted in before.tables:
        if counted.rows:
            is_equal = then.get(counted.table) == counted if after else None
            yield Line(label_of(counted.table), counted.rows, _short(counted.digest), is_equal)


def _short(digest: str) -> str:
    """As one compares by eye: the first and last four hexadecimal digits."""
    is_sum = digest.lstrip("-").isdigit() and len(digest) < 64
    text = f"{int(digest) % 2**64:016x}" if is_sum else digest
    return f"{text[:4]}…{text[-4:]}"


def _mentioned(conflicts: list[Conflict]) -> set[UUID]:
    return {key for conflict in conflicts for key in (conflict.person_id, conflict.other_id) if key}
