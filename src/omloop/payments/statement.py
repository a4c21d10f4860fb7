"""What was paid, from a bank statement (camt.053 of ISO 20022): the transfers of our own payment files; pure.

Read under the limits of an e-invoice: no DOCTYPE, no entity, so many bytes and tags. Elements are found by
their names alone, for banks differ in the version. Read is what was booked as a debit and names its transfer
(12-3) or, where a bank books a file in one sum, the whole file. Money that comes back is not read: a payment
that did not go through is said by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from omloop.coding.sheets import NoTable
from omloop.einvoice.findings import Unreadable
from omloop.einvoice.names import Element
from omloop.einvoice.opening import parse, refuse_unsafe

LONGEST_REFERENCE = 140


class NoStatement(NoTable):
    """It is XML, and no bank statement that can be read."""


@dataclass(frozen=True)
class Debit:
    """A transfer that the bank booked (`12-3`), or a whole file by its key; its amount where that is said."""

    name: str
    paid_on: date
    reference: str
    amount: Decimal | None
    iban: str
    is_file: bool = False


def debits_in(data: bytes) -> list[Debit]:
    """What was booked as paid. Raises NoStatement."""
    try:
        refuse_unsafe(data)
        root = parse(data)
    except Unreadable as fault:
        raise NoStatement(str(fault)) from fault
    statements = list(root.iterfind(".//{*}BkToCstmrStmt/{*}Stmt"))
    if not statements:
        raise NoStatement(str(root.tag)[:80])
    return [
        debit
        for statement in statements
        for entry in statement.iterfind("{*}Ntry")
        for debit in _debits(entry, _said(statement, "Id")[:LONGEST_REFERENCE])
    ]


def _debits(entry: Element, reference: str) -> Iterator[Debit]:
    day = _day(entry)
    is_booked = (_said(entry, "Sts/Cd") or _said(entry, "Sts")) == "BOOK"
    if (
        day is None
        or not is_booked
        or _said(entry, "CdtDbtInd") != "DBIT"
        or _said(entry, "RvslInd") == "true"
    ):
        return
    details = list(entry.iterfind("{*}NtryDtls/{*}TxDtls"))
    for each in details:
        if name := _said(each, "Refs/EndToEndId"):
            amount = _amount(each) if len(details) > 1 else _amount(each) or _amount(entry)
            yield Debit(name, day, reference, amount, _said(each, "RltdPties/CdtrAcct/Id/IBAN"))
    if not details and (key := _said(entry, "NtryDtls/Btch/PmtInfId")):
        yield Debit(key, day, reference, _amount(entry), "", is_file=True)


def _day(entry: Element) -> date | None:
    text = _said(entry, "BookgDt/Dt") or _said(entry, "BookgDt/DtTm")[:10]
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _amount(element: Element) -> Decimal | None:
    text = _said(element, "Amt") or _said(element, "AmtDtls/TxAmt/Amt")
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _said(element: Element, path: str) -> str:
    found = element.find("/".join(f"{{*}}{step}" for step in path.split("/")))
    return (found.text or "").strip() if found is not None else ""
