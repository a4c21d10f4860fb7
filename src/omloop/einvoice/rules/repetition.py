"""EN 16931, binding to UBL: what a document may have only once (UBL-SR)."""

from omloop.einvoice.rules.rule import Test
from omloop.einvoice.rules.tree import Node, children, string
from omloop.einvoice.rules.wording import must_be_single
from omloop.einvoice.rules.xpath import strings, the_string

_SELLER = "cac:AccountingSupplierParty/cac:Party"
_BUYER = "cac:AccountingCustomerParty/cac:Party"
_MEANS = "cac:PaymentMeans"


def _tax_numbers(root: Node, party: str, is_vat: bool) -> int:
    def is_wanted(scheme: Node) -> bool:
        ids = [the_string(each, "cbc:ID").upper() for each in children(scheme, "cac:TaxScheme")]
        return any((each == "VAT") is is_vat for each in ids)

    schemes = children(root, f"{party}/cac:PartyTaxScheme")
    return sum(len(children(scheme, "cbc:CompanyID")) for scheme in schemes if is_wanted(scheme))


def _has_one_tax_number(party: str, is_vat: bool) -> Test:
    return lambda root: _tax_numbers(root, party, is_vat) <= 1


def _says_one(name: str) -> Test:
    """All elements of this name in the document say the same."""
    tag = name
    return lambda root: len({string(node) for node in root.iter(tag)}) <= 1


def _has_one_creditor(root: Node) -> bool:
    parties = root.iter("cac:PartyIdentification")
    numbers = (number for party in parties for number in children(party, "cbc:ID"))
    return sum((number.get("schemeID") or "").upper() == "SEPA" for number in numbers) <= 1


def _has_one_invoiced_object(root: Node) -> bool:
    references = children(root, "cac:AdditionalDocumentReference")
    objects = (each for each in references if "130" in strings(each, "cbc:DocumentTypeCode"))
    return sum(len(children(each, "cbc:ID")) for each in objects) <= 1


def _has_one_code_name(root: Node) -> bool:
    codes = children(root, "cac:PaymentMeans/cbc:PaymentMeansCode")
    return sum(code.get("name") is not None for code in codes) <= 1


DOCUMENT = (
    must_be_single(
        "UBL-SR-01", "cac:ContractDocumentReference/cbc:ID", "het contract", "the contract", "BT-12"
    ),
    must_be_single(
        "UBL-SR-02", "cac:ReceiptDocumentReference/cbc:ID", "de ontvangstbon", "the receipt", "BT-15"
    ),
    must_be_single("UBL-SR-03", "cac:DespatchDocumentReference/cbc:ID", "de pakbon", "the despatch", "BT-16"),
    must_be_single(
        "UBL-SR-04",
        "cac:AdditionalDocumentReference/cbc:ID",
        "het gefactureerde object",
        "the invoiced object",
        "BT-18",
        test=_has_one_invoiced_object,
    ),
    must_be_single(
        "UBL-SR-05", "cac:PaymentTerms/cbc:Note", "de betaaltermijn", "the payment terms", "BT-20"
    ),
    must_be_single("UBL-SR-08", "cac:InvoicePeriod", "de factuurperiode", "the invoice period", "BG-14"),
    must_be_single(
        "UBL-SR-09",
        f"{_SELLER}/cac:PartyLegalEntity/cbc:RegistrationName",
        "de naam van de verkoper",
        "the seller's name",
        "BT-27",
    ),
    must_be_single(
        "UBL-SR-10",
        f"{_SELLER}/cac:PartyName/cbc:Name",
        "de handelsnaam van de verkoper",
        "the seller's trading name",
        "BT-28",
    ),
    must_be_single(
        "UBL-SR-11",
        f"{_SELLER}/cac:PartyLegalEntity/cbc:CompanyID",
        "het registratienummer van de verkoper",
        "the seller's legal registration",
        "BT-30",
    ),
    must_be_single(
        "UBL-SR-12",
        f"{_SELLER}/cac:PartyTaxScheme/cbc:CompanyID",
        "het btw-nummer van de verkoper",
        "the seller's VAT number",
        "BT-31",
        test=_has_one_tax_number(_SELLER, is_vat=True),
    ),
    must_be_single(
        "UBL-SR-13",
        f"{_SELLER}/cac:PartyTaxScheme/cbc:CompanyID",
        "het belastingnummer van de verkoper",
        "the seller's tax registration",
        "BT-32",
        test=_has_one_tax_number(_SELLER, is_vat=False),
    ),
    must_be_single(
        "UBL-SR-14",
        f"{_SELLER}/cac:PartyLegalEntity/cbc:CompanyLegalForm",
        "de rechtsvorm van de verkoper",
        "the seller's legal form",
        "BT-33",
    ),
    must_be_single(
        "UBL-SR-15",
        f"{_BUYER}/cac:PartyLegalEntity/cbc:RegistrationName",
        "de naam van de koper",
        "the buyer's name",
        "BT-44",
    ),
    must_be_single(
        "UBL-SR-16",
        f"{_BUYER}/cac:PartyIdentification/cbc:ID",
        "het nummer van de koper",
        "the buyer's identifier",
        "BT-46",
    ),
    must_be_single(
        "UBL-SR-17",
        f"{_BUYER}/cac:PartyLegalEntity/cbc:CompanyID",
        "het registratienummer van de koper",
        "the buyer's legal registration",
        "BT-47",
    ),
    must_be_single(
        "UBL-SR-18",
        f"{_BUYER}/cac:PartyTaxScheme/cbc:CompanyID",
        "het btw-nummer van de koper",
        "the buyer's VAT number",
        "BT-48",
        test=_has_one_tax_number(_BUYER, is_vat=True),
    ),
    must_be_single("UBL-SR-24", "cac:Delivery", "de levering", "the delivery", "BG-13"),
    must_be_single(
        "UBL-SR-29",
        "cac:PartyIdentification/cbc:ID[@schemeID='SEPA']",
        "het incassant-ID",
        "the bank assigned creditor identifier",
        "BT-90",
        test=_has_one_creditor,
    ),
    must_be_single("UBL-SR-39", "cac:ProjectReference/cbc:ID", "het project", "the project", "BT-11"),
    must_be_single(
        "UBL-SR-40",
        f"{_BUYER}/cac:PartyName/cbc:Name",
        "de handelsnaam van de koper",
        "the buyer's trading name",
        "BT-45",
    ),
    must_be_single(
        "UBL-SR-44",
        "cbc:PaymentID",
        "het betalingskenmerk (met een andere tekst)",
        "the remittance information (with another text)",
        "BT-83",
        test=_says_one("cbc:PaymentID"),
    ),
    must_be_single(
        "UBL-SR-45",
        f"{_MEANS}/cbc:PaymentDueDate",
        "de vervaldatum",
        "the payment due date",
        "BT-9",
    ),
    must_be_single(
        "UBL-SR-46",
        f"{_MEANS}/cbc:PaymentMeansCode/@name",
        "de naam van de betaalwijze",
        "the payment means text",
        "BT-82",
        test=_has_one_code_name,
    ),
    must_be_single(
        "UBL-SR-47",
        "cbc:PaymentMeansCode",
        "de betaalwijze (met een andere code)",
        "the payment means (with another code)",
        "BT-81",
        test=_says_one("cbc:PaymentMeansCode"),
    ),
    must_be_single(
        "UBL-SR-49", "cac:InvoicePeriod/cbc:DescriptionCode", "de btw-code", "the tax point code", "BT-8"
    ),
    must_be_single("UBL-SR-54", f"{_MEANS}/cac:CardAccount", "de kaart", "the payment card", "BG-18"),
    must_be_single("UBL-SR-55", f"{_MEANS}/cac:PaymentMandate", "de machtiging", "the direct debit", "BG-19"),
    must_be_single(
        "UBL-SR-56", "cac:OriginatorDocumentReference/cbc:ID", "de aanbesteding", "the tender", "BT-17"
    ),
)
