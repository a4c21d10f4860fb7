"""An account is as confidential as the invoices that name it: also of those that became so later."""

import omloop.tenancy.constraints
from django.db import migrations

from omloop.kernel.ids import uuid7


def part(apps, schema_editor):
    """Accounts that confidential invoices alone name become so; the others get a row of their own for those."""
    Payee = apps.get_model("payees", "Payee")
    mixed = Payee.objects.filter(confidential=True, account__confidential=False).select_related("account")
    for payee in mixed.order_by("id"):
        payee.account.refresh_from_db()
        if not payee.account.confidential:
            _part(apps, payee)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _part(apps, payee):
    account = payee.account
    Account, Payee = apps.get_model("payees", "SupplierAccount"), apps.get_model("payees", "Payee")
    same = {
        name: getattr(account, name) for name in ("organisation_id", "supplier", "iban")
    }
    twin = Account.objects.filter(**same, confidential=True).first()
    if twin is None and not Payee.objects.filter(account=account, confidential=False).exists():
        Account.objects.filter(id=account.id).update(confidential=True)
        return
    if twin is None:
        said = {name: getattr(account, name) for name in ("supplier_name", "kind", "found_at", "confirmed_at")}
        twin = Account.objects.create(id=uuid7(), confidential=True, **same, **said)
        for check in apps.get_model("payees", "AccountCheck").objects.filter(account=account, ended_at=None):
            check.pk, check._state.adding = uuid7(), True
            check.account, check.confidential = twin, True
            check.save()
    Payee.objects.filter(id=payee.id).update(account=twin)


class Migration(migrations.Migration):
    dependencies = [("payees", "0002_known_before")]
    operations = [
        migrations.RemoveConstraint(model_name="payee", name="payee_in_one_organisation"),
        migrations.RunPython(part, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="payee",
            constraint=omloop.tenancy.constraints.SameOrganisation(
                field="account", name="payee_in_one_organisation", follows=("confidential",)
            ),
        ),
    ]
