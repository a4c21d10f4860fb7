import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import omloop.kernel.ids
import omloop.people.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('language', models.CharField(default='nl', max_length=2, verbose_name='language')),
                ('time_zone', models.CharField(default='Europe/Amsterdam', max_length=64, verbose_name='time zone')),
                ('digest_hour', models.PositiveSmallIntegerField(default=8)),
                ('digest_days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=omloop.people.models.working_days, size=None)),
                ('is_active', models.BooleanField(default=True)),
                ('joined_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='person_has_an_address_of_his_own'), models.CheckConstraint(condition=models.Q(('language__in', ['nl', 'en'])), name='person_reads_dutch_or_english'), models.CheckConstraint(condition=models.Q(('digest_hour__lt', 24)), name='digest_comes_at_an_hour'), models.CheckConstraint(condition=models.Q(('digest_days__contained_by', [1, 2, 3, 4, 5, 6, 7])), name='digest_comes_on_days_of_the_week')],
            },
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('job_id', models.BigIntegerField()),
                ('concerns', models.UUIDField(null=True)),
                ('kind', models.TextField()),
                ('to', models.EmailField(max_length=254)),
                ('state', models.TextField(choices=[('waiting', 'is tried again'), ('sent', 'sent'), ('failed', 'not sent')])),
                ('tries', models.PositiveSmallIntegerField(default=1)),
                ('first_at', models.DateTimeField()),
                ('tried_at', models.DateTimeField()),
                ('next_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(fields=['concerns', 'tried_at'], name='mail_by_what_it_concerns'), models.Index(fields=['tried_at'], name='mail_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sent', 'failed'])), name='mail_state_is_known'), models.UniqueConstraint(fields=('job_id', 'kind', 'to'), name='job_sends_a_mail_once')],
            },
        ),
        migrations.CreateModel(
            name='RefusedAddress',
            fields=[
                ('address', models.EmailField(max_length=254, primary_key=True, serialize=False)),
                ('times', models.PositiveSmallIntegerField(default=1)),
                ('since', models.DateTimeField()),
                ('answer', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='SameHuman',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('marked_by', models.UUIDField()),
                ('environment_id', models.UUIDField()),
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('one', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='two_accounts_stand_in_order'), models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True)), fields=('one', 'other'), name='two_accounts_are_marked_once')],
            },
        ),
        migrations.CreateModel(
            name='DigestMark',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('done_on', models.DateField()),
                ('told_at', models.DateTimeField(null=True)),
            ],
        ),
    ]
