import django.db.models.deletion
import omloop.kernel.ids
import omloop.tenancy.constraints
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('circulation', '0001_initial'),
        ('environments', '0001_initial'),
        ('invoices', '0001_initial'),
        ('organisations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='EnvironmentNotice',
            fields=[
                ('event_id', models.UUIDField()),
                ('kind', models.TextField()),
                ('told_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('environment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='environments.environment')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['person', '-told_at', '-id'], name='environment_notices_of_person'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['person'], name='unread_environment_notices')],
                'constraints': [models.UniqueConstraint(fields=('environment', 'event_id', 'person'), name='environment_notice_tells_an_event_once')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('event_id', models.UUIDField()),
                ('kind', models.TextField()),
                ('told_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('assignment', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='circulation.assignment')),
                ('invoice', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['person', '-told_at', '-id'], name='notices_of_person'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['person'], name='unread_notices_of_person'), models.Index(fields=['organisation', 'invoice'], name='notices_of_invoice'), models.Index(fields=['organisation', 'assignment'], name='notices_of_task')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='notice_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'event_id', 'person'), name='notice_tells_an_event_once'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='notice_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='assignment', follows=('confidential',), name='notice_task_in_one_organisation')],
            },
        ),
        migrations.CreateModel(
            name='NoticeChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.TextField(choices=[('task', 'A new task waits for you'), ('taken_back', 'A task is taken back'), ('transferred', 'You get invoices of somebody else'), ('sent', 'An invoice that you sent is rejected, disputed or not delivered'), ('absence', "Absence: yours, or somebody's for whom you stand in"), ('lending', 'Lent rights: questions and answers'), ('last_day', 'The last working day of somebody'), ('joining', 'Who asks to join, partners and authorisations')])),
                ('by_mail', models.BooleanField()),
                ('in_app', models.BooleanField()),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'topic'), name='person_chooses_once_about_a_topic')],
            },
        ),
    ]
