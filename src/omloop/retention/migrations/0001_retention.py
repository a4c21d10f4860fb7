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
        ('sending', '0001_sending'),
    ]

    operations = [
        migrations.CreateModel(
            name='Destroyed',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('decision_id', models.UUIDField()),
                ('kind', models.TextField(choices=[('document', 'purchase invoice or document'), ('container', 'mail or ZIP'), ('attachment', 'attachment'), ('sale', 'sales invoice')], default='document')),
                ('document_id', models.UUIDField()),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('number', models.TextField(blank=True)),
                ('issued_on', models.DateField(null=True)),
                ('import_date', models.DateField()),
                ('kept_until', models.DateField()),
                ('destroyed_at', models.DateTimeField()),
                ('file_gone_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'decision_id'], name='destroyed_by_decision')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='destroyed_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'document_id'), name='document_goes_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['document', 'container', 'attachment', 'sale'])), name='destroyed_kind_is_known')],
            },
        ),
        migrations.CreateModel(
            name='FinancialYear',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('ends_in', models.PositiveSmallIntegerField(default=12)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='financialyear_of_one_organisation'), models.UniqueConstraint(fields=('organisation',), name='organisation_has_one_financial_year'), models.CheckConstraint(condition=models.Q(('ends_in__gte', 1), ('ends_in__lte', 12)), name='financial_year_ends_in_a_month')],
            },
        ),
        migrations.CreateModel(
            name='KeptLonger',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('kind', models.TextField(choices=[('real_estate', 'real estate'), ('legal_hold', 'legal hold')])),
                ('reason', models.TextField(blank=True)),
                ('set_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invoice', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='kept_longer', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('sale', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='kept_longer', to='sending.salesinvoice')),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'invoice'], name='kept_longer_of_invoice'), models.Index(fields=['organisation', 'sale'], name='kept_longer_of_sale')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='keptlonger_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='kept_longer_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='sale', name='sale_kept_longer_in_one_organisation'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'legal_hold'), models.Q(('reason', ''), _negated=True)), models.Q(('kind', 'real_estate'), models.Q(('invoice__isnull', False), ('sale__isnull', False), _connector='OR')), _connector='OR'), name='kept_longer_says_what_or_why'), models.CheckConstraint(condition=models.Q(('invoice__isnull', True), ('sale__isnull', True), _connector='OR'), name='kept_longer_is_of_one_thing'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'kind', 'invoice', 'sale'), name='one_is_kept_longer_once_for_a_reason', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Removal',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('state', models.TextField(choices=[('proposed', 'waits for a second person'), ('running', 'being destroyed'), ('done', 'destroyed'), ('withdrawn', 'withdrawn')], default='proposed')),
                ('chosen', models.JSONField()),
                ('listed', models.CharField(max_length=64)),
                ('total', models.PositiveIntegerField()),
                ('done', models.PositiveIntegerField(default=0)),
                ('proposed_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('certificate', models.CharField(blank=True, max_length=64)),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='removal_of_one_organisation'), models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'running', 'done', 'withdrawn'])), name='removal_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['running', 'done']), _negated=True), models.Q(('confirmed_by__isnull', False), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='two_people_decide_what_goes'), models.UniqueConstraint(condition=models.Q(('state__in', ['proposed', 'running'])), fields=('organisation', 'confidential'), name='one_removal_at_a_time')],
            },
        ),
    ]
