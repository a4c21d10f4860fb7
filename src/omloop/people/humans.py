"""Two accounts of one human: marked as one, and then they count as one for four eyes (rules 1.5, 3.5)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q

from omloop.people.models import SameHuman


def accounts_of(person_ids: Collection[UUID]) -> frozenset[UUID]:
    """These accounts and every other one of the same humans; a chain of marks makes one human too."""
    found = set(person_ids)
    while found:
        pairs = SameHuman.objects.filter(Q(one__in=found) | Q(other__in=found), valid__upper_inf=True)
        reached = {account for pair in pairs.values_list("one_id", "other_id") for account in pair}
        if reached <= found:
            break
        found |= reached
    return frozenset(found)


def humans_of(person_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """For each of these accounts all accounts of that human, itself included; the same rule for many."""
    known = accounts_of(person_ids)
    found = {account: frozenset({account}) for account in known}
    pairs = SameHuman.objects.filter(one__in=known, other__in=known, valid__upper_inf=True)
    for one, other in pairs.values_list("one_id", "other_id"):
        human = found[one] | found[other]
        found |= dict.fromkeys(human, human)
    return found


def marked_accounts() -> dict[UUID, UUID]:
    """Every account that is marked as one with another, and one that stands for its human; one query."""
    one_of: dict[UUID, UUID] = {}
    for one, other in SameHuman.objects.filter(valid__upper_inf=True).values_list("one_id", "other_id"):
        first, second = one_of.setdefault(one, one), one_of.setdefault(other, other)
        one_of |= {account: first for account, human in one_of.items() if human == second}
    return one_of


def last_marked_at() -> datetime | None:
    """When two accounts were last marked as one, of the marks that still hold; one query."""
    marks = SameHuman.objects.filter(valid__upper_inf=True)
    found: datetime | None = marks.aggregate(last=Max("valid__startswith"))["last"]
    return found
