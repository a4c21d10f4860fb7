"""The source closes: only with the target's receipt, and then for good (rules 6.4, 6.6)."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from omloop.audit.actors import OPERATOR
from omloop.audit.services import record
from omloop.intake import files
from omloop.intake.models import LateArrival
from omloop.relocation import signed
from omloop.relocation.between import folder
from omloop.relocation.between.contents import FAREWELL, LARGEST, Late, Receipt, read_text
from omloop.relocation.between.exporting import FILES
from omloop.relocation.between.journal import Departure
from omloop.relocation.between.leaving import departure_of, late_arrivals, wait_for_writers
from omloop.relocation.between.removing import (
    forget_places,
    leave_stub,
    part_from_environment,
    remove_files,
    remove_rows,
)
from omloop.tenancy.models import TenancyStandstill
from omloop.tenancy.scope import show_confidential, tenant_scope

Told = Callable[[str, int, int], None]
LEADS_ON = ("person", "key", "kvk")
"""Kinds of the directory by which who still comes is told where the organisation went."""


class NotConfirmed(ValueError):
    """What was given is not the target's receipt for what was exported here."""


def read_receipt(path: Path, fingerprint: str) -> tuple[Receipt, signed.SignedText]:
    """The receipt in this file, of the installation that the operator named; raises NotConfirmed."""
    data = folder.read_small(path.parent, path.name, limit=LARGEST)
    receipt, text = read_text(Receipt, "receipt", data)
    if not signed.is_fingerprint(fingerprint, text.key):
        raise NotConfirmed(
            f"This receipt is signed with the key {signed.fingerprint(text.key)}. Ask the operator of the "
            "other installation by telephone whether that is his, and run this again with --fingerprint and "
            "what he reads to you. What is here is removed after that."
        )
    return receipt, text


def close(organisation_id: UUID, place: Path, receipt: Receipt, *, now: datetime, told: Told) -> Departure:
    """Close the organisation here, write the farewell for the target into the folder, remove rows and files.

    As the owner of the database; may be interrupted and run again. Late arrivals stay until `forget`. Raises
    NotConfirmed, OSError.
    """
    departure = _mark_gone(organisation_id, receipt, now=now)
    wait_for_writers()
    _write_farewell(place, departure, told)
    remove_rows(organisation_id, told, keep=(LateArrival,))
    remove_files(organisation_id)
    with tenant_scope(None, [organisation_id]):
        forget_places(organisation_id, keep=LEADS_ON)
        Departure.objects.filter(id=departure.id, removed_at=None).update(removed_at=now)
    return departure


def _mark_gone(organisation_id: UUID, receipt: Receipt, *, now: datetime) -> Departure:
    with tenant_scope(None, [organisation_id]):
        departure = departure_of(organisation_id)
        if departure is None or departure.exported_at is None:
            raise NotConfirmed("This organisation has not been exported from here.")
        _refuse_other(departure, receipt)
        if departure.gone_at is not None:
            return departure
        departure.receipt = receipt.model_dump(mode="json")
        departure.gone_at = now
        departure.save()
        leave_stub(organisation_id, moved_to=receipt.address)
        part_from_environment(organisation_id, now=now)
        TenancyStandstill.objects.filter(organisation_id=organisation_id).update(
            reason=TenancyStandstill.Reason.GONE
        )
        record(
            "organisation.gone",
            actor=OPERATOR,
            chain_id=departure.environment_id,
            subject_id=organisation_id,
            at=now,
            detail={"to": receipt.address, "archive": departure.archive, "number": receipt.number},
        )
        return departure


def _refuse_other(departure: Departure, receipt: Receipt) -> None:
    mark = departure.manifest or {}
    expected = (departure.organisation_id, departure.archive, mark["number"], mark["hash"])
    if (receipt.organisation, receipt.archive, receipt.number, receipt.hash) != expected:
        raise NotConfirmed("This receipt is for another archive than the one that was exported here.")
    if departure.gone_at and departure.receipt != receipt.model_dump(mode="json"):
        raise NotConfirmed(f"{departure.name} went to {departure.went_to} with another receipt.")


def _write_farewell(place: Path, departure: Departure, told: Told) -> None:
    """The files that came late, and the signed text that names them, written last."""
    organisation_id = departure.organisation_id
    late = late_arrivals(organisation_id)
    for number, each in enumerate(late, start=1):
        path = place / FILES / each.sha256[:2] / each.sha256
        folder.write(path, [files.read(organisation_id, each.sha256)])
        told("late arrivals", number, len(late))
    said = {
        "organisation": str(organisation_id),
        "archive": departure.archive,
        "gone_at": departure.gone_at.astimezone(UTC).isoformat() if departure.gone_at else "",
        "late": list(map(_as_said, late)),
    }
    folder.write(place / FAREWELL, [signed.write("farewell", said)])


def _as_said(late: LateArrival) -> dict[str, object]:
    said = Late(
        sha256=late.sha256,
        size=late.size,
        filename=late.filename,
        channel=late.channel,
        arrived_at=late.arrived_at,
        confidential=late.confidential,
        message_id=late.message_id,
    )
    return said.model_dump(mode="json")


def forget(organisation_id: UUID, *, told: Told) -> int:
    """Remove the late arrivals too, once the target has them; how many.

    Raises NotConfirmed while the organisation is here.
    """
    with tenant_scope(None, [organisation_id]):
        departure = departure_of(organisation_id)
        if departure is None or departure.removed_at is None:
            raise NotConfirmed("This organisation is still here: close it first, with --confirm.")
        show_confidential([organisation_id])
        count = int(LateArrival.objects.filter(organisation_id=organisation_id).count())
    remove_rows(organisation_id, told)
    remove_files(organisation_id)
    return count
