"""The chart from a file: first what would change is shown, then it is done (rules 3.10)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import F

from omloop.audit.services import record
from omloop.coding.chart import (
    LONGEST_CODE,
    LONGEST_NAME,
    CostCentre,
    CostUnit,
    LedgerAccount,
    OfChart,
    VatCode,
)
from omloop.coding.sheets import Column, Row, rows_of
from omloop.organisations.activity import acts
from omloop.organisations.holding import hold_alone
from omloop.organisations.members import Member
from omloop.organisations.models import GroupMember
from omloop.organisations.rights import Right

KINDS: dict[str, type[OfChart]] = {
    "accounts": LedgerAccount,
    "centres": CostCentre,
    "units": CostUnit,
    "vat": VatCode,
}
WITH_OWNER = (CostCentre, CostUnit)


class Fault(StrEnum):
    """Why a row is not taken over as it is."""

    NO_CODE = "no_code"
    TOO_LONG = "too_long"
    TWICE = "twice"
    NO_SUCH_OWNER = "no_such_owner"


@dataclass(frozen=True)
class Finding:
    """What is wrong with a row, and what stands there."""

    line: int
    fault: Fault
    said: str


@dataclass(frozen=True)
class Entry:
    """A row of the chart as it will be; `was` holds what is different now, by field."""

    row: OfChart
    is_new: bool
    was: Mapping[str, Any] = field(default_factory=dict)

    @property
    def comes_back(self) -> bool:
        """Whether it had ended."""
        return "ended_at" in self.was


@dataclass(frozen=True)
class Import:
    """What a file would change: nothing of it is stored yet."""

    kind: str
    entries: list[Entry]
    same: int
    missing: list[OfChart]
    findings: list[Finding]

    @property
    def new(self) -> list[Entry]:
        """Codes that are not there yet."""
        return [entry for entry in self.entries if entry.is_new]

    @property
    def changed(self) -> list[Entry]:
        """Codes that are there, with another name or owner, or that had ended."""
        return [entry for entry in self.entries if not entry.is_new]

    @property
    def digest(self) -> str:
        """The same as long as the same would happen, so that nobody confirms what he has not seen."""
        said = [
            (each.row.code, each.row.name, _owner(each.row), sorted(each.was.items()))
            for each in self.entries
        ]
        gone = [row.code for row in self.missing]
        return sha256(repr((self.kind, said, gone)).encode()).hexdigest()


def plan_import(*, organisation_id: UUID, kind: str, text: str, now: datetime) -> Import:
    """What this table would change of the chart; in two queries, however many rows.

    A column that is missing changes nothing of what it is about. Raises TooLarge and NoCodes.
    """
    model, rows = KINDS[kind], rows_of(text)
    there = _there(model, organisation_id)
    owners = _owners(organisation_id, now) if model in WITH_OWNER else {}
    findings: list[Finding] = []
    entries: list[Entry] = []
    seen: set[str] = set()
    for row in rows:
        if fault := _fault(row, seen):
            findings.append(Finding(row.line, fault, row.cells.get(Column.CODE, "")[:80]))
            continue
        code = row.cells[Column.CODE]
        seen.add(code)
        wanted = dict(_wanted(row, model, owners, findings))
        entry = _entry(there.get(code) or model(organisation_id=organisation_id, code=code), wanted)
        entries.append(entry)
    changes = [entry for entry in entries if entry.is_new or entry.was]
    missing = [row for code, row in sorted(there.items()) if row.ended_at is None and code not in seen]
    return Import(kind, changes, len(entries) - len(changes), missing, findings)


def carry_out(
    *,
    organisation_id: UUID,
    kind: str,
    text: str,
    ends_missing: bool,
    seen: str | None = None,
    actor: Member,
    now: datetime,
) -> Import:
    """Do what `plan_import` says, if that still is what was seen (its digest); what was done.

    What is not in the file is ended only when that is asked for. Others who write for the organisation wait
    meanwhile. Raises RightMissing without *manage settings*, ChartChanged, and as `plan_import`.
    """
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    hold_alone([organisation_id])
    plan = plan_import(organisation_id=organisation_id, kind=kind, text=text, now=now)
    if seen is not None and plan.digest != seen:
        raise ChartChanged(plan)
    model = KINDS[kind]
    fields = ["name", "ended_at", *(["owner"] if model in WITH_OWNER else [])]
    model.objects.bulk_create([entry.row for entry in plan.new], batch_size=1000)
    model.objects.bulk_update([entry.row for entry in plan.changed], fields, batch_size=1000)
    gone = plan.missing if ends_missing else []
    model.objects.filter(id__in=[row.id for row in gone]).update(ended_at=now)
    if plan.entries or gone:
        _record(organisation_id, plan, gone, actor, now)
    return plan


class ChartChanged(ValueError):
    """Something else would happen now than was shown; `plan` is what."""

    def __init__(self, plan: Import) -> None:
        super().__init__(plan.kind)
        self.plan = plan


def _there(model: type[OfChart], organisation_id: UUID) -> dict[str, OfChart]:
    """By code: the one that is booked on, else the one that ended last."""
    rows = model.objects.filter(organisation_id=organisation_id)
    return {row.code: row for row in rows.order_by(F("ended_at").asc(nulls_last=True), "id")}


def _owners(organisation_id: UUID, now: datetime) -> dict[str, UUID]:
    """Who can be named: the members that act here, by address."""
    members = GroupMember.objects.at(now).filter(acts(), organisation_id=organisation_id)
    return {email.casefold(): key for key, email in members.values_list("person_id", "person__email")}


def _fault(row: Row, seen: set[str]) -> Fault | None:
    code, name = row.cells.get(Column.CODE, ""), row.cells.get(Column.NAME, "")
    if not code:
        return Fault.NO_CODE
    if len(code) > LONGEST_CODE or len(name) > LONGEST_NAME:
        return Fault.TOO_LONG
    return Fault.TWICE if code in seen else None


def _wanted(
    row: Row, model: type[OfChart], owners: Mapping[str, UUID], findings: list[Finding]
) -> Iterator[tuple[str, Any]]:
    """What the row says, by field; an owner that nobody knows leaves the owner as it is."""
    if Column.NAME in row.cells:
        yield "name", row.cells[Column.NAME]
    if Column.OWNER not in row.cells or model not in WITH_OWNER:
        return
    address = row.cells[Column.OWNER]
    if address and address.casefold() not in owners:
        findings.append(Finding(row.line, Fault.NO_SUCH_OWNER, address[:200]))
    else:
        yield "owner_id", owners[address.casefold()] if address else None


def _entry(row: OfChart, wanted: Mapping[str, Any]) -> Entry:
    """The row with what is wanted, not stored."""
    wanted = {**wanted, "ended_at": None}
    was = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    for name in was:
        setattr(row, name, wanted[name])
    is_new = bool(row._state.adding)
    return Entry(row, is_new, {} if is_new else was)


def _owner(row: OfChart) -> UUID | None:
    return getattr(row, "owner_id", None)


def _record(organisation_id: UUID, plan: Import, gone: list[OfChart], actor: Member, now: datetime) -> None:
    owners = {
        str(entry.row.id): [str(entry.was["owner_id"] or ""), str(_owner(entry.row) or "")]
        for entry in plan.changed
        if "owner_id" in entry.was
    }
    record(
        "chart.imported",
        actor=actor,
        chain_id=organisation_id,
        subject_id=organisation_id,
        at=now,
        detail={
            "kind": plan.kind,
            "new": [str(entry.row.id) for entry in plan.new],
            "changed": [str(entry.row.id) for entry in plan.changed],
            "ended": [str(row.id) for row in gone],
            "owners": owners,
        },
    )
