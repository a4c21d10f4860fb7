"""What waits for recognition, what is known of a paper, and who made an invoice."""

from collections.abc import Collection
from uuid import UUID

from omloop.invoices.finding import newest_with
from omloop.invoices.models import Invoice
from omloop.kernel.identifiers import compact
from omloop.organisations.models import Identifier, Organisation
from omloop.recognition.learning import layout_for, supplier_of
from omloop.recognition.models import Recognition, Typing
from omloop.recognition.proposing import Proposals, Reading, Supplier, propose

NEWEST = 20
"""Invoices that are looked at to find whose numbers these are."""


def makers_of(invoice_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """By invoice who typed or changed what it says (rules 3.5); one query."""
    rows = Typing.objects.filter(invoice__in=invoice_ids).exclude(typed_by=None)
    found: dict[UUID, set[UUID]] = {}
    for invoice_id, person_id in rows.values_list("invoice_id", "typed_by_id"):
        found.setdefault(invoice_id, set()).add(person_id)
    return found


def is_typed(invoice: Invoice) -> bool:
    """Whether a person said what it says."""
    return Typing.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice).exists()


def reading_of(recognition: Recognition | None, organisation: Organisation) -> Reading:
    """The paper, with what is the organisation's own on it."""
    numbers = Identifier.objects.filter(organisation=organisation).values_list("number", flat=True)
    pages = recognition.read_pages if recognition else []
    return Reading(pages, own=[organisation.kvk, *numbers], own_name=organisation.name)


def proposals_for(reading: Reading, organisation: Organisation) -> Proposals:
    """What the paper says, with what is known of whoever sent it."""
    supplier = _known(organisation.id, reading.numbers.plain)
    return propose(reading, supplier, currency=organisation.currency)


def _known(organisation_id: UUID, numbers: list[str]) -> Supplier | None:
    """Whom these numbers name: by what was learned, else by his last invoice."""
    layout = layout_for(organisation_id, numbers)
    if layout is not None:
        return supplier_of(layout)
    invoice = _last_invoice(organisation_id, numbers)
    if invoice is None:
        return None
    kvk, vat, iban = map(compact, (invoice.supplier_kvk, invoice.supplier_vat, invoice.iban))
    return Supplier(invoice.supplier_name, kvk, vat, iban)


def _last_invoice(organisation_id: UUID, numbers: list[str]) -> Invoice | None:
    """The newest that has one of these as a number of its supplier; of those that are not confidential."""
    wanted = {compact(number) for number in numbers}
    for invoice in newest_with(numbers, organisation_id, most=NEWEST):
        own = (invoice.supplier_vat, invoice.supplier_kvk, invoice.iban)
        if not invoice.confidential and wanted.intersection(map(compact, own)):
            return invoice
    return None
