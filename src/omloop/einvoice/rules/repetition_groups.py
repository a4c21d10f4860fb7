"""EN 16931, binding to UBL: what a line, party or group of a document may have only once (UBL-SR)."""

from omloop.einvoice.rules.rule import Context, Rule, Test
from omloop.einvoice.rules.tree import Node, children
from omloop.einvoice.rules.wording import demand, must_be_single
from omloop.einvoice.rules.xpath import at_most_one, says, strings

_SELLER = "cac:AccountingSupplierParty/cac:Party"


def _differs_from_seller(payee: Node) -> bool:
    """XPath's `payee != seller`: some name of the one is not some name of the other."""
    parent = payee.parent
    path = f"{_SELLER}/cac:PartyLegalEntity/cbc:RegistrationName"
    sellers = set() if parent is None else set(strings(parent, path))
    names = set(strings(payee, "cac:PartyName/cbc:Name"))
    return bool(sellers) and bool(names) and len(sellers | names) > 1


def _has_one_number(payee: Node) -> bool:
    numbers = children(payee, "cac:PartyIdentification/cbc:ID")
    return sum((number.get("schemeID") or "").upper() != "SEPA" for number in numbers) <= 1


def _is_payee(test: Test) -> Test:
    return lambda payee: test(payee) and _differs_from_seller(payee)


def _is_typed_rightly(reference: Node) -> bool:
    codes = strings(reference, "cbc:DocumentTypeCode")
    is_credit_note = reference.tree.root.name == "CreditNote"
    if "130" in codes or (is_credit_note and "50" in codes):
        return True
    return not codes and all(number.get("schemeID") is None for number in children(reference, "cbc:ID"))


_LINE = (
    must_be_single("UBL-SR-34", "cbc:Note", "de notitie van de regel", "the line's note", "BT-127"),
    must_be_single(
        "UBL-SR-35", "cac:OrderLineReference/cbc:LineID", "de orderregel", "the order line", "BT-132"
    ),
    must_be_single("UBL-SR-36", "cac:InvoicePeriod", "de periode van de regel", "the line's period", "BG-26"),
    must_be_single(
        "UBL-SR-37",
        "cac:Price/cac:AllowanceCharge/cbc:Amount",
        "de prijskorting",
        "the price discount",
        "BT-147",
    ),
    Rule(
        "UBL-SR-48",
        lambda line: len(children(line, "cac:Item/cac:ClassifiedTaxCategory")) == 1,
        ("BT-151",),
        "De regel heeft niet precies één btw-categorie (BT-151). Geef er één op.",
        "The line does not have exactly one VAT category (BT-151). Give one.",
    ),
    must_be_single(
        "UBL-SR-50",
        "cac:Item/cbc:Description",
        "de omschrijving van het artikel",
        "the description",
        "BT-154",
    ),
    must_be_single("UBL-SR-52", "cac:DocumentReference", "het object van de regel", "the object", "BT-128"),
)
_PAYEE_NAME = (
    "De ontvanger van de betaling heeft geen eigen naam, heeft dezelfde naam als de verkoper, of {nl} staat "
    "er meer dan eens. Vul één naam en één nummer in, of laat cac:PayeeParty weg.",
    "The payee has no name of its own, has the seller's name, or {en} is there more than once. "
    "Give one name and one number, or leave cac:PayeeParty out.",
)


def _payee_rule(rule: str, test: Test, term: str, nl: str, en: str) -> Rule:
    return Rule(rule, _is_payee(test), (term,), _PAYEE_NAME[0].format(nl=nl), _PAYEE_NAME[1].format(en=en))


GROUPS = (
    Context(
        ("cac:PostalAddress", "cac:Address"),
        (must_be_single("UBL-SR-51", "cac:AddressLine", "de adresregel", "the address line"),),
    ),
    Context(
        (_SELLER,),
        (
            Rule(
                "UBL-SR-42",
                lambda party: len(children(party, "cac:PartyTaxScheme")) <= 2,
                ("BT-31", "BT-32"),
                "De verkoper heeft meer dan twee belastingnummers. Laat het btw-nummer en één ander staan.",
                "The seller has more than two tax numbers. Keep the VAT number and one other.",
            ),
        ),
    ),
    Context(
        ("cac:AdditionalDocumentReference",),
        (
            must_be_single(
                "UBL-SR-33",
                "cbc:DocumentDescription",
                "de omschrijving van de bijlage",
                "the description",
                "BT-123",
            ),
            Rule(
                "UBL-SR-43",
                _is_typed_rightly,
                ("BT-18", "BT-122"),
                "De bijlage heeft een documentsoort of een stelsel. Laat die weg, tenzij het om het "
                "gefactureerde object gaat (soort 130).",
                "The supporting document has a type or a scheme. Leave it out, unless it is the invoiced "
                "object (type 130).",
            ),
        ),
    ),
    Context(
        ("cac:Delivery",),
        (
            must_be_single(
                "UBL-SR-25",
                "cac:DeliveryParty/cac:PartyName/cbc:Name",
                "de ontvanger",
                "the receiver",
                "BT-70",
            ),
        ),
    ),
    Context(
        ("cac:AllowanceCharge",),
        (
            must_be_single(
                "UBL-SR-30", "cbc:AllowanceChargeReason", "de reden van de korting", "the reason", "BT-97"
            ),
        ),
        where=says(False),
    ),
    Context(
        ("cac:AllowanceCharge",),
        (
            must_be_single(
                "UBL-SR-31", "cbc:AllowanceChargeReason", "de reden van de toeslag", "the reason", "BT-104"
            ),
        ),
        where=says(True),
    ),
    Context(
        ("cac:PartyTaxScheme",),
        (
            demand(
                "UBL-SR-53",
                lambda scheme: bool(
                    children(scheme, "cac:TaxScheme/cbc:ID") and children(scheme, "cbc:CompanyID")
                ),
                "cbc:CompanyID en cac:TaxScheme/cbc:ID",
                ("BT-31", "BT-32", "BT-48"),
                "het belastingnummer of het stelsel ervan",
                "the tax number or its scheme",
            ),
        ),
    ),
    Context(("cac:InvoiceLine", "cac:CreditNoteLine"), _LINE),
    Context(
        ("cac:PayeeParty",),
        (
            _payee_rule("UBL-SR-19", at_most_one("cac:PartyName/cbc:Name"), "BT-59", "de naam", "the name"),
            _payee_rule("UBL-SR-20", _has_one_number, "BT-60", "het nummer", "the identifier"),
            _payee_rule(
                "UBL-SR-21",
                at_most_one("cac:PartyLegalEntity/cbc:CompanyID"),
                "BT-61",
                "het registratienummer",
                "the legal registration",
            ),
        ),
    ),
    Context(
        ("cac:PaymentMeans",),
        (
            must_be_single("UBL-SR-26", "cbc:PaymentID", "het betalingskenmerk", "the remittance", "BT-83"),
            must_be_single("UBL-SR-27", "cbc:PaymentMeansCode", "de betaalwijze", "the means code", "BT-81"),
            must_be_single("UBL-SR-28", "cac:PaymentMandate/cbc:ID", "de machtiging", "the mandate", "BT-89"),
        ),
    ),
    Context(
        ("cac:BillingReference",),
        (
            must_be_single(
                "UBL-SR-06", "cac:InvoiceDocumentReference", "de eerdere factuur", "the invoice", "BG-3"
            ),
            demand(
                "UBL-SR-07",
                lambda reference: bool(children(reference, "cac:InvoiceDocumentReference/cbc:ID")),
                "cac:InvoiceDocumentReference/cbc:ID",
                ("BT-25",),
                "het nummer van de eerdere factuur",
                "the number of the preceding invoice",
            ),
        ),
    ),
    Context(
        ("cac:TaxRepresentativeParty",),
        (
            must_be_single("UBL-SR-22", "cac:PartyName/cbc:Name", "de naam", "the name", "BT-62"),
            must_be_single(
                "UBL-SR-23", "cac:PartyTaxScheme/cbc:CompanyID", "het nummer", "the number", "BT-63"
            ),
        ),
    ),
    Context(
        ("cac:TaxSubtotal",),
        (
            must_be_single(
                "UBL-SR-32",
                "cac:TaxCategory/cbc:TaxExemptionReason",
                "de reden van de vrijstelling",
                "the exemption reason",
                "BT-120",
            ),
        ),
    ),
)
