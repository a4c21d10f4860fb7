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

    initial = True

    dependencies = [
        ('environments', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('kvk', models.CharField(blank=True, max_length=8, verbose_name='KvK number')),
                ('kind', models.TextField(blank=True, choices=[('holding', 'holding'), ('management', 'management company'), ('operating', 'operating company')], verbose_name='place in the group')),
                ('street', models.CharField(blank=True, max_length=200, verbose_name='street and number')),
                ('postal_code', models.CharField(blank=True, max_length=12, verbose_name='postal code')),
                ('city', models.CharField(blank=True, max_length=120, verbose_name='city')),
                ('time_zone', models.CharField(default='Europe/Amsterdam', max_length=64, verbose_name='time zone')),
                ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
                ('checks_segregation', models.BooleanField(default=True, verbose_name='segregation of duties')),
                ('created_at', models.DateTimeField()),
                ('moved_to', models.TextField(blank=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('environment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='environments.environment')),
            ],
            options={
                'indexes': [models.Index(fields=['environment'], name='organisation_in_environment')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['', 'holding', 'management', 'operating'])), name='organisation_kind_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Group',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('default', models.TextField(blank=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='group_of_one_organisation'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'name'), name='group_name_is_used_once'), models.CheckConstraint(condition=models.Q(('default', ''), ('ended_at__isnull', True), _connector='OR'), name='default_group_does_not_end')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('is_active', models.BooleanField(default=True)),
                ('partnership', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='environments.partnership')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['person', 'organisation'], name='membership_of_person')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='membership_of_one_organisation'), models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True)), fields=('organisation', 'person'), name='person_is_member_once')],
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
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='identifier_of_one_organisation'), models.CheckConstraint(condition=models.Q(('scheme__in', ['0106', '9944', '0190', '0088'])), name='identifier_scheme_is_known'), models.UniqueConstraint(fields=('organisation', 'scheme'), name='organisation_has_one_identifier_of_a_scheme'), models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', False)), fields=('scheme', 'number'), name='identifier_is_confirmed_for_one_organisation')],
            },
        ),
        migrations.CreateModel(
            name='GroupRight',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('right', models.TextField(choices=[('view_own', 'view own'), ('view_all', 'view all'), ('view_confidential', 'view confidential'), ('add', 'add'), ('send', 'send'), ('code', 'code'), ('circulate', 'circulate'), ('check', 'check'), ('approve', 'approve'), ('forward', 'forward'), ('hold', 'hold'), ('release', 'release'), ('cancel', 'cancel'), ('dispute', 'dispute'), ('book', 'book'), ('export', 'export'), ('manage_members', 'manage members'), ('manage_settings', 'manage settings'), ('manage_schemes', 'manage schemes'), ('manage_absences', 'manage absences of others'), ('transfer', 'transfer user data'), ('move', 'move organisation')])),
                ('group', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='rights', to='organisations.group')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='groupright_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='group', name='group_right_in_one_organisation'), models.CheckConstraint(condition=models.Q(('right__in', ['view_own', 'view_all', 'view_confidential', 'add', 'send', 'code', 'circulate', 'check', 'approve', 'forward', 'hold', 'release', 'cancel', 'dispute', 'book', 'export', 'manage_members', 'manage_settings', 'manage_schemes', 'manage_absences', 'transfer', 'move'])), name='group_right_is_known'), models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True)), fields=('organisation', 'group', 'right'), name='group_carries_a_right_once')],
            },
        ),
        migrations.CreateModel(
            name='GroupMember',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('imported_until', models.DateField(null=True)),
                ('group', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='organisations.group')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['person', 'organisation'], name='group_member_of_person')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='groupmember_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='group', name='group_member_in_one_organisation'), models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True)), fields=('organisation', 'group', 'person'), name='person_stands_in_a_group_once')],
            },
        ),
        migrations.CreateModel(
            name='ConnectionKey',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('key_hash', models.BinaryField(max_length=32, unique=True)),
                ('created_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='connectionkey_of_one_organisation')],
            },
        ),
        migrations.CreateModel(
            name='ApprovalLimit',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('kind', models.TextField(blank=True, choices=[('', 'all invoices'), ('invoice', 'invoices'), ('credit_note', 'credit notes')], default='')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=15)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='approvallimit_of_one_organisation'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='approval_limit_is_not_negative'), models.CheckConstraint(condition=models.Q(('kind__in', ['', 'invoice', 'credit_note'])), name='approval_limit_kind_is_known'), models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True)), fields=('organisation', 'person', 'kind'), name='person_has_one_approval_limit_a_kind')],
            },
        ),
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
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='activation_of_one_organisation'), models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'activated', 'refused'])), name='activation_outcome_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='activation_is_decided_at_a_moment'), models.UniqueConstraint(condition=models.Q(('outcome__in', ['', 'activated'])), fields=('organisation',), name='organisation_is_activated_once'), models.UniqueConstraint(condition=models.Q(('outcome', 'activated'), models.Q(('kvk', ''), _negated=True)), fields=('kvk',), name='kvk_number_is_activated_once')],
            },
        ),
        migrations.CreateModel(
            name='Receiving',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('identifier', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='receiving', to='organisations.identifier')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
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
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='receivinganswer_of_one_organisation'), models.UniqueConstraint(fields=('organisation',), name='receiving_is_answered_once')],
            },
        ),
        migrations.CreateModel(
            name='RightsDraft',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('parties', models.JSONField(default=list)),
                ('started_at', models.DateTimeField()),
                ('saved_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('environment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='environments.environment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('saved_at__isnull', True)), fields=('environment', 'author'), name='person_has_one_open_draft')],
            },
        ),
        migrations.CreateModel(
            name='RightsChange',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('what', models.TextField(choices=[('role', 'role in the environment'), ('grant', 'comes in a group'), ('limit', 'approval limit'), ('withdraw', 'leaves a group')])),
                ('until', models.DateField(null=True)),
                ('kind', models.TextField(blank=True)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=15, null=True)),
                ('role', models.TextField(blank=True)),
                ('before', models.JSONField(default=dict)),
                ('asked_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('environment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='environments.environment')),
                ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.group')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='organisations.rightsdraft')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('asked_at__isnull', True), ('done_at__isnull', True)), fields=('draft', 'person', 'organisation', 'group', 'what', 'kind'), name='draft_says_a_thing_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('what__in', ['role', 'grant', 'limit', 'withdraw'])), name='rights_change_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('organisation__isnull', True), ('what', 'role')), models.Q(('group__isnull', True), ('organisation__isnull', False), ('what', 'limit')), models.Q(('group__isnull', False), ('organisation__isnull', False), ('what__in', ['grant', 'withdraw'])), _connector='OR'), name='rights_change_names_its_place')],
            },
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('parent_name', models.CharField(blank=True, max_length=200, verbose_name='parent outside of the environment')),
                ('percent', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='share in percent')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['parent'], name='share_of_parent')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='share_of_one_organisation'), models.CheckConstraint(condition=models.Q(('percent__gt', 0), ('percent__lte', 100)), name='share_is_a_part_of_the_whole'), models.CheckConstraint(condition=models.Q(('parent__isnull', True), ('parent_name', ''), _connector='XOR'), name='share_has_one_holder'), models.CheckConstraint(condition=models.Q(('parent', models.F('organisation')), _negated=True), name='nobody_owns_himself'), models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True)), fields=('organisation', 'parent', 'parent_name'), name='parent_holds_one_share', nulls_distinct=False)],
            },
        ),
        migrations.RunSQL(SHARES_FIT, SHARES_FIT_NO_MORE),
    ]
