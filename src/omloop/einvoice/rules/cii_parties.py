"""EN 16931 in CII: who sells, is paid, represents; where it went (BR-17 to 20, 56, 57, BR-CO-09, 26)."""

from omloop.einvoice.rules.cii_codes import is_of_country
from omloop.einvoice.rules.cii_names import DELIVERY
from omloop.einvoice.rules.cii_words import shared_rules
from omloop.einvoice.rules.rule import Context, Uncomputable
from omloop.einvoice.rules.tree import Node, children, string
from omloop.einvoice.rules.xpath import filled, has, strings
from omloop.einvoice.values import normalized


def _is_another_payee(payee: Node) -> bool:
    transaction = payee.parent and payee.parent.parent
    if transaction is None or not children(payee, "ram:Name"):
        return False
    seller = "ram:ApplicableHeaderTradeAgreement/ram:SellerTradeParty"
    return not any(
        set(strings(payee, path)) & set(strings(transaction, f"{seller}/{path}"))
        for path in ("ram:Name", "ram:ID", "ram:SpecifiedLegalOrganization/ram:ID")
    )


def _registration(party: Node) -> list[Node]:
    return [
        each
        for each in children(party, "ram:SpecifiedTaxRegistration/ram:ID")
        if each.get("schemeID") == "VA"
    ]


def _is_identified(party: Node) -> bool:
    is_named = has("ram:ID", "ram:GlobalID", "ram:SpecifiedLegalOrganization/ram:ID")(party)
    return is_named or bool(_registration(party))


def _has_vat_number(party: Node) -> bool:
    numbers = _registration(party)
    if len(numbers) > 1:
        raise Uncomputable("ram:SpecifiedTaxRegistration")
    return bool(numbers) and normalized(string(numbers[0])) != ""


def _has_destination_country(delivery: Node) -> bool:
    address = "ram:ShipToTradeParty/ram:PostalTradeAddress"
    return not children(delivery, address) or filled(f"{address}/ram:CountryID")(delivery)


_ADDRESS = "ram:PostalTradeAddress"
PARTIES = (
    Context(("ram:PayeeTradeParty",), shared_rules(BR_17=_is_another_payee)),
    Context(("ram:SellerTradeParty",), shared_rules(BR_CO_26=_is_identified)),
    Context(
        ("ram:SellerTaxRepresentativeTradeParty",),
        shared_rules(
            BR_18=filled("ram:Name"),
            BR_19=has(_ADDRESS),
            BR_20=filled(f"{_ADDRESS}/ram:CountryID"),
            BR_56=_has_vat_number,
        ),
    ),
    Context(
        ("ram:SpecifiedTaxRegistration/ram:ID",),
        shared_rules(BR_CO_09=is_of_country),
        where=lambda number_: number_.get("schemeID") == "VA",
    ),
    Context((f"/{DELIVERY}",), shared_rules(BR_57=_has_destination_country)),
)
