import django.contrib.postgres.fields
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
            name='Transfer',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('run_id', models.UUIDField()),
                ('made_at', models.DateTimeField()),
                ('state', models.TextField(default='asked')),
                ('wish', models.JSONField()),
                ('stayed', models.JSONField(default=list)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['run_id'], name='transfers_of_run')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='transfer_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'run_id'), name='transfer_once_an_organisation'), models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'done', 'refused'])), name='transfer_state_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('kind', models.TextField()),
                ('to_id', models.UUIDField()),
                ('steps', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('tasks', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('questions', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('before_id', models.UUIDField(null=True)),
                ('after_id', models.UUIDField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
                ('invoice', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('transfer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='transfers.transfer')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='item_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='transfer', name='transfer_item_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='transfer_item_invoice_in_one_organisation'), models.CheckConstraint(condition=models.Q(models.Q(('invoice__isnull', False), ('kind', 'invoice')), models.Q(('invoice__isnull', True), ('kind__in', ['rule', 'group', 'substitution', 'cost_centre', 'cost_unit'])), _connector='OR'), name='transfer_item_is_an_invoice_or_has_none')],
            },
        ),
    ]
