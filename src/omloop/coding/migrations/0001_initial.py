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
            name='CodingTemplate',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('supplier', models.TextField()),
                ('supplier_name', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('kept_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='codingtemplate_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'id', 'confidential'), name='coding_template_lends_its_confidentiality'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'supplier', 'confidential'), name='supplier_has_one_coding_template')],
            },
        ),
        migrations.CreateModel(
            name='ConfidentialAccount',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=40)),
                ('marked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('marked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='confidentialaccount_of_one_organisation'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'code'), name='account_is_confidential_once')],
            },
        ),
        migrations.CreateModel(
            name='CostCentre',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='name')),
                ('ended_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='costcentre_of_one_organisation'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'code'), name='costcentre_has_one_code')],
            },
        ),
        migrations.CreateModel(
            name='CostUnit',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='name')),
                ('ended_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='costunit_of_one_organisation'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'code'), name='costunit_has_one_code')],
            },
        ),
        migrations.CreateModel(
            name='DivisionKey',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='divisionkey_of_one_organisation'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'name'), name='division_key_is_named_once')],
            },
        ),
        migrations.CreateModel(
            name='DivisionShare',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('share', models.DecimalField(decimal_places=4, max_digits=19)),
                ('cost_centre', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.costcentre')),
                ('cost_unit', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.costunit')),
                ('key', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='coding.divisionkey')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='divisionshare_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='key', name='division_share_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='cost_centre', name='division_share_cost_centre_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='cost_unit', name='division_share_cost_unit_in_one_organisation'), models.CheckConstraint(condition=models.Q(('share__gt', 0)), name='division_share_is_something'), models.UniqueConstraint(fields=('organisation', 'key', 'position'), name='division_shares_stand_in_order')],
            },
        ),
        migrations.CreateModel(
            name='LedgerAccount',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='name')),
                ('ended_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='ledgeraccount_of_one_organisation'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'code'), name='ledgeraccount_has_one_code')],
            },
        ),
        migrations.CreateModel(
            name='CodingLine',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('vat_code', models.TextField(blank=True)),
                ('description', models.TextField(blank=True)),
                ('supplier', models.TextField(blank=True)),
                ('position', models.PositiveIntegerField()),
                ('net', models.DecimalField(decimal_places=4, max_digits=19)),
                ('period', models.DateField(null=True)),
                ('origin', models.TextField(choices=[('typed', 'typed'), ('template', "from the supplier's template"), ('history', 'as on an earlier invoice'), ('division', 'divided by a key')])),
                ('why', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='coding_lines', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('typed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cost_centre', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.costcentre')),
                ('cost_unit', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.costunit')),
                ('ledger_account', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.ledgeraccount')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['organisation', 'supplier', '-created_at'], name='last_coding_of_supplier')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='codingline_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'id', 'confidential'), name='coding_line_lends_its_confidentiality'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='coding_line_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='ledger_account', name='coding_line_ledger_account_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='cost_centre', name='coding_line_cost_centre_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='cost_unit', name='coding_line_cost_unit_in_one_organisation'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'invoice', 'position'), name='coding_lines_stand_in_order'), models.CheckConstraint(condition=models.Q(('period', None), ('period__day', 1), _connector='OR'), name='coding_line_names_a_month_by_its_first_day'), models.CheckConstraint(condition=models.Q(('origin__in', ['typed', 'template', 'history', 'division'])), name='coding_line_origin_is_known')],
            },
        ),
        migrations.CreateModel(
            name='TemplateLine',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('vat_code', models.TextField(blank=True)),
                ('description', models.TextField(blank=True)),
                ('position', models.PositiveIntegerField()),
                ('share', models.DecimalField(decimal_places=4, max_digits=19)),
                ('cost_centre', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.costcentre')),
                ('cost_unit', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.costunit')),
                ('ledger_account', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.ledgeraccount')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('template', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='coding.codingtemplate')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='templateline_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='template', follows=('confidential',), name='template_line_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='ledger_account', name='template_line_ledger_account_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='cost_centre', name='template_line_cost_centre_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='cost_unit', name='template_line_cost_unit_in_one_organisation'), models.UniqueConstraint(fields=('organisation', 'template', 'position'), name='template_lines_stand_in_order')],
            },
        ),
        migrations.CreateModel(
            name='VatCode',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='name')),
                ('ended_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='vatcode_of_one_organisation'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'code'), name='vatcode_has_one_code')],
            },
        ),
    ]
