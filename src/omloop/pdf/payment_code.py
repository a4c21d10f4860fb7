"""The code that a banking app scans to pay: EPC069-12, version 2."""

from decimal import Decimal

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from omloop.einvoice import Document, PaymentMeans
from omloop.kernel.identifiers import compact, is_iban

DEAREST = Decimal("999999999.99")
LONGEST_NAME, LONGEST_REMITTANCE = 70, 140
LARGEST_VERSION = 13
BORDER = 4
"""Empty modules around the code, as ISO 18004 asks."""


def payment_code(document: Document) -> str | None:
    """The code as an SVG; None for a credit note, another currency than euros, no IBAN, or nothing to pay."""
    content = payment_text(document)
    if content is None:
        return None
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=BORDER)
    code.add_data(content.encode("utf-8", "ignore"))
    code.make(fit=True)
    return _drawn(code.get_matrix()) if code.version <= LARGEST_VERSION else None


def payment_text(document: Document) -> str | None:
    """What the code says, line by line; None where there is nothing to pay by transfer in euros."""
    means, due = account_of(document), document.totals.payable
    if document.is_credit_note or means is None or due is None or due.currency != "EUR":
        return None
    if not Decimal("0.01") <= due.amount <= DEAREST or due.amount != due.amount.quantize(Decimal("0.01")):
        return None
    payee = means.account_name or (document.payee and document.payee.name) or document.seller.name
    if not payee or means.debited_iban or means.mandate:
        return None
    reference = _one_line(means.remittance or document.number or "", LONGEST_REMITTANCE)
    is_creditor_reference = reference.startswith("RF") and len(reference) <= 25
    fields = [
        *("BCD", "002", "1", "SCT"),
        (means.bic or "").replace(" ", ""),
        _one_line(payee, LONGEST_NAME),
        compact(means.iban or ""),
        f"EUR{due.amount:.2f}",
        "",
        reference if is_creditor_reference else "",
        "" if is_creditor_reference else reference,
    ]
    return "\n".join(fields).rstrip("\n")


def account_of(document: Document) -> PaymentMeans | None:
    """The first way to pay with a valid account number."""
    return next((means for means in document.payment_means if is_iban(means.iban or "")), None)


def _one_line(text: str, longest: int) -> str:
    return " ".join(text.split())[:longest]


def _drawn(matrix: list[list[bool]]) -> str:
    size = len(matrix)
    squares = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path fill="#ffffff" d="M0 0h{size}v{size}h-{size}z"/><path fill="#000000" d="{squares}"/></svg>'
    )
