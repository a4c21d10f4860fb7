"""Who acts: his account is open and he was not deactivated in that organisation (rules 1.5)."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from omloop.organisations.models import STILL, Membership
from omloop.people.models import Person


def acts(person: str = "person", organisation: str = "organisation") -> Q:
    """The condition that the person a row names acts in the organisation that it names."""
    deactivated = Membership.objects.filter(
        STILL, is_active=False, person=OuterRef(f"{person}_id"), organisation=OuterRef(f"{organisation}_id")
    )
    return Q(~Exists(deactivated), **{f"{person}__is_active": True})


def active_people(organisation_id: UUID, people: Collection[UUID]) -> set[UUID]:
    """Those of these people who act in the organisation, members or not; one query."""
    deactivated = Membership.objects.filter(STILL, is_active=False, organisation_id=organisation_id)
    found = Person.objects.filter(id__in=people, is_active=True)
    return set(found.exclude(id__in=deactivated.values("person_id")).values_list("id", flat=True))


def deactivated_in(organisation_ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """(organisation, person) wherever somebody was deactivated; one query."""
    rows = Membership.objects.filter(STILL, is_active=False, organisation_id__in=organisation_ids)
    return set(rows.values_list("organisation_id", "person_id"))


def not_ended(valid: str = "valid") -> Q:
    """The condition that a row has not ended by the clock of the database.

    What ended while a transaction waited for a lock is gone, though its own `now` lies before that.
    """
    return Q(**{f"{valid}__upper_inf": True}) | Q(**{f"{valid}__endswith__gt": Now()})
