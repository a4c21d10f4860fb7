"""What an approval is about: a change of it voids the approval (rules 3.7)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from omloop.circulation.models import Step
from omloop.circulation.who.by_line import lines_of_step
from omloop.coding.models import CodingLine
from omloop.invoices.models import Invoice

SCALE = Decimal("0.0001")


def hash_what_counts(invoice: Invoice, step: Step) -> str:
    """SHA-256 over amounts, currency, supplier, IBAN and the coding that the step decides on; 64 hex digits.

    Of the coding count how much each cost centre and cost unit bears, and on which ledger account where the
    rule of the step asked for one. Text and VAT code don't, nor in how many lines it is said.
    """
    amounts = (invoice.without_vat, invoice.with_vat, invoice.payable)
    supplier = (invoice.supplier_name, invoice.supplier_kvk, invoice.supplier_vat)
    parts = [*map(_text, amounts), invoice.currency, *supplier, invoice.iban]
    with_account = step.rule is not None and bool(step.rule.ledger_account)
    parts += sorted(_borne(lines_of_step(step), with_account))
    return sha256("\x1f".join(parts).encode()).hexdigest()


def _text(amount: Decimal | None) -> str:
    return "" if amount is None else f"{Decimal(amount).quantize(SCALE):f}"


def _borne(lines: Iterable[CodingLine], with_account: bool) -> Iterator[str]:
    """How much falls on each place of the books."""
    borne: dict[tuple[UUID | None, ...], Decimal] = defaultdict(Decimal)
    for line in lines:
        account = line.ledger_account_id if with_account else None
        borne[line.cost_centre_id, line.cost_unit_id, account] += line.net
    for place, net in borne.items():
        yield " ".join([_text(net), *map(str, place)])
