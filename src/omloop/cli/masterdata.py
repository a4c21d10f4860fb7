"""`omloop masterdata`: renew what comes from the bookkeeping package, by CSV or auditfile (rules 3.10).

Without `--carry-out` it only says what would change. The same file twice changes nothing.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from omloop.cli.intake import organisation_of
from omloop.cli.start import django

if TYPE_CHECKING:
    from omloop.organisations.members import Member

CHART = ("accounts", "centres", "units", "vat")
KINDS = (*CHART, "creditors", "bank-accounts", "periods")


def add_arguments(parser: ArgumentParser) -> None:
    """Which list, of whom, from which file."""
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("file", type=Path, metavar="FILE", help="a CSV file, or an auditfile (XAF 3.2)")
    parser.add_argument("--organisation", required=True, metavar="KVK", help="its KvK number, or its id")
    parser.add_argument("--carry-out", action="store_true", help="do it; without, only what would change")
    parser.add_argument(
        "--ends-missing", action="store_true", help="of codes: end those that are not in the file"
    )
    parser.add_argument("--reason", default="", help="of periods: why months are opened again")


def run(arguments: Namespace) -> int:
    """0 when it is said or done, 2 for a file that can't be read."""
    if not arguments.file.is_file():
        return _refuse(f"{arguments.file} does not exist")
    with django():
        organisation_id = organisation_of(arguments.organisation)
        if organisation_id is None:
            return 2
        from django.utils.translation import override

        from omloop.booking.refusals import BookingRefused
        from omloop.coding.sheets import NoTable
        from omloop.coding.wording import tell_no_table
        from omloop.organisations.members import system_scope

        try:
            with override("en"), system_scope("command_line", organisation_id) as actor:
                for line in _lines(arguments, organisation_id, actor):
                    print(line)
        except NoTable as problem:
            with override("en"):
                return _refuse(tell_no_table(problem))
        except BookingRefused as refusal:
            return _refuse(str(refusal))
    print("Carried out." if arguments.carry_out else "Nothing is changed: add --carry-out to do it.")
    return 0


def _lines(arguments: Namespace, organisation_id: UUID, actor: "Member") -> Iterator[str]:
    from django.utils import timezone

    data: bytes = arguments.file.read_bytes()
    who: dict[str, Any] = {"organisation_id": organisation_id}
    acts = {"actor": actor, "now": timezone.now()} if arguments.carry_out else {}
    if arguments.kind in CHART:
        yield from _chart(arguments, data, who, acts)
    elif arguments.kind == "creditors":
        yield from _creditors(data, who, acts)
    elif arguments.kind == "bank-accounts":
        yield from _bank_accounts(data, who, acts)
    else:
        yield from _periods(arguments, data, who, acts)


def _chart(arguments: Namespace, data: bytes, who: dict[str, Any], acts: dict[str, Any]) -> Iterator[str]:
    from django.utils import timezone

    from omloop.coding.auditfile import is_xml, rows_in
    from omloop.coding.importing import carry_out, plan_import
    from omloop.coding.sheets import text_of
    from omloop.coding.wording import tell_finding

    text = rows_in(data, arguments.kind) if is_xml(data) else text_of(data)
    said = {"kind": arguments.kind, "text": text, **who}
    if acts:
        plan = carry_out(ends_missing=arguments.ends_missing, **said, **acts)
    else:
        plan = plan_import(**said, now=timezone.now())
    for entry in plan.entries:
        yield f"{'new' if entry.is_new else 'changes'}  {entry.row}"
    for row in plan.missing:
        yield f"{'ends' if arguments.ends_missing else 'not in the file'}  {row}"
    yield from map(tell_finding, plan.findings)
    yield f"{len(plan.new)} new, {len(plan.changed)} changed, {plan.same} the same."


def _creditors(data: bytes, who: dict[str, Any], acts: dict[str, Any]) -> Iterator[str]:
    from omloop.booking.creditors import plan_creditors, renew_creditors, rows_of
    from omloop.coding.auditfile import creditors_in, is_xml
    from omloop.coding.sheets import text_of

    rows = rows_of(creditors_in(data) if is_xml(data) else text_of(data))
    plan = renew_creditors(rows=rows, **who, **acts) if acts else plan_creditors(rows=rows, **who)
    for row, was in plan.rows:
        yield f"{f'{was} becomes' if was else 'new'}  {row.number}  {row.name}"
    yield from (f"passed over  {each.number}  {each.name}" for each in plan.wrong)
    yield f"{len(plan.new)} new, {len(plan.changed)} changed, {plan.same} the same."


def _bank_accounts(data: bytes, who: dict[str, Any], acts: dict[str, Any]) -> Iterator[str]:
    from omloop.coding.auditfile import is_xml, suppliers_in
    from omloop.coding.sheets import text_of
    from omloop.payees.importing import plan_accounts, rows_of, take_over

    rows = rows_of(suppliers_in(data) if is_xml(data) else text_of(data))
    plan = take_over(rows=rows, **who, **acts) if acts else plan_accounts(rows=rows, **who)
    yield from (f"new, to be checked  {each.iban}  {each.name}" for each in plan.new)
    yield from (f"passed over  {each.iban}  {each.name}" for each in plan.wrong)
    yield f"{len(plan.new)} new, {plan.known} known already."


def _periods(arguments: Namespace, data: bytes, who: dict[str, Any], acts: dict[str, Any]) -> Iterator[str]:
    from omloop.booking.period_import import plan_periods, renew_periods, rows_of
    from omloop.coding.auditfile import NotInAuditfile, is_xml
    from omloop.coding.sheets import text_of

    if is_xml(data):
        raise NotInAuditfile("periods")
    rows = rows_of(text_of(data))
    if acts:
        plan = renew_periods(rows=rows, reason=arguments.reason, **who, **acts)
    else:
        plan = plan_periods(rows=rows, **who)
    yield from (f"closes  {month:%Y-%m}" for month in plan.closes)
    yield from (f"opens again  {month:%Y-%m}" for month in plan.opens)
    yield from (f"passed over  {each.month}  {each.state}" for each in plan.wrong)
    yield f"{len(plan.closes)} close, {len(plan.opens)} open again, {plan.same} stay the same."


def _refuse(reason: str) -> int:
    print(f"omloop masterdata: {reason}", file=sys.stderr)
    return 2
