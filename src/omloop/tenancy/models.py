"""What every table of an organisation shares, and the directory for before there is a scope."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models

from omloop.kernel.ids import uuid7
from omloop.tenancy.scope import current_scope


class ScopedManager(models.Manager[Any]):
    """The default manager: refuses outside a scope, so that a forgotten one is an error and no empty page."""

    def get_queryset(self) -> models.QuerySet[Any]:
        current_scope()
        return super().get_queryset()


class OfOrganisation(models.Model):
    """A row of one organisation: a UUIDv7 key, unique with its organisation for `SameOrganisation`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    """Without an index of its own: the unique ones begin with it."""

    stands_still_by: ClassVar[str] = "organisation_id"
    """The column whose organisation may stand still; empty where rows are written all the same."""
    goes_on_when_closed: ClassVar[bool] = False
    """Whether its rows are still written in an organisation that is closed (rules 6.7)."""
    organisation_id: UUID
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "id"], name="%(class)s_of_one_organisation"),
        ]


class Confidential(models.Model):
    """A row that can be confidential (rules 2.12): the policy hides it without the right to see it.

    The flag is set on the document; rows that hang on it follow through `SameOrganisation(follows=…)`.
    """

    confidential = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Structure(models.Model):
    """A row that says who may do what: shown to the environment's administrators too (rules 6.1).

    They see it of organisations of which they are no member, by a setting of its own: no document
    comes along (rules 1.3). It is written in a closed organisation too, so that readers can be let in.
    """

    goes_on_when_closed: ClassVar[bool] = True

    class Meta:
        abstract = True


class TenancyStandstill(models.Model):
    """An organisation in which nobody may change anything now, and why; ids only.

    The database itself refuses its rows (`walls`), so every door obeys: pages, API, jobs, timers. The
    owner, who moves organisations, is not bound. The row goes when work goes on.
    """

    class Reason(models.TextChoices):
        ARRIVING = "arriving"
        LEAVING = "leaving"
        GONE = "gone"
        CLOSED = "closed"

    organisation_id = models.UUIDField(primary_key=True)
    reason = models.TextField(choices=Reason.choices)

    class Meta:
        db_table = "tenancy_standstill"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason__in=["arriving", "leaving", "gone", "closed"]),
                name="standstill_has_a_known_reason",
            )
        ]


class TenancyDirectory(models.Model):
    """Which organisation or environment belongs to a key, readable before there is a scope; ids only.

    `key` is the SHA-256 of a person id, a connection key or a KvK number.
    """

    kind = models.TextField()
    key = models.BinaryField(max_length=32)
    organisation_id = models.UUIDField(null=True)
    environment_id = models.UUIDField(null=True)

    class Meta:
        db_table = "tenancy_directory"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "organisation_id", "environment_id"],
                name="directory_names_a_place_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(organisation_id__isnull=False) | models.Q(environment_id__isnull=False),
                name="directory_points_somewhere",
            ),
        ]
