import django.db.models.deletion
import omloop.kernel.ids
import omloop.tenancy.constraints
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('invoices', '0001_initial'),
        ('organisations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='PaymentBatch',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('number', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField()),
                ('execution_on', models.DateField()),
                ('debtor', models.JSONField()),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='paymentbatch_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'id', 'confidential'), name='payment_batch_lends_its_confidentiality'), models.UniqueConstraint(fields=('organisation', 'confidential', 'number'), name='payment_batch_has_one_number')],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('transfer', models.PositiveIntegerField(default=0)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=19)),
                ('iban', models.TextField(blank=True)),
                ('supplier_name', models.TextField(blank=True)),
                ('invoice_number', models.TextField(blank=True)),
                ('payment_reference', models.TextField(blank=True)),
                ('paid_on', models.DateField(null=True)),
                ('reference', models.TextField(blank=True)),
                ('reported_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ending', models.TextField(blank=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('reported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('batch', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='payments.paymentbatch')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'invoice'], name='payments_of_invoice')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='payment_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='payment_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='batch', follows=('confidential',), name='payment_batch_in_one_organisation'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('paid_on__isnull', True)), fields=('organisation', 'invoice'), name='invoice_is_in_one_payment_file'), models.CheckConstraint(condition=models.Q(('batch__isnull', False), ('paid_on__isnull', False), _connector='OR'), name='payment_is_ordered_or_paid'), models.CheckConstraint(condition=models.Q(models.Q(('paid_on__isnull', True), ('reported_at__isnull', True)), models.Q(('paid_on__isnull', False), ('reported_at__isnull', False)), _connector='OR'), name='payment_is_reported_with_its_day'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), models.Q(('ending', ''), _negated=True), _connector='OR'), name='payment_ends_with_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='PaymentOption',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('is_on', models.BooleanField(default=False)),
                ('name', models.CharField(blank=True, max_length=70)),
                ('iban', models.TextField(blank=True)),
                ('bic', models.CharField(blank=True, max_length=11)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='paymentoption_of_one_organisation'), models.UniqueConstraint(fields=('organisation',), name='organisation_has_payment_option_once'), models.CheckConstraint(condition=models.Q(('is_on', False), models.Q(models.Q(('iban', ''), _negated=True), models.Q(('name', ''), _negated=True)), _connector='OR'), name='payment_option_names_an_account')],
            },
        ),
    ]
