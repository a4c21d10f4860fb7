"""A payment file for a bank: SEPA credit transfers as pain.001.001.09 (ISO 20022); pure.

Made from frozen rows alone, so that it is the same byte for byte whenever one asks.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from omloop.booking.elements import plain, say, written

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
NOT_ALLOWED = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]+")
"""Banks take Latin letters, digits and these signs (EPC217-08)."""
LONGEST_NAME, LONGEST_TEXT = 70, 140
KENMERK_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1, 2, 4, 8, 5, 10)


class Part(NamedTuple):
    """An invoice in a transfer: to the cent, minus for a credit note."""

    transfer: int
    amount: Decimal
    iban: str
    name: str
    number: str
    reference: str


class File(NamedTuple):
    """What a payment file says besides its transfers; `key` is its identification, 35 characters at most."""

    key: str
    name: str
    made_at: datetime
    execution_on: date
    debtor_name: str
    debtor_iban: str
    debtor_bic: str


def pain_of(file: File, parts: Sequence[Part]) -> bytes:
    """The file. Parts of one transfer stand together, in order."""
    groups = [list(group) for _, group in groupby(parts, key=lambda part: part.transfer)]
    total = sum((part.amount for part in parts), Decimal(0))
    sums = {"NbOfTxs": len(groups), "CtrlSum": plain(total)}
    root = Element("Document", xmlns=NAMESPACE)
    initiation = SubElement(root, "CstmrCdtTrfInitn")
    header = SubElement(initiation, "GrpHdr")
    say(header, MsgId=file.key, CreDtTm=file.made_at.strftime("%Y-%m-%dT%H:%M:%SZ"), **sums)
    say(SubElement(header, "InitgPty"), Nm=latin(file.debtor_name, LONGEST_NAME))
    payment = SubElement(initiation, "PmtInf")
    say(payment, PmtInfId=file.key, PmtMtd="TRF", **sums)
    say(SubElement(SubElement(payment, "PmtTpInf"), "SvcLvl"), Cd="SEPA")
    say(SubElement(payment, "ReqdExctnDt"), Dt=file.execution_on)
    say(SubElement(payment, "Dbtr"), Nm=latin(file.debtor_name, LONGEST_NAME))
    _account(payment, "DbtrAcct", file.debtor_iban)
    _bank(payment, file.debtor_bic)
    say(payment, ChrgBr="SLEV")
    for group in groups:
        _transfer(payment, file, group)
    return written(root)


def latin(text: str, longest: int) -> str:
    """The text in the signs that banks take, without accents; never empty, and no slash at its ends."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("&", "+"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = " ".join(NOT_ALLOWED.sub(" ", plain).replace("//", "/").split())
    return plain[:longest].strip("/ ") or "-"


def is_dutch_reference(text: str) -> bool:
    """Whether it is a betalingskenmerk: sixteen digits, of which the first checks the others (mod 11)."""
    if not re.fullmatch("[0-9]{16}", text):
        return False
    remainder = sum(
        weight * int(digit) for weight, digit in zip(KENMERK_WEIGHTS, reversed(text[1:]), strict=True)
    )
    check = 11 - remainder % 11
    return int(text[0]) == {10: 1, 11: 0}.get(check, check)


def is_iso_reference(text: str) -> bool:
    """Whether it is a creditor reference of ISO 11649: RF, two check digits, and at most 21 signs."""
    if not re.fullmatch("RF[0-9]{2}[A-Z0-9]{1,21}", text):
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def _transfer(payment: Element, file: File, parts: Sequence[Part]) -> None:
    first, row = parts[0], SubElement(payment, "CdtTrfTxInf")
    say(SubElement(row, "PmtId"), EndToEndId=f"{file.name}-{first.transfer}")
    amount = SubElement(SubElement(row, "Amt"), "InstdAmt", Ccy="EUR")
    amount.text = plain(sum((part.amount for part in parts), Decimal(0)))
    say(SubElement(row, "Cdtr"), Nm=latin(first.name, LONGEST_NAME))
    _account(row, "CdtrAcct", first.iban)
    _remittance(SubElement(row, "RmtInf"), parts)


def _remittance(parent: Element, parts: Sequence[Part]) -> None:
    """The reference of one invoice, if it has check digits, structured; else what the supplier knows."""
    reference = "".join(parts[0].reference.split()).upper()
    if len(parts) == 1 and (is_dutch_reference(reference) or is_iso_reference(reference)):
        structured = SubElement(SubElement(parent, "Strd"), "CdtrRefInf")
        kind = SubElement(structured, "Tp")
        say(SubElement(kind, "CdOrPrtry"), Cd="SCOR")
        say(kind, Issr="CUR" if reference.isdigit() else "ISO")
        say(structured, Ref=reference)
        return
    numbers = [part.reference if len(parts) == 1 and part.reference else part.number for part in parts]
    say(parent, Ustrd=latin(" ".join(filter(None, numbers)), LONGEST_TEXT))


def _account(parent: Element, name: str, iban: str) -> None:
    say(SubElement(SubElement(parent, name), "Id"), IBAN=iban)


def _bank(parent: Element, bic: str) -> None:
    institution = SubElement(SubElement(parent, "DbtrAgt"), "FinInstnId")
    if bic:
        say(institution, BICFI=bic)
    else:
        say(SubElement(institution, "Othr"), Id="NOTPROVIDED")
