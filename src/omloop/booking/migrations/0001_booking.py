import django.db.models.deletion
import omloop.kernel.ids
import omloop.tenancy.constraints
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('coding', '0001_initial'),
        ('invoices', '0001_initial'),
        ('organisations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('number', models.PositiveIntegerField()),
                ('kind', models.TextField(choices=[('full', 'fully booked'), ('pre', 'pre-booked'), ('reversal', 'reversed')])),
                ('year', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField()),
                ('company', models.JSONField()),
                ('delivered_at', models.DateTimeField(null=True)),
                ('tells_periods', models.BooleanField(default=False)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='batch_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'id', 'confidential'), name='batch_lends_its_confidentiality'), models.UniqueConstraint(fields=('organisation', 'confidential', 'number'), name='batch_has_one_number'), models.CheckConstraint(condition=models.Q(('kind__in', ['full', 'pre', 'reversal'])), name='batch_kind_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Booking',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('kind', models.TextField(choices=[('full', 'fully booked'), ('pre', 'pre-booked'), ('reversal', 'reversed')])),
                ('position', models.PositiveIntegerField()),
                ('booked_on', models.DateField()),
                ('invoice_date', models.DateField()),
                ('invoice_number', models.TextField(blank=True)),
                ('supplier', models.TextField(blank=True)),
                ('supplier_name', models.TextField(blank=True)),
                ('supplier_kvk', models.TextField(blank=True)),
                ('supplier_vat', models.TextField(blank=True)),
                ('creditor', models.TextField(blank=True)),
                ('due_on', models.DateField(null=True)),
                ('total', models.DecimalField(decimal_places=2, max_digits=19)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('package_number', models.TextField(blank=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ending', models.TextField(blank=True)),
                ('batch', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='booking.batch')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='booking_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'id', 'confidential'), name='booking_lends_its_confidentiality'), omloop.tenancy.constraints.SameOrganisation(field='batch', follows=('confidential',), name='booking_batch_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='booking_in_one_organisation'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), models.Q(('kind', 'reversal'), _negated=True)), fields=('organisation', 'invoice', 'kind'), name='invoice_is_booked_once'), models.UniqueConstraint(fields=('organisation', 'batch', 'position'), name='bookings_stand_in_order'), models.CheckConstraint(condition=models.Q(('kind__in', ['full', 'pre', 'reversal'])), name='booking_kind_is_known'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), models.Q(('ending', ''), _negated=True), _connector='OR'), name='booking_ends_with_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='BookingLine',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('role', models.TextField(choices=[('cost', 'Cost'), ('vat', 'Vat'), ('creditor', 'Creditor'), ('suspense', 'Suspense')], default='cost')),
                ('position', models.PositiveIntegerField()),
                ('account', models.TextField()),
                ('account_name', models.TextField(blank=True)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=19)),
                ('cost_centre', models.TextField(blank=True)),
                ('cost_unit', models.TextField(blank=True)),
                ('vat_code', models.TextField(blank=True)),
                ('description', models.TextField(blank=True)),
                ('period', models.DateField(null=True)),
                ('booking', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='booking.booking')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='bookingline_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='booking', follows=('confidential',), name='booking_line_in_one_organisation'), models.UniqueConstraint(fields=('organisation', 'booking', 'position'), name='booking_lines_stand_in_order'), models.CheckConstraint(condition=models.Q(('role__in', ['cost', 'vat', 'creditor', 'suspense'])), name='booking_line_role_is_known'), models.CheckConstraint(condition=models.Q(('period', None), ('period__day', 1), _connector='OR'), name='booking_line_names_a_month_by_its_first_day')],
            },
        ),
        migrations.CreateModel(
            name='Closing',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('closed_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('reopened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='closing_of_one_organisation'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'month'), name='month_is_closed_once'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='closing_names_a_month_by_its_first_day'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='reopening_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Creditor',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('supplier', models.TextField()),
                ('name', models.TextField(blank=True)),
                ('number', models.TextField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='creditor_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'supplier'), name='supplier_has_one_creditor_number'), models.CheckConstraint(condition=models.Q(models.Q(('supplier', ''), _negated=True), models.Q(('number', ''), _negated=True)), name='creditor_is_named')],
            },
        ),
        migrations.CreateModel(
            name='ExportFolder',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('path', models.TextField()),
                ('forms', models.JSONField()),
                ('trouble', models.TextField(blank=True)),
                ('is_on', models.BooleanField(default=True)),
                ('added_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='exportfolder_of_one_organisation'), models.UniqueConstraint(fields=('organisation',), name='an_organisation_has_one_export_folder')],
            },
        ),
        migrations.CreateModel(
            name='ExportProfile',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('columns', models.JSONField()),
                ('separator', models.TextField(choices=[(';', 'semicolon'), (',', 'comma'), ('\t', 'tab')], default=';')),
                ('decimal_sign', models.TextField(choices=[(',', '1234,50'), ('.', '1234.50')], default=',')),
                ('dates', models.TextField(choices=[('%Y-%m-%d', '2026-03-31'), ('%d-%m-%Y', '31-03-2026'), ('%Y%m%d', '20260331')], default='%d-%m-%Y')),
                ('has_headings', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='exportprofile_of_one_organisation'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'name'), name='export_profile_is_named_once'), models.CheckConstraint(condition=models.Q(('decimal_sign__in', [',', '.']), ('separator__in', [';', ',', '\t'])), name='export_profile_signs_are_known')],
            },
        ),
        migrations.CreateModel(
            name='FixedAccounts',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('journal', models.CharField(default='INK', max_length=16)),
                ('memorial', models.CharField(default='MEMO', max_length=16)),
                ('administration', models.CharField(blank=True, max_length=16)),
                ('accruals', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.ledgeraccount')),
                ('creditors', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.ledgeraccount')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('suspense', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.ledgeraccount')),
                ('vat', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.ledgeraccount')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='fixedaccounts_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='creditors', name='fixed_creditors_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='vat', name='fixed_vat_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='suspense', name='fixed_suspense_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='accruals', name='fixed_accruals_in_one_organisation'), models.UniqueConstraint(fields=('organisation',), name='organisation_has_fixed_accounts_once')],
            },
        ),
    ]
