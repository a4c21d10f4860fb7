"""Dividing one line of a form that is not saved yet: by shares or a stored key (rules 3.8)."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from omloop.coding.dividing import divide
from omloop.coding.forms import Said
from omloop.coding.models import DivisionKey
from omloop.web import words
from omloop.web.amounts import AmountField

MOST_SHARES = 50
SHARE = re.compile(r"\d{1,9}(?:[.,]\d{1,4})?")

ROUNDED = Decimal("0.1")
"""How far rounded percentages may be from 100: three times 33,3%."""


class CanNotDivide(ValueError):
    """Why nothing was divided, in words."""


def divided(said: Sequence[Said], data: Any, keys: Sequence[DivisionKey], total: Decimal) -> list[Said]:
    """The lines with one of them divided, which `data` names with how. Raises CanNotDivide."""
    sent = str(data.get("divided", ""))
    place = int(sent) - 1 if sent.isdecimal() and len(sent) < 4 else -1
    if not 0 <= place < len(said):
        raise CanNotDivide(_("Choose the line to divide."))
    amount = _amount(said, place, total)
    by_key = next((key for key in keys if str(key.id) == data.get("division_key")), None)
    parts = _by_key(said[place], by_key) if by_key else _by_shares(said[place], data.get("shares", ""))
    amounts = divide(amount, [share for share, _line in parts])
    lines = [
        {**line, "amount": words.number(net, 2)} for (_share, line), net in zip(parts, amounts, strict=True)
    ]
    return [*said[:place], *lines, *said[place + 1 :]]


def _by_key(line: Said, key: DivisionKey) -> list[tuple[Decimal, Said]]:
    return [
        (
            share.share,
            line
            | {"key": str(key.id)}
            | ({"centre": share.cost_centre.code} if share.cost_centre else {})
            | ({"unit": share.cost_unit.code} if share.cost_unit else {}),
        )
        for share in key.shares.all()
    ]


def _by_shares(line: Said, text: str) -> list[tuple[Decimal, Said]]:
    shares = shares_in(text)
    if len(shares) < 2:
        raise CanNotDivide(_("Choose a key, or write at least two shares, such as 60 40."))
    return [(share, {**line, "key": ""}) for share in shares]


def shares_in(text: str) -> list[Decimal]:
    """The shares that somebody wrote: `60 40`, `33,3% 66,7%` or `1; 1; 1`.

    Raises CanNotDivide, also where percentages are not the whole: nobody means the rest to be spread.
    """
    said = text.replace("%", " ").replace(";", " ").split()
    if len(said) > MOST_SHARES or not all(SHARE.fullmatch(word) for word in said):
        raise CanNotDivide(_("Write the shares as numbers with a space between them, such as 60 40."))
    shares = [share_from(word) for word in said]
    if any(share == 0 for share in shares):
        raise CanNotDivide(_("A share is more than 0."))
    whole = sum(shares, Decimal(0))
    if "%" in text and abs(whole - 100) > ROUNDED:
        told = _("These percentages are %(sum)s%% together. Make them 100%%, or leave out the %% signs.")
        raise CanNotDivide(told % {"sum": share_as_text(whole)})
    return shares


def _amount(said: Sequence[Said], place: int, total: Decimal) -> Decimal:
    """The amount of the line; an empty one is what the others leave."""
    try:
        amounts = [AmountField(label="", signed=True).clean(line["amount"]) for line in said]
    except forms.ValidationError as error:
        raise CanNotDivide(" ".join(error.messages)) from error
    others = [amount or Decimal(0) for n, amount in enumerate(amounts) if n != place]
    found = amounts[place]
    return total - sum(others, Decimal(0)) if found is None else found


def share_from(text: str) -> Decimal:
    """A share that matches SHARE, with a comma or a point for its decimals."""
    return Decimal(text.replace(",", "."))


def share_as_text(share: Decimal) -> str:
    """A share as one would write it: without thousands and idle zeros."""
    return words.plain(share.normalize())
