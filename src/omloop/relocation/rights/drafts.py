"""Preparing changes of rights, saving them in one go, and turning them back (rules 1.11, 6.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from omloop.environments.models import EnvironmentRole
from omloop.environments.services import give_role, lock_roles
from omloop.organisations.chips import Place
from omloop.organisations.locks import lock_rights
from omloop.organisations.members import Member, RightMissing
from omloop.organisations.models import Group, Organisation, RightsChange, RightsDraft
from omloop.organisations.refusals import IsDeactivated, LastAdministrator, OwnRights, RightsRefused
from omloop.organisations.rights import Right
from omloop.organisations.services import grant, set_limit, withdraw
from omloop.relocation.rights.effects import Effects, effects_of
from omloop.relocation.rights.reach import Reach
from omloop.relocation.rights.standing import (
    Key,
    Standing,
    What,
    applied,
    differences,
    end_of,
    read_standing,
    says_something,
)

IN_ORDER = [What.ROLE, What.GRANT, What.LIMIT, What.WITHDRAW]
"""Who comes stands there before the other goes, so that no place is left without an administrator."""


class ChangedMeanwhile(RightsRefused):
    """What the draft changes is no longer as it was when its effect was shown."""


class NothingToSave(RightsRefused):
    """The draft has no change that its author can save himself."""


@dataclass(frozen=True)
class Plan:
    """A draft beside what is now: what saving would do, what another administrator must confirm, what is
    out of reach for its author, and what that brings about."""

    draft: RightsDraft | None
    before: Standing
    savable: tuple[RightsChange, ...]
    own: tuple[RightsChange, ...]
    out_of_reach: tuple[RightsChange, ...]
    after: Standing
    shown: Standing
    effects: Effects

    @property
    def changes(self) -> tuple[RightsChange, ...]:
        """All that would change."""
        return (*self.savable, *self.own, *self.out_of_reach)

    @property
    def fingerprint(self) -> str:
        """A hash of the changes and of what they change: another one means that somebody was between."""
        touched = [
            (
                *map(str, (c.person_id, c.organisation_id, c.group_id, c.what, c.until, c.kind, c.amount)),
                c.role,
            )
            for c in self.savable
        ]
        held = sorted({_held_text(self.before, change) for change in self.savable})
        return sha256(repr((sorted(touched), held)).encode()).hexdigest()[:32]


def _held_text(standing: Standing, change: RightsChange) -> str:
    if change.organisation_id is None:
        return f"{change.person_id} {standing.roles.get(change.person_id, '')}"
    place = standing.place((change.person_id, change.organisation_id))
    groups = sorted((str(group), str(until)) for group, until in place.groups.items())
    return repr(
        (
            str(change.person_id),
            str(change.organisation_id),
            groups,
            sorted((kind, str(amount)) for kind, amount in place.limits.items()),
        )
    )


def open_draft(environment_id: UUID, author_id: UUID) -> RightsDraft | None:
    """The draft that somebody has open in an environment."""
    found: RightsDraft | None = RightsDraft.objects.filter(
        environment_id=environment_id, author_id=author_id, saved_at=None
    ).first()
    return found


def ensure_draft(reach: Reach, *, now: datetime) -> RightsDraft:
    """The author's open draft, begun when there is none."""
    made: RightsDraft
    made, _ = RightsDraft.objects.get_or_create(
        environment_id=reach.environment.id,
        author_id=reach.actor.person_id,
        saved_at=None,
        defaults={"started_at": now},
    )
    return made


def plan_of(reach: Reach, draft: RightsDraft | None, *, now: datetime, lock: bool = False) -> Plan:
    """The draft beside what is now; with `lock` nobody changes that until the commit."""
    stored = list(draft.changes.filter(done_at=None, asked_at=None)) if draft else []
    if lock:
        lock_roles(reach.environment.id)
        lock_rights({change.organisation_id for change in stored if change.organisation_id})
    before = read_standing(reach.environment.id, reach.organisations, now=now)
    told = [c for c in stored if reach.knows(c.organisation_id) and says_something(c, before)]
    told.sort(key=lambda change: (IN_ORDER.index(What(change.what)), change.id))
    own = tuple(c for c in told if reach.is_own(c) and reach.is_editable(c.organisation_id))
    savable = tuple(c for c in told if reach.is_editable(c.organisation_id) and not reach.is_own(c))
    out_of_reach = tuple(c for c in told if not reach.is_editable(c.organisation_id))
    after = applied(before, savable)
    effects = effects_of(reach, before, after, own=own, savable=savable, now=now)
    shown = applied(before, told)
    return Plan(draft, before, savable, own, out_of_reach, after, shown, effects)


def draft_place(reach: Reach, key: Key, wanted: Place, *, now: datetime) -> None:
    """Let the draft say that this person has just this in this organisation. Raises RightMissing."""
    person_id, organisation_id = key
    if not reach.is_editable(organisation_id):
        raise RightMissing(Right.MANAGE_MEMBERS, organisation_id)
    standing = read_standing(reach.environment.id, [reach.organisation(organisation_id)], now=now)
    draft = ensure_draft(reach, now=now)
    held = draft.changes.filter(person_id=person_id, organisation_id=organisation_id)
    held.filter(done_at=None, asked_at=None).delete()
    add_changes(draft, differences(key, standing.place(key), wanted))


def draft_role(reach: Reach, person_id: UUID, role: str, *, now: datetime) -> None:
    """Let the draft say that this is his role in the environment. Raises NotAdministrator."""
    reach.actor.demand_administrator(reach.environment.id)
    draft = ensure_draft(reach, now=now)
    draft.changes.filter(person_id=person_id, what=What.ROLE, done_at=None, asked_at=None).delete()
    held = EnvironmentRole.objects.at(now).filter(environment=reach.environment, person_id=person_id)
    if held.values_list("role", flat=True).first() not in (None, role):
        add_changes(draft, [RightsChange(what=What.ROLE, person_id=person_id, role=role)])


def add_changes(draft: RightsDraft, changes: Iterable[RightsChange]) -> None:
    """Put these changes into the draft."""
    found = list(changes)
    for change in found:
        change.draft, change.environment_id = draft, draft.environment_id
    RightsChange.objects.bulk_create(found)


def discard_draft(draft: RightsDraft) -> None:
    """Throw an open draft away; nothing of it ever held."""
    draft.changes.filter(done_at=None, asked_at=None).delete()
    RightsDraft.objects.filter(id=draft.id, saved_at=None).delete()


def save_draft(reach: Reach, draft: RightsDraft, *, fingerprint: str, now: datetime) -> RightsDraft:
    """Do all that the author may do himself, in one transaction; ask another administrator for the rest.

    Everything is read again under the lock. Raises ChangedMeanwhile, NothingToSave, LastAdministrator, and
    what the services raise; then nothing is changed.
    """
    with transaction.atomic():
        plan = plan_of(reach, draft, now=now, lock=True)
        if plan.fingerprint != fingerprint:
            raise ChangedMeanwhile
        if not plan.savable and not plan.own:
            raise NothingToSave
        if plan.effects.left_alone:
            raise LastAdministrator(*plan.effects.left_alone)
        for change in plan.savable:
            do(change, plan.before, reach, now=now)
        asked = [change.id for change in plan.own]
        RightsChange.objects.filter(id__in=asked).update(asked_at=now)
        draft.changes.filter(done_at=None, asked_at=None).delete()
        draft.saved_at = now
        draft.save(update_fields=["saved_at"])
    return draft


def do(change: RightsChange, before: Standing, reach: Reach, *, now: datetime) -> None:
    """Make one change through its service, and note what was there before."""
    if change.organisation_id is None:
        _change_role(change, reach, now)
    else:
        _change_place(change, reach.organisation(change.organisation_id), reach.actor, now)
    change.before, change.done_at = before_of(change, before), now
    change.save(update_fields=["before", "done_at"])


def _change_role(change: RightsChange, reach: Reach, now: datetime) -> None:
    reach.actor.demand_administrator(reach.environment.id)
    if change.person_id == reach.actor.person_id:
        raise OwnRights("another administrator changes your role")
    roles = EnvironmentRole.objects.at(now).filter(environment=reach.environment)
    held = roles.filter(person_id=change.person_id).first()
    if held is None or not held.is_active:
        raise IsDeactivated(str(change.person_id))
    give_role(
        environment_id=reach.environment.id,
        person_id=change.person_id,
        role=change.role,
        adds_organisations=held.adds_organisations,
        actor=reach.actor,
        now=now,
    )


def _change_place(change: RightsChange, organisation: Organisation, actor: Member, now: datetime) -> None:
    actor.demand(Right.MANAGE_MEMBERS, organisation.id)
    where: dict[str, Any] = {"organisation_id": organisation.id, "person_id": change.person_id}
    if change.what == What.LIMIT:
        set_limit(**where, amount=change.amount, kind=change.kind, actor=actor, now=now)
        return
    where["group"] = Group.objects.values_list("name", flat=True).get(
        id=change.group_id, organisation_id=organisation.id, ended_at=None
    )
    if change.what == What.GRANT:
        grant(**where, until=end_of(change.until, organisation.zone), actor=actor, now=now)
    else:
        withdraw(**where, actor=actor, now=now)


def before_of(change: RightsChange, standing: Standing) -> dict[str, Any]:
    """What a change takes the place of, as JSON."""
    if change.organisation_id is None:
        return {"role": standing.roles.get(change.person_id, "")}
    place = standing.place((change.person_id, change.organisation_id))
    if change.what == What.LIMIT:
        amount = place.limits.get(change.kind)
        return {"amount": None if amount is None else str(amount)}
    until = place.groups.get(change.group_id) if change.group_id else None
    return {"stood": change.group_id in place.groups, "until": until.isoformat() if until else None}


def reversed_changes(changes: Sequence[RightsChange]) -> list[RightsChange]:
    """The changes that put back what was there before; not stored yet."""
    return [back for change in reversed(changes) if (back := _reversed(change))]


def _reversed(change: RightsChange) -> RightsChange | None:
    before = change.before
    where: dict[str, Any] = {
        "person_id": change.person_id,
        "organisation_id": change.organisation_id,
        "group_id": change.group_id,
        "kind": change.kind,
    }
    if change.what == What.ROLE:
        return RightsChange(what=What.ROLE, role=before["role"], **where) if before["role"] else None
    if change.what == What.LIMIT:
        amount = None if before["amount"] is None else Decimal(before["amount"])
        return RightsChange(what=What.LIMIT, amount=amount, **where)
    if not before["stood"]:
        return RightsChange(what=What.WITHDRAW, **where)
    until = date.fromisoformat(before["until"]) if before["until"] else None
    return RightsChange(what=What.GRANT, until=until, **where)


def draft_reversal(reach: Reach, saved: RightsDraft, *, now: datetime) -> RightsDraft:
    """A new draft that turns back what a saved one did, as far as it still stands."""
    draft = ensure_draft(reach, now=now)
    draft.changes.filter(done_at=None, asked_at=None).delete()
    before = read_standing(reach.environment.id, reach.organisations, now=now)
    back = reversed_changes(list(saved.changes.exclude(done_at=None).order_by("done_at", "id")))
    add_changes(draft, [change for change in back if says_something(change, before)])
    return draft
