"""EN 16931 in UBL 2.1: all rules of release 1.3.16, by pattern as in the official rules.

The model (BR), the binding (UBL-SR, UBL-DT, UBL-CR), the codes (BR-CL), and values of our own (OML-VAL).
"""

from omloop.einvoice.rules import document_terms, repetition
from omloop.einvoice.rules.allowances import ALLOWANCES
from omloop.einvoice.rules.binding import BINDING, DATA_TYPES, unused_elements
from omloop.einvoice.rules.codes import CODES, NOTE_CODES, VAT_NUMBERS
from omloop.einvoice.rules.lines import LINES
from omloop.einvoice.rules.parties import PARTIES
from omloop.einvoice.rules.payment_vat import PAYMENT
from omloop.einvoice.rules.periods import PERIODS
from omloop.einvoice.rules.repetition_groups import GROUPS
from omloop.einvoice.rules.rule import Context, Pattern
from omloop.einvoice.rules.totals import NEVER_BROKEN, TOTALS, WITH_VAT
from omloop.einvoice.rules.values import VALUES
from omloop.einvoice.rules.vat import VAT_CONTEXTS, VAT_OF_DOCUMENT, VAT_PATTERNS

__all__ = ["IS_CII", "PATTERNS", "RULE_SET", "USED", "unused_elements"]

RULE_SET = "EN 16931 UBL 1.3.16"
IS_CII = False
USED: tuple[str, ...] = ()
"""Rules about unused elements (UBL-CR) that this profile leaves out."""

PATTERNS = (
    Pattern(
        Context(("/",), (*document_terms.DOCUMENT, WITH_VAT, *VAT_OF_DOCUMENT, *NEVER_BROKEN)),
        *PARTIES,
        *PAYMENT,
        *PERIODS,
        *TOTALS,
        *LINES,
        *ALLOWANCES,
        *NOTE_CODES,
        *VAT_NUMBERS,
        *VAT_CONTEXTS,
    ),
    *VAT_PATTERNS,
    Pattern(Context(("/",), (*repetition.DOCUMENT, *BINDING)), *DATA_TYPES, *GROUPS),
    Pattern(*CODES),
    Pattern(*VALUES),
)
