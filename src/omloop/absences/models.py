"""When a person is away, and who stands in for him, organisation by organisation (rules 4.1)."""

from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Value

from omloop.absences.resolution import Cover
from omloop.kernel.period import Period
from omloop.organisations.rights import Right
from omloop.tenancy.history import HistoryManager, WithHistory
from omloop.tenancy.models import OfOrganisation, Structure


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
    changed; marks say what was seen to (`due`). No two covers of a person overlap in an organisation:
    the database refuses. The options are those of rules 4.3: (a) what reaches him in the period, (b) what is
    open on the first day, (c) what the substitute still has after the last one returns.
    """

    absence_id = models.UUIDField()
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    substitute = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    period = DateRangeField()
    takes_what_reaches = models.BooleanField(default=False)
    takes_what_is_open = models.BooleanField(default=False, db_default=False)
    returns_what_is_left = models.BooleanField(default=False, db_default=False)
    noticed_at = models.DateTimeField(null=True)
    """When the absent one was told what comes."""
    begun_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    review_on = models.DateField(null=True)
    """When an open end is asked about next (rules 4.8)."""
    asked_on = models.DateField(null=True)
    """When it was asked about last, while nobody has answered."""
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
            models.Index(
                fields=["organisation"],
                name="covers_to_be_seen_to",
                condition=models.Q(finished_at__isnull=True),
            ),
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


class AbsenceDefault(OfOrganisation):
    """What the options of a new absence are in an organisation, where nobody says otherwise (rules 4.3).

    No row: off, as delivered.
    """

    takes_what_reaches = models.BooleanField(default=False)
    takes_what_is_open = models.BooleanField(default=False)
    returns_what_is_left = models.BooleanField(default=False)

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(fields=["organisation"], name="organisation_has_one_absence_default"),
        ]


class LentRight(WithHistory, Structure, OfOrganisation):
    """A right that a substitute has during an absence, for what he decides for the absent one (rules 4.5).

    It is asked for, and holds in `valid` once somebody else who manages members has confirmed it: never
    more than the lender holds himself, and of `approve` up to his limit.
    """

    absence_id = models.UUIDField()
    lender = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    borrower = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    right = models.TextField(choices=Right.choices)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    is_confirmed = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)
    """When the absence was changed or cancelled, so that nothing is lent any more."""

    organisation_id: UUID
    lender_id: UUID
    borrower_id: UUID
    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(right__in=[Right.CHECK, Right.APPROVE]), name="lent_right_decides"
            ),
            models.CheckConstraint(condition=~models.Q(lender=F("borrower")), name="nobody_lends_to_himself"),
            models.CheckConstraint(
                condition=models.Q(answered_by__isnull=True)
                | (~models.Q(answered_by=F("lender")) & ~models.Q(answered_by=F("borrower"))),
                name="lent_right_is_confirmed_by_a_third",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "borrower"], name="rights_lent_to")]

    @property
    def days(self) -> Period:
        """The days for which it is asked or lent, where the organisation is."""
        zone = self.organisation.zone
        last = (
            (self.valid.upper - timedelta(microseconds=1)).astimezone(zone).date()
            if self.valid.upper
            else None
        )
        return Period(self.valid.lower.astimezone(zone).date(), last)
