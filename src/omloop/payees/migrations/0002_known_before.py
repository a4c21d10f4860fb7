"""The accounts of invoices from before accounts were checked: those that were booked on are known."""

from django.db import migrations
from django.utils import timezone

AT_ONCE = 500


def note_accounts(apps, schema_editor):
    """So many invoices at a time; an account on a fully booked invoice has stood the test of being paid on."""
    Invoice = apps.get_model("invoices", "Invoice")
    now, known = timezone.now(), {}
    rows = Invoice.objects.exclude(iban="").filter(payees=None).order_by("id")
    while invoices := list(rows[:AT_ONCE]):
        payees = [_payee(apps, each, known, now) for each in invoices]
        apps.get_model("payees", "Payee").objects.bulk_create(payees)
    for account, is_booked in known.values():
        if is_booked:
            _confirm(apps, account, now)


def _payee(apps, invoice, known, now):
    from omloop.invoices.supplier import key_of
    from omloop.kernel.identifiers import compact

    supplier = key_of(vat=invoice.supplier_vat, kvk=invoice.supplier_kvk, name=invoice.supplier_name)
    own = {"organisation_id": invoice.organisation_id, "confidential": invoice.confidential}
    same = {**own, "supplier": supplier, "iban": compact(invoice.iban) or invoice.iban}
    key = tuple(same.values())
    if key not in known:
        named = {"supplier_name": invoice.supplier_name, "found_at": now}
        known[key] = apps.get_model("payees", "SupplierAccount").objects.create(**same, **named), False
    account, is_booked = known[key]
    known[key] = account, is_booked or invoice.booked_at is not None
    Payee = apps.get_model("payees", "Payee")
    return Payee(**own, invoice=invoice, account=account, noted_at=now)


def _confirm(apps, account, now):
    own = {"organisation_id": account.organisation_id, "confidential": account.confidential}
    apps.get_model("payees", "AccountCheck").objects.create(
        **own, account=account, kind=account.kind, recorded_at=now, confirmed_at=now
    )
    account.confirmed_at = now
    account.save(update_fields=["confirmed_at"])


class Migration(migrations.Migration):
    dependencies = [("payees", "0001_payees"), ("invoices", "0008_booked")]
    operations = [migrations.RunPython(note_accounts, migrations.RunPython.noop)]
