"""When a person is away, and who stands in for him, organisation by organisation (rules 4.1)."""

from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Value

from omloop.absences.resolution import Cover
from omloop.tenancy.models import OfOrganisation


class UuidRange(models.Field):  # type: ignore[type-arg]
    """The database's range of UUIDs, made by the first migration: GiST compares it without an extension."""

    def db_type(self, connection: object) -> str:
        return "uuid_range"


def only(column: str) -> Func:
    """The range that holds just this id, so that an exclusion constraint can say "the same"."""
    return Func(F(column), F(column), Value("[]"), function="uuid_range", output_field=UuidRange())


class AbsenceCover(OfOrganisation):
    """In one organisation: a person is away during `period` (days) and this substitute stands in.

    An absence is the person's: the covers of one absence share `absence_id`. Covers are cancelled, never
    changed. No two covers of a person overlap in an organisation: the database refuses.
    """

    absence_id = models.UUIDField()
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    substitute = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    period = DateRangeField()
    takes_what_reaches = models.BooleanField(default=False)
    set_by = models.UUIDField(null=True)
    set_at = models.DateTimeField()
    cancelled_by = models.UUIDField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    organisation_id: UUID
    person_id: UUID
    substitute_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            ExclusionConstraint(
                name="no_two_absences_overlap",
                expressions=[
                    (only("organisation_id"), RangeOperators.OVERLAPS),
                    (only("person_id"), RangeOperators.OVERLAPS),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(cancelled_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=~models.Q(person=F("substitute")), name="nobody_is_his_own_substitute"
            ),
            models.CheckConstraint(
                condition=models.Q(period__isempty=False), name="absence_lasts_a_day_or_more"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "organisation"], name="covers_of_person"),
            models.Index(fields=["substitute", "organisation"], name="covers_by_substitute"),
            models.Index(fields=["absence_id"], name="covers_of_absence"),
        ]

    @property
    def first_on(self) -> date:
        """The first day away."""
        first: date = self.period.lower
        return first

    @property
    def last_on(self) -> date | None:
        """The last day away; the database keeps the day after it. None: the end is open."""
        after: date | None = self.period.upper
        return after - timedelta(days=1) if after else None

    def as_cover(self) -> Cover:
        """As the pure rule reads it."""
        return Cover(
            person_id=self.person_id,
            substitute_id=self.substitute_id,
            first_on=self.first_on,
            last_on=self.last_on,
            takes_what_reaches=self.takes_what_reaches,
            absence_id=self.absence_id,
        )
