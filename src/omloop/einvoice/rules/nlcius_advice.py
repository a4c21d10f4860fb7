"""SI-UBL 2.0.3.13: what NLCIUS advises against (BR-NL-19 to BR-NL-35, warnings)."""

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules.countries import BUYER, REPRESENTATIVE, SELLER
from omloop.einvoice.rules.nlcius_seller import IS_DUTCH
from omloop.einvoice.rules.rule import Context, Rule, Test
from omloop.einvoice.rules.tree import Node, children
from omloop.einvoice.rules.xpath import never, strings


def _is_of_vat(scheme: Node) -> bool:
    return not children(scheme, "cbc:CompanyID") or "VAT" in strings(scheme, "cac:TaxScheme/cbc:ID")


def _is_in_document_currency(amount: Node) -> bool:
    return amount.get("currencyID") in [each.text for each in amount.iter("cbc:DocumentCurrencyCode")]


def _rule(name: str, test: Test, terms: str, nl: str, en: str, flag: Flag = Flag.FATAL) -> Rule:
    return Rule(name, test, tuple(terms.split()), nl, en, flag)


def _unwanted(name: str, paths: tuple[str, ...], term: str, nl: str, en: str, test: Test = never) -> Context:
    rule = _rule(
        *(f"BR-NL-{name}", test, term),
        f"In Nederland wordt {nl} ({term}) afgeraden. Laat het liefst weg.",
        f"In the Netherlands {en} ({term}) is advised against. Better leave it out.",
        Flag.WARNING,
    )
    return Context(paths, (rule,), where=IS_DUTCH)


_LINE = "cac:AddressLine/cbc:Line"
_DELIVERY = "cac:Delivery/cac:DeliveryLocation/cac:Address"
_ADDRESSES = (
    ("1", f"{SELLER}/cac:PostalAddress", "BT-162", "BT-39"),
    ("2", f"{BUYER}/cac:PostalAddress", "BT-163", "BT-54"),
    ("3", f"{REPRESENTATIVE}/cac:PostalAddress", "BT-164", "BT-68"),
    ("4", _DELIVERY, "BT-165", "BT-79"),
)
_REASON = "cac:AllowanceCharge/cbc:AllowanceChargeReasonCode"
RECOMMENDED = (
    _unwanted("19", ("cbc:TaxCurrencyCode",), "BT-6", "een btw-valuta", "a VAT currency"),
    _unwanted("20", ("cbc:TaxPointDate",), "BT-7", "een btw-datum", "a tax point date"),
    _unwanted(
        "21", ("cac:InvoicePeriod/cbc:DescriptionCode",), "BT-8", "een btw-datumcode", "a tax point code"
    ),
    _unwanted(
        *("24", ("cac:BillingReference/cac:InvoiceDocumentReference/cbc:IssueDate",), "BT-26"),
        *("de datum van de eerdere factuur", "the date of the preceding invoice"),
    ),
    _unwanted(
        *("25", (f"{SELLER}/cac:PartyTaxScheme",), "BT-32"),
        *("een belastingnummer naast het btw-nummer", "a tax number beside the VAT number", _is_of_vat),
    ),
    _unwanted(
        *("26", (f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyLegalForm",), "BT-33"),
        *("de rechtsvorm van de verkoper", "the legal form of the seller"),
    ),
    *(
        _unwanted(f"27-{each}", (f"{path}/{_LINE}",), term, "een derde adresregel", "a third address line")
        for each, path, term, _ in _ADDRESSES
    ),
    *(
        _unwanted(f"28-{each}", (f"{path}/cbc:CountrySubentity",), term, "een provincie", "a subdivision")
        for each, path, _, term in _ADDRESSES
    ),
    _unwanted(
        *("29", ("cac:PaymentMeans/cbc:PaymentMeansCode",), "BT-82", "een naam van de betaalwijze"),
        *("a name of the payment means", lambda code: code.get("name") is None),
    ),
    _unwanted(
        *("30", ("cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:Name",), "BT-85"),
        *("de naam van de rekening", "the name of the account"),
    ),
    _unwanted("32-1", (_REASON,), "BT-98", "een redencode van een korting", "a reason code of an allowance"),
    _unwanted("32-2", (f"cac:InvoiceLine/{_REASON}",), "BT-140", "een redencode", "a reason code"),
    _unwanted("32-3", (f"cac:CreditNoteLine/{_REASON}",), "BT-140", "een redencode", "a reason code"),
    _unwanted(
        *("33", ("cac:TaxTotal/cbc:TaxAmount",), "BT-111", "een btw-totaal in een andere valuta"),
        *("a VAT total in another currency", _is_in_document_currency),
    ),
    _unwanted(
        *("35", ("cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReasonCode",), "BT-121"),
        *("een code voor de vrijstelling", "an exemption reason code"),
    ),
    Context(
        ("*",),
        (
            _rule(
                *("SI-UBL-2", never, ""),
                "Dit onderdeel is leeg. Vul het in of laat het weg.",
                "This element is empty. Fill it in or leave it out.",
                Flag.WARNING,
            ),
        ),
        where=lambda node: not node.named and not node.text.strip(" \t\r\n"),
    ),
)
