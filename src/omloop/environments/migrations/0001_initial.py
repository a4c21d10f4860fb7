import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import omloop.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Environment',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('joins_by_domain', models.BooleanField(default=False)),
                ('partner_code', models.CharField(blank=True, max_length=8)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SignInProvider',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('issuer', models.CharField(max_length=300)),
                ('client_id', models.CharField(max_length=255)),
                ('secret', models.TextField()),
                ('is_demanded', models.BooleanField(default=False)),
                ('environment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='provider', to='environments.environment')),
            ],
        ),
        migrations.CreateModel(
            name='EnvironmentDomain',
            fields=[
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('domain', models.CharField(max_length=253, verbose_name='mail domain')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('environment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='domains', to='environments.environment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True)), fields=('domain',), name='domain_belongs_to_one_environment')],
            },
        ),
        migrations.CreateModel(
            name='EnvironmentRole',
            fields=[
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('role', models.TextField(choices=[('basic', 'basic'), ('administrator', 'administrator')], default='basic')),
                ('adds_organisations', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('environment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roles', to='environments.environment')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['basic', 'administrator'])), name='environment_role_is_known'), models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True)), fields=('environment', 'person'), name='person_has_one_role_in_an_environment')],
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('issuer', models.CharField(max_length=300)),
                ('subject', models.CharField(max_length=255)),
                ('environment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identities', to='environments.environment')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True)), fields=('environment', 'issuer', 'subject'), name='identity_is_of_one_person'), models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True)), fields=('environment', 'person'), name='person_has_one_identity_in_an_environment')],
            },
        ),
        migrations.CreateModel(
            name='LastDay',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('last_on', models.DateField()),
                ('planned_at', models.DateTimeField()),
                ('reminded_at', models.DateTimeField(null=True)),
                ('refused_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('environment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='environments.environment')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('environment', 'person'), name='person_has_one_last_day_in_an_environment')],
            },
        ),
        migrations.CreateModel(
            name='Partnership',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('asking_name', models.CharField(max_length=120)),
                ('asked_name', models.CharField(max_length=120)),
                ('state', models.TextField(choices=[('open', 'open'), ('accepted', 'accepted'), ('declined', 'declined'), ('withdrawn', 'withdrawn'), ('ended', 'ended')], default='open')),
                ('asked_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='environments.environment')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='environments.environment')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'accepted', 'declined', 'withdrawn', 'ended'])), name='partnership_state_is_known'), models.CheckConstraint(condition=models.Q(('asking', models.F('asked')), _negated=True), name='environment_is_no_partner_of_itself'), models.UniqueConstraint(django.db.models.functions.comparison.Least('asking', 'asked'), django.db.models.functions.comparison.Greatest('asking', 'asked'), condition=models.Q(('state__in', ['open', 'accepted'])), name='two_environments_are_partners_once')],
            },
        ),
    ]
