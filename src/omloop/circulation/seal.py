"""What an approval is about: a change of it voids the approval (rules 3.7)."""

from decimal import Decimal
from hashlib import sha256

from omloop.circulation.by_line import lines_of_step
from omloop.circulation.models import Step
from omloop.coding.models import CodingLine
from omloop.invoices.models import Invoice

SCALE = Decimal("0.0001")


def hash_what_counts(invoice: Invoice, step: Step) -> str:
    """SHA-256 over amount, currency, supplier, IBAN and the coding that the step decides on; 64 hex digits.

    Of a coding line count its amount, cost centre and cost unit, and its ledger account where the rule of
    the step asked for one. Text and VAT code don't.
    """
    supplier = (invoice.supplier_name, invoice.supplier_kvk, invoice.supplier_vat)
    parts = [_text(invoice.with_vat), _text(invoice.payable), invoice.currency, *supplier, invoice.iban]
    with_account = step.rule is not None and bool(step.rule.ledger_account)
    parts += sorted(_line(line, with_account) for line in lines_of_step(step))
    return sha256("\x1f".join(parts).encode()).hexdigest()


def _text(amount: Decimal | None) -> str:
    return "" if amount is None else f"{Decimal(amount).quantize(SCALE):f}"


def _line(line: CodingLine, with_account: bool) -> str:
    account = line.ledger_account_id if with_account else ""
    return f"{_text(line.net)} {line.cost_centre_id} {line.cost_unit_id} {account}"
