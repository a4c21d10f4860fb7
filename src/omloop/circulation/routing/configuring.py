"""Reading and changing how an organisation circulates (rules 3.5, 3.6)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.circulation.models.configuration import STILL, CirculationSettings, FourEyes
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.tenancy.history import since


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """How an organisation circulates; as delivered where nothing is said."""

    four_eyes: str = FourEyes.APPROVE
    counts_vat: bool = True
    answers_by_mail: bool = False


def settings_of(organisation_id: UUID) -> Configuration:
    """How it circulates now."""
    row = CirculationSettings.objects.filter(STILL, organisation_id=organisation_id).first()
    return Configuration(**{name: getattr(row, name) for name in asdict(Configuration())} if row else {})


def configure(*, organisation_id: UUID, wanted: Configuration, actor: Member, now: datetime) -> None:
    """Change how it circulates from now on; an invoice under way keeps the amount that is compared.

    Raises RightMissing without *manage settings*. The same again changes nothing.
    """
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    hold(organisation_id)
    was, became = asdict(settings_of(organisation_id)), asdict(wanted)
    changed = {name: [was[name], became[name]] for name in became if was[name] != became[name]}
    if not changed:
        return
    CirculationSettings.objects.filter(organisation_id=organisation_id).end(now)
    CirculationSettings.objects.create(organisation_id=organisation_id, valid=since(now), **became)
    detail = {"changed": changed}
    record("organisation.circulation_set", actor=actor, chain_id=organisation_id, at=now, detail=detail)
