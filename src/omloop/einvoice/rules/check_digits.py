"""Numbers that carry a check digit, as the rules of Peppol BIS test them."""

import re

from omloop.einvoice.rules.rule import Uncomputable

_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DOUBLED = "0246813579"


def is_number(text: str) -> bool:
    """Whether XPath's `number(text)` is a number."""
    trimmed = text.strip(" \t\r\n")
    return trimmed in ("INF", "-INF", "+INF") or _NUMBER.fullmatch(trimmed) is not None


def is_integer(text: str) -> bool:
    """`text castable as xs:integer`."""
    return _INTEGER.fullmatch(text.strip(" \t\r\n")) is not None


def is_gln(digits: str) -> bool:
    """Check digit of GS1 (GLN, ICD 0088)."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits[:-1])))
    return (10 - total % 10) % 10 == int(digits[-1])


def is_mod11(digits: str) -> bool:
    """Check digit of a Norwegian organisation number (ICD 0192)."""
    if not digits.isdecimal() or not int(digits):
        return False
    total = sum(int(digit) * (place % 6 + 2) for place, digit in enumerate(reversed(digits[:-1])))
    return (11 - total % 11) % 11 == int(digits[-1])


def is_belgian(digits: str) -> bool:
    """Check digits of a Belgian enterprise number (ICD 0208)."""
    return 97 - int(digits[:8]) % 97 == int(digits[8:10])


def is_ipa(text: str) -> bool:
    """Form of an Italian office code (ICD 0201)."""
    return re.fullmatch(r"[A-Za-z0-9]{6}", text) is not None


def is_fiscal_code(text: str) -> bool:
    """Form of an Italian fiscal code (ICD 0210)."""
    if len(text) == 11:
        return is_integer(text)
    if len(text) != 16:
        return False
    letters = text[:6] + text[8] + text[15]
    numbers = (text[6:8], text[9:11], text[14])
    return re.fullmatch(r"[A-Za-z]{8}", letters) is not None and all(is_integer(part) for part in numbers)


def is_italian_vat(text: str) -> bool:
    """Check digit of an Italian VAT number (ICD 0211); those of other countries pass."""
    if text[:2] not in ("IT", "it"):
        return True
    code = text[2:]
    if len(code) != 11 or not is_integer(code):
        return False
    if not code.isdecimal():
        raise Uncomputable(code)
    total = sum(int(_DOUBLED[int(each)] if place % 2 else each) for place, each in enumerate(code))
    return total % 10 == 0


def is_abn(digits: str) -> bool:
    """Check digits of an Australian business number (ICD 0151)."""
    weights = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
    values = [int(digits[0]) - 1, *(int(digit) for digit in digits[1:])]
    return sum(weight * value for weight, value in zip(weights, values, strict=True)) % 89 == 0


def is_swedish(digits: str) -> bool:
    """Check digit of a Swedish organisation number (ICD 0007), by Luhn."""
    if re.fullmatch(r"[0-9]{10,}", digits) is None:
        return False
    doubled = (int(digit) * (1 if place % 2 else 2) for place, digit in enumerate(reversed(digits[:9])))
    total = sum(value % 10 + value // 10 for value in doubled)
    return (10 - total % 10) % 10 == int(digits[9])


def is_greek(text: str) -> bool:
    """Check digit of a Greek tax number."""
    if re.fullmatch(r"[0-9]{9}", text[:9]) is None:
        return False
    total = sum(int(digit) << (8 - place) for place, digit in enumerate(text[:8]))
    return total % 11 % 10 == int(text[8])


def is_iban(text: str) -> bool:
    """Check digits of an IBAN without blanks."""
    if re.fullmatch(r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{0,30}", text) is None:
        return False
    moved = text[4:] + text[:4]
    digits = "".join(str(ord(each) - (55 if ord(each) > 64 else 48)) for each in moved)
    return int(digits) % 97 == 1
