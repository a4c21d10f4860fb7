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
TENDER: Final = "50"
"""Document type of BT-17 in CII (UNTDID 1001)."""
ATTACHED: Final = "916"
"""Document type of BG-24 in CII (UNTDID 1001)."""
SEPA: Final = "SEPA"
"""Scheme of the creditor identifier (BT-90) among the identifiers of who is paid."""
NAMED_ONCE: Final = frozenset(("PayeeTradeParty", "SellerTaxRepresentativeTradeParty"))
"""Parties of CII whose one name is BT-59 or BT-62, which UBL writes as a trading name."""
TAX_POINTS_OF_CII: Final = {"3": "5", "35": "29", "432": "72"}
"""What CII (UNTDID 2475) writes for the codes of BT-8, which a `Document` has from UNTDID 2005, as UBL."""
CREDITS: Final = frozenset(
    ("81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532")
)
"""Type codes (BT-3) of credit notes; CII has one document for both."""
