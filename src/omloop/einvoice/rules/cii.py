"""EN 16931 in CII (UN/CEFACT Cross Industry Invoice): all rules of release 1.3.16."""

from omloop.einvoice.rules.cii_binding import BINDING
from omloop.einvoice.rules.cii_codes import CODES
from omloop.einvoice.rules.cii_model import CONTEXTS, DOCUMENT
from omloop.einvoice.rules.cii_parties import PARTIES
from omloop.einvoice.rules.cii_parts import PARTS
from omloop.einvoice.rules.cii_totals import BREAKDOWN, TOTALS
from omloop.einvoice.rules.cii_vat import VAT_CONTEXTS, VAT_OF_DOCUMENT
from omloop.einvoice.rules.rule import Context, Pattern

RULE_SET = "EN 16931 CII 1.3.16"
IS_CII = True
PATTERNS = (
    Pattern(
        Context(("/",), (*DOCUMENT, *VAT_OF_DOCUMENT)),
        *CONTEXTS,
        *PARTS,
        *TOTALS,
        *PARTIES,
        *VAT_CONTEXTS,
        BREAKDOWN,
    ),
    Pattern(*BINDING),
    Pattern(*CODES),
)
