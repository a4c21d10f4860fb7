"""What an approval is about: a change of it voids the approval (rules 3.7)."""

from decimal import Decimal
from hashlib import sha256

from omloop.invoices.models import Invoice

SCALE = Decimal("0.0001")


def hash_what_counts(invoice: Invoice) -> str:
    """SHA-256 over amount, currency, supplier and IBAN, as 64 hex digits; text and VAT code don't count."""
    amount = "" if invoice.with_vat is None else f"{Decimal(invoice.with_vat).quantize(SCALE):f}"
    payable = "" if invoice.payable is None else f"{Decimal(invoice.payable).quantize(SCALE):f}"
    supplier = (invoice.supplier_name, invoice.supplier_kvk, invoice.supplier_vat)
    parts = [amount, payable, invoice.currency, *supplier, invoice.iban]
    return sha256("\x1f".join(parts).encode()).hexdigest()
