import django.db.models.deletion
import omloop.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='InstallationMailbox',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('uidvalidity', models.BigIntegerField()),
                ('last_uid', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'mailbox_installation',
            },
        ),
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('host', models.TextField(blank=True)),
                ('port', models.PositiveIntegerField(default=993)),
                ('security', models.TextField(choices=[('tls', 'TLS from the start (port 993)'), ('starttls', 'STARTTLS (port 143)')], default='tls')),
                ('username', models.TextField(blank=True)),
                ('password', models.TextField(blank=True)),
                ('folder', models.TextField(default='INBOX')),
                ('every_minutes', models.PositiveIntegerField(default=5)),
                ('is_on', models.BooleanField(default=False)),
                ('trusted', models.JSONField(default=list)),
                ('is_confidential', models.BooleanField(default=False)),
                ('address_secret', models.TextField(blank=True)),
                ('uidvalidity', models.BigIntegerField(null=True)),
                ('last_uid', models.BigIntegerField(default=0)),
                ('read_at', models.DateTimeField(null=True)),
                ('trouble', models.TextField(blank=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='mailbox_of_one_organisation'), models.UniqueConstraint(fields=('organisation',), name='an_organisation_has_one_mailbox'), models.CheckConstraint(condition=models.Q(('security__in', ['tls', 'starttls'])), name='mailbox_security_is_known')],
            },
        ),
        migrations.CreateModel(
            name='WatchedFolder',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('path', models.TextField()),
                ('is_on', models.BooleanField(default=True)),
                ('added_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='watchedfolder_of_one_organisation'), models.UniqueConstraint(fields=('organisation',), name='an_organisation_has_one_folder')],
            },
        ),
    ]
