"""Which accounts are known, which wait, and who had a part in their check (rules 2.9)."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from omloop.invoices.models import Invoice
from omloop.invoices.supplier import key_of
from omloop.payees.models import STANDS, AccountCheck, AccountKind, Payee, SupplierAccount
from omloop.people.humans import accounts_of

TO_CHECK, TO_CONFIRM, CONFIRMED = "to_check", "to_confirm", "confirmed"


@dataclass(frozen=True)
class Standing:
    """The account of an invoice as its page tells it.

    `changes`: the supplier has another ordinary account that is confirmed, so this one is a change.
    """

    account: SupplierAccount
    is_confirmed: bool
    waits_for_second: bool
    changes: bool


def standing_of(invoice: Invoice) -> Standing | None:
    """How the account of an invoice stands, in one query; None where it names none."""
    open_check = AccountCheck.objects.filter(STANDS, account=OuterRef("account"))
    others = SupplierAccount.objects.filter(
        organisation=OuterRef("organisation"),
        supplier=OuterRef("account__supplier"),
        kind=AccountKind.ORDINARY,
        confirmed_at__isnull=False,
    ).exclude(iban=OuterRef("account__iban"))
    rows = Payee.objects.filter(invoice=invoice).select_related("account")
    found = rows.annotate(recorded=Exists(open_check), others=Exists(others)).first()
    if found is None:
        return None
    account = found.account
    is_confirmed = account.confirmed_at is not None
    return Standing(account, is_confirmed, found.recorded and not is_confirmed, found.others)


def waiting_for(account: SupplierAccount) -> "QuerySet[Invoice]":
    """The invoices that came before its standing check was confirmed: whose approvers have no part in it."""
    confirmed = AccountCheck.objects.filter(STANDS, account=OuterRef("account"), confirmed_at__isnull=False)
    payees = Payee.objects.filter(account=account).annotate(
        since=Subquery(confirmed.values("confirmed_at")[:1])
    )
    late = payees.filter(Q(since=None) | Q(noted_at__lte=F("since")))
    rows: QuerySet[Invoice] = Invoice.objects.filter(id__in=late.values("invoice_id"))
    return rows


def checkers_by_invoice(invoice_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Who may not approve each of these, for he recorded or confirmed the check that it waits or waited for.

    One query. An invoice that came after the confirmation was never held up by it: its approvers are free.
    """
    checks = AccountCheck.objects.filter(STANDS, account__payees__invoice__in=list(invoice_ids))
    rows = checks.filter(Q(confirmed_at=None) | Q(account__payees__noted_at__lte=F("confirmed_at")))
    found: dict[UUID, set[UUID]] = {}
    for invoice_id, *pair in rows.values_list(
        "account__payees__invoice_id", "recorded_by_id", "confirmed_by_id"
    ):
        found.setdefault(invoice_id, set()).update(person for person in pair if person)
    return {key: people for key, people in found.items() if people}


def checkers_of(invoice: Invoice) -> frozenset[UUID]:
    """The same for one invoice, with every account of these humans."""
    people = checkers_by_invoice([invoice.id]).get(invoice.id, set())
    return accounts_of(people) if people else frozenset()


def checkers_of_supplier(organisation_id: UUID, said: str) -> frozenset[UUID]:
    """Who may not approve an invoice of this supplier (his name, VAT or KvK number) if it came in now.

    They recorded the check of an account of his that nobody has confirmed yet: it would wait for that. With
    every account of these humans.
    """
    named = Q(account__supplier_name__iexact=said.strip()) | Q(account__supplier__in=_keys(said))
    waits = AccountCheck.objects.filter(STANDS, named, organisation_id=organisation_id, confirmed_at=None)
    people = waits.exclude(recorded_by=None).values_list("recorded_by_id", flat=True)
    found = set(people) if said.strip() else set()
    return accounts_of(found) if found else frozenset()


def _keys(said: str) -> list[str]:
    """The keys under which a supplier with this name or number may be known."""
    return [key_of(vat=said, kvk="", name=""), key_of(vat="", kvk="", name=said)]


def accounts_in(organisation_id: UUID, state: str = "", words: str = "") -> "QuerySet[SupplierAccount]":
    """The accounts of an organisation: all, or those to check, to confirm, or confirmed; by supplier."""
    open_check = AccountCheck.objects.filter(STANDS, account=OuterRef("id"))
    rows = SupplierAccount.objects.filter(organisation_id=organisation_id)
    if words:
        rows = rows.filter(Q(supplier_name__icontains=words) | Q(iban__icontains="".join(words.split())))
    if state == CONFIRMED:
        rows = rows.filter(confirmed_at__isnull=False)
    elif state:
        rows = rows.filter(Exists(open_check) if state == TO_CONFIRM else ~Exists(open_check))
        rows = rows.filter(confirmed_at=None)
    found: QuerySet[SupplierAccount] = rows.annotate(recorded=Exists(open_check))
    return found.order_by("supplier_name", "iban", "id")
