"""Peppol BIS Billing 3.0.21 beside EN 16931: its patterns, in the order of the official rules."""

from omloop.einvoice.rules import peppol, peppol_codes, peppol_gr, peppol_lines, peppol_numbers, peppol_small
from omloop.einvoice.rules.peppol_de import GERMANY
from omloop.einvoice.rules.peppol_dk import DENMARK
from omloop.einvoice.rules.peppol_nl import NETHERLANDS
from omloop.einvoice.rules.peppol_se import SWEDEN
from omloop.einvoice.rules.rule import Pattern

RULE_SET = "Peppol BIS Billing 3.0.21"
USED: tuple[str, ...] = ()

PATTERNS = (
    Pattern(peppol.EMPTY),
    Pattern(peppol.PROJECT),
    Pattern(*peppol.GENERAL, *peppol_lines.LINES, *peppol_numbers.NUMBERS),
    Pattern(*peppol_small.NORWAY),
    Pattern(*DENMARK),
    Pattern(*peppol_small.ITALY),
    Pattern(*SWEDEN),
    Pattern(*peppol_gr.SENDERS),
    Pattern(*peppol_gr.BOTH_SIDES),
    Pattern(*peppol_small.ICELAND),
    Pattern(*NETHERLANDS),
    Pattern(*GERMANY),
    Pattern(*peppol_codes.CODES),
)
