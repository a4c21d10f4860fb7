"""The sentences that the rules of all VAT categories share."""

from typing import Final

from omloop.einvoice.rules.rule import Rule, Test
from omloop.einvoice.rules.vat_categories import Category

_NUMBERS: Final = {
    "seller": (
        "het btw-nummer of belastingnummer van de verkoper (BT-31, BT-32) of het btw-nummer van zijn "
        "vertegenwoordiger (BT-63)",
        "the VAT number or tax number of the seller (BT-31, BT-32) or the VAT number of the seller's "
        "representative (BT-63)",
    ),
    "vat": (
        "het btw-nummer van de verkoper (BT-31) of van zijn vertegenwoordiger (BT-63)",
        "the VAT number of the seller (BT-31) or of the seller's representative (BT-63)",
    ),
    "seller and buyer": (
        "het btw-nummer of belastingnummer van de verkoper (BT-31, BT-32, BT-63) en het btw-nummer of "
        "KvK-nummer van de koper (BT-48, BT-47)",
        "the VAT number or tax number of the seller (BT-31, BT-32, BT-63) and the VAT number or legal "
        "registration of the buyer (BT-48, BT-47)",
    ),
    "vat of both": (
        "het btw-nummer van de verkoper (BT-31) of zijn vertegenwoordiger (BT-63) en dat "
        "van de koper (BT-48)",
        "the VAT number of the seller (BT-31) or the representative (BT-63) and that of the buyer (BT-48)",
    ),
}
_PLACES: Final = {
    "02": ("een regel", "a line", ("BT-151",)),
    "03": ("een korting", "an allowance", ("BT-95",)),
    "04": ("een toeslag", "a charge", ("BT-102",)),
    "05": ("de regel", "the line", ("BT-151", "BT-152")),
    "06": ("de korting", "the allowance", ("BT-95", "BT-96")),
    "07": ("de toeslag", "the charge", ("BT-102", "BT-103")),
}
_RATES: Final = {
    "zero": ("moet het tarief 0 zijn", "the rate must be 0"),
    "positive": ("moet het tarief hoger zijn dan 0", "the rate must be above 0"),
    "any": ("moet het tarief 0 of hoger zijn", "the rate must be 0 or more"),
    "none": ("hoort geen tarief", "no rate belongs"),
}
_BREAKDOWN: Final = ("BG-23", "BT-118")


def say(category: Category, number: str, test: Test) -> Rule:
    """The rule of a category by its number, in words."""
    nl, en, terms = _words(category, number)
    return Rule(f"BR-{category.family}-{number}", test, terms, nl, en)


def _words(category: Category, number: str) -> tuple[str, str, tuple[str, ...]]:
    name_nl, name_en = f"{category.code} ({category.nl})", f"{category.code} ({category.en})"
    if number in ("02", "03", "04"):
        return _number_words(category, number, name_nl, name_en)
    if number in ("05", "06", "07"):
        nl, en, terms = _PLACES[number]
        rate_nl, rate_en = _RATES[category.rate]
        return (
            f"Bij btw-categorie {name_nl} op {nl} {rate_nl}. Verbeter het tarief of de categorie.",
            f"With VAT category {name_en} on {en} {rate_en}. Mend the rate or the category.",
            terms,
        )
    if number == "01":
        many_nl, many_en = (
            ("een of meer", "one or more") if category.has_rate else ("precies één", "exactly one")
        )
        return (
            f"De btw-specificatie heeft niet {many_nl} groep voor categorie {name_nl}, of "
            "zonder dat een regel, "
            "korting of toeslag haar gebruikt. Maak de specificatie gelijk aan de regels.",
            f"The VAT breakdown does not have {many_en} group for category {name_en}, or has "
            "it though no line, "
            "allowance or charge uses it. Make the breakdown follow the lines.",
            _BREAKDOWN,
        )
    return _breakdown_words(category, number, name_nl, name_en)


def _number_words(
    category: Category, number: str, name_nl: str, name_en: str
) -> tuple[str, str, tuple[str, ...]]:
    nl, en, terms = _PLACES[number]
    if category.numbers == "none":
        return (
            f"Op {nl} staat categorie {name_nl}: dan hoort er geen btw-nummer van verkoper, "
            "vertegenwoordiger of "
            "koper op de factuur (BT-31, BT-63, BT-48). Laat ze weg of kies een andere categorie.",
            f"There is category {name_en} on {en}: then no VAT number of seller, "
            "representative or buyer belongs "
            "on the invoice (BT-31, BT-63, BT-48). Leave them out or choose another category.",
            terms,
        )
    who_nl, who_en = _NUMBERS[category.numbers]
    return (
        f"Op {nl} staat btw-categorie {name_nl}; dan moet {who_nl} op de factuur staan. Vul het in.",
        f"There is VAT category {name_en} on {en}; then the invoice must give {who_en}. Fill it in.",
        terms,
    )


def _breakdown_words(
    category: Category, number: str, name_nl: str, name_en: str
) -> tuple[str, str, tuple[str, ...]]:
    if number == "08":
        each_nl, each_en = (" en dit tarief", " and this rate") if category.has_rate else ("", "")
        return (
            "Het bedrag waarover btw is gerekend (BT-116) is niet de som van regels en "
            "toeslagen min kortingen "
            f"met categorie {name_nl}{each_nl}. Reken het opnieuw uit.",
            f"The taxable amount (BT-116) is not the sum of lines and charges minus allowances with category "
            f"{name_en}{each_en}. Compute it again.",
            ("BT-116",),
        )
    if number == "09":
        if category.has_rate:
            return (
                f"Het btw-bedrag (BT-117) van categorie {name_nl} is niet het bedrag (BT-116) "
                "maal het tarief "
                "(BT-119). Reken het opnieuw uit.",
                f"The VAT amount (BT-117) of category {name_en} is not the amount (BT-116) times "
                "the rate (BT-119). "
                "Compute it again.",
                ("BT-117",),
            )
        return (
            f"Bij categorie {name_nl} moet het btw-bedrag (BT-117) 0 zijn. Zet het op 0.",
            f"With category {name_en} the VAT amount (BT-117) must be 0. Set it to 0.",
            ("BT-117",),
        )
    if number == "10":
        if category.has_reason:
            return (
                f"Bij categorie {name_nl} moet staan waarom er geen btw is. Vul BT-120 of BT-121 in.",
                f"Category {name_en} needs the reason why there is no VAT. Fill in BT-120 or BT-121.",
                ("BT-120", "BT-121"),
            )
        return (
            f"Bij categorie {name_nl} hoort geen reden van vrijstelling. Laat BT-120 en BT-121 weg.",
            f"With category {name_en} no exemption reason belongs. Leave BT-120 and BT-121 out.",
            ("BT-120", "BT-121"),
        )
    return _SPECIAL[category.family + number]


_SPECIAL: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "IC11": (
        "Bij een levering binnen de EU moet de leverdatum (BT-72) of de factuurperiode (BG-14) er staan. "
        "Vul een van de twee in.",
        "An intra-community supply needs the delivery date (BT-72) or the invoice period (BG-14). "
        "Fill in one of the two.",
        ("BT-72", "BG-14"),
    ),
    "IC12": (
        "Bij een levering binnen de EU moet het land van aflevering (BT-80) er staan. Vul het in.",
        "An intra-community supply needs the country of delivery (BT-80). Fill it in.",
        ("BT-80",),
    ),
    **{
        f"O{number}": (
            f"Categorie O (valt niet onder de btw) staat niet samen met een andere categorie: {nl} heeft een "
            "andere. Splits de factuur.",
            f"Category O (not subject to VAT) does not go with another category: {en} has another. "
            "Split the invoice.",
            terms,
        )
        for number, nl, en, terms in (
            ("11", "de btw-specificatie", "the VAT breakdown", ("BT-118",)),
            ("12", "een regel", "a line", ("BT-151",)),
            ("13", "een korting", "an allowance", ("BT-95",)),
            ("14", "een toeslag", "a charge", ("BT-102",)),
        )
    },
}
