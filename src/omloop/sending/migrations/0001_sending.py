import django.db.models.deletion
import omloop.kernel.ids
import omloop.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('street', models.CharField(blank=True, max_length=200)),
                ('postal_code', models.CharField(blank=True, max_length=12)),
                ('city', models.CharField(blank=True, max_length=120)),
                ('country', models.CharField(default='NL', max_length=2)),
                ('kvk', models.CharField(blank=True, max_length=8)),
                ('vat_number', models.CharField(blank=True, max_length=20)),
                ('oin', models.CharField(blank=True, max_length=20)),
                ('gln', models.CharField(blank=True, max_length=13)),
                ('iban', models.CharField(blank=True, max_length=34)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('address_scheme', models.CharField(blank=True, max_length=4)),
                ('address_number', models.CharField(blank=True, max_length=50)),
                ('reference', models.CharField(blank=True, max_length=100)),
                ('due_days', models.PositiveIntegerField(null=True)),
                ('language', models.TextField(choices=[('nl', 'Dutch'), ('en', 'English')], default='nl')),
                ('added_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'name'], name='customers_by_name')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='customer_of_one_organisation'), models.CheckConstraint(condition=models.Q(('language__in', ['nl', 'en'])), name='customer_reads_dutch_or_english')],
            },
        ),
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField(choices=[('invoice', 'invoice'), ('credit_note', 'credit note')])),
                ('prefix', models.CharField(blank=True, max_length=12)),
                ('is_per_year', models.BooleanField(default=True)),
                ('added_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='numberseries_of_one_organisation'), models.CheckConstraint(condition=models.Q(('kind__in', ['invoice', 'credit_note'])), name='number_series_kind_is_known'), models.CheckConstraint(condition=models.Q(('prefix__regex', '\\d'), _negated=True), name='number_series_prefix_has_no_digit'), models.UniqueConstraint(fields=('organisation', 'prefix'), name='number_series_prefix_is_used_once')],
            },
        ),
        migrations.CreateModel(
            name='NumberCounter',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('year', models.PositiveIntegerField()),
                ('next_number', models.PositiveIntegerField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('series', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='counters', to='sending.numberseries')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='numbercounter_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='series', name='number_counter_in_one_organisation'), models.UniqueConstraint(fields=('organisation', 'series', 'year'), name='number_series_counts_once_a_year')],
            },
        ),
        migrations.CreateModel(
            name='SalesInvoice',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField(choices=[('invoice', 'invoice'), ('credit_note', 'credit note')])),
                ('state', models.TextField(choices=[('draft', 'draft'), ('queued', 'being sent'), ('delivered', 'delivered'), ('opened', 'opened'), ('approved', 'approved'), ('rejected', 'rejected'), ('disputed', 'disputed'), ('failed', 'failed')], default='draft')),
                ('number', models.CharField(blank=True, max_length=60)),
                ('content', models.JSONField(default=dict)),
                ('customer_name', models.TextField(blank=True)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('language', models.TextField(choices=[('nl', 'Dutch'), ('en', 'English')], default='nl')),
                ('issued_on', models.DateField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('currency', models.CharField(default='EUR', max_length=3)),
                ('without_vat', models.DecimalField(decimal_places=2, max_digits=19, null=True)),
                ('vat', models.DecimalField(decimal_places=2, max_digits=19, null=True)),
                ('payable', models.DecimalField(decimal_places=2, max_digits=19, null=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveIntegerField(default=0)),
                ('changed_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('delivered_to', models.UUIDField(null=True)),
                ('discarded_at', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='sending.customer')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('series', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sending.numberseries')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', '-changed_at', 'id'], name='sales_invoices_by_change')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='salesinvoice_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='customer', name='sales_invoice_customer_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='series', name='sales_invoice_series_in_one_organisation'), models.CheckConstraint(condition=models.Q(('kind__in', ['invoice', 'credit_note'])), name='sales_invoice_kind_is_known'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'queued', 'delivered', 'opened', 'approved', 'rejected', 'disputed', 'failed'])), name='sales_invoice_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('number', ''), ('sent_at', None), ('sha256', ''), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), models.Q(('number', ''), _negated=True), models.Q(('sha256', ''), _negated=True), ('sent_at__isnull', False)), _connector='OR'), name='sales_invoice_is_a_draft_or_has_a_number'), models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('organisation', 'kind', 'number'), name='sales_invoice_number_is_used_once')],
            },
        ),
        migrations.CreateModel(
            name='SalesAttachment',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('filename', models.CharField(max_length=255)),
                ('mime_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('added_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='sending.salesinvoice')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'invoice'], name='attachments_of_sales_invoice')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='salesattachment_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', name='sales_attachment_in_one_organisation')],
            },
        ),
        migrations.CreateModel(
            name='SellerSettings',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('vat_number', models.CharField(blank=True, max_length=20)),
                ('iban', models.CharField(blank=True, max_length=34)),
                ('account_name', models.CharField(blank=True, max_length=120)),
                ('contact_name', models.CharField(blank=True, max_length=120)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('telephone', models.CharField(blank=True, max_length=40)),
                ('due_days', models.PositiveIntegerField(default=30)),
                ('terms', models.TextField(blank=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='sellersettings_of_one_organisation'), models.UniqueConstraint(fields=('organisation',), name='an_organisation_sells_with_one_set_of_settings')],
            },
        ),
        migrations.CreateModel(
            name='SentStatus',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('state', models.TextField(choices=[('draft', 'draft'), ('queued', 'being sent'), ('delivered', 'delivered'), ('opened', 'opened'), ('approved', 'approved'), ('rejected', 'rejected'), ('disputed', 'disputed'), ('failed', 'failed')])),
                ('at', models.DateTimeField()),
                ('channel', models.TextField(blank=True, choices=[('installation', 'directly in Omloop'), ('mail', 'e-mail')])),
                ('to', models.TextField(blank=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('message_id', models.TextField(blank=True)),
                ('reason', models.TextField(blank=True)),
                ('answer', models.TextField(blank=True)),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='statuses', to='sending.salesinvoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'invoice'], name='statuses_of_sales_invoice')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='sentstatus_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', name='sent_status_in_one_organisation'), models.CheckConstraint(condition=models.Q(('channel__in', ['', 'installation', 'mail'])), name='sent_status_channel_is_known')],
            },
        ),
    ]
