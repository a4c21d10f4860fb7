import django.db.models.deletion
import omloop.kernel.ids
import omloop.tenancy.constraints
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Container',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('kind', models.TextField(choices=[('mail', 'mail'), ('zip', 'ZIP')])),
                ('state', models.TextField(choices=[('waiting', 'waits for your answer'), ('received', 'being taken in'), ('taken_in', 'taken in'), ('nothing_in_it', 'no invoice in it'), ('too_large', 'too large'), ('refused', 'refused')])),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('filename', models.TextField(blank=True)),
                ('channel', models.TextField(choices=[('upload', 'upload'), ('api', 'API'), ('command_line', 'command line'), ('mail', 'mail'), ('folder', 'watched folder'), ('installation', 'directly in Omloop')])),
                ('arrived_at', models.DateTimeField()),
                ('brought_by', models.UUIDField(null=True)),
                ('sender', models.TextField(blank=True)),
                ('subject', models.TextField(blank=True)),
                ('message_id', models.TextField(blank=True)),
                ('is_automatic', models.BooleanField(default=False)),
                ('has_known_message_id', models.BooleanField(default=False)),
                ('answered_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', '-arrived_at', 'id'], name='containers_by_arrival'), models.Index(fields=['organisation', 'sha256'], name='containers_by_bytes'), models.Index(fields=['organisation', 'message_id'], name='containers_by_message_id')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='container_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'id', 'confidential'), name='container_lends_its_confidentiality'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'received', 'taken_in', 'nothing_in_it', 'too_large', 'refused'])), name='container_state_is_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['mail', 'zip'])), name='container_kind_is_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['upload', 'api', 'command_line', 'mail', 'folder', 'installation'])), name='container_channel_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('filename', models.TextField()),
                ('channel', models.TextField(choices=[('upload', 'upload'), ('api', 'API'), ('command_line', 'command line'), ('mail', 'mail'), ('folder', 'watched folder'), ('installation', 'directly in Omloop')])),
                ('received_at', models.DateTimeField()),
                ('received_from', models.UUIDField(null=True)),
                ('import_date', models.DateField()),
                ('state', models.TextField(choices=[('received', 'received'), ('read', 'read'), ('unreadable', "can't be read"), ('picture', 'to be recognised'), ('set_aside', 'set aside')], default='received')),
                ('opened_at', models.DateTimeField(null=True)),
                ('again_of', models.UUIDField(null=True)),
                ('again_because', models.TextField(blank=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', '-received_at'], name='documents_by_arrival'), models.Index(fields=['organisation', 'import_date'], name='documents_by_import_date'), models.Index(condition=models.Q(('state', 'unreadable')), fields=['organisation', 'received_at'], name='documents_that_cannot_be_read'), models.Index(condition=models.Q(('state', 'picture')), fields=['organisation', 'received_at'], name='documents_to_recognise'), models.Index(condition=models.Q(('state', 'set_aside')), fields=['organisation', 'received_at'], name='documents_set_aside')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='document_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'sha256', 'again_of'), name='same_bytes_make_one_document', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('again_because', ''), ('again_of__isnull', True)), models.Q(('again_of__isnull', False), models.Q(('again_because', ''), _negated=True)), _connector='OR'), name='document_taken_in_again_says_why'), models.UniqueConstraint(fields=('organisation', 'id', 'confidential'), name='document_lends_its_confidentiality'), models.CheckConstraint(condition=models.Q(('state__in', ['received', 'read', 'unreadable', 'picture', 'set_aside'])), name='document_state_is_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['upload', 'api', 'command_line', 'mail', 'folder', 'installation'])), name='document_channel_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('channel', models.TextField(choices=[('upload', 'upload'), ('api', 'API'), ('command_line', 'command line'), ('mail', 'mail'), ('folder', 'watched folder'), ('installation', 'directly in Omloop')])),
                ('filename', models.TextField()),
                ('delivered_at', models.DateTimeField()),
                ('delivered_by', models.UUIDField(null=True)),
                ('message_id', models.TextField(blank=True)),
                ('settled_by', models.UUIDField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('document', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='intake.document')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'document'], name='deliveries_of_document')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='delivery_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='document', follows=('confidential',), name='delivery_in_one_organisation'), models.CheckConstraint(condition=models.Q(('channel__in', ['upload', 'api', 'command_line', 'mail', 'folder', 'installation'])), name='delivery_channel_is_known')],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=255)),
                ('request_hash', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField()),
                ('answer', models.JSONField()),
                ('used_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='idempotencykey_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'key'), name='idempotency_key_is_used_once')],
            },
        ),
        migrations.CreateModel(
            name='LateArrival',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('filename', models.TextField()),
                ('channel', models.TextField(choices=[('upload', 'upload'), ('api', 'API'), ('command_line', 'command line'), ('mail', 'mail'), ('folder', 'watched folder'), ('installation', 'directly in Omloop')])),
                ('arrived_at', models.DateTimeField()),
                ('brought_by', models.UUIDField(null=True)),
                ('added_at', models.DateTimeField(null=True)),
                ('message_id', models.TextField(blank=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='latearrival_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'sha256'), name='same_bytes_make_one_late_arrival'), models.CheckConstraint(condition=models.Q(('channel__in', ['upload', 'api', 'command_line', 'mail', 'folder', 'installation'])), name='late_arrival_channel_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Part',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('position', models.PositiveIntegerField()),
                ('filename', models.TextField(blank=True)),
                ('outcome', models.TextField(choices=[('accepted', 'taken in'), ('known', 'was here already'), ('left', 'left inside')])),
                ('fault', models.TextField(blank=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('container', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='intake.container')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'container', 'position'], name='parts_of_container'), models.Index(fields=['organisation', 'sha256'], name='parts_by_bytes')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='part_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='container', follows=('confidential',), name='part_in_one_organisation'), models.CheckConstraint(condition=models.Q(('outcome__in', ['accepted', 'known', 'left'])), name='part_outcome_is_known')],
            },
        ),
        migrations.CreateModel(
            name='SetAside',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('ground', models.TextField(choices=[('no_invoice', 'no invoice'), ('elsewhere', 'belongs to another organisation'), ('sent_back', 'sent back to its sender')])),
                ('reason', models.TextField(blank=True)),
                ('place', models.TextField(blank=True)),
                ('set_aside_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('document', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='asides', to='intake.document')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('set_aside_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='setaside_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='document', follows=('confidential',), name='set_aside_in_one_organisation'), models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('organisation', 'document'), name='document_is_set_aside_once'), models.CheckConstraint(condition=models.Q(('ground__in', ['no_invoice', 'elsewhere', 'sent_back'])), name='set_aside_ground_is_known')],
            },
        ),
    ]
