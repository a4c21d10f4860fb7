"""Amounts, dates and numbers as people write them, in Dutch and English; plain Python."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

AMOUNT = re.compile(
    r"(?<![\w.,/-])(?P<minus>[-−–] ?)?(?:(?:[€$£]|[A-Z]{3}) ?)?(?P<minus2>[-−–] ?)?"
    r"(?P<whole>\d{1,3}(?:[.  ]\d{3})+|\d{1,3}(?:,\d{3})+(?=\.\d)|\d{1,9})"
    r"(?:[.,](?P<cents>\d{2}|-{1,2}|–|—))(?![\d%]|[.,/-]\d| ?%)(?P<minus3> ?[-−](?!\d))?"
)
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february feb",
            "maart march mrt mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "augustus august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
DATE = re.compile(
    r"(?<![\w.,/-])(?:"
    r"(?P<iso>\d{4})[-/.](?P<iso_month>\d{1,2})[-/.](?P<iso_day>\d{1,2})"
    r"|(?P<day>\d{1,2}) ?[-/.] ?(?P<number>\d{1,2}) ?[-/.] ?(?P<year>\d{4}|\d{2})"
    rf"|(?P<named_day>\d{{1,2}})(?:st|nd|rd|th|e)?[ .-]{{1,2}}{_MONTH},?[ -](?P<named_year>\d{{4}})"
    rf"|{_MONTH.replace('month', 'month_first')} (?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?,?"
    r" (?P<year_after>\d{4})"
    r")(?![\w/-])",
    re.IGNORECASE,
)
IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[\dO]{2}(?: ?[A-Z0-9]{2,4}){3,8}(?![A-Z0-9])")
_COUNTRIES = "AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NO|PL|PT|RO|SE|SI|SK|XI"
VAT = re.compile(
    r"(?<![A-Z0-9])(?:NL ?\d{4}[. ]?\d{2}[. ]?\d{3}[. ]?B[. ]?\d{2}"
    rf"|(?:{_COUNTRIES}) ?(?=[A-Z]{{0,2}}\d{{2}}(?:[. ]?\d){{5}})[A-Z0-9. ]{{7,15}}[A-Z0-9])(?![A-Z0-9])"
)
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_CURRENCY = re.compile(r"[€$£]|\b(?:EUR|USD|GBP|CHF|CZK|DKK|HUF|NOK|PLN|RON|SEK)\b")
_LETTERS = re.compile(r"[^\W\d_]+")
_EARLIEST, _LATEST = 2000, 2099


def amount_in(found: "re.Match[str]") -> Decimal:
    """The amount that `AMOUNT` found: 1.234,56 and 1,234.56 and 1 234,-- alike."""
    whole = "".join(filter(str.isdigit, found["whole"]))
    cents = found["cents"] if found["cents"].isdigit() else "00"
    amount = Decimal(f"{whole}.{cents}")
    return -amount if found["minus"] or found["minus2"] or found["minus3"] else amount


def date_in(found: "re.Match[str]") -> date | None:
    """The day that `DATE` found, day before month where both are numbers; None: there is none such."""
    year = found["iso"] or found["year"] or found["named_year"] or found["year_after"]
    named = found["month"] or found["month_first"]
    month = MONTHS[named.casefold()] if named else int(found["iso_month"] or found["number"])
    day = int(found["iso_day"] or found["day"] or found["named_day"] or found["day_after"])
    if month > 12 >= day and found["number"]:
        day, month = month, day
    full = int(year) + (2000 if len(year) == 2 else 0)
    if not _EARLIEST <= full <= _LATEST:
        return None
    try:
        return date(full, month, day)
    except ValueError:
        return None


def currencies_in(text: str) -> list[str]:
    """The currencies that are named, as codes, in order."""
    return [_SIGNS.get(found, found) for found in _CURRENCY.findall(text)]


def letters_of(text: str) -> str:
    """Its words in small letters, without accents, numbers and signs: labels are compared by that."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(word for word in _LETTERS.findall(bare) if word not in ("eur", "usd", "gbp"))
