"""The account of an invoice that becomes confidential is hidden with it (rules 2.12)."""

from datetime import datetime

from django.db.models import QuerySet

from omloop.invoices.models import Invoice
from omloop.kernel.ids import uuid7
from omloop.payees.models import STANDS, AccountCheck, Payee, SupplierAccount
from omloop.payees.services import find_or_make_account
from omloop.tenancy.scope import confidential_shown


def hide_account(invoice: Invoice, *, now: datetime) -> None:
    """Make the account confidential that this invoice alone told of; else give the invoice a row of its own.

    The invoice is confidential by now, and its organisation held. Twice changes nothing. What was checked of
    the account counts for the row of its own too.
    """
    with confidential_shown([invoice.organisation_id]):
        payee = Payee.objects.filter(invoice=invoice).select_related("account").first()
        if payee is None or payee.account.confidential:
            return
        account = payee.account
        if _is_told_by_it_alone(account, payee):
            SupplierAccount.objects.filter(id=account.id).update(confidential=True)
        else:
            Payee.objects.filter(id=payee.id).update(account=_own_row(account, now))


def _is_told_by_it_alone(account: SupplierAccount, payee: Payee) -> bool:
    """It came with this invoice, no other names it, and no confidential row of it is there."""
    twin = _twins(account).exists()
    others = Payee.objects.filter(account=account).exclude(id=payee.id).exists()
    return account.found_at == payee.noted_at and not others and not twin


def _twins(account: SupplierAccount) -> QuerySet[SupplierAccount]:
    rows: QuerySet[SupplierAccount] = SupplierAccount.objects.filter(
        organisation_id=account.organisation_id,
        supplier=account.supplier,
        iban=account.iban,
        confidential=True,
    )
    return rows


def _own_row(account: SupplierAccount, now: datetime) -> SupplierAccount:
    """A confidential row of the same account, with the check that stands."""
    known = _twins(account).first()
    if known is not None:
        return known
    made = find_or_make_account(
        organisation_id=account.organisation_id,
        supplier=account.supplier,
        iban=account.iban,
        supplier_name=account.supplier_name,
        confidential=True,
        now=now,
    )
    made.kind, made.confirmed_at = account.kind, account.confirmed_at
    made.save(update_fields=["kind", "confirmed_at"])
    for check in AccountCheck.objects.filter(STANDS, account=account):
        check.pk, check._state.adding = uuid7(), True
        check.account, check.confidential = made, True
        check.save()
    return made
