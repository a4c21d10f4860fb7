"""Codes that the syntax binding to UBL gives a meaning of its own."""

from typing import Final

INVOICED_OBJECT: Final = "130"
"""Document type of BT-18 and BT-128 (UNTDID 1001)."""
PROJECT: Final = "50"
"""Document type of BT-11 in a credit note, which has no project reference of its own (UNTDID 1001)."""
NO_ORDER: Final = "NA"
"""What Peppol BIS writes as order reference when there is only a sales order (BT-14)."""
NO_CURRENCY: Final = "XXX"
"""ISO 4217's own code for "no currency": what an amount gets whose file names none."""
