"""Which payable invoices go into a payment file, and set off against each other; pure but for one query."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from omloop.invoices.models import Invoice
from omloop.invoices.paying import PaymentState, in_payment_state
from omloop.kernel.identifiers import is_iban
from omloop.payees.models import AccountKind, Payee, SupplierAccount

MOST = 500
"""Invoices in one file, and on the page."""


@dataclass(frozen=True)
class Candidate:
    """A payable invoice: what is left of it in its currency, minus for a credit note.

    `problem` keeps it out of a file: `currency`, `no_iban`, `g_account`, or `set_off` (credit notes of this
    supplier come to more than his invoices, or stand alone).
    """

    invoice: Invoice
    left: Decimal
    supplier: str
    iban: str
    problem: str = ""


@dataclass(frozen=True)
class Transfer:
    """What goes to one account in one sum: invoices and the credit notes that are set off."""

    iban: str
    parts: tuple[Candidate, ...]

    @property
    def total(self) -> Decimal:
        """The sum, more than nothing."""
        return sum((each.left for each in self.parts), Decimal(0))


def candidates(organisation_id: UUID, only: Collection[UUID] | None = None) -> list[Candidate]:
    """The payable invoices that stand in no file, the first due first; two queries, however many."""
    own = Invoice.objects.filter(organisation_id=organisation_id)
    rows = in_payment_state(own, PaymentState.PAYABLE).filter(payment_open=None)
    rows = rows if only is None else rows.filter(id__in=only)
    found = list(rows.select_related("organisation").order_by("due_on", "id")[:MOST])
    accounts = _accounts(found)
    return set_off([_candidate(each, accounts.get(each.id)) for each in found])


def set_off(rows: list[Candidate]) -> list[Candidate]:
    """The same, where a credit note without an IBAN joins its supplier's account, and sums that are not
    more than nothing keep all of their parts out."""
    accounts: dict[tuple[bool, str], set[str]] = {}
    for each in rows:
        if not each.problem and each.iban:
            accounts.setdefault((each.invoice.confidential, each.supplier), set()).add(each.iban)
    joined = [_joined(each, accounts) for each in rows]
    kept_out = {part.invoice.id for each in transfers(joined) if each.total <= 0 for part in each.parts}
    return [replace(each, problem="set_off") if each.invoice.id in kept_out else each for each in joined]


def transfers(rows: Iterable[Candidate]) -> list[Transfer]:
    """One for each account, in the order in which it comes first; what has a problem is left out.

    Confidential invoices are never in a transfer with others.
    """
    by_account: dict[tuple[bool, str], list[Candidate]] = {}
    for each in rows:
        if not each.problem:
            by_account.setdefault((each.invoice.confidential, each.iban), []).append(each)
    return [Transfer(iban, tuple(parts)) for (_, iban), parts in by_account.items()]


def _joined(each: Candidate, accounts: dict[tuple[bool, str], set[str]]) -> Candidate:
    if each.problem or each.iban:
        return each
    own = accounts.get((each.invoice.confidential, each.supplier), set())
    if each.left > 0 or len(own) != 1:
        return replace(each, problem="no_iban" if each.left > 0 else "set_off")
    return replace(each, iban=next(iter(own)))


def _candidate(invoice: Invoice, account: SupplierAccount | None) -> Candidate:
    """Paid is on the account that was confirmed, and never on what merely stands on the invoice."""
    left: Decimal = getattr(invoice, "payment_left")  # noqa: B009 - an annotation
    iban, problem = account.iban if account else "", ""
    if invoice.currency != "EUR":
        problem = "currency"
    elif iban and not is_iban(iban):
        problem = "no_iban"
    elif "gaccount" in invoice.profile or (account and account.kind == AccountKind.G_ACCOUNT):
        problem = "g_account"
    return Candidate(invoice, left, invoice.supplier_key, iban, problem)


def _accounts(invoices: list[Invoice]) -> dict[UUID, SupplierAccount]:
    """The confirmed account of each that names one; one query."""
    confirmed = Payee.objects.filter(invoice__in=invoices, account__confirmed_at__isnull=False)
    return {each.invoice_id: each.account for each in confirmed.select_related("account")}
