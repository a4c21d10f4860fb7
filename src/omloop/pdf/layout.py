"""What of an e-invoice goes on paper, as texts: the template draws them and counts nothing."""

from collections.abc import Iterator
from typing import Any

from omloop.einvoice import Address, AllowanceCharge, Document, InvoicePeriod, Line, Party, VatBreakdown
from omloop.kernel.money import Money
from omloop.pdf.payment_code import account_of
from omloop.pdf.words import (
    NO_BREAK,
    UNITS,
    VAT_WORDS,
    Language,
    day,
    labels,
    money,
    number,
    percentage,
    said,
)

Values = dict[str, Any]


class Layout:
    """A document in one language; `values` is what the template takes."""

    def __init__(self, document: Document, language: Language) -> None:
        self.document, self.language = document, language
        self.labels = labels(language)

    def values(self) -> Values:
        """Everything on the page, none of it cleaned yet."""
        document = self.document
        kind = "credit_note" if document.is_credit_note else "invoice"
        return {
            "lang": self.language.value,
            "l": self.labels,
            "title": self.labels[kind],
            "number": document.number or "",
            "seller": self._party(document.seller),
            "buyer": self._party(document.buyer),
            "delivery": self._delivery(),
            "facts": [fact for fact in self._facts() if fact[1]],
            "lines": [self._line(line) for line in document.lines],
            "sums": list(self._sums()),
            "due": [self.labels["to_settle" if document.is_credit_note else "to_pay"], self._due()],
            "pay": self.labels["settlement" if document.is_credit_note else "payment"],
            "payment": [fact for fact in self._payment() if fact[1]],
            "terms": document.payment_terms or "",
            "notes": list(document.notes),
            "exemptions": list(self._exemptions()),
            "attachments": [each.filename or each.description or "" for each in document.attachments],
        }

    def _party(self, party: Party) -> Values:
        registration, contact = party.legal_registration, party.contact
        is_kvk = registration is not None and registration.scheme in ("0106", None)
        numbers = [
            (self.labels["kvk"], registration.value if registration and is_kvk else ""),
            (self.labels["vat_number"], party.vat_number or ""),
        ]
        told = [contact.email, contact.telephone] if contact else []
        trading = party.trading_name if party.trading_name != party.legal_name else None
        return {
            "name": party.name or "",
            "trading": (trading or "") if party.legal_name else "",
            "attention": (contact.name or "") if contact else "",
            "address": list(_address(party.address)),
            "numbers": [f"{label}{NO_BREAK}{value}" for label, value in numbers if value],
            "contact": [each for each in told if each],
        }

    def _delivery(self) -> list[str]:
        delivery = self.document.delivery
        if delivery is None or delivery.address is None:
            return []
        if delivery.address == self.document.buyer.address:
            return []
        return [each for each in (delivery.party_name, *_address(delivery.address)) if each]

    def _facts(self) -> Iterator[list[str]]:
        document, language = self.document, self.language
        delivery = document.delivery
        facts = {
            "number": document.number,
            "date": day(document.issued_on, language),
            "due": day(document.due_on, language),
            "about": ", ".join(each.number or "" for each in document.preceding_invoices[:5]),
            "order": document.order_reference,
            "reference": document.buyer_reference,
            "contract": document.contract_reference,
            "project": document.project_reference,
            "despatch": document.despatch_reference,
            "period": self._period(document.period),
            "delivered": day(delivery.delivered_on, language) if delivery else "",
        }
        yield from ([self.labels[key], value or ""] for key, value in facts.items())

    def _period(self, period: InvoicePeriod | None) -> str:
        if period is None:
            return ""
        ends = [day(each, self.language) for each in (period.first_on, period.last_on) if each]
        return " – ".join(ends)

    def _line(self, line: Line) -> Values:
        price, item = line.price, line.item
        base = price.base_quantity if price else None
        per = f" / {number(base, self.language)}" if base is not None and base != 1 else ""
        quantity = number(line.quantity, self.language) if line.quantity is not None else ""
        net = price.net if price else None
        return {
            "name": item.name or item.description or "",
            "details": [each for each in self._details(line) if each],
            "quantity": quantity,
            "unit": said(UNITS.get(line.unit or "", ("", "")), self.language),
            "price": self._plain(net) + per if net else "",
            "vat": self._rate(line.vat_category, percentage(line.vat_rate, self.language)),
            "net": self._plain(line.net_amount),
        }

    def _details(self, line: Line) -> Iterator[str]:
        item = line.item
        yield item.description or "" if item.name and item.description != item.name else ""
        yield line.note or ""
        yield f"{self.labels['article']} {item.seller_number}" if item.seller_number else ""
        yield self._period(line.period)
        for each in line.allowances_charges:
            yield f"{self._adjustment(each)}: {money(_signed(each), self.language)}"

    def _adjustment(self, each: AllowanceCharge) -> str:
        name = each.reason or self.labels["charge" if each.is_charge else "allowance"]
        share = percentage(each.percentage, self.language)
        return f"{name}{NO_BREAK}{share}" if share and share not in name else name

    def _rate(self, category: str | None, rate: str) -> str:
        words = VAT_WORDS.get(category or "")
        return said(words, self.language) if words else rate

    def _sums(self) -> Iterator[list[str]]:
        """What stands between the lines and what is due."""
        totals, language = self.document.totals, self.language
        for each in self.document.allowances_charges:
            yield [self._adjustment(each), money(_signed(each), language)]
        if totals.without_vat:
            yield [self.labels["without_vat"], money(totals.without_vat, language)]
        for vat in self.document.vat_breakdown:
            yield [self._vat(vat), money(vat.tax_amount, language)]
        if totals.vat_in_tax_currency:
            yield [self.labels["vat"], money(totals.vat_in_tax_currency, language)]
        if totals.prepaid or totals.rounding:
            yield [self.labels["with_vat"], money(totals.with_vat, language)]
        if totals.prepaid:
            yield [self.labels["prepaid"], money(-totals.prepaid, language)]
        if totals.rounding:
            yield [self.labels["rounding"], money(totals.rounding, language)]

    def _vat(self, vat: VatBreakdown) -> str:
        rate = self._rate(vat.category, percentage(vat.rate, self.language))
        taxed = money(vat.taxable_amount, self.language)
        return f"{self.labels['vat']}{NO_BREAK}{rate} {self.labels['on']} {taxed}"

    def _due(self) -> str:
        totals = self.document.totals
        return money(totals.payable or totals.with_vat, self.language)

    def _payment(self) -> Iterator[list[str]]:
        document = self.document
        means = account_of(document) or next(iter(document.payment_means), None)
        if means is None:
            return
        facts = {
            "iban": _in_fours(means.iban or ""),
            "bic": means.bic,
            "account_name": means.account_name or (document.payee.name if document.payee else ""),
            "remittance": means.remittance,
            "mandate": means.mandate,
            "debited": _in_fours(means.debited_iban or ""),
            "due": day(document.due_on, self.language),
        }
        yield from ([self.labels[key], value or ""] for key, value in facts.items())

    def _exemptions(self) -> Iterator[str]:
        yield from dict.fromkeys(
            vat.exemption_reason for vat in self.document.vat_breakdown if vat.exemption_reason
        )

    def _plain(self, value: Money | None) -> str:
        """An amount of a line; its currency is said once, in the totals, unless it is another one."""
        if value is None or value.currency != self.document.currency:
            return money(value, self.language)
        return number(value.amount, self.language, decimals=2)


def _address(address: Address | None) -> Iterator[str]:
    if address is None:
        return
    yield from filter(None, (address.line_1, address.line_2, address.line_3))
    if address.postal_code or address.city:
        yield "  ".join(filter(None, (address.postal_code, address.city)))
    if address.country and address.country != "NL":
        yield address.country


def _signed(each: AllowanceCharge) -> Money | None:
    return each.amount if each.is_charge or each.amount is None else -each.amount


def _in_fours(iban: str) -> str:
    plain = "".join(iban.split())
    return NO_BREAK.join(plain[start : start + 4] for start in range(0, len(plain), 4))
