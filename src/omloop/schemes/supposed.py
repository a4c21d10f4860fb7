"""The invoice that somebody tries the scheme with: as it would be read, and never stored (rules 3.1)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from omloop.absences.resolution import Cover, Covers
from omloop.circulation.scheme.codes import Codes
from omloop.circulation.scheme.overlap import KVK, NAME, VAT, form_of
from omloop.coding.secrecy import marked_codes, secret_account_of
from omloop.invoices.models import Invoice
from omloop.invoices.secrecy import marks_of
from omloop.invoices.supplier import key_of, numbers_of, without_signs
from omloop.kernel.ids import uuid7
from omloop.organisations.models import Organisation


@dataclass(frozen=True, kw_only=True)
class Question:
    """An invoice as far as a scheme looks at it, and the days that decide about absences.

    `supplier` is a name, KvK or VAT number. `amount` is the one that limits and the scheme compare, with or
    without VAT as the organisation has it set (rules 3.6); none is an unknown one. `away` and `substitute`:
    as if somebody were away on these days and another stood in.
    """

    kind: str
    supplier: str
    order_reference: str
    amount: Decimal | None
    import_date: date
    opened_on: date
    ledger_account: str = ""
    cost_centre: str = ""
    away: UUID | None = None
    substitute: UUID | None = None

    def codes(self) -> Codes:
        """As if one line were coded so."""
        return Codes(frozenset([self.ledger_account]), frozenset([self.cost_centre]))

    def supposed(self) -> Covers:
        """The absence that is tried out, as the routing reads it."""
        if self.away is None or self.substitute is None:
            return {}
        days = (self.import_date, self.opened_on)
        cover = Cover(self.away, self.substitute, min(days), max(days), False, uuid7())
        return {self.away: [cover]}


def supposed_invoice(place: Organisation, question: Question, *, now: datetime) -> Invoice:
    """The invoice that is asked about, of the supplier as he is known here."""
    invoice = Invoice(
        organisation=place,
        kind=question.kind,
        order_reference=question.order_reference,
        with_vat=question.amount,
        without_vat=question.amount,
        compared_amount=None if question.amount is None else abs(question.amount),
        currency=place.currency,
        received_at=now,
        import_date=question.import_date,
        **_supplier(place, question.supplier.strip()),
    )
    invoice.supplier_key = key_of(
        vat=invoice.supplier_vat, kvk=invoice.supplier_kvk, name=invoice.supplier_name
    )
    invoice.supplier_numbers = numbers_of(invoice)
    return invoice


def is_secret(invoice: Invoice, ledger_account: str) -> bool:
    """Whether it would be confidential, by its supplier or by what it is coded on (rules 2.12)."""
    place = invoice.organisation_id
    if marks_of(invoice).exists() or ledger_account.strip() in marked_codes(place):
        return True
    return bool(secret_account_of(invoice))


def _supplier(place: Organisation, said: str) -> dict[str, str]:
    """His name and numbers as they stood on the last invoice of his; else what is said alone."""
    fields = {NAME: "supplier_name", KVK: "supplier_kvk", VAT: "supplier_vat"}
    if not said:
        return {}
    numbers = [f"{scheme}:{without_signs(said)}" for scheme in (KVK, VAT)]
    same = Q(supplier_name__iexact=said) | Q(supplier_numbers__overlap=numbers)
    known = Invoice.objects.filter(same, organisation=place).order_by("-received_at")
    return known.values(*fields.values()).first() or {fields[form_of(said)]: said}
