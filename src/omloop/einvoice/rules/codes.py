"""EN 16931: codes that must be on a list (BR-CL, BR-CO-09)."""

from omloop.einvoice.rules import code_lists
from omloop.einvoice.rules.rule import Context, Rule, Test
from omloop.einvoice.rules.tree import Node, string
from omloop.einvoice.rules.units import UNITS
from omloop.einvoice.rules.xpath import is_vat, says, strings, the_string
from omloop.einvoice.values import normalized

# Officially a piece of the whole list is looked for, not a code of it: both may hold a space.
_NOTES = f" {' '.join(code_lists.NOTE_SUBJECTS.split())} "
_VAT_COUNTRIES = f" {' '.join(sorted({*code_lists.COUNTRIES.split(), 'EL'}))} "
_SCHEMES = frozenset(code_lists.SCHEMES.split())
_SCHEME_AND_SEPA = ("cac:AccountingSupplierParty", "cac:PayeeParty")


def is_listed(codes: str, attribute: str = "", *, upper: bool = False) -> Test:
    """The value, or that of an attribute, is one of `codes`, which are separated by white space."""
    known = frozenset(codes.split())

    def holds(node: Node) -> bool:
        value = node.attributes.get(attribute, "") if attribute else string(node)
        return value in known or normalized(value.upper() if upper else value) in known

    return holds


def _is_type(node: Node) -> bool:
    return (_IS_INVOICE if node.name == "cbc:InvoiceTypeCode" else _IS_CREDIT_NOTE)(node)


def _is_party_scheme(node: Node) -> bool:
    scheme = normalized(node.get("schemeID"))
    return scheme in _SCHEMES or (scheme == "SEPA" and is_below(node, _SCHEME_AND_SEPA))


def is_below(node: Node, names: tuple[str, ...]) -> bool:
    """Whether an element of one of these names is above it."""
    above = node.parent
    while above is not None and above.name not in names:
        above = above.parent
    return above is not None


def _is_subject(note: Node) -> bool:
    _, mark, after = string(note).partition("#")
    code, closing, _ = after.partition("#")
    return not mark or not closing or len(code) != 3 or code in _NOTES


def _is_of_country(scheme: Node) -> bool:
    return the_string(scheme, "cbc:CompanyID")[:2] in _VAT_COUNTRIES


def _is_media_type(node: Node) -> bool:
    return node.get("mimeCode") in code_lists.MEDIA_TYPES.split()


def _has(attribute: str) -> Test:
    return lambda node: node.get(attribute) is not None


def _is_object(node: Node) -> bool:
    if node.parent is None or node.get("schemeID") is None:
        return False
    return "130" in strings(node.parent, "cbc:DocumentTypeCode")


def _is_reason_of(is_charge: bool) -> Test:
    is_kind = says(is_charge)
    return lambda node: node.parent is not None and is_kind(node.parent)


def _listed(rule: str, test: Test, terms: str, nl: str, en: str, source: str) -> tuple[Rule, ...]:
    return (
        Rule(
            rule,
            test,
            tuple(terms.split()),
            f"{nl} staat niet op de lijst van EN 16931 ({source}). Kies een code van die lijst.",
            f"{en} is not on the list of EN 16931 ({source}). Choose a code of that list.",
        ),
    )


_IS_INVOICE = is_listed(code_lists.INVOICE_TYPES)
_IS_CREDIT_NOTE = is_listed(code_lists.CREDIT_NOTE_TYPES)
_IS_CURRENCY = is_listed(code_lists.CURRENCIES)
_IS_COUNTRY = is_listed(code_lists.COUNTRIES)
_IS_CATEGORY = is_listed(code_lists.VAT_CATEGORIES)
_IS_SCHEME = is_listed(code_lists.SCHEMES, "schemeID")
_AMOUNTS = (
    *("cbc:Amount", "cbc:BaseAmount", "cbc:PriceAmount", "cbc:TaxAmount", "cbc:TaxableAmount"),
    *("cbc:LineExtensionAmount", "cbc:TaxExclusiveAmount", "cbc:TaxInclusiveAmount"),
    *("cbc:AllowanceTotalAmount", "cbc:ChargeTotalAmount", "cbc:PrepaidAmount"),
    *("cbc:PayableRoundingAmount", "cbc:PayableAmount"),
)
_REASON = ("cac:AllowanceCharge/cbc:AllowanceChargeReasonCode",)
_OBJECTS = ("cac:AdditionalDocumentReference/cbc:ID", "cac:DocumentReference/cbc:ID")
_COUNTED = ("cbc:InvoicedQuantity", "cbc:BaseQuantity", "cbc:CreditedQuantity")

NOTE_CODES = (
    Context(
        ("/cbc:Note",),
        _listed(
            *("BR-CL-08", _is_subject, "BT-21"),
            *("De onderwerpcode van de notitie", "The subject code of the note", "UNTDID 4451"),
        ),
    ),
)
VAT_NUMBERS = (
    Context(
        ("cac:PartyTaxScheme",),
        (
            Rule(
                "BR-CO-09",
                _is_of_country,
                ("BT-31", "BT-48", "BT-63"),
                "Het btw-nummer begint niet met een landcode zoals NL (Griekenland: EL). Zet die ervoor.",
                "The VAT number does not start with a country code such as NL (Greece: EL). Put it in front.",
            ),
        ),
        where=is_vat,
    ),
)
CODES = (
    Context(
        ("cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode"),
        _listed("BR-CL-01", _is_type, "BT-3", "De soort factuur", "The invoice type code", "UNTDID 1001"),
    ),
    Context(
        _AMOUNTS,
        _listed(
            *("BR-CL-03", is_listed(code_lists.CURRENCIES, "currencyID"), "BT-5 BT-6"),
            *("De valuta van het bedrag", "The currency of the amount", "ISO 4217"),
        ),
    ),
    Context(
        ("cbc:DocumentCurrencyCode",),
        _listed("BR-CL-04", _IS_CURRENCY, "BT-5", "De factuurvaluta", "The invoice currency", "ISO 4217"),
    ),
    Context(
        ("cbc:TaxCurrencyCode",),
        _listed("BR-CL-05", _IS_CURRENCY, "BT-6", "De btw-valuta", "The VAT currency", "ISO 4217"),
    ),
    Context(
        ("cac:InvoicePeriod/cbc:DescriptionCode",),
        _listed(
            *("BR-CL-06", is_listed(code_lists.TAX_POINTS), "BT-8"),
            *("De code voor het moment van de btw", "The tax point code", "3, 35 of 432"),
        ),
    ),
    Context(
        _OBJECTS,
        _listed(
            *("BR-CL-07", is_listed(code_lists.OBJECT_SCHEMES, "schemeID"), "BT-18-1 BT-128-1"),
            *("Het stelsel van het object", "The scheme of the invoiced object", "UNTDID 1153"),
        ),
        where=_is_object,
    ),
    Context(
        ("cac:PartyIdentification/cbc:ID",),
        _listed(
            *("BR-CL-10", _is_party_scheme, "BT-29-1 BT-46-1 BT-60-1"),
            *("Het stelsel van het nummer", "The scheme of the identifier", "ISO 6523"),
        ),
        where=_has("schemeID"),
    ),
    Context(
        ("cac:PartyLegalEntity/cbc:CompanyID",),
        _listed(
            *("BR-CL-11", _IS_SCHEME, "BT-30-1 BT-47-1 BT-61-1"),
            *("Het stelsel van de registratie", "The scheme of the registration", "ISO 6523; KvK 0106"),
        ),
        where=_has("schemeID"),
    ),
    Context(
        ("cac:CommodityClassification/cbc:ItemClassificationCode",),
        _listed(
            *("BR-CL-13", is_listed(code_lists.CLASSIFICATIONS, "listID"), "BT-158-1"),
            *("De lijst van de artikelcode", "The list of the item classification", "UNTDID 7143"),
        ),
        where=_has("listID"),
    ),
    Context(
        ("cac:Country/cbc:IdentificationCode",),
        _listed(
            *("BR-CL-14", _IS_COUNTRY, "BT-40 BT-55 BT-69 BT-80"),
            *("De landcode", "The country code", "ISO 3166-1"),
        ),
    ),
    Context(
        ("cac:OriginCountry/cbc:IdentificationCode",),
        _listed(
            *("BR-CL-15", _IS_COUNTRY, "BT-159"),
            *("Het land van herkomst", "The country of origin", "ISO 3166-1"),
        ),
    ),
    Context(
        ("cac:PaymentMeans/cbc:PaymentMeansCode",),
        _listed(
            *("BR-CL-16", is_listed(code_lists.PAYMENT_MEANS), "BT-81"),
            *("De betaalwijze", "The payment means code", "UNTDID 4461"),
        ),
    ),
    Context(
        ("cac:TaxCategory/cbc:ID",),
        _listed(
            *("BR-CL-17", _IS_CATEGORY, "BT-95 BT-102 BT-118"),
            *("De btw-categorie", "The VAT category", "UNTDID 5305"),
        ),
    ),
    Context(
        ("cac:ClassifiedTaxCategory/cbc:ID",),
        _listed(
            *("BR-CL-18", _IS_CATEGORY, "BT-151"),
            *("De btw-categorie van de regel", "The VAT category of the line", "UNTDID 5305"),
        ),
    ),
    Context(
        _REASON,
        _listed(
            *("BR-CL-19", is_listed(code_lists.ALLOWANCE_REASONS), "BT-98 BT-140"),
            *("De reden van de korting", "The reason of the allowance", "UNTDID 5189"),
        ),
        where=_is_reason_of(is_charge=False),
    ),
    Context(
        _REASON,
        _listed(
            *("BR-CL-20", is_listed(code_lists.CHARGE_REASONS), "BT-105 BT-145"),
            *("De reden van de toeslag", "The reason of the charge", "UNTDID 7161"),
        ),
        where=_is_reason_of(is_charge=True),
    ),
    Context(
        ("cac:StandardItemIdentification/cbc:ID",),
        _listed(
            *("BR-CL-21", _IS_SCHEME, "BT-157-1"),
            *("Het stelsel van het artikelnummer", "The scheme of the item number", "ISO 6523"),
        ),
        where=_has("schemeID"),
    ),
    Context(
        ("cbc:TaxExemptionReasonCode",),
        _listed(
            *("BR-CL-22", is_listed(code_lists.EXEMPTIONS, upper=True), "BT-121"),
            *("De code voor de vrijstelling", "The exemption reason code", "VATEX"),
        ),
    ),
    Context(
        _COUNTED,
        _listed(
            *("BR-CL-23", is_listed(UNITS, "unitCode"), "BT-130 BT-150"),
            *("De eenheid", "The unit of measure", "UN/ECE Rec 20 en 21, zoals C62, HUR, KGM"),
        ),
        where=_has("unitCode"),
    ),
    Context(
        ("cbc:EmbeddedDocumentBinaryObject",),
        _listed(
            *("BR-CL-24", _is_media_type, "BT-125-1"),
            *(
                "Het bestandstype van de bijlage",
                "The media type of the attachment",
                "PDF, PNG, JPEG, CSV, XLSX, ODS",
            ),
        ),
        where=_has("mimeCode"),
    ),
    Context(
        ("cbc:EndpointID",),
        _listed(
            *("BR-CL-25", is_listed(code_lists.ADDRESS_SCHEMES, "schemeID"), "BT-34-1 BT-49-1"),
            *(
                "Het stelsel van het elektronisch adres",
                "The scheme of the electronic address",
                "EAS; KvK 0106, OIN 0190",
            ),
        ),
        where=_has("schemeID"),
    ),
    Context(
        ("cac:DeliveryLocation/cbc:ID",),
        _listed(
            *("BR-CL-26", _IS_SCHEME, "BT-71-1"),
            *("Het stelsel van de afleverplaats", "The scheme of the delivery location", "ISO 6523"),
        ),
        where=_has("schemeID"),
    ),
)
