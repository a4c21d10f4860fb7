"""EN 16931, binding to UBL: data types (UBL-DT) and what it does not use (UBL-CR)."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules.rule import Context, Path, Rule, Test
from omloop.einvoice.rules.tree import Node, anywhere, children, ends, steps, string
from omloop.einvoice.rules.unused import UNUSED
from omloop.einvoice.rules.wording import names_in
from omloop.einvoice.rules.xpath import has_attribute, strings

_LINES: Final = ("cac:InvoiceLine", "cac:CreditNoteLine")
_REFERENCE: Final = "cac:AdditionalDocumentReference"
_OBJECT: Final = f"{_REFERENCE}[130]"
_SCHEME: Final = f"{_REFERENCE}/cbc:ID/@schemeID"
_DUE_DATE: Final = "cac:PaymentMeans/cbc:PaymentDueDate"
_ATTRIBUTES: Final = (
    *("schemeName", "schemeAgencyName", "schemeDataURI", "schemeURI", "format", "unitCodeListIdentifier"),
    *("unitCodeListAgencyIdentifier", "unitCodeListAgencyName", "listAgencyName", "listName"),
    *("name", "languageID", "listURI", "listSchemeURI", "languageLocaleID", "uri"),
    *("currencyCodeListVersionID", "characterSetCode", "encodingCode", "schemeAgencyID", "listAgencyID"),
)
"""UBL-DT-08 to UBL-DT-28."""
_UNUSED_ATTRIBUTES: Final = (
    ("648", "/cbc:CustomizationID", "schemeID"),
    ("649", "/cbc:ProfileID", "schemeID"),
    ("650", "/cbc:ID", "schemeID"),
    ("651", "/cbc:SalesOrderID", "schemeID"),
    ("652", "cac:PartyTaxScheme/cbc:CompanyID", "schemeID"),
    ("653", "/cac:PaymentMeans/cbc:PaymentID", "schemeID"),
    ("654", "/cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID", "schemeID"),
    ("655", "/cac:PaymentMeans/cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID", "schemeID"),
    ("656", "/cbc:InvoiceTypeCode", "listID"),
    ("657", "/cbc:DocumentCurrencyCode", "listID"),
    ("658", "/cbc:TaxCurrencyCode", "listID"),
    ("659", "/cac:AdditionalDocumentReference/cbc:DocumentTypeCode", "listID"),
    ("660", "cac:Country/cbc:IdentificationCode", "listID"),
    ("661", "/cac:PaymentMeans/cbc:PaymentMeansCode", "listID"),
    ("662", "cbc:AllowanceChargeReasonCode", "listID"),
    ("667", "cac:BuyersItemIdentification/cbc:ID", "schemeID"),
    ("668", "cac:SellersItemIdentification/cbc:ID", "schemeID"),
    ("672", "/cbc:CreditNoteTypeCode", "listID"),
    ("674", "cbc:PrimaryAccountNumberID", "schemeID"),
    ("675", "cac:CardAccount/cbc:NetworkID", "schemeID"),
    ("676", "cac:PaymentMandate/cbc:ID", "schemeID"),
    ("677", "cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID", "schemeID"),
    ("678", "cac:TaxCategory/cbc:ID", "schemeID"),
    ("679", "cac:ClassifiedTaxCategory/cbc:ID", "schemeID"),
)
_UNUSED_ANYWHERE: Final = (
    ("664", "cac:FinancialInstitution"),
    ("669", "cac:Price/cac:AllowanceCharge/cbc:AllowanceChargeReasonCode"),
    ("670", "cac:Price/cac:AllowanceCharge/cbc:AllowanceChargeReason"),
    ("671", "cac:Price/cac:AllowanceCharge/cbc:MultiplierFactorNumeric"),
    ("680", "cac:PaymentMeans/cac:PayerFinancialAccount"),
)


def _leave_out(number: str, what: str, test: Test, about: str = "", flag: Flag = Flag.WARNING) -> Rule:
    return Rule(
        f"UBL-CR-{number}",
        test,
        (),
        f"Het onderdeel {what} hoort niet in een factuur volgens EN 16931. Laat het weg.",
        f"The element {what} does not belong in an invoice by EN 16931. Leave it out.",
        flag,
        names_in(about),
    )


def _leave_out_attribute(number: str, path: str, attribute: str) -> Rule:
    what = f"{path.removeprefix('/')}/@{attribute}"
    return _leave_out(number, what, _lacks_attribute(path, attribute), what)


def _lacks_attribute(path: str, attribute: str) -> Test:
    name = steps(path)[-1]

    def holds(root: Node) -> bool:
        nodes = root.tree.with_attribute.get(attribute, ())
        return not any(node.name == name and ends(node, path) for node in nodes)

    return holds


def _lacks(path: str) -> Test:
    return lambda root: not anywhere(root.tree, path)


def _uses_no(attribute: str) -> Test:
    return lambda root: attribute not in root.tree.with_attribute


def _names_payment_means_only(root: Node) -> bool:
    return all(node.name == "cbc:PaymentMeansCode" for node in root.tree.with_attribute.get("name", ()))


def _is_version_2_1(root: Node) -> bool:
    versions = strings(root, "cbc:UBLVersionID")
    return not versions or "2.1" in versions


def _is_due_date_in_place(root: Node) -> bool:
    return root.name == "CreditNote" or not children(root, _DUE_DATE)


def _objects(root: Node) -> list[Node]:
    return [each for each in root.iter(_REFERENCE) if "130" in strings(each, "cbc:DocumentTypeCode")]


def _has_scheme_on_document(root: Node) -> bool:
    for reference in root.iter(_REFERENCE):
        codes = strings(reference, "cbc:DocumentTypeCode")
        if (not codes or set(codes) != {"130"}) and any(
            each.get("schemeID") is not None for each in children(reference, "cbc:ID")
        ):
            return True
    return False


def _object_lacks(name: str) -> Test:
    return lambda root: not any(children(each, name) for each in _objects(root))


BINDING: Final = (
    _leave_out("002", "cbc:UBLVersionID, tenzij/unless 2.1,", _is_version_2_1, "cbc:UBLVersionID"),
    _leave_out("412", _DUE_DATE, _is_due_date_in_place, _DUE_DATE),
    *(_leave_out_attribute(*unused) for unused in _UNUSED_ATTRIBUTES),
    _leave_out("663", "@unitCodeListID", _uses_no("unitCodeListID"), "@unitCodeListID"),
    *(_leave_out(number, path, _lacks(path), path) for number, path in _UNUSED_ANYWHERE),
    _leave_out("665", _SCHEME, lambda root: not _has_scheme_on_document(root), _SCHEME),
    _leave_out("666", f"{_OBJECT}/cac:Attachment", _object_lacks("cac:Attachment"), _OBJECT, Flag.FATAL),
    _leave_out(
        "673",
        f"{_OBJECT}/cbc:DocumentDescription",
        _object_lacks("cbc:DocumentDescription"),
        _OBJECT,
        Flag.FATAL,
    ),
    *(
        Rule(
            f"UBL-DT-{number:02}",
            _names_payment_means_only if attribute == "name" else _uses_no(attribute),
            (),
            f"Het attribuut {attribute} hoort niet in een factuur volgens EN 16931. Laat het weg.",
            f"The attribute {attribute} does not belong in an invoice by EN 16931. Leave it out.",
            Flag.WARNING,
            (f"@{attribute}",),
        )
        for number, attribute in enumerate(_ATTRIBUTES, start=8)
    ),
)


def _is_document_amount(path: Path) -> bool:
    is_of_price = ("cac:Price", "cac:AllowanceCharge") in pairwise(path[:-1])
    return not path[-1].endswith("PriceAmount") and not is_of_price


def _has_two_decimals(amount: Node) -> bool:
    return len(string(amount).partition(".")[2]) <= 2


DATA_TYPES: Final = (
    Context(
        ("*Amount",),
        (
            Rule(
                "UBL-DT-01",
                _has_two_decimals,
                (),
                "Dit bedrag heeft meer dan twee decimalen. Rond het af op centen.",
                "This amount has more than two decimals. Round it to cents.",
            ),
        ),
        on=_is_document_amount,
    ),
    Context(
        ("*BinaryObject",),
        (
            Rule(
                "UBL-DT-06",
                has_attribute("mimeCode"),
                ("BT-125-1",),
                "De bijlage noemt haar bestandstype niet. Vul @mimeCode in, zoals application/pdf.",
                "The attachment does not name its media type. Fill in @mimeCode, such as application/pdf.",
            ),
            Rule(
                "UBL-DT-07",
                has_attribute("filename"),
                ("BT-125-2",),
                "De bijlage heeft geen bestandsnaam. Vul @filename in.",
                "The attachment has no file name. Fill in @filename.",
            ),
        ),
    ),
)


def _is_said_before(element: Node) -> bool:
    return element.parent is None or element.parent.named[element.name][0] is not element


def _unused() -> Iterator[tuple[str, Path, Rule]]:
    parent = ""
    number = ""
    for word in UNUSED.split():
        if word.endswith(":"):
            parent = word[:-1]
        elif word.isdigit():
            number = word
        else:
            path = word if parent == "." else f"{parent}/{word}"
            rule = _leave_out(number, path.replace("LINE", "cac:InvoiceLine"), _is_said_before)
            for line in _LINES if parent.startswith("LINE") else ("",):
                yield number, tuple(path.replace("LINE", line).split("/")), rule


def unused_elements(*without: str) -> dict[Path, Rule]:
    """What is not used, by its path below the root, less the rules with these numbers."""
    return {path: rule for number, path, rule in _unused() if number not in without}
