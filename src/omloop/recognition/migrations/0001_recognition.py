import django.db.models.deletion
import omloop.kernel.ids
import omloop.tenancy.constraints
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('intake', '0001_initial'),
        ('invoices', '0001_initial'),
        ('organisations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Layout',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', models.TextField()),
                ('name', models.TextField()),
                ('kvk', models.TextField(blank=True)),
                ('vat', models.TextField(blank=True)),
                ('iban', models.TextField(blank=True)),
                ('anchors', models.JSONField()),
                ('learned_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'kvk'], name='layouts_by_kvk'), models.Index(fields=['organisation', 'vat'], name='layouts_by_vat'), models.Index(fields=['organisation', 'iban'], name='layouts_by_iban')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='layout_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'key'), name='one_layout_of_a_supplier')],
            },
        ),
        migrations.CreateModel(
            name='Recognition',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('source', models.TextField(choices=[('text', 'text of the PDF'), ('picture', 'read from the picture'), ('none', 'no text found'), ('no_reader', 'no program here that reads pictures')])),
                ('pages', models.JSONField()),
                ('read_at', models.DateTimeField()),
                ('document', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='recognition', to='intake.document')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='recognition_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='document', follows=('confidential',), name='recognition_in_one_organisation'), models.CheckConstraint(condition=models.Q(('source__in', ['text', 'picture', 'none', 'no_reader'])), name='recognition_source_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Typing',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('typed_at', models.DateTimeField()),
                ('changed', models.JSONField()),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='typings', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('typed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'invoice'], name='typings_of_invoice')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='typing_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='typing_in_one_organisation')],
            },
        ),
    ]
