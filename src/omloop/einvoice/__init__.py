"""E-invoices, in plain Python, usable alone.

`read(bytes) -> Document`, `check(Document) -> Findings`, `write(Document) -> bytes`.
"""

from omloop.einvoice.checking import check, profile_of
from omloop.einvoice.document import Attachment, Document, Kind, PaymentMeans, PrecedingInvoice, Totals
from omloop.einvoice.findings import Finding, Findings, Flag, Unreadable, Verdict
from omloop.einvoice.lines import (
    AllowanceCharge,
    Classification,
    InvoicePeriod,
    Item,
    ItemAttribute,
    Line,
    Price,
    VatBreakdown,
)
from omloop.einvoice.parties import Address, Contact, Delivery, Identifier, Party
from omloop.einvoice.reading import read
from omloop.einvoice.rules.profiles import PROFILES, ProfileOfOtherSyntax
from omloop.einvoice.unwritable import Unwritable
from omloop.einvoice.writing import write
from omloop.einvoice.writing_cii import write_cii

__all__ = [
    "PROFILES",
    "Address",
    "AllowanceCharge",
    "Attachment",
    "Classification",
    "Contact",
    "Delivery",
    "Document",
    "Finding",
    "Findings",
    "Flag",
    "Identifier",
    "InvoicePeriod",
    "Item",
    "ItemAttribute",
    "Kind",
    "Line",
    "Party",
    "PaymentMeans",
    "PrecedingInvoice",
    "Price",
    "ProfileOfOtherSyntax",
    "Totals",
    "Unreadable",
    "Unwritable",
    "VatBreakdown",
    "Verdict",
    "check",
    "profile_of",
    "read",
    "write",
    "write_cii",
]
