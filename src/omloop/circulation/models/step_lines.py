"""Which coding lines a part of a step is about, where a step asks the owner of each (rules 3.8)."""

from typing import ClassVar
from uuid import UUID

from django.db import models

from omloop.coding.models import CodingLine
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation


class StepLine(OfOrganisation, Confidential):
    """A coding line that a part of a step decides on.

    It stays when the line is ended, so that one sees what was decided then.
    """

    step = models.ForeignKey(
        "circulation.Step", on_delete=models.PROTECT, db_constraint=False, related_name="step_lines"
    )
    line = models.ForeignKey(CodingLine, on_delete=models.PROTECT, db_constraint=False, related_name="+")

    step_id: UUID
    line_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="step", name="step_line_in_one_organisation", follows=("confidential",)),
            SameOrganisation(
                field="line", name="step_line_coding_in_one_organisation", follows=("confidential",)
            ),
            models.UniqueConstraint(
                fields=["organisation", "step", "line"], name="step_is_about_a_line_once"
            ),
        ]
