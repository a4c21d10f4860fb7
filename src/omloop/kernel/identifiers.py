"""Numbers that name companies, places and accounts: their form and their check digits (rules 1.7).

Every check takes the number as people type it (spaces, dots and dashes are ignored, case too) and says
whether it can exist; whether it was ever given out only a register knows.
"""

import re

from stdnum import ean, iban
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.nl import btw

EU = frozenset(state.upper() for state in vat.MEMBER_STATES if state != "xi")
"""Countries of the European Union (ISO 3166-1)."""
_SEPARATORS = re.compile(r"[\s.\-]")


def is_kvk_number(number: str) -> bool:
    """KvK number of the Dutch business register: eight digits, not all zero. It has no check digit."""
    plain = compact(number)
    return _is_digits(plain, 8) and plain != "00000000"


def is_oin(number: str) -> bool:
    """OIN of a Dutch government body: twenty digits, of which the first eight are its register (Logius)."""
    plain = compact(number)
    return _is_digits(plain, 20) and plain.startswith("000000")


def is_dutch_vat_number(number: str) -> bool:
    """Dutch btw-id: NL, nine digits, B, two digits, by the eleven test (companies) or mod 97 (since 2020)."""
    plain = compact(number)
    if not re.fullmatch(r"NL[0-9]{9}B[0-9]{2}", plain):
        return False
    try:
        btw.validate(plain)
    except ValidationError:
        return False
    return True


def is_vat_number(number: str, country: str) -> bool:
    """VAT number of a country (ISO 3166-1): by its check digits in the EU, else any text."""
    plain = compact(number)
    if country == "NL":
        return is_dutch_vat_number(plain)
    if country in EU:
        prefix = "EL" if country == "GR" else country
        return plain.startswith(prefix) and bool(vat.is_valid(plain))
    return bool(plain)


def is_gln(number: str) -> bool:
    """GLN of GS1: thirteen digits, the last one the GS1 check digit."""
    plain = compact(number)
    return _is_digits(plain, 13) and bool(ean.is_valid(plain))


def is_iban(number: str) -> bool:
    """IBAN (ISO 13616): length and form of its country, and the mod 97 check digits."""
    return bool(iban.is_valid(compact(number)))


def compact(number: str) -> str:
    """The number without spaces, dots and dashes, in capitals."""
    return _SEPARATORS.sub("", number).upper()


def _is_digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()
