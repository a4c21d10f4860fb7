"""EN 16931: payment (BR-49 to 51, BR-61), references (BR-52, BR-55), VAT breakdown (BR-45 to 48)."""

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules.rule import Context, Rule
from omloop.einvoice.rules.tree import Node, children, string
from omloop.einvoice.rules.wording import demand, must_fill, must_have
from omloop.einvoice.rules.xpath import is_vat, strings, the_string
from omloop.einvoice.values import normalized

_TRANSFERS = ("30", "58")


def _names_account(means: Node) -> bool:
    code = normalized(the_string(means, "cbc:PaymentMeansCode"))
    return code not in _TRANSFERS or bool(children(means, "cac:PayeeFinancialAccount/cbc:ID"))


def _is_of_transfer(account: Node) -> bool:
    means = account.parent
    return means is not None and any(code in _TRANSFERS for code in strings(means, "cbc:PaymentMeansCode"))


def _hides_card(number: Node) -> bool:
    return len(normalized(string(number))) <= 10


def _has_vat_category(subtotal: Node) -> bool:
    return any(children(each, "cbc:ID") for each in children(subtotal, "cac:TaxCategory") if is_vat(each))


def _has_vat_rate(subtotal: Node) -> bool:
    categories = [each for each in children(subtotal, "cac:TaxCategory") if is_vat(each)]
    return any(children(each, "cbc:Percent") for each in categories) or any(
        normalized(the_string(each, "cbc:ID")) == "O" for each in categories
    )


PAYMENT = (
    Context(
        ("cac:AdditionalDocumentReference",),
        (
            must_fill(
                "BR-52",
                "cbc:ID",
                "BT-122",
                "het nummer van de bijlage",
                "the number of the supporting document",
            ),
        ),
    ),
    Context(
        ("cac:BillingReference",),
        (
            must_have(
                "BR-55",
                "cac:InvoiceDocumentReference/cbc:ID",
                "BT-25",
                "het nummer van de eerdere factuur",
                "the number of the preceding invoice",
            ),
        ),
    ),
    Context(
        ("cac:PaymentMeans/cac:CardAccount/cbc:PrimaryAccountNumberID",),
        (
            Rule(
                "BR-51",
                _hides_card,
                ("BT-87",),
                "Het kaartnummer (BT-87) staat er te ver uitgeschreven. Laat alleen de eerste zes en de "
                "laatste vier cijfers staan.",
                "Too much of the card number (BT-87) is shown. Keep the first six and last four digits only.",
                Flag.WARNING,
            ),
        ),
    ),
    Context(
        ("cac:PaymentMeans/cac:PayeeFinancialAccount",),
        (must_fill("BR-50", "cbc:ID", "BT-84", "het rekeningnummer (IBAN)", "the account number (IBAN)"),),
        where=_is_of_transfer,
    ),
    Context(
        ("cac:PaymentMeans",),
        (
            must_have("BR-49", "cbc:PaymentMeansCode", "BT-81", "de betaalwijze", "the payment means code"),
            demand(
                "BR-61",
                _names_account,
                "cac:PayeeFinancialAccount/cbc:ID",
                ("BT-84",),
                "het rekeningnummer (IBAN) voor de overboeking",
                "the account number (IBAN) for the credit transfer",
            ),
        ),
    ),
)

VAT_BREAKDOWN = (
    must_have(
        "BR-45",
        "cbc:TaxableAmount",
        "BT-116",
        "het bedrag waarover btw is gerekend",
        "the VAT taxable amount",
    ),
    must_have("BR-46", "cbc:TaxAmount", "BT-117", "het btw-bedrag", "the VAT amount"),
    demand(
        "BR-47",
        _has_vat_category,
        "cac:TaxCategory/cbc:ID met cac:TaxScheme VAT",
        ("BT-118",),
        "de btw-categorie",
        "the VAT category code",
    ),
    demand(
        "BR-48", _has_vat_rate, "cac:TaxCategory/cbc:Percent", ("BT-119",), "het btw-tarief", "the VAT rate"
    ),
)
