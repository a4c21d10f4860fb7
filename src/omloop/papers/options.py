"""What the options are, what comes of them, and changing them (rules 2.6)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.papers.models import Direction, Generate, PdfOption


@dataclass(frozen=True)
class Options:
    """When a PDF is made, and whether all becomes one PDF."""

    generate: str = Generate.WHEN_MISSING
    merge: bool = False

    def makes_one(self, *, has_pdf: bool) -> bool:
        """Whether the PDF of an invoice is made, given whether the supplier's own is there."""
        return self.generate == Generate.ALWAYS or (self.generate == Generate.WHEN_MISSING and not has_pdf)


def options_of(organisation_id: UUID) -> dict[str, Options]:
    """The options by direction, as delivered where nobody chose."""
    rows = PdfOption.objects.filter(organisation_id=organisation_id)
    chosen = {row.direction: Options(row.generate, row.merge) for row in rows}
    return {direction: chosen.get(direction, Options()) for direction in Direction.values}


def set_options(
    *, organisation_id: UUID, options: Mapping[str, Options], actor: Member, now: datetime
) -> None:
    """Choose the options by direction; invoices are not changed by it. Raises RightMissing."""
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    hold(organisation_id)
    for direction, wanted in options.items():
        PdfOption.objects.update_or_create(
            organisation_id=organisation_id, direction=direction, defaults=asdict(wanted)
        )
    detail = {direction: asdict(wanted) for direction, wanted in options.items()}
    record("organisation.pdf_options_set", actor=actor, chain_id=organisation_id, at=now, detail=detail)
