"""The words of a printed invoice, in Dutch and English."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from omloop.kernel.money import Money

NO_BREAK = "\u00a0"
MINUS = "\u2212"


class Language(StrEnum):
    """The languages that an invoice is printed in."""

    NL = "nl"
    EN = "en"


LABELS: dict[str, tuple[str, str]] = {
    "invoice": ("Factuur", "Invoice"),
    "credit_note": ("Creditnota", "Credit note"),
    "number": ("Nummer", "Number"),
    "date": ("Factuurdatum", "Invoice date"),
    "due": ("Vervaldatum", "Due date"),
    "order": ("Ordernummer", "Order number"),
    "reference": ("Uw referentie", "Your reference"),
    "contract": ("Contract", "Contract"),
    "project": ("Project", "Project"),
    "despatch": ("Pakbon", "Despatch note"),
    "period": ("Periode", "Period"),
    "delivered": ("Geleverd op", "Delivered on"),
    "about": ("Bij factuur", "Of invoice"),
    "to": ("Aan", "To"),
    "delivered_to": ("Geleverd aan", "Delivered to"),
    "attention": ("T.a.v.", "Attn."),
    "kvk": ("KvK", "CoC"),
    "vat": ("Btw", "VAT"),
    "vat_number": ("Btw-nummer", "VAT number"),
    "description": ("Omschrijving", "Description"),
    "quantity": ("Aantal", "Quantity"),
    "price": ("Prijs", "Price"),
    "amount": ("Bedrag", "Amount"),
    "article": ("Artikel", "Item"),
    "lines": ("Factuurregels", "Invoice lines"),
    "totals": ("Totalen", "Totals"),
    "subtotal": ("Totaal van de regels", "Total of the lines"),
    "without_vat": ("Totaal zonder btw", "Total without VAT"),
    "with_vat": ("Totaal met btw", "Total with VAT"),
    "on": ("over", "on"),
    "prepaid": ("Al betaald", "Already paid"),
    "rounding": ("Afronding", "Rounding"),
    "allowance": ("Korting", "Discount"),
    "charge": ("Toeslag", "Charge"),
    "to_pay": ("Te betalen", "Amount due"),
    "to_settle": ("Te verrekenen", "To be settled"),
    "payment": ("Betalen", "Payment"),
    "settlement": ("Verrekenen", "Settlement"),
    "iban": ("IBAN", "IBAN"),
    "bic": ("BIC", "BIC"),
    "account_name": ("Op naam van", "Account name"),
    "remittance": ("Betalingskenmerk", "Payment reference"),
    "mandate": ("Incassomachtiging", "Direct debit mandate"),
    "debited": ("Wordt afgeschreven van", "Will be debited from"),
    "terms": ("Betalingsvoorwaarden", "Payment terms"),
    "scan": ("Scan om te betalen", "Scan to pay"),
    "code_says": ("QR-code om te betalen", "QR code for payment"),
    "notes": ("Opmerkingen", "Notes"),
    "attachments": ("Bijlagen", "Attachments"),
    "page": ("Pagina", "Page"),
    "of": ("van", "of"),
    "made_from": (
        "Leesweergave, gemaakt uit de e-factuur (XML). De e-factuur zelf telt.",
        "Reading view, made from the e-invoice (XML). The e-invoice itself counts.",
    ),
    "logo": ("Logo", "Logo"),
    "attachment": ("Bijlage", "Attachment"),
    "not_merged": ("Niet samengevoegd", "Not merged"),
    "kept_inside": (
        "Het bestand zelf zit als bijlage in deze PDF. Je opent het in de lijst met bijlagen.",
        "The file itself is attached to this PDF. Open it from the list of attachments.",
    ),
    "approval": ("Goedkeuring", "Approval"),
    "approval_of": ("Wie besliste wat, en wanneer", "Who decided what, and when"),
    "when": ("Wanneer", "When"),
    "who": ("Wie", "Who"),
    "what": ("Wat", "What"),
    "for": ("namens", "for"),
    "withdrawn": ("Ingetrokken op", "Withdrawn on"),
    "lapsed": ("Vervallen op", "Lapsed on"),
    "by": ("door", "by"),
    "counted_as_check": (
        "Het bedrag is boven de limiet, dus dit akkoord telt als controle.",
        "The amount is above the limit, so this approval counts as a check.",
    ),
    "made_at": ("Gemaakt op", "Made on"),
    "nothing_decided": ("Er is nog niets beslist.", "Nothing was decided yet."),
    "supplier": ("Leverancier", "Supplier"),
    "organisation": ("Organisatie", "Organisation"),
    "state": ("Status", "Status"),
}

UNITS: dict[str, tuple[str, str]] = {
    "DAY": ("dagen", "days"),
    "HUR": ("uur", "hours"),
    "KGM": ("kg", "kg"),
    "KMT": ("km", "km"),
    "KWH": ("kWh", "kWh"),
    "LTR": ("liter", "litres"),
    "MIN": ("minuten", "minutes"),
    "MON": ("maanden", "months"),
    "MTK": ("m²", "m²"),
    "MTQ": ("m³", "m³"),
    "MTR": ("m", "m"),
    "WEE": ("weken", "weeks"),
    "ANN": ("jaar", "years"),
}
"""The units of UN/ECE Recommendation 20 that people say; a piece needs no word."""

VAT_WORDS: dict[str, tuple[str, str]] = {
    "AE": ("verlegd", "reverse charge"),
    "E": ("vrijgesteld", "exempt"),
    "G": ("export", "export"),
    "K": ("binnen de EU", "intra-EU"),
    "O": ("geen btw", "no VAT"),
}
"""What is said in place of a rate, by category (UNCL 5305)."""

_MONTHS = {
    Language.NL: (
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    ),
    Language.EN: (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


def labels(language: Language) -> dict[str, str]:
    """All of them in one language."""
    return {key: said(both, language) for key, both in LABELS.items()}


def said(both: tuple[str, str], language: Language) -> str:
    """One of a Dutch and an English text."""
    return both[language is Language.EN]


def number(value: Decimal, language: Language, *, decimals: int = 0) -> str:
    """With at least so many decimals, and those it has: 1.234,50 or 1,234.50."""
    _, _, tail = f"{value:f}".partition(".")
    english = f"{value.copy_abs():,.{max(decimals, len(tail.rstrip('0')))}f}"
    dutch = english.translate(str.maketrans(",.", ".,"))
    return (MINUS if value < 0 else "") + (english if language is Language.EN else dutch)


def money(value: Money | None, language: Language) -> str:
    """With its sign or code, and cents; empty for none."""
    if value is None:
        return ""
    sign = _SIGNS.get(value.currency, value.currency)
    minus = f"{MINUS}{NO_BREAK}" if value.amount < 0 else ""
    return f"{minus}{sign}{NO_BREAK}{number(value.amount.copy_abs(), language, decimals=2)}"


def day(value: date | None, language: Language) -> str:
    """A date in words; empty for none."""
    if value is None:
        return ""
    return f"{value.day}{NO_BREAK}{_MONTHS[language][value.month - 1]}{NO_BREAK}{value.year}"


def moment(value: datetime, language: Language) -> str:
    """An instant, as its own zone's clock shows it."""
    return f"{day(value.date(), language)}, {value:%H:%M}"


def percentage(value: Decimal | None, language: Language) -> str:
    """21%; empty for none."""
    return "" if value is None else f"{number(value, language)}%"
