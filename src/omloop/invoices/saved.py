"""Filters under a name: one's own, and those that an organisation shares (rules 2.8)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from omloop.audit.services import record
from omloop.intake.services import storable
from omloop.invoices.models import SavedFilter
from omloop.organisations.holding import hold
from omloop.organisations.members import Member, RightMissing
from omloop.organisations.rights import Right

MOST = 100
"""Filters on a page."""


class NameMissing(ValueError):
    """A filter is saved under a name."""


class NothingToSave(ValueError):
    """A filter that leaves nothing out is the list itself."""


@dataclass(frozen=True)
class Shown:
    """A filter in the list of them."""

    filter: SavedFilter
    is_removable: bool


def filters_for(member: Member) -> list[Shown]:
    """His own and those that are shared where he is a member, by name; one query."""
    found = _visible(member).select_related("organisation").order_by("name", "id")[:MOST]
    return [Shown(each, _may_remove(member, each)) for each in found]


def filter_of(member: Member, filter_id: UUID) -> SavedFilter | None:
    """The filter, if he sees it."""
    found: SavedFilter | None = _visible(member).filter(id=filter_id).first()
    return found


def save_filter(
    *, organisation_id: UUID, name: str, query: str, is_shared: bool, actor: Member, now: datetime
) -> SavedFilter:
    """Keep a filter with an organisation: for himself, or shared with all its members.

    Raises RightMissing: to share one needs *manage settings*, to keep one any right; NameMissing and
    NothingToSave.
    """
    if is_shared:
        actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    if not actor.rights.get(organisation_id):
        raise RightMissing(Right.VIEW_OWN, organisation_id)
    if not name.strip():
        raise NameMissing
    if not query:
        raise NothingToSave
    hold(organisation_id)
    saved: SavedFilter = SavedFilter.objects.create(
        organisation_id=organisation_id,
        person_id=actor.person_id,
        name=storable(name.strip())[: SavedFilter._meta.get_field("name").max_length],
        query=storable(query),
        is_shared=is_shared,
        made_at=now,
    )
    _record("filter.saved", saved, actor, now)
    return saved


def remove_filter(saved: SavedFilter, *, actor: Member, now: datetime) -> None:
    """Take a filter away: one's own, or a shared one with *manage settings*; raises RightMissing.

    Twice does no harm.
    """
    if not _may_remove(actor, saved):
        raise RightMissing(Right.MANAGE_SETTINGS, saved.organisation_id)
    hold(saved.organisation_id)
    if SavedFilter.objects.filter(id=saved.id, removed_at=None).update(removed_at=now):
        _record("filter.removed", saved, actor, now)


def _visible(member: Member) -> QuerySet[SavedFilter]:
    his = Q(person=member.person_id) | Q(is_shared=True)
    found: QuerySet[SavedFilter] = SavedFilter.objects.filter(
        his, organisation__in=member.rights, removed_at=None
    )
    return found


def _may_remove(member: Member, saved: SavedFilter) -> bool:
    is_his = saved.person_id == member.person_id
    return is_his or (saved.is_shared and member.can(Right.MANAGE_SETTINGS, saved.organisation_id))


def _record(name: str, saved: SavedFilter, actor: Member, now: datetime) -> None:
    detail = {"name": saved.name, "shared": saved.is_shared}
    chain = saved.organisation_id
    record(name, actor=actor, chain_id=chain, subject_id=saved.id, at=now, detail=detail)
