import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import omloop.absences.models
import omloop.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.RunSQL("CREATE TYPE uuid_range AS RANGE (subtype = uuid)", "DROP TYPE uuid_range"),
        migrations.CreateModel(
            name='AbsenceCover',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('absence_id', models.UUIDField()),
                ('period', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('takes_what_reaches', models.BooleanField(default=False)),
                ('takes_what_is_open', models.BooleanField(db_default=False, default=False)),
                ('returns_what_is_left', models.BooleanField(db_default=False, default=False)),
                ('noticed_at', models.DateTimeField(null=True)),
                ('begun_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('review_on', models.DateField(null=True)),
                ('asked_on', models.DateField(null=True)),
                ('set_by', models.UUIDField(null=True)),
                ('set_at', models.DateTimeField()),
                ('cancelled_by', models.UUIDField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('substitute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['person', 'organisation'], name='covers_of_person'), models.Index(fields=['substitute', 'organisation'], name='covers_by_substitute'), models.Index(fields=['absence_id'], name='covers_of_absence'), models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['organisation'], name='covers_to_be_seen_to')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='absencecover_of_one_organisation'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('cancelled_at__isnull', True)), expressions=[(models.Func(models.F('organisation_id'), models.F('organisation_id'), models.Value('[]'), function='uuid_range', output_field=omloop.absences.models.UuidRange()), '&&'), (models.Func(models.F('person_id'), models.F('person_id'), models.Value('[]'), function='uuid_range', output_field=omloop.absences.models.UuidRange()), '&&'), ('period', '&&')], name='no_two_absences_overlap'), models.CheckConstraint(condition=models.Q(('person', models.F('substitute')), _negated=True), name='nobody_is_his_own_substitute'), models.CheckConstraint(condition=models.Q(('period__isempty', False)), name='absence_lasts_a_day_or_more')],
            },
        ),
        migrations.CreateModel(
            name='AbsenceDefault',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('takes_what_reaches', models.BooleanField(default=False)),
                ('takes_what_is_open', models.BooleanField(default=False)),
                ('returns_what_is_left', models.BooleanField(default=False)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='absencedefault_of_one_organisation'), models.UniqueConstraint(fields=('organisation',), name='organisation_has_one_absence_default')],
            },
        ),
        migrations.CreateModel(
            name='LentRight',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('absence_id', models.UUIDField()),
                ('right', models.TextField(choices=[('view_own', 'view own'), ('view_all', 'view all'), ('view_confidential', 'view confidential'), ('add', 'add'), ('send', 'send'), ('code', 'code'), ('circulate', 'circulate'), ('check', 'check'), ('approve', 'approve'), ('forward', 'forward'), ('hold', 'hold'), ('release', 'release'), ('cancel', 'cancel'), ('dispute', 'dispute'), ('book', 'book'), ('export', 'export'), ('manage_members', 'manage members'), ('manage_settings', 'manage settings'), ('manage_schemes', 'manage schemes'), ('manage_absences', 'manage absences of others'), ('transfer', 'transfer user data'), ('move', 'move organisation')])),
                ('asked_by', models.UUIDField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('answered_by', models.UUIDField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('is_confirmed', models.BooleanField(default=False)),
                ('ended_at', models.DateTimeField(null=True)),
                ('borrower', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'borrower'], name='rights_lent_to')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='lentright_of_one_organisation'), models.CheckConstraint(condition=models.Q(('right__in', ['check', 'approve'])), name='lent_right_decides'), models.CheckConstraint(condition=models.Q(('lender', models.F('borrower')), _negated=True), name='nobody_lends_to_himself'), models.CheckConstraint(condition=models.Q(('answered_by__isnull', True), models.Q(models.Q(('answered_by', models.F('lender')), _negated=True), models.Q(('answered_by', models.F('borrower')), _negated=True)), _connector='OR'), name='lent_right_is_confirmed_by_a_third')],
            },
        ),
    ]
