"""CSV files as a bookkeeping package wants them: profiles that an organisation makes itself (rules 3.11)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from omloop.audit.services import record
from omloop.booking.files import IN_PROFILES
from omloop.booking.models import STANDS, ExportProfile
from omloop.booking.refusals import ProfileNameTaken, UnknownColumns
from omloop.organisations.holding import hold_alone
from omloop.organisations.members import Member
from omloop.organisations.rights import Right


def profiles_of(organisation_id: UUID) -> "QuerySet[ExportProfile]":
    """The profiles that are in use, by name."""
    rows: QuerySet[ExportProfile] = ExportProfile.objects.filter(STANDS, organisation_id=organisation_id)
    return rows.order_by("name", "id")


def columns_in(text: str) -> list[tuple[str, str]]:
    """The columns that a text names, one on a line: `account`, or `account = Grootboek` with its heading."""
    pairs = [line.partition("=") for line in text.splitlines() if line.strip()]
    return [(name.strip(), heading.strip() or name.strip()) for name, _, heading in pairs]


def make_profile(
    *,
    organisation_id: UUID,
    name: str,
    columns: Sequence[tuple[str, str]],
    separator: str,
    decimal_sign: str,
    dates: str,
    has_headings: bool,
    actor: Member,
    now: datetime,
) -> ExportProfile:
    """Make a profile. It is ended, never changed, so that a file stays the same whenever one downloads it.

    Raises RightMissing without *manage settings*, UnknownColumns and ProfileNameTaken.
    """
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    hold_alone([organisation_id])
    unknown = {column for column, _ in columns} - set(IN_PROFILES)
    if unknown or not columns:
        raise UnknownColumns(unknown)
    if profiles_of(organisation_id).filter(name=name.strip()).exists():
        raise ProfileNameTaken
    made: ExportProfile = ExportProfile.objects.create(
        organisation_id=organisation_id,
        name=name.strip(),
        columns=list(columns),
        separator=ExportProfile.Separator(separator),
        decimal_sign=ExportProfile.DecimalSign(decimal_sign),
        dates=ExportProfile.Dates(dates),
        has_headings=has_headings,
        created_at=now,
        created_by_id=actor.person_id,
    )
    record("export_profile.made", actor=actor, chain_id=organisation_id, subject_id=made.id, at=now)
    return made


def end_profile(profile_id: UUID, *, actor: Member, now: datetime) -> None:
    """It is offered no more. Raises RightMissing without *manage settings*."""
    place = ExportProfile.objects.values_list("organisation_id", flat=True).get(id=profile_id)
    actor.demand(Right.MANAGE_SETTINGS, place)
    hold_alone([place])
    if ExportProfile.objects.filter(STANDS, id=profile_id).update(ended_at=now):
        record("export_profile.ended", actor=actor, chain_id=place, subject_id=profile_id, at=now)
