"""From an e-invoice as read to rows: nothing that a supplier writes may fail here."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from decimal import Context, Decimal
from typing import Any

from omloop import einvoice
from omloop.einvoice import Finding, Flag
from omloop.intake import models as intake
from omloop.intake.services import storable
from omloop.invoices.models import Attachment, Contact, Invoice, InvoiceLine, InvoiceWords, Validation
from omloop.invoices.words import of_contacts, vector_of
from omloop.kernel.ids import uuid7
from omloop.kernel.money import Money

AT_ONCE = 1_000
"""Rows in one INSERT."""
EXACT = Context(prec=100)
"""Wide enough for every number that is read."""


def too_large(term: str, name_nl: str, name_en: str) -> Finding:
    """An amount that does not fit: fatal, since it can't be compared with anybody's limit."""
    return Finding(
        rule="OML-AMOUNT-01",
        flag=Flag.FATAL,
        nl=f"{name_nl} heeft meer cijfers dan Omloop bewaart (15 voor en 4 achter de komma) en is "
        "weggelaten. Vraag de leverancier om een juiste factuur.",
        en=f"{name_en} has more digits than Omloop keeps (15 before and 4 after the point) and was "
        "left out. Ask the supplier for a correct invoice.",
        terms=(term,),
    )


AMOUNTS = {
    "without_vat": too_large("BT-109", "Het totaal zonder btw", "The total without VAT"),
    "vat": too_large("BT-110", "Het btw-bedrag", "The VAT amount"),
    "with_vat": too_large("BT-112", "Het totaal met btw", "The total with VAT"),
    "payable": too_large("BT-115", "Het te betalen bedrag", "The amount due"),
}


def unkept_amounts(read: einvoice.Document) -> list[Finding]:
    """A finding for each total of the invoice that does not fit in its column."""
    totals = read.totals
    return [
        finding
        for name, finding in AMOUNTS.items()
        if (total := getattr(totals, name)) is not None and _amount(total) is None
    ]


def store_invoice(document: intake.Document, read: einvoice.Document, *, state: str) -> Invoice:
    """Write the invoice with lines, contacts and facts of attachments; as confidential as its document."""
    invoice: Invoice = Invoice.objects.create(
        id=uuid7(), document=document, state=state, **_of(document), **header(read)
    )
    own = {**_of(document, "organisation_id", "confidential"), "invoice": invoice}
    lines = [InvoiceLine(position=n, **own, **_line(line)) for n, line in enumerate(read.lines, 1)]
    InvoiceLine.objects.bulk_create(lines, batch_size=AT_ONCE)
    attached = [Attachment(position=n, **own, **_attachment(a)) for n, a in enumerate(read.attachments, 1)]
    Attachment.objects.bulk_create(attached, batch_size=AT_ONCE)
    named = Contact.objects.bulk_create(Contact(**own, **each) for each in contacts(read))
    InvoiceWords.objects.create(**own, words=vector_of(invoice, lines, attached, of_contacts(named)))
    return invoice


def store_typed(document: intake.Document, said: dict[str, Any], *, words: Iterable[str]) -> Invoice:
    """Write the invoice that a person read from a PDF or image; `words` are those on the paper."""
    invoice: Invoice = Invoice.objects.create(
        id=uuid7(), document=document, state=Invoice.State.RECEIVED, **_of(document), **said
    )
    own = {**_of(document, "organisation_id", "confidential"), "invoice": invoice}
    InvoiceWords.objects.create(**own, words=vector_of(invoice, [], [], words))
    return invoice


def store_validation(
    document: intake.Document,
    findings: list[Finding],
    *,
    now: datetime,
    profile: str = "",
    rule_set: str = "",
    is_judged: bool = False,
) -> Validation:
    """Keep what was found, and how much that is on the invoice, if there is one yet."""
    validation: Validation = Validation.objects.create(
        document=document,
        validated_at=now,
        profile=storable(profile),
        rule_set=rule_set,
        is_judged=is_judged,
        fatal=sum(finding.flag is Flag.FATAL for finding in findings),
        warnings=sum(finding.flag is Flag.WARNING for finding in findings),
        findings=[_plain(finding) for finding in findings],
        **_of(document, "organisation_id", "confidential"),
    )
    found = validation.fatal + validation.warnings
    Invoice.objects.filter(document=document).exclude(findings=found).update(findings=found)
    return validation


def _plain(finding: Finding) -> dict[str, Any]:
    plain = asdict(finding)
    return {key: storable(value) if isinstance(value, str) else value for key, value in plain.items()}


def _of(document: intake.Document, *names: str) -> dict[str, Any]:
    names = names or ("organisation_id", "confidential", "received_at", "import_date")
    return {name: getattr(document, name) for name in names}


def header(read: einvoice.Document) -> dict[str, Any]:
    """What the invoice says of itself, as fields of `Invoice`."""
    seller, buyer = read.seller, read.buyer
    registration = seller.legal_registration
    return {
        "kind": Invoice.Kind.CREDIT_NOTE if read.is_credit_note else Invoice.Kind.INVOICE,
        "number": _text(read.number),
        "profile": _text(read.specification),
        "issued_on": read.issued_on,
        "due_on": read.due_on,
        "currency": _text(read.currency),
        **{name: _amount(getattr(read.totals, name)) for name in AMOUNTS},
        "supplier_name": _text(seller.name),
        "supplier_kvk": _text(registration.value) if registration and registration.scheme == "0106" else "",
        "supplier_vat": _text(seller.vat_number),
        **numbers_by_scheme(seller),
        "preceding_number": next((_text(each.number) for each in read.preceding_invoices if each.number), ""),
        "buyer_name": _text(buyer.name),
        "iban": next((_text(means.iban) for means in read.payment_means if means.iban), ""),
        "order_reference": _text(read.order_reference),
        "buyer_reference": _text(read.buyer_reference),
        "payment_reference": next((_text(m.remittance) for m in read.payment_means if m.remittance), ""),
    }


def numbers_by_scheme(seller: einvoice.Party) -> dict[str, str]:
    """The OIN and the GLN of a supplier, wherever the invoice gives them: registration, number, address."""
    given = (seller.legal_registration, *seller.identifiers, seller.endpoint)
    said = {each.scheme: _text(each.value) for each in given if each is not None and each.scheme}
    return {"supplier_oin": said.get("0190", ""), "supplier_gln": said.get("0088", "")}


def contacts(read: einvoice.Document) -> list[dict[str, str]]:
    """The people whom the invoice names as contacts, as fields of `Contact` (BG-6, BG-9)."""
    named = ((Contact.Party.SELLER, read.seller.contact), (Contact.Party.BUYER, read.buyer.contact))
    found = [
        {
            "party": str(party),
            "name": _text(contact.name),
            "email": _text(contact.email),
            "telephone": _text(contact.telephone),
        }
        for party, contact in named
        if contact is not None
    ]
    return [each for each in found if each["name"] or each["email"] or each["telephone"]]


def _line(line: einvoice.Line) -> dict[str, Any]:
    return {
        "name": _text(line.item.name),
        "description": _text(line.item.description),
        "quantity": _number(line.quantity),
        "unit": _text(line.unit),
        "price": _number(line.price.net.amount) if line.price and line.price.net else None,
        "vat_category": _text(line.vat_category),
        "vat_rate": _number(line.vat_rate),
        "net": _amount(line.net_amount),
    }


def _attachment(attachment: einvoice.Attachment) -> dict[str, Any]:
    return {
        "filename": _text(attachment.filename),
        "description": _text(attachment.description or attachment.number),
        "mime_type": _text(attachment.mime_type),
        "size": attachment.size,
        "sha256": attachment.sha256 or "",
        "external_uri": _text(attachment.external_uri),
    }


def _text(value: str | None) -> str:
    return storable(value or "")


def _amount(value: Money | None) -> Decimal | None:
    return None if value is None else _fitting(value.amount, digits=15, decimals=4)


def _number(value: Decimal | None) -> Decimal | None:
    return None if value is None else _fitting(value, digits=20, decimals=10)


def _fitting(value: Decimal, *, digits: int, decimals: int) -> Decimal | None:
    """The value as it is, or None when the column would overflow or round it."""
    exponent = value.normalize(EXACT).as_tuple().exponent
    fits = abs(value) < Decimal(10) ** digits and isinstance(exponent, int) and exponent >= -decimals
    return value if fits else None
