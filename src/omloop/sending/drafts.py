"""A draft as it was typed: text in every field, so that one can stop halfway and go on tomorrow."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from omloop.einvoice import AllowanceCharge, Document
from omloop.sending.vat import CHOICE_OF, EXEMPT

MOST_LINES = 200
LINE_FIELDS = ("name", "description", "quantity", "unit", "price", "discount", "vat")


@dataclass(frozen=True)
class DraftLine:
    """What is sold: `quantity` of `unit` (UN/ECE Rec 20) at `price` without VAT, less `discount`
    per cent; `vat` as in `vat.VATS`."""

    name: str = ""
    description: str = ""
    quantity: str = ""
    unit: str = "C62"
    price: str = ""
    discount: str = ""
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
    period_from: str = ""
    period_to: str = ""
    order_reference: str = ""
    buyer_reference: str = ""
    remarks: str = ""
    terms: str = ""
    """Empty: those of the organisation."""
    exemption: str = ""
    """Why no VAT is charged on lines that are exempt; empty: `vat.VATS` says why."""
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
    exempt = (each.exemption_reason for each in document.vat_breakdown if each.category == EXEMPT)
    return Draft(
        order_reference=document.order_reference or "",
        buyer_reference=document.buyer_reference or "",
        remarks="\n".join(document.notes),
        terms=document.payment_terms or "",
        exemption=next(exempt, None) or "",
        lines=tuple(_lines_of(document)),
    )


def _lines_of(document: Document) -> Iterator[DraftLine]:
    """A discount by percentage stays one; every other allowance or charge becomes a line of its own."""
    for line in document.lines:
        by_share = [each for each in line.allowances_charges if _is_discount(each)]
        only = by_share[0] if len(line.allowances_charges) == 1 and by_share else None
        vat = _vat_of(line.vat_category, line.vat_rate)
        yield DraftLine(
            name=line.item.name or "",
            description=line.item.description or "",
            quantity=_figure(line.quantity),
            unit=line.unit or "C62",
            price=_figure(line.price.net.amount if line.price and line.price.net else None),
            discount=_figure(only.percentage) if only else "",
            vat=vat,
        )
        yield from (_adjustment(each, vat) for each in line.allowances_charges if each is not only)
    for each in document.allowances_charges:
        yield _adjustment(each, _vat_of(each.vat_category, each.vat_rate))


def _is_discount(each: AllowanceCharge) -> bool:
    return not each.is_charge and each.percentage is not None


def _adjustment(each: AllowanceCharge, vat: str) -> DraftLine:
    amount = each.amount.amount if each.amount else Decimal(0)
    name = each.reason or (gettext("Charge") if each.is_charge else gettext("Discount"))
    return DraftLine(name=name, quantity="1", price=_figure(amount if each.is_charge else -amount), vat=vat)


def _vat_of(category: str | None, rate: Decimal | None) -> str:
    return CHOICE_OF.get((category or "", rate or Decimal(0)), "S21")


def _figure(value: Any) -> str:
    return "" if value is None else f"{value:f}".replace(".", ",")


def _text(value: str) -> str:
    """Without what neither the database nor XML can keep."""
    return "".join(sign for sign in value.strip() if sign.isprintable() or sign in "\n\t").replace("\r", "")
