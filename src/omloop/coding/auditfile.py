"""Master data out of an XML Auditfile Financieel: ledger accounts, VAT codes, suppliers and their accounts.

Version 3.2, as bookkeeping packages write it for the tax authority. Read under the limits of an e-invoice:
no DOCTYPE, no entity, no connection, so many bytes and tags. Elements are found by their names alone, for
packages differ in the namespace that they write; other versions are read as far as they use the same.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from omloop.coding.sheets import NoTable
from omloop.einvoice.findings import Unreadable
from omloop.einvoice.names import Element
from omloop.einvoice.opening import parse, refuse_unsafe

SUPPLIERS = ("S", "B")
"""Of customers and suppliers, those from whom one buys: suppliers, and both."""
ROWS = {"accounts": ("ledgerAccount", "accID", "accDesc"), "vat": ("vatCode", "vatID", "vatDesc")}
"""What a list of the chart is called in it: the element, its code, its name."""
USED = {"centres": "costID", "units": "projID"}
"""What has no list of its own there: by which element a line of a journal names it."""


class NoAuditfile(NoTable):
    """It is XML, and no auditfile that can be read: too large, damaged, or another kind."""


class NotInAuditfile(NoTable):
    """An auditfile does not hold what was asked for."""


def is_xml(data: bytes) -> bool:
    """Whether a file wants to be XML; a table never begins so."""
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def rows_in(data: bytes, kind: str) -> str:
    """Its ledger accounts (`accounts`) or VAT codes (`vat`) as a table with the headings `code` and `name`.

    Of cost centres (`centres`) and cost units (`units`) those that it books on. Raises NoAuditfile, and
    NotInAuditfile where it names none.
    """
    rows = _used(data, USED[kind]) if kind in USED else _listed(data, *ROWS[kind])
    if not rows and kind in USED:
        raise NotInAuditfile(kind)
    return _table(("code", "name"), rows)


def suppliers_in(data: bytes) -> str:
    """Its suppliers, one row for each bank account, as a table: `name`, `vat`, `kvk`, `iban`.

    Raises NoAuditfile.
    """
    return _table(("name", "vat", "kvk", "iban"), _suppliers(data))


def creditors_in(data: bytes) -> str:
    """Its suppliers by their numbers, as a table: `number`, `name`, `vat`, `kvk`. Raises NoAuditfile."""
    names = "custSupID", "custSupName", "taxRegIdent", "commerceNr"
    rows = (tuple(_said(each, name) for name in names) for each in _bought_from(data))
    return _table(("number", "name", "vat", "kvk"), rows)


def _listed(data: bytes, name: str, code: str, text: str) -> list[tuple[str, str]]:
    return [(_said(each, code), _said(each, text)) for each in _all(data, name)]


def _used(data: bytes, name: str) -> list[tuple[str, str]]:
    """What lines are booked on, with its name where the file explains it among its basics."""
    names = dict(_listed(data, "basic", "basicID", "basicDesc"))
    codes = {code for each in _all(data, "trLine") if (code := _said(each, name))}
    return [(code, names.get(code, "")) for code in sorted(codes)]


def _suppliers(data: bytes) -> Iterator[tuple[str, ...]]:
    for each in _bought_from(data):
        named = _said(each, "custSupName"), _said(each, "taxRegIdent"), _said(each, "commerceNr")
        for account in each.iterfind(".//{*}bankAccount"):
            yield (*named, _said(account, "bankAccNr"))


def _bought_from(data: bytes) -> Iterator[Element]:
    rows = _all(data, "customerSupplier")
    yield from (each for each in rows if (_said(each, "custSupTp") or "S") in SUPPLIERS)


def _all(data: bytes, name: str) -> Iterator[Element]:
    try:
        refuse_unsafe(data)
        root = parse(data)
    except Unreadable as fault:
        raise NoAuditfile(str(fault)) from fault
    if not str(root.tag).endswith("}auditfile") and root.tag != "auditfile":
        raise NoAuditfile(str(root.tag)[:80])
    yield from root.iterfind(f".//{{*}}{name}")


def _said(parent: Element, name: str) -> str:
    found = parent.find(f"{{*}}{name}")
    return " ".join((found.text or "").split()) if found is not None else ""


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return out.getvalue()
