"""Peppol BIS Billing 3.0.21: lines and prices (PEPPOL-EN16931-R044 to R046, R100 to R130)."""

from decimal import Decimal

from omloop.einvoice.rules.peppol_tests import is_near
from omloop.einvoice.rules.rule import Context, Rule, Test, Uncomputable
from omloop.einvoice.rules.tree import Node, children
from omloop.einvoice.rules.xpath import number, saxon_divide, strings, the_decimal, the_normal, to_cents

_NOTHING = Decimal(0)
_ONE = Decimal(1)


def _parts(line: Node, kind: str) -> Decimal:
    amounts = (
        number(text)
        for part in children(line, "cac:AllowanceCharge")
        if the_normal(part, "cbc:ChargeIndicator") == kind
        for text in strings(part, "cbc:Amount")
    )
    return to_cents(sum(amounts, _NOTHING))


def _quantity_name(node: Node) -> str:
    return "cbc:InvoicedQuantity" if node.tree.root.name == "Invoice" else "cbc:CreditedQuantity"


def _is_price_times_quantity(line: Node) -> bool:
    amount = the_decimal(line, "cbc:LineExtensionAmount") or _NOTHING
    quantity = the_decimal(line, _quantity_name(line))
    price = the_decimal(line, "cac:Price/cbc:PriceAmount") or _NOTHING
    base = the_decimal(line, "cac:Price/cbc:BaseQuantity") or _ONE
    gross = (_ONE if quantity is None else quantity) * saxon_divide(price, base)
    if children(line, "cac:AllowanceCharge"):
        gross += _parts(line, "true") - _parts(line, "false")
    return is_near(amount, gross)


def _has_positive_base(line: Node) -> bool:
    base = the_decimal(line, "cac:Price/cbc:BaseQuantity")
    return base is None or base > _NOTHING


def _has_one_object(line: Node) -> bool:
    return len(children(line, "cac:DocumentReference")) <= 1


def _refers_to_object(line: Node) -> bool:
    codes = strings(line, "cac:DocumentReference/cbc:DocumentTypeCode")
    return not children(line, "cac:DocumentReference") or "130" in codes


def _is_allowance(part: Node) -> bool:
    return the_normal(part, "cbc:ChargeIndicator") == "false"


def _is_net_price(part: Node) -> bool:
    gross, discount = the_decimal(part, "cbc:BaseAmount"), the_decimal(part, "cbc:Amount")
    if gross is None:
        return True
    if part.parent is None:
        raise Uncomputable("..")
    net = the_decimal(part.parent, "cbc:PriceAmount")
    return net is not None and discount is not None and net == gross - discount


def _has_same_unit(base: Node) -> bool:
    line = base.parent and base.parent.parent
    if line is None:
        return True
    counted = children(line, "cbc:InvoicedQuantity") + children(line, "cbc:CreditedQuantity")
    quantities = children(line, _quantity_name(base))
    return not counted or any(each.get("unitCode") == base.get("unitCode") for each in quantities)


def _rule(name: str, test: Test, terms: str, nl: str, en: str) -> Rule:
    return Rule(f"PEPPOL-EN16931-{name}", test, tuple(terms.split()), nl, en)


LINES = (
    Context(
        ("cac:InvoiceLine", "cac:CreditNoteLine"),
        (
            _rule(
                *("R120", _is_price_times_quantity, "BT-131 BT-129 BT-146"),
                "Het bedrag van de regel (BT-131) is niet aantal maal prijs, plus toeslagen, min "
                "kortingen. Reken het opnieuw uit.",
                "The net amount of the line (BT-131) is not quantity times price, plus charges, minus "
                "allowances. Compute it again.",
            ),
            _rule(
                *("R121", _has_positive_base, "BT-149"),
                "De prijseenheid (BT-149) is nul of minder. Vul een getal boven nul in of laat haar weg.",
                "The base quantity (BT-149) is zero or less. Fill in a number above zero or leave it out.",
            ),
            _rule(
                *("R100", _has_one_object, "BT-128"),
                "De regel noemt meer dan één gefactureerd object (BT-128). Laat er één staan.",
                "The line names more than one invoiced object (BT-128). Keep one.",
            ),
            _rule(
                *("R101", _refers_to_object, "BT-128"),
                "De verwijzing op de regel is geen gefactureerd object. Geef cbc:DocumentTypeCode 130 of "
                "laat haar weg.",
                "The reference on the line is no invoiced object. Give cbc:DocumentTypeCode 130 or leave "
                "it out.",
            ),
        ),
    ),
    Context(
        ("cac:Price/cac:AllowanceCharge",),
        (
            _rule(
                *("R044", _is_allowance, "BT-147"),
                "Op een prijs mag geen toeslag staan. Verwerk die in de prijs (BT-146).",
                "A price can't have a charge. Make it part of the price (BT-146).",
            ),
            _rule(
                *("R046", _is_net_price, "BT-146 BT-147 BT-148"),
                "De nettoprijs (BT-146) is niet de brutoprijs (BT-148) min de korting (BT-147). Reken hem "
                "opnieuw uit.",
                "The net price (BT-146) is not the gross price (BT-148) minus the discount (BT-147). "
                "Compute it again.",
            ),
        ),
    ),
    Context(
        ("cac:Price/cbc:BaseQuantity",),
        (
            _rule(
                *("R130", _has_same_unit, "BT-150 BT-130"),
                "De eenheid van de prijs (BT-150) is een andere dan die van het aantal (BT-130). Maak ze "
                "gelijk.",
                "The unit of the price (BT-150) is not that of the quantity (BT-130). Make them the same.",
            ),
        ),
        where=lambda base: base.get("unitCode") is not None,
    ),
)
