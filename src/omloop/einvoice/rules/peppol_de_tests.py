"""Peppol BIS Billing 3.0.21, Germany: the questions of its rules to the elements of a document."""

import re

from omloop.einvoice.rules.check_digits import is_iban
from omloop.einvoice.rules.countries import SELLER
from omloop.einvoice.rules.rule import Test, Uncomputable
from omloop.einvoice.rules.tree import Node, children
from omloop.einvoice.rules.xpath import strings, the_normal, the_string
from omloop.einvoice.values import normalized

_CATEGORIES = frozenset(("S", "Z", "E", "AE", "K", "G", "L", "M"))
TYPES = ("326", "380", "384", "389", "381", "875", "876", "877")
_DISCOUNT = re.compile(
    r"(^|\r?\n)#(SKONTO)#TAGE=([0-9]+#PROZENT=[0-9]+\.[0-9]{2})(#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#\Z"
)
_MAIL = re.compile(r"[^@\s]+@([^@.\s]+\.)+[^@.\s]+")
URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:")
_BLANKS = re.compile(r"[ \n\r\t]")
REFERENCE = "cac:AdditionalDocumentReference"
_FILE = "cac:Attachment/cbc:EmbeddedDocumentBinaryObject"
DEBITED = "cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID"


def says(path: str) -> Test:
    """Some element at the path is not blank."""
    return lambda node: any(normalized(text) for text in strings(node, path))


def is_identified(root: Node) -> bool:
    """The seller has a tax number where a VAT category asks for one (DE-R-016)."""
    codes = set(strings(root, "cac:InvoiceLine/cac:Item/cac:ClassifiedTaxCategory/cbc:ID"))
    codes |= set(strings(root, "cac:CreditNoteLine/cac:Item/cac:ClassifiedTaxCategory/cbc:ID"))
    for part in children(root, "cac:AllowanceCharge"):
        if {"true", "false"} & set(strings(part, "cbc:ChargeIndicator")):
            codes |= set(strings(part, "cac:TaxCategory/cbc:ID"))
    numbers = strings(root, f"{SELLER}/cac:PartyTaxScheme/cbc:CompanyID")
    is_known = bool(children(root, "cac:TaxRepresentativeParty")) or any(normalized(text) for text in numbers)
    return is_known or not codes & _CATEGORIES


def _types(root: Node) -> tuple[str, str]:
    return the_normal(root, "cbc:InvoiceTypeCode"), the_normal(root, "cbc:CreditNoteTypeCode")


def is_usual_type(root: Node) -> bool:
    """The type is usual in Germany (DE-R-017)."""
    return any(code in TYPES for code in _types(root))


def is_discount_well_formed(root: Node) -> bool:
    """A payment discount is written by the German form (DE-R-018)."""
    notes = [
        notes[0] for terms in children(root, "cac:PaymentTerms") if (notes := strings(terms, "cbc:Note"))
    ]
    lines = [
        line
        for note in notes
        if note
        for line in re.split(r"\r?\n", note)
        if normalized(line).startswith("#")
    ]
    if not lines:
        return True
    rests = [re.split(r"#[^\r\n]+#", note)[-1] for note in notes if note]
    if len(rests) > 1:
        raise Uncomputable("cac:PaymentTerms/cbc:Note")
    is_closed = re.match(r"[ \t\r\n]*\n", rests[0]) is not None
    return is_closed and all(_DISCOUNT.search(normalized(line)) for line in lines)


def has_own_file_names(root: Node) -> bool:
    """Each attachment has its own file name (DE-R-022)."""
    met: set[str] = set()
    for reference in children(root, REFERENCE):
        names = {name for file in children(reference, _FILE) if (name := file.get("filename")) is not None}
        if names & met:
            return False
        met |= names
    return True


def corrects_something(root: Node) -> bool:
    """A corrected invoice names the preceding one (DE-R-026)."""
    return "384" not in _types(root) or bool(
        children(root, "cac:BillingReference/cac:InvoiceDocumentReference")
    )


def _has_mandate(root: Node) -> bool:
    return bool(children(root, "cac:PaymentMeans/cac:PaymentMandate"))


def has_creditor(root: Node) -> bool:
    """Direct debit names the creditor (DE-R-030)."""
    numbers = [
        number
        for party in (SELLER, "cac:PayeeParty")
        for number in children(root, f"{party}/cac:PartyIdentification/cbc:ID")
    ]
    return not _has_mandate(root) or any(number.get("schemeID") == "SEPA" for number in numbers)


def has_debited_account(root: Node) -> bool:
    """Direct debit names the account (DE-R-031)."""
    return not _has_mandate(root) or bool(children(root, f"cac:PaymentMeans/{DEBITED}"))


def pays_by(*codes: str) -> Test:
    """The payment means is one of these."""
    return lambda means: the_normal(means, "cbc:PaymentMeansCode") in codes


def lacks(*paths: str) -> Test:
    """None of these is there."""
    return lambda means: not any(children(means, path) for path in paths)


def has_iban(code: str, path: str) -> Test:
    """The account of this payment means is an IBAN."""

    def holds(means: Node) -> bool:
        if the_normal(means, "cbc:PaymentMeansCode") != code:
            return True
        return is_iban(normalized(_BLANKS.sub("", the_string(means, path))))

    return holds


def is_phone(contact: Node) -> bool:
    """Three digits or more (DE-R-027)."""
    return sum(each in "0123456789" for each in the_normal(contact, "cbc:Telephone")) >= 3


def is_mail(contact: Node) -> bool:
    """An e-mail address (DE-R-028)."""
    return _MAIL.fullmatch(the_normal(contact, "cbc:ElectronicMail")) is not None
