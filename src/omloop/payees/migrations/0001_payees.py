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
            name='SupplierAccount',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('supplier', models.TextField(blank=True)),
                ('supplier_name', models.TextField(blank=True)),
                ('iban', models.TextField()),
                ('kind', models.TextField(choices=[('ordinary', 'ordinary account'), ('g_account', 'G-account'), ('factor', "factor's account")], default='ordinary')),
                ('found_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='supplieraccount_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'id', 'confidential'), name='account_lends_its_confidentiality'), models.UniqueConstraint(fields=('organisation', 'supplier', 'iban', 'confidential'), name='supplier_has_account_once'), models.CheckConstraint(condition=models.Q(('iban', ''), _negated=True), name='account_has_an_iban'), models.CheckConstraint(condition=models.Q(('kind__in', ['ordinary', 'g_account', 'factor'])), name='account_kind_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Payee',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('noted_at', models.DateTimeField()),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='payees', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('account', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='payees', to='payees.supplieraccount')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'account'], name='invoices_of_account')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='payee_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='payee_invoice_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='account', follows=('confidential',), name='payee_in_one_organisation'), models.UniqueConstraint(fields=('organisation', 'invoice'), name='invoice_has_one_payee')],
            },
        ),
        migrations.CreateModel(
            name='AccountCheck',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('how', models.TextField(blank=True)),
                ('kind', models.TextField(choices=[('ordinary', 'ordinary account'), ('g_account', 'G-account'), ('factor', "factor's account")])),
                ('checked_on', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ending', models.TextField(blank=True)),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('account', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='payees.supplieraccount')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='accountcheck_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='account', follows=('confidential',), name='account_check_in_one_organisation'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'account'), name='account_has_one_check_at_a_time'), models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('recorded_by')), _negated=True), _connector='OR'), name='account_is_checked_by_two'), models.CheckConstraint(condition=models.Q(('recorded_by__isnull', True), models.Q(models.Q(('how', ''), _negated=True), ('checked_on__isnull', False)), _connector='OR'), name='account_check_says_how_and_when'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), models.Q(('ending', ''), _negated=True), _connector='OR'), name='account_check_ends_with_a_reason')],
            },
        ),
    ]
