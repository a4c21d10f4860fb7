import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import omloop.kernel.ids
import omloop.tenancy.constraints
from django.conf import settings
from django.db import migrations, models

# What a constraint of one row can't say. The environment's row is locked, so two changes at once are seen one
# after the other. It runs as the owner: the walls must not hide a share from the sum.
SHARES_FIT = """
CREATE FUNCTION organisations_shares_fit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM FROM environments_environment e JOIN organisations_organisation o ON o.environment_id = e.id
    WHERE o.id = NEW.organisation_id FOR NO KEY UPDATE OF e;
    IF (SELECT sum(percent) FROM organisations_share
        WHERE organisation_id = NEW.organisation_id AND upper_inf(valid)) > 100 THEN
        RAISE EXCEPTION 'shares_are_at_most_the_whole'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'shares_are_at_most_the_whole';
    END IF;
    IF EXISTS (
        WITH RECURSIVE above (id) AS (
            SELECT NEW.parent_id
            UNION
            SELECT s.parent_id FROM organisations_share s JOIN above a ON s.organisation_id = a.id
            WHERE upper_inf(s.valid))
        SELECT FROM above WHERE id = NEW.organisation_id) THEN
        RAISE EXCEPTION 'nobody_owns_himself_in_a_circle'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_owns_himself_in_a_circle';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER shares_fit AFTER INSERT OR UPDATE ON organisations_share
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (upper_inf(NEW.valid))
EXECUTE FUNCTION organisations_shares_fit();
"""
SHARES_FIT_NO_MORE = """
DROP TRIGGER shares_fit ON organisations_share;
DROP FUNCTION organisations_shares_fit();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('environments', '0001_initial'),
        ('organisations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Activation',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kvk', models.CharField(blank=True, max_length=8)),
                ('proof', models.TextField(choices=[('operator', 'approval by the operator')], default='operator')),
                ('asked_at', models.DateTimeField()),
                ('decided_by', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('outcome', models.TextField(blank=True, choices=[('activated', 'activated'), ('refused', 'refused')])),
                ('reason', models.TextField(blank=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='activation_of_one_organisation'), models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'activated', 'refused'])), name='activation_outcome_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='activation_is_decided_at_a_moment'), models.UniqueConstraint(condition=models.Q(('outcome__in', ['', 'activated'])), fields=('organisation',), name='organisation_is_activated_once'), models.UniqueConstraint(condition=models.Q(('outcome', 'activated'), models.Q(('kvk', ''), _negated=True)), fields=('kvk',), name='kvk_number_is_activated_once')],
            },
        ),
        migrations.CreateModel(
            name='Identifier',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('scheme', models.TextField(choices=[('0106', 'KvK'), ('9944', 'VAT'), ('0190', 'OIN'), ('0088', 'GLN')])),
                ('number', models.CharField(max_length=20, verbose_name='number')),
                ('added_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='identifier_of_one_organisation'), models.CheckConstraint(condition=models.Q(('scheme__in', ['0106', '9944', '0190', '0088'])), name='identifier_scheme_is_known'), models.UniqueConstraint(fields=('organisation', 'scheme'), name='organisation_has_one_identifier_of_a_scheme'), models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', False)), fields=('scheme', 'number'), name='identifier_is_confirmed_for_one_organisation')],
            },
        ),
        migrations.CreateModel(
            name='Receiving',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('identifier', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='receiving', to='organisations.identifier')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='receiving_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='identifier', name='receiving_in_one_organisation'), models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True)), fields=('organisation', 'identifier'), name='identifier_receives_once')],
            },
        ),
        migrations.CreateModel(
            name='ReceivingAnswer',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('answered_at', models.DateTimeField()),
                ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='receivinganswer_of_one_organisation'), models.UniqueConstraint(fields=('organisation',), name='receiving_is_answered_once')],
            },
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('parent_name', models.CharField(blank=True, max_length=200, verbose_name='parent outside of the environment')),
                ('percent', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='share in percent')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['parent'], name='share_of_parent')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='share_of_one_organisation'), models.CheckConstraint(condition=models.Q(('percent__gt', 0), ('percent__lte', 100)), name='share_is_a_part_of_the_whole'), models.CheckConstraint(condition=models.Q(('parent__isnull', True), ('parent_name', ''), _connector='XOR'), name='share_has_one_holder'), models.CheckConstraint(condition=models.Q(('parent', models.F('organisation')), _negated=True), name='nobody_owns_himself'), models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True)), fields=('organisation', 'parent', 'parent_name'), name='parent_holds_one_share', nulls_distinct=False)],
            },
        ),
        migrations.RemoveField(
            model_name='organisation',
            name='vat',
        ),
        migrations.AddField(
            model_name='organisation',
            name='city',
            field=models.CharField(blank=True, max_length=120, verbose_name='city'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='kind',
            field=models.TextField(blank=True, choices=[('holding', 'holding'), ('management', 'management company'), ('operating', 'operating company')], verbose_name='place in the group'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='postal_code',
            field=models.CharField(blank=True, max_length=12, verbose_name='postal code'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='street',
            field=models.CharField(blank=True, max_length=200, verbose_name='street and number'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['', 'holding', 'management', 'operating'])), name='organisation_kind_is_known'),
        ),
        migrations.RunSQL(SHARES_FIT, SHARES_FIT_NO_MORE),
    ]
