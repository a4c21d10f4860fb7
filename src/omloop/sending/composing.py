"""From a draft to an e-invoice: NLCIUS, Peppol BIS Billing 3 or EN 16931, as the two parties ask."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _

from omloop.einvoice import (
    Address,
    Attachment,
    Delivery,
    Document,
    Identifier,
    InvoicePeriod,
    Party,
    PaymentMeans,
    PrecedingInvoice,
    Totals,
    VatBreakdown,
)
from omloop.einvoice import Kind as DocumentKind
from omloop.kernel.money import Money
from omloop.sending.drafts import Draft
from omloop.sending.models import Customer
from omloop.sending.pricing import Sums, line_of, problems_of_line, sums_of
from omloop.sending.refusals import Incomplete
from omloop.sending.seller import Seller
from omloop.sending.vat import EXEMPT, VATS

NLCIUS = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
BILLING = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
EN16931 = "urn:cen.eu:en16931:2017"
TRANSFER = "30"
"""UNTDID 4461: credit transfer."""


def compose(
    draft: Draft,
    *,
    kind: str,
    number: str,
    seller: Seller,
    customer: Customer | None,
    attachments: Sequence[Attachment] = (),
    currency: str = "EUR",
) -> Document:
    """The e-invoice that a draft stands for. Raises Incomplete with everything that is lacking."""
    problems = problems_of(draft, customer) + problems_of_parties(seller, customer)
    if problems or customer is None:
        raise Incomplete(problems)
    buyer, is_credit = party_of(customer), kind == DocumentKind.CREDIT_NOTE
    specification = specification_for(seller.party, buyer)
    sums = sums_of(draft.said)
    preceding = PrecedingInvoice(draft.preceding_number or None, day_in(draft.preceding_on))
    delivered_on = day_in(draft.delivered_on)
    return Document(
        kind=DocumentKind(kind),
        number=number,
        type_code="381" if is_credit else "380",
        issued_on=day_in(draft.issued_on),
        due_on=None if is_credit else day_in(draft.due_on),
        currency=currency,
        specification=specification,
        process=None if specification == EN16931 else BILLING,
        buyer_reference=draft.buyer_reference or None,
        order_reference=draft.order_reference or None,
        notes=(draft.remarks,) if draft.remarks else (),
        preceding_invoices=(preceding,) if preceding.number else (),
        seller=seller.party,
        buyer=buyer,
        delivery=Delivery(delivered_on=delivered_on, address=_where(buyer)) if delivered_on else None,
        payment_means=_means(seller, number),
        period=_period(draft),
        payment_terms=draft.terms or seller.terms or None,
        totals=_totals(sums, currency),
        vat_breakdown=tuple(_breakdowns(sums, currency, draft, customer)),
        attachments=tuple(attachments),
        lines=tuple(line_of(n, line, currency) for n, line in enumerate(draft.said, start=1)),
    )


def specification_for(seller: Party, buyer: Party) -> str:
    """Between two in the Netherlands with a KvK number or OIN: NLCIUS. Else Peppol BIS 3 for who has an
    address on the network, and EN 16931 for who has none (decision 92)."""
    parties = (seller, buyer)
    if all(_is_dutch(each) and each.legal_registration for each in parties):
        return NLCIUS
    return PEPPOL if buyer.endpoint else EN16931


def problems_of(draft: Draft, customer: Customer | None) -> list[str]:
    """What a draft lacks before the rules of e-invoicing can judge it, in words."""
    found = [] if customer else [_("Choose a customer.")]
    for text in (draft.issued_on, draft.due_on, draft.delivered_on, draft.period_from, draft.period_to):
        if text and day_in(text) is None:
            found.append(_("“%(text)s” is no date. Write it as 2026-04-01.") % {"text": text})
    if not draft.issued_on:
        found.append(_("Fill in the invoice date."))
    if not draft.said:
        found.append(_("Add a line: what do you sell?"))
    return found + [each for n, line in enumerate(draft.said, start=1) for each in problems_of_line(n, line)]


def problems_of_parties(seller: Seller, customer: Customer | None) -> list[str]:
    """What is lacking of the seller and the customer, and where it is filled in."""
    found = []
    if not seller.iban:
        found.append(_("Your IBAN is missing: fill it in at “Sending”, on the page of your organisation."))
    if not _is_whole(seller.party.address):
        found.append(_("Your address is not complete: fill it in at the settings of your organisation."))
    if customer and not _is_whole(party_of(customer).address):
        found.append(_("The address of the customer is not complete: fill it in at the customer."))
    return found


def party_of(customer: Customer) -> Party:
    """The customer as the buyer (BG-7), with the address under which the network knows him."""
    registered = Identifier(customer.oin, "0190") if customer.oin else None
    if registered is None and customer.kvk:
        registered = Identifier(customer.kvk, "0106")
    endpoint = (
        Identifier(customer.address_number, customer.address_scheme)
        if customer.address_number
        else registered
    )
    return Party(
        legal_name=customer.name,
        identifiers=(Identifier(customer.gln, "0088"),) if customer.gln else (),
        legal_registration=registered,
        vat_number=customer.vat_number or None,
        endpoint=endpoint,
        address=Address(
            line_1=customer.street or None,
            city=customer.city or None,
            postal_code=customer.postal_code or None,
            country=customer.country,
        ),
    )


def day_in(text: str) -> date | None:
    """The day that a text names; None for none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_dutch(party: Party) -> bool:
    return bool(party.address and party.address.country == "NL")


def _period(draft: Draft) -> InvoicePeriod | None:
    first_on, last_on = day_in(draft.period_from), day_in(draft.period_to)
    return InvoicePeriod(first_on, last_on) if first_on or last_on else None


def _is_whole(address: Address | None) -> bool:
    return bool(address and address.line_1 and address.city and address.postal_code)


def _breakdowns(sums: Sums, currency: str, draft: Draft, customer: Customer) -> Iterator[VatBreakdown]:
    """The VAT of each rate; where none is charged with the reason, in the language of the customer."""
    for name, (taxable, tax) in sums.by_vat.items():
        vat = VATS[name]
        usual = vat.english if customer.language == Customer.Language.ENGLISH else vat.reason
        reason = draft.exemption if name == EXEMPT and draft.exemption else usual
        yield VatBreakdown(
            Money(taxable, currency),
            Money(tax, currency),
            vat.category,
            vat.rate,
            reason or None,
            vat.reason_code or None,
        )


def _totals(sums: Sums, currency: str) -> Totals:
    net, vat, all_of_it = (Money(each, currency) for each in (sums.without_vat, sums.vat, sums.payable))
    return Totals(lines=net, without_vat=net, vat=vat, with_vat=all_of_it, payable=all_of_it)


def _means(seller: Seller, number: str) -> tuple[PaymentMeans, ...]:
    if not seller.iban:
        return ()
    means = PaymentMeans(code=TRANSFER, remittance=number, iban=seller.iban, account_name=seller.account_name)
    return (means,)


def _where(buyer: Party) -> Address | None:
    """Where it was delivered: the country of the customer (BR-IC-12)."""
    return Address(country=buyer.address.country) if buyer.address else None
