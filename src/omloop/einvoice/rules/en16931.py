"""EN 16931 in UBL 2.1, as far as it is built: presence, totals, decimals and repetition.

Not built yet: the code lists (BR-CL, BR-CO-09), the VAT categories (BR-S, BR-AE, ...), the tables of unused
elements (UBL-CR) and data types (UBL-DT). BR-CO-05 to 08, BR-DEC-13 and BR-DEC-15 can never fire officially.
"""

from omloop.einvoice.rules import document_terms, repetition
from omloop.einvoice.rules.allowances import ALLOWANCES
from omloop.einvoice.rules.lines import LINES
from omloop.einvoice.rules.parties import PARTIES
from omloop.einvoice.rules.payment_vat import PAYMENT
from omloop.einvoice.rules.periods import PERIODS
from omloop.einvoice.rules.repetition_groups import GROUPS
from omloop.einvoice.rules.rule import Context, Pattern, RuleBook
from omloop.einvoice.rules.totals import TOTALS, WITH_VAT
from omloop.einvoice.rules.values import VALUES

RULE_SET = "first validation: structure, totals and mandatory terms (EN 16931 UBL 1.3.16, in part)"
IS_COMPLETE = False
"""Whether every fatal rule is built; until then no document is judged, let alone valid."""

RULES = RuleBook(
    Pattern(
        Context(("/",), (*document_terms.DOCUMENT, WITH_VAT)),
        *PARTIES,
        *PAYMENT,
        *PERIODS,
        *TOTALS,
        *LINES,
        *ALLOWANCES,
    ),
    Pattern(Context(("/",), repetition.DOCUMENT), *GROUPS),
    Pattern(*VALUES),
)
