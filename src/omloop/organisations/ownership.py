"""Who owns which part of a company (rules 1.6): for overview and reports; it gives no right by itself."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.organisations.network import OF_SHOWN_ORGANISATIONS
from omloop.tenancy.history import HistoryManager, WithHistory
from omloop.tenancy.models import OfOrganisation


class Share(WithHistory, OfOrganisation):
    """A parent holds a share of the organisation, in percent; a parent from outside is a name only.

    That shares are at most 100% together, and that nobody owns himself in a circle, a trigger of the
    database refuses at commit (migration 0002).
    """

    wall: ClassVar[str] = OF_SHOWN_ORGANISATIONS

    parent = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    parent_name = models.CharField(_("parent outside of the environment"), max_length=200, blank=True)
    percent = models.DecimalField(_("share in percent"), max_digits=5, decimal_places=2)

    parent_id: UUID | None
    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(percent__gt=0, percent__lte=100), name="share_is_a_part_of_the_whole"
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) ^ models.Q(parent_name=""),
                name="share_has_one_holder",
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("organisation")), name="nobody_owns_himself"
            ),
            models.UniqueConstraint(
                fields=["organisation", "parent", "parent_name"],
                condition=models.Q(valid__upper_inf=True),
                nulls_distinct=False,
                name="parent_holds_one_share",
            ),
        ]
        indexes = [models.Index(fields=["parent"], name="share_of_parent")]
