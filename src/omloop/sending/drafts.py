"""A draft as it was typed: text in every field, so that one can stop halfway and go on tomorrow."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from omloop.einvoice import Document
from omloop.sending.vat import CHOICE_OF

MOST_LINES = 200
LINE_FIELDS = ("name", "description", "quantity", "unit", "price", "vat")


@dataclass(frozen=True)
class DraftLine:
    """What is sold: `quantity` of `unit` (UN/ECE Rec 20) at `price` without VAT; `vat` as in `vat.VATS`."""

    name: str = ""
    description: str = ""
    quantity: str = ""
    unit: str = "C62"
    price: str = ""
    vat: str = "S21"

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed on it."""
        return not any((self.name, self.description, self.quantity, self.price))


@dataclass(frozen=True)
class Draft:
    """An invoice that is being written; days as the browser sends them (2026-11-26)."""

    issued_on: str = ""
    due_on: str = ""
    delivered_on: str = ""
    order_reference: str = ""
    buyer_reference: str = ""
    remarks: str = ""
    preceding_number: str = ""
    preceding_on: str = ""
    lines: tuple[DraftLine, ...] = ()

    @property
    def said(self) -> tuple[DraftLine, ...]:
        """The lines on which something was typed."""
        return tuple(line for line in self.lines if not line.is_empty)

    def as_json(self) -> dict[str, Any]:
        """As the database keeps it."""
        return {**asdict(self), "lines": [asdict(line) for line in self.said]}


TEXTS = tuple(field.name for field in fields(Draft) if field.name != "lines")


def from_json(content: Mapping[str, Any]) -> Draft:
    """The draft that `as_json` wrote."""
    lines = tuple(DraftLine(**line) for line in content.get("lines", ()))
    return Draft(**{name: content.get(name, "") for name in TEXTS}, lines=lines)


def from_form(posted: Mapping[str, str]) -> Draft:
    """The draft that a form holds, with its empty lines."""
    sent = str(posted.get("lines", ""))
    count = min(int(sent), MOST_LINES) if sent.isdecimal() and len(sent) < 4 else 0
    lines = tuple(
        DraftLine(**{name: _text(posted.get(f"line{n}-{name}", "")) for name in LINE_FIELDS})
        for n in range(count)
    )
    return Draft(**{name: _text(posted.get(name, "")) for name in TEXTS}, lines=lines)


def of_document(document: Document) -> Draft:
    """A draft that says what an invoice said, without its dates: to copy one that was not written here."""
    lines = tuple(
        DraftLine(
            name=line.item.name or "",
            description=line.item.description or "",
            quantity=_figure(line.quantity),
            unit=line.unit or "C62",
            price=_figure(line.price.net.amount if line.price and line.price.net else None),
            vat=CHOICE_OF.get((line.vat_category or "", line.vat_rate or Decimal(0)), "S21"),
        )
        for line in document.lines
    )
    return Draft(
        order_reference=document.order_reference or "",
        buyer_reference=document.buyer_reference or "",
        remarks="\n".join(document.notes),
        lines=lines,
    )


def _figure(value: Any) -> str:
    return "" if value is None else f"{value:f}".replace(".", ",")


def _text(value: str) -> str:
    """Without what neither the database nor XML can keep."""
    return "".join(sign for sign in value.strip() if sign.isprintable() or sign in "\n\t").replace("\r", "")
