"""What a supplier and his numbers are known by; duplicates, cancelled and misdelivered invoices.

Earlier invoices get their keys from what is stored of them. Their OIN, GLN and preceding number stay empty.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import omloop.invoices.supplier
import omloop.kernel.ids
import omloop.tenancy.constraints
from django.conf import settings
from django.db import migrations, models


AT_ONCE = 5_000
FILL = """
UPDATE invoices_invoice i SET supplier_key = v.supplier, number_key = v.number,
       supplier_numbers = coalesce(string_to_array(nullif(v.numbers, ''), ','), '{}')
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[]) v(id, supplier, number, numbers) WHERE i.id = v.id"""


def fill_keys(apps, schema_editor):
    """So many invoices in one statement."""
    from omloop.invoices.supplier import keys_of

    rows = apps.get_model("invoices", "Invoice").objects.order_by("id")
    rows = rows.only("number", "supplier_name", "supplier_kvk", "supplier_vat", "supplier_oin", "supplier_gln")
    found = list(rows[:AT_ONCE])
    while found:
        ids, suppliers, numbers, official = zip(*keys_of(found))
        with schema_editor.connection.cursor() as cursor:
            said = [",".join(each) for each in official]
            cursor.execute(FILL, [list(ids), list(suppliers), list(numbers), said])
        found = list(rows.filter(id__gt=ids[-1])[:AT_ONCE])


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0006_mails_and_zips'),
        ('invoices', '0008_booked'),
        ('organisations', '0007_index_of_organisation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Cancellation',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('ground', models.TextField(choices=[('finance', 'cancelled by finance'), ('copy', 'a copy of another invoice'), ('elsewhere', 'belongs to another organisation'), ('wrong_name', 'wrong name on the invoice')])),
                ('reason', models.TextField(blank=True)),
                ('place', models.TextField(blank=True)),
                ('cancelled_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ConfidentialSupplier',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('supplier', models.TextField()),
                ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('name', models.TextField(blank=True)),
                ('marked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Duplicate',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('first_id', models.UUIDField()),
                ('is_certain', models.BooleanField()),
                ('found_at', models.DateTimeField()),
                ('outcome', models.TextField(blank=True, choices=[('', 'not decided'), ('original', 'an invoice of its own'), ('copy', 'a copy of the first')])),
                ('reason', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Misdelivery',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('place', models.TextField()),
                ('channel', models.TextField(choices=[('upload', 'upload'), ('api', 'API'), ('command_line', 'command line'), ('mail', 'mail'), ('folder', 'watched folder')])),
                ('received_at', models.DateTimeField()),
                ('import_date', models.DateField()),
                ('sent_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.RemoveConstraint(
            model_name='invoice',
            name='invoice_state_is_known',
        ),
        migrations.AddField(
            model_name='invoice',
            name='credits_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='invoice',
            name='number_key',
            field=omloop.invoices.supplier.NumberKey(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name='invoice',
            name='preceding_number',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='invoice',
            name='supplier_gln',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='invoice',
            name='supplier_key',
            field=omloop.invoices.supplier.SupplierKey(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name='invoice',
            name='supplier_numbers',
            field=omloop.invoices.supplier.SupplierNumbers(base_field=models.TextField(), default=list, editable=False, size=None),
        ),
        migrations.AddField(
            model_name='invoice',
            name='supplier_oin',
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='state',
            field=models.TextField(choices=[('received', 'received'), ('held', 'held'), ('circulating', 'in circulation'), ('approved', 'approved'), ('rejected', 'rejected'), ('cancelled', 'cancelled')]),
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['organisation', 'number_key'], name='invoices_by_number'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['organisation', 'supplier_key', '-received_at'], name='invoices_of_supplier'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('credits_id__isnull', False)), fields=['organisation', 'credits_id'], name='credit_notes_of_invoice'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['received', 'held', 'circulating', 'approved', 'rejected', 'cancelled'])), name='invoice_state_is_known'),
        ),
        migrations.AddField(
            model_name='cancellation',
            name='cancelled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='cancellation',
            name='invoice',
            field=models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='cancellation', to='invoices.invoice'),
        ),
        migrations.AddField(
            model_name='cancellation',
            name='organisation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='confidentialsupplier',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='confidentialsupplier',
            name='marked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='confidentialsupplier',
            name='organisation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='duplicate',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='duplicate',
            name='invoice',
            field=models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='duplicate', to='invoices.invoice'),
        ),
        migrations.AddField(
            model_name='duplicate',
            name='organisation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='misdelivery',
            name='document',
            field=models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='misdelivery', to='intake.document'),
        ),
        migrations.AddField(
            model_name='misdelivery',
            name='organisation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='misdelivery',
            name='sent_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='cancellation',
            constraint=models.UniqueConstraint(fields=('organisation', 'id'), name='cancellation_of_one_organisation'),
        ),
        migrations.AddConstraint(
            model_name='cancellation',
            constraint=omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='cancellation_in_one_organisation'),
        ),
        migrations.AddConstraint(
            model_name='cancellation',
            constraint=models.CheckConstraint(condition=models.Q(('ground__in', ['finance', 'copy', 'elsewhere', 'wrong_name'])), name='cancellation_ground_is_known'),
        ),
        migrations.AddConstraint(
            model_name='confidentialsupplier',
            constraint=models.UniqueConstraint(fields=('organisation', 'id'), name='confidentialsupplier_of_one_organisation'),
        ),
        migrations.AddConstraint(
            model_name='confidentialsupplier',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'supplier'), name='supplier_is_confidential_once'),
        ),
        migrations.AddConstraint(
            model_name='confidentialsupplier',
            constraint=models.CheckConstraint(condition=models.Q(('confidential', True)), name='confidential_supplier_is_confidential'),
        ),
        migrations.AddIndex(
            model_name='duplicate',
            index=models.Index(fields=['organisation', 'first_id'], name='duplicates_of_first'),
        ),
        migrations.AddConstraint(
            model_name='duplicate',
            constraint=models.UniqueConstraint(fields=('organisation', 'id'), name='duplicate_of_one_organisation'),
        ),
        migrations.AddConstraint(
            model_name='duplicate',
            constraint=omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='duplicate_in_one_organisation'),
        ),
        migrations.AddConstraint(
            model_name='duplicate',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'original', 'copy'])), name='duplicate_outcome_is_known'),
        ),
        migrations.AddConstraint(
            model_name='duplicate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='duplicate_says_when_it_was_decided'),
        ),
        migrations.AddConstraint(
            model_name='misdelivery',
            constraint=models.UniqueConstraint(fields=('organisation', 'id'), name='misdelivery_of_one_organisation'),
        ),
        migrations.AddConstraint(
            model_name='misdelivery',
            constraint=omloop.tenancy.constraints.SameOrganisation(field='document', follows=('confidential',), name='misdelivery_in_one_organisation'),
        ),
        migrations.AddConstraint(
            model_name='misdelivery',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['upload', 'api', 'command_line', 'mail', 'folder'])), name='misdelivery_channel_is_known'),
        ),
    ]
