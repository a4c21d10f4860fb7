"""Peppol BIS Billing 3.0.21: Germany, when both parties are there (DE-R)."""

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules.countries import BUYER, SELLER, both, is_at
from omloop.einvoice.rules.peppol_de_tests import (
    DEBITED,
    REFERENCE,
    TYPES,
    URL,
    corrects_something,
    has_creditor,
    has_debited_account,
    has_iban,
    has_own_file_names,
    is_discount_well_formed,
    is_identified,
    is_mail,
    is_phone,
    is_usual_type,
    lacks,
    pays_by,
    says,
)
from omloop.einvoice.rules.rule import Context, Rule, Test
from omloop.einvoice.rules.xpath import has, the_string

_W = Flag.WARNING
_WITHIN_DE = is_at("DE", SELLER, BUYER)


def _rule(name: str, test: Test, terms: str, nl: str, en: str, flag: Flag = Flag.FATAL) -> Rule:
    return Rule(
        f"DE-R-{name}",
        test,
        tuple(terms.split()),
        f"Tussen Duitse partijen {nl}.",
        f"Between German parties {en}.",
        flag,
    )


def _must(name: str, path: str, term: str, nl: str, en: str) -> Rule:
    return _rule(
        *(name, says(path), term),
        f"is {nl} ({term}) verplicht. Vul {path} in",
        f"{en} ({term}) is mandatory. Fill in {path}",
    )


def _means(name: str, test: Test, term: str, nl: str, en: str) -> Rule:
    return _rule(*(name, test, term), f"hoort bij deze betaalwijze {nl}", f"this payment means {en}")


_DOCUMENT = (
    _rule(
        *("001", has("cac:PaymentMeans"), "BG-16"),
        "moet er staan hoe betaald wordt (BG-16). Vul cac:PaymentMeans in",
        "it must be said how to pay (BG-16). Fill in cac:PaymentMeans",
    ),
    _must("015", "cbc:BuyerReference", "BT-10", "de referentie van de koper", "the buyer reference"),
    _rule(
        *("016", is_identified, "BT-31 BT-32 BG-11"),
        "is een belastingnummer van de verkoper (BT-31, BT-32) of een vertegenwoordiger (BG-11) verplicht",
        "a tax number of the seller (BT-31, BT-32) or a representative (BG-11) is mandatory",
    ),
    _rule(
        *("017", is_usual_type, "BT-3"),
        f"is de soort (BT-3) een van {', '.join(TYPES)}",
        f"the type (BT-3) is one of {', '.join(TYPES)}",
        _W,
    ),
    _rule(
        *("018", is_discount_well_formed, "BT-20"),
        "heeft een betalingskorting een vaste vorm: #SKONTO#TAGE=14#PROZENT=2.00# op een eigen regel. "
        "Verbeter BT-20",
        "a payment discount has a fixed form: #SKONTO#TAGE=14#PROZENT=2.00# on a line of its own. Mend BT-20",
    ),
    _rule(
        *("022", has_own_file_names, "BT-125-2"),
        "heeft elke bijlage een eigen bestandsnaam. Hernoem een van de bijlagen",
        "each attachment has a file name of its own. Rename one of the attachments",
    ),
    _rule(
        *("026", corrects_something, "BT-25"),
        "noemt een correctiefactuur de eerdere factuur (BT-25). Vul die in",
        "a corrected invoice names the preceding invoice (BT-25). Fill it in",
        _W,
    ),
    _rule(
        *("030", has_creditor, "BT-90"),
        "hoort bij een incasso het incassantnummer (BT-90). Vul het in met schemeID SEPA",
        "direct debit needs the creditor identifier (BT-90). Fill it in with schemeID SEPA",
    ),
    _rule(
        *("031", has_debited_account, "BT-91"),
        "hoort bij een incasso de rekening van de koper (BT-91). Vul die in",
        "direct debit needs the account of the buyer (BT-91). Fill it in",
    ),
)


def _city_and_zone(city: str, zone: str, terms: tuple[str, str], nl: str, en: str) -> tuple[Rule, ...]:
    return (
        _must(city, "cbc:CityName", terms[0], f"de plaats van {nl}", f"the city of the {en}"),
        _must(zone, "cbc:PostalZone", terms[1], f"de postcode van {nl}", f"the post code of the {en}"),
    )


GERMANY = (
    Context(("/",), _DOCUMENT, where=_WITHIN_DE),
    Context(
        (f"/{REFERENCE}/cac:Attachment/cac:ExternalReference",),
        (
            _rule(
                *("T02", lambda node: URL.match(the_string(node, "cbc:URI")) is not None, "BT-124"),
                "is de plaats van een bijlage (BT-124) een volledig internetadres. Vul dat in",
                "the location of a document (BT-124) is a full web address. Fill that in",
                _W,
            ),
        ),
        where=_WITHIN_DE,
    ),
    Context(
        ("/cac:AccountingSupplierParty",),
        (
            _rule(
                *("002", has("cac:Party/cac:Contact"), "BG-6"),
                "is een contactpersoon van de verkoper (BG-6) verplicht. Vul cac:Contact in",
                "a contact of the seller (BG-6) is mandatory. Fill in cac:Contact",
            ),
        ),
        where=_WITHIN_DE,
    ),
    Context(
        (f"/{SELLER}/cac:PostalAddress",),
        _city_and_zone("003", "004", ("BT-37", "BT-38"), "de verkoper", "seller"),
        where=_WITHIN_DE,
    ),
    Context(
        (f"/{SELLER}/cac:Contact",),
        (
            _must("005", "cbc:Name", "BT-41", "de naam van de contactpersoon", "the name of the contact"),
            _must("006", "cbc:Telephone", "BT-42", "het telefoonnummer", "the telephone number"),
            _must("007", "cbc:ElectronicMail", "BT-43", "het e-mailadres", "the e-mail address"),
            _rule(
                *("027", is_phone, "BT-42"),
                "heeft een telefoonnummer (BT-42) minstens drie cijfers. Verbeter het",
                "a telephone number (BT-42) has three digits or more. Mend it",
                _W,
            ),
            _rule(
                *("028", is_mail, "BT-43"),
                "is BT-43 een e-mailadres zoals naam@bedrijf.de. Verbeter het",
                "BT-43 is an e-mail address such as name@company.de. Mend it",
                _W,
            ),
        ),
        where=_WITHIN_DE,
    ),
    Context(
        (f"/{BUYER}/cac:PostalAddress",),
        _city_and_zone("008", "009", ("BT-52", "BT-53"), "de koper", "buyer"),
        where=_WITHIN_DE,
    ),
    Context(
        ("/cac:Delivery/cac:DeliveryLocation/cac:Address",),
        _city_and_zone("010", "011", ("BT-77", "BT-78"), "het afleveradres", "delivery address"),
        where=_WITHIN_DE,
    ),
    Context(
        ("/cac:PaymentMeans",),
        (
            _rule(
                *("019", has_iban("58", "cac:PayeeFinancialAccount/cbc:ID"), "BT-84"),
                "is de rekening bij betaalwijze 58 (BT-84) een geldig IBAN. Verbeter het",
                "the account with payment means 58 (BT-84) is a valid IBAN. Mend it",
                _W,
            ),
            _means(
                *("023-1", has("cac:PayeeFinancialAccount"), "BG-17"),
                *("een rekening (BG-17). Vul die in", "needs an account (BG-17). Fill it in"),
            ),
            _means(
                *("023-2", lacks("cac:CardAccount", "cac:PaymentMandate"), "BG-18 BG-19"),
                "geen kaart of machtiging (BG-18, BG-19). Laat die weg",
                "has no card or mandate (BG-18, BG-19). Leave them out",
            ),
        ),
        where=both(_WITHIN_DE, pays_by("30", "58")),
    ),
    Context(
        ("/cac:PaymentMeans",),
        (
            _means(
                *("024-1", has("cac:CardAccount"), "BG-18"),
                *("een kaart (BG-18). Vul die in", "needs a card (BG-18). Fill it in"),
            ),
            _means(
                *("024-2", lacks("cac:PayeeFinancialAccount", "cac:PaymentMandate"), "BG-17 BG-19"),
                "geen rekening of machtiging (BG-17, BG-19). Laat die weg",
                "has no account or mandate (BG-17, BG-19). Leave them out",
            ),
        ),
        where=both(_WITHIN_DE, pays_by("48", "54", "55")),
    ),
    Context(
        ("/cac:PaymentMeans",),
        (
            _rule(
                *("020", has_iban("59", DEBITED), "BT-91"),
                "is de rekening bij betaalwijze 59 (BT-91) een geldig IBAN. Verbeter het",
                "the account with payment means 59 (BT-91) is a valid IBAN. Mend it",
                _W,
            ),
            _means(
                *("025-1", has("cac:PaymentMandate"), "BG-19"),
                *("een machtiging (BG-19). Vul die in", "needs a mandate (BG-19). Fill it in"),
            ),
            _means(
                *("025-2", lacks("cac:PayeeFinancialAccount", "cac:CardAccount"), "BG-17 BG-18"),
                "geen rekening of kaart (BG-17, BG-18). Laat die weg",
                "has no account or card (BG-17, BG-18). Leave them out",
            ),
        ),
        where=both(_WITHIN_DE, pays_by("59")),
    ),
    Context(
        ("/cac:TaxTotal/cac:TaxSubtotal",),
        (_must("014", "cac:TaxCategory/cbc:Percent", "BT-119", "het btw-tarief", "the VAT rate"),),
        where=_WITHIN_DE,
    ),
)
