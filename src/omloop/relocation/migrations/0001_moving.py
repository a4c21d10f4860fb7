import django.db.models.deletion
import omloop.kernel.ids
import omloop.tenancy.constraints
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('environments', '0001_initial'),
        ('organisations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Ending',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField(choices=[('close', 'closing'), ('reopen', 'opening again'), ('delete', 'deleting')])),
                ('state', models.TextField(choices=[('asked', 'waits for consent'), ('agreed', 'waits for its day'), ('running', 'being done'), ('done', 'done'), ('withdrawn', 'called off')], default='asked')),
                ('asked_at', models.DateTimeField()),
                ('successor_id', models.UUIDField(null=True)),
                ('successor_name', models.CharField(blank=True, max_length=200, verbose_name='name of the successor')),
                ('export_sha256', models.CharField(blank=True, max_length=64)),
                ('export_size', models.PositiveBigIntegerField(default=0)),
                ('due_at', models.DateTimeField(null=True)),
                ('reminders', models.PositiveSmallIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('ended_at', models.DateTimeField(null=True)),
                ('certificate', models.CharField(blank=True, max_length=64)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='ending_of_one_organisation'), models.CheckConstraint(condition=models.Q(('kind__in', ['close', 'reopen', 'delete'])), name='ending_kind_is_known'), models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'agreed', 'running', 'done', 'withdrawn'])), name='ending_state_is_known'), models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'agreed', 'running'])), fields=('organisation',), name='organisation_ends_once_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'delete'), ('state__in', ['agreed', 'running', 'done']), _negated=True), models.Q(('export_sha256', ''), _negated=True), _connector='OR'), name='deleting_comes_after_an_export'), models.CheckConstraint(condition=models.Q(('successor_id', models.F('organisation')), _negated=True), name='nobody_succeeds_itself')],
            },
        ),
        migrations.CreateModel(
            name='EndingConsent',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('for_organisation', models.BooleanField()),
                ('for_environment', models.BooleanField()),
                ('given_at', models.DateTimeField()),
                ('ending', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='relocation.ending')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='endingconsent_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='ending', name='ending_consent_in_one_organisation'), models.UniqueConstraint(fields=('organisation', 'ending', 'person'), name='person_consents_once_to_an_ending'), models.CheckConstraint(condition=models.Q(('for_organisation', True), ('for_environment', True), _connector='OR'), name='ending_consent_is_for_somebody')],
            },
        ),
        migrations.CreateModel(
            name='LeavingAgreement',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('given_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'given_at'], name='leaving_agreements_in_order')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='leavingagreement_of_one_organisation')],
            },
        ),
        migrations.CreateModel(
            name='MovePlan',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('to_name', models.CharField(blank=True, max_length=120, verbose_name='name of the new environment')),
                ('to_email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('state', models.TextField(choices=[('draft', 'draft'), ('asked', 'waits for consent'), ('running', 'moving'), ('done', 'moved'), ('stopped', 'stopped'), ('declined', 'declined'), ('withdrawn', 'withdrawn'), ('expired', 'expired'), ('undone', 'moved back')], default='draft')),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('phase', models.TextField(blank=True, choices=[('counting', 'counting what moves'), ('moving', 'moving'), ('checking', 'counting again and comparing')])),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('executed_at', models.DateTimeField(null=True)),
                ('undo_until', models.DateTimeField(null=True)),
                ('stopped_because', models.JSONField(default=list)),
                ('closing_on', models.DateField(null=True, verbose_name='closing date')),
                ('read_until', models.DateField(null=True, verbose_name='last day of reading')),
                ('from_environment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='environments.environment')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to_environment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='environments.environment')),
                ('undoes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='relocation.moveplan')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'asked', 'running', 'done', 'stopped', 'declined', 'withdrawn', 'expired', 'undone'])), name='move_state_is_known'), models.CheckConstraint(condition=models.Q(('from_environment', models.F('to_environment')), _negated=True), name='move_goes_somewhere_else'), models.CheckConstraint(condition=models.Q(('to_environment__isnull', False), models.Q(('to_email', ''), _negated=True), _connector='OR'), name='move_has_another_side')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('side', models.TextField(choices=[('from', 'the environment that is left'), ('to', 'the environment that is joined')])),
                ('version', models.CharField(max_length=64)),
                ('given_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='relocation.moveplan')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('side__in', ['from', 'to'])), name='consent_side_is_known'), models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('plan', 'side'), name='a_side_consents_once')],
            },
        ),
        migrations.CreateModel(
            name='Mover',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('differences', models.JSONField(default=list)),
                ('of_organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='relocation.moveplan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'of_organisation'), name='organisation_moves_once_in_a_plan')],
            },
        ),
        migrations.CreateModel(
            name='Passenger',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('choice', models.TextField(choices=[('along', 'comes along'), ('both', 'works in both'), ('leaves', 'stays, and loses access'), ('reads', 'stays, and reads on up to the closing date'), ('returns', 'gets back what he had')])),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='relocation.moveplan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'person'), name='person_has_one_choice_in_a_plan'), models.CheckConstraint(condition=models.Q(('choice__in', ['along', 'both', 'leaves', 'reads', 'returns'])), name='choice_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Placeholder',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('address', models.EmailField(blank=True, max_length=254)),
                ('source_key', models.BinaryField(max_length=32)),
                ('answered_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'person'), name='placeholder_stands_once_in_an_organisation')],
            },
        ),
        migrations.CreateModel(
            name='Successor',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('of_organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='relocation.moveplan')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'of_organisation', 'person'), name='one_successor_in_an_organisation'), models.CheckConstraint(condition=models.Q(('person', models.F('successor')), _negated=True), name='nobody_succeeds_himself')],
            },
        ),
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('organisation_id', models.UUIDField()),
                ('archive', models.CharField(max_length=64)),
                ('source_key', models.BinaryField(max_length=32)),
                ('waiting', models.JSONField(default=list)),
                ('tables', models.PositiveIntegerField(default=0)),
                ('begun_at', models.DateTimeField()),
                ('arrived_at', models.DateTimeField(null=True)),
                ('receipt', models.JSONField(null=True)),
                ('opened_at', models.DateTimeField(null=True)),
                ('environment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='environments.environment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('opened_at', None)), fields=('organisation_id',), name='organisation_arrives_once_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Departure',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('organisation_id', models.UUIDField()),
                ('name', models.CharField(max_length=200)),
                ('begun_at', models.DateTimeField()),
                ('waiting', models.JSONField(default=list)),
                ('manifest', models.JSONField(null=True)),
                ('archive', models.CharField(blank=True, max_length=64)),
                ('exported_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('receipt', models.JSONField(null=True)),
                ('gone_at', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
                ('environment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='environments.environment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('cancelled_at', None), ('removed_at', None)), fields=('organisation_id',), name='organisation_leaves_once_at_a_time'), models.CheckConstraint(condition=models.Q(('gone_at', None), ('cancelled_at', None), _connector='OR'), name='organisation_that_is_gone_does_not_stay')],
            },
        ),
    ]
