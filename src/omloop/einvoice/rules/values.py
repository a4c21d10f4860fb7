"""Our own rules: a number is a number, a date a date, an attachment base64, whatever XML Schema allows."""

from omloop.einvoice.rules.rule import Context, Rule
from omloop.einvoice.rules.tree import Node
from omloop.einvoice.values import MAX_DIGITS, parse_base64, parse_boolean, parse_date, parse_decimal

_NUMBERS = (
    "cbc:Amount",
    "cbc:BaseAmount",
    "cbc:PriceAmount",
    "cbc:TaxAmount",
    "cbc:TaxableAmount",
    "cbc:LineExtensionAmount",
    "cbc:TaxExclusiveAmount",
    "cbc:TaxInclusiveAmount",
    "cbc:AllowanceTotalAmount",
    "cbc:ChargeTotalAmount",
    "cbc:PrepaidAmount",
    "cbc:PayableRoundingAmount",
    "cbc:PayableAmount",
    "cbc:InvoicedQuantity",
    "cbc:CreditedQuantity",
    "cbc:BaseQuantity",
    "cbc:Percent",
    "cbc:MultiplierFactorNumeric",
)

_DATES = (
    "cbc:IssueDate",
    "cbc:DueDate",
    "cbc:PaymentDueDate",
    "cbc:TaxPointDate",
    "cbc:StartDate",
    "cbc:EndDate",
    "cbc:ActualDeliveryDate",
)


def _is_number(element: Node) -> bool:
    return parse_decimal(element.text) is not None


def _is_date(element: Node) -> bool:
    return parse_date(element.text) is not None


def _is_boolean(element: Node) -> bool:
    return parse_boolean(element.text) is not None


def _is_base64(element: Node) -> bool:
    return parse_base64(element.text) is not None


VALUES = (
    Context(
        _NUMBERS,
        (
            Rule(
                "OML-VAL-01",
                _is_number,
                (),
                f"Dit is geen getal van hoogstens {MAX_DIGITS} tekens met een punt als decimaalteken. "
                "Verbeter het, of laat het onderdeel weg.",
                f"This is no number of at most {MAX_DIGITS} characters with a point for the decimals. "
                "Mend it, or leave the element out.",
            ),
        ),
    ),
    Context(
        _DATES,
        (
            Rule(
                "OML-VAL-02",
                _is_date,
                (),
                "Dit is geen datum die bestaat. Schrijf haar als jjjj-mm-dd.",
                "This is no date that exists. Write it as yyyy-mm-dd.",
            ),
        ),
    ),
    Context(
        ("cbc:ChargeIndicator",),
        (
            Rule(
                "OML-VAL-03",
                _is_boolean,
                (),
                "Hier moet true (toeslag) of false (korting) staan.",
                "This must say true (charge) or false (allowance).",
            ),
        ),
    ),
    Context(
        ("cbc:EmbeddedDocumentBinaryObject",),
        (
            Rule(
                "OML-VAL-04",
                _is_base64,
                ("BT-125",),
                "De bijlage is beschadigd: de inhoud is geen base64. Vraag de afzender om haar opnieuw te "
                "sturen.",
                "The attachment is damaged: its content is no base64. Ask the sender to send it again.",
            ),
        ),
    ),
)
