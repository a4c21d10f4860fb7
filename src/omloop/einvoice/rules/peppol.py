"""Peppol BIS Billing 3.0.21: what holds in every country (PEPPOL-EN16931-R, document to payment)."""

from omloop.einvoice.rules.countries import BUYER, SELLER
from omloop.einvoice.rules.peppol_tests import (
    PROCESSES,
    SPECIFICATION,
    count_totals,
    differs_from_document_currency,
    has_document_date,
    has_known_process,
    has_one_note,
    has_one_project,
    has_same_signs,
    has_specification,
    has_total_in_tax_currency,
    is_direct_debit,
    is_empty,
    is_in_document_currency,
    is_of_document_currency,
    is_part_of_base,
    is_within,
    lacks_base,
    lacks_percentage,
    says_kind,
)
from omloop.einvoice.rules.rule import Context, Rule, Test
from omloop.einvoice.rules.xpath import (
    has,
    never,
)

_ALLOWANCES = (
    *("/cac:AllowanceCharge", "/cac:InvoiceLine/cac:AllowanceCharge"),
    "/cac:CreditNoteLine/cac:AllowanceCharge",
)


def _line_dates(name: str) -> tuple[str, ...]:
    return tuple(f"/{line}/cac:InvoicePeriod/{name}" for line in ("cac:InvoiceLine", "cac:CreditNoteLine"))


def _rule(number_: str, test: Test, terms: str, nl: str, en: str) -> Rule:
    return Rule(f"PEPPOL-EN16931-{number_}", test, tuple(terms.split()), nl, en)


EMPTY = Context(
    ("*",),
    (
        _rule(
            *("R008", never, ""),
            "Dit onderdeel is leeg. Vul het in of laat het weg.",
            "This element is empty. Fill it in or leave it out.",
        ),
    ),
    where=is_empty,
)
PROJECT = Context(
    ("/",),
    (
        _rule(
            *("R080", has_one_project, "BT-11"),
            "De creditnota noemt meer dan één project (BT-11). Laat er één staan.",
            "The credit note names more than one project (BT-11). Keep one.",
        ),
    ),
    where=lambda root: root.name == "CreditNote",
)
_DOCUMENT = (
    _rule(
        *("R001", has("cbc:ProfileID"), "BT-23"),
        "Het proces (BT-23) ontbreekt. Vul cbc:ProfileID in.",
        "The business process (BT-23) is missing. Fill in cbc:ProfileID.",
    ),
    _rule(
        *("R007", has_known_process, "BT-23"),
        f"Het proces (BT-23) is Peppol onbekend. Vul {PROCESSES[0]} in.",
        f"Peppol does not know the business process (BT-23). Fill in {PROCESSES[0]}.",
    ),
    _rule(
        *("R002", has_one_note, "BT-22"),
        "Er staat meer dan één notitie (BT-22) op de factuur. Voeg ze samen; alleen tussen Duitse partijen "
        "mogen het er meer zijn.",
        "There is more than one note (BT-22) on the invoice. Join them; only between German parties there "
        "may be more.",
    ),
    _rule(
        *("R003", has("cbc:BuyerReference", "cac:OrderReference/cbc:ID"), "BT-10 BT-13"),
        "De referentie van de koper (BT-10) en het ordernummer (BT-13) ontbreken. Vul een van de twee in.",
        "The buyer reference (BT-10) and the order number (BT-13) are missing. Fill in one of the two.",
    ),
    _rule(
        *("R004", has_specification, "BT-24"),
        f"De specificatie (BT-24) begint niet met die van Peppol BIS 3. Vul {SPECIFICATION} in.",
        f"The specification (BT-24) does not start with that of Peppol BIS 3. Fill in {SPECIFICATION}.",
    ),
    _rule(
        *("R053", lambda root: count_totals(root, with_breakdown=True) == 1, "BG-23"),
        "Er is niet precies één btw-totaal met specificatie. Geef er één, in de factuurvaluta.",
        "There is not exactly one VAT total with a breakdown. Give one, in the invoice currency.",
    ),
    _rule(
        *("R054", has_total_in_tax_currency, "BT-111 BT-6"),
        "Het btw-totaal in de btw-valuta (BT-111) hoort er precies één keer te staan als BT-6 er staat, en "
        "anders niet.",
        "The VAT total in accounting currency (BT-111) must be there once when BT-6 is there, and else not.",
    ),
    _rule(
        *("R055", has_same_signs, "BT-110 BT-111"),
        "De twee btw-totalen (BT-110, BT-111) hebben niet hetzelfde teken. Verbeter een van de twee.",
        "The two VAT totals (BT-110, BT-111) do not have the same sign. Mend one of the two.",
    ),
)
_AMOUNTS = (
    *("cbc:Amount", "cbc:BaseAmount", "cbc:PriceAmount", "cbc:TaxableAmount", "cbc:LineExtensionAmount"),
    *("cac:TaxTotal/cbc:TaxAmount", "cac:TaxSubtotal/cbc:TaxAmount", "cbc:TaxExclusiveAmount"),
    *("cbc:TaxInclusiveAmount", "cbc:AllowanceTotalAmount", "cbc:ChargeTotalAmount", "cbc:PrepaidAmount"),
    *("cbc:PayableRoundingAmount", "cbc:PayableAmount"),
)


def _address(number_: str, term: str, nl: str, en: str) -> Rule:
    return _rule(
        *(number_, has("cbc:EndpointID"), term),
        f"Het elektronisch adres van {nl} ({term}) ontbreekt. Vul cbc:EndpointID in, zoals het KvK-nummer "
        "met schemeID 0106.",
        f"The electronic address of the {en} ({term}) is missing. Fill in cbc:EndpointID, such as the KvK "
        "number with schemeID 0106.",
    )


def _period(number_: str, name: str, terms: str, *, is_start: bool) -> Context:
    return Context(
        _line_dates(name),
        (
            _rule(
                *(number_, is_within(name, is_start=is_start), terms),
                "De periode van de regel valt buiten de factuurperiode. Verbeter een van de twee.",
                "The period of the line is not within the invoice period. Mend one of the two.",
            ),
        ),
        where=has_document_date(name),
    )


GENERAL = (
    Context(("/",), _DOCUMENT),
    Context(
        ("cbc:TaxCurrencyCode",),
        (
            _rule(
                *("R005", differs_from_document_currency, "BT-6 BT-5"),
                "De btw-valuta (BT-6) is gelijk aan de factuurvaluta (BT-5). Laat BT-6 weg.",
                "The VAT currency (BT-6) is the invoice currency (BT-5). Leave BT-6 out.",
            ),
        ),
    ),
    Context((BUYER,), (_address("R010", "BT-49", "de koper", "buyer"),)),
    Context((SELLER,), (_address("R020", "BT-34", "de verkoper", "seller"),)),
    Context(
        _ALLOWANCES,
        (
            _rule(
                *("R041", never, "BT-93 BT-100 BT-137 BT-142"),
                "Er staat een percentage zonder basisbedrag. Vul cbc:BaseAmount in of laat het percentage "
                "weg.",
                "There is a percentage without a base amount. Fill in cbc:BaseAmount or leave the "
                "percentage out.",
            ),
        ),
        where=lacks_base,
    ),
    Context(
        _ALLOWANCES,
        (
            _rule(
                *("R042", never, "BT-94 BT-101 BT-138 BT-143"),
                "Er staat een basisbedrag zonder percentage. Vul cbc:MultiplierFactorNumeric in of laat het "
                "basisbedrag weg.",
                "There is a base amount without a percentage. Fill in cbc:MultiplierFactorNumeric or leave "
                "the base amount out.",
            ),
        ),
        where=lacks_percentage,
    ),
    Context(
        _ALLOWANCES,
        (
            _rule(
                *("R040", is_part_of_base, "BT-92 BT-99 BT-136 BT-141"),
                "Het bedrag van de korting of toeslag is niet het basisbedrag maal het percentage. Reken het "
                "opnieuw uit.",
                "The amount of the allowance or charge is not the base amount times the percentage. "
                "Compute it again.",
            ),
            _rule(
                *("R043", says_kind, ""),
                "Hier moet true (toeslag) of false (korting) staan. Verbeter cbc:ChargeIndicator.",
                "This must say true (charge) or false (allowance). Mend cbc:ChargeIndicator.",
            ),
        ),
    ),
    Context(
        ("cac:PaymentMeans",),
        (
            _rule(
                *("R061", has("cac:PaymentMandate/cbc:ID"), "BT-89"),
                "Bij automatische incasso ontbreekt het machtigingskenmerk (BT-89). Vul het in.",
                "With direct debit the mandate reference (BT-89) is missing. Fill it in.",
            ),
        ),
        where=is_direct_debit,
    ),
    Context(
        _AMOUNTS,
        (
            _rule(
                *("R051", is_in_document_currency, "BT-5"),
                "Dit bedrag staat in een andere valuta dan de factuur (BT-5). Gebruik de factuurvaluta.",
                "This amount is in another currency than the invoice (BT-5). Use the invoice currency.",
            ),
        ),
        where=is_of_document_currency,
    ),
    _period("R110", "cbc:StartDate", "BT-134 BT-73", is_start=True),
    _period("R111", "cbc:EndDate", "BT-135 BT-74", is_start=False),
)
