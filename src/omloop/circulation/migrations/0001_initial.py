import datetime
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.constraints
import django.db.models.deletion
import omloop.kernel.ids
import omloop.tenancy.constraints
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('coding', '0001_initial'),
        ('invoices', '0001_initial'),
        ('organisations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='SchemeRule',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('priority', models.IntegerField()),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('kind', models.TextField(blank=True)),
                ('supplier', models.CharField(blank=True, max_length=255, verbose_name='supplier')),
                ('order_reference', models.CharField(blank=True, max_length=255)),
                ('ledger_account', models.CharField(blank=True, max_length=40, verbose_name='ledger account')),
                ('cost_centre', models.CharField(blank=True, max_length=40, verbose_name='cost centre')),
                ('amount_from', models.DecimalField(decimal_places=2, max_digits=15, null=True)),
                ('amount_to', models.DecimalField(decimal_places=2, max_digits=15, null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', '-priority'], name='scheme_rules_in_order')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='schemerule_of_one_organisation'), models.CheckConstraint(condition=models.Q(('kind__in', ['', 'invoice', 'credit_note'])), name='scheme_rule_kind_is_known')],
            },
        ),
        migrations.CreateModel(
            name='SchemeStep',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('part', models.PositiveIntegerField(default=1)),
                ('needs_all', models.BooleanField(default=False)),
                ('per_line', models.BooleanField(default=False)),
                ('action', models.TextField(choices=[('check', 'check'), ('approve', 'approve'), ('code', 'code')])),
                ('group', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.group')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rule', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='circulation.schemerule')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='schemestep_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='rule', name='scheme_step_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='group', name='scheme_step_group_in_one_organisation'), models.CheckConstraint(condition=models.Q(('action__in', ['check', 'approve'])), name='scheme_step_checks_or_approves'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('person__isnull', True), ('group__isnull', True), _connector='XOR'), ('per_line', False)), models.Q(('group__isnull', True), ('person__isnull', True), ('per_line', True)), _connector='OR'), name='scheme_step_names_a_person_a_group_or_the_owners'), models.UniqueConstraint(fields=('organisation', 'rule', 'position', 'part'), name='scheme_steps_stand_in_order'), models.CheckConstraint(condition=models.Q(('needs_all', False), ('group__isnull', False), _connector='OR'), name='scheme_step_needs_all_of_a_group')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('position', models.PositiveIntegerField()),
                ('part', models.PositiveIntegerField(default=1)),
                ('needs_all', models.BooleanField(default=False)),
                ('per_line', models.BooleanField(default=False)),
                ('action', models.TextField(choices=[('check', 'check'), ('approve', 'approve'), ('code', 'code')])),
                ('origin', models.TextField(choices=[('scheme', 'scheme'), ('fallback', 'fallback'), ('return', 'return'), ('coding', 'coding')], default='scheme')),
                ('state', models.TextField(choices=[('waiting', 'waiting'), ('open', 'open'), ('done', 'done'), ('ended', 'ended')], default='waiting')),
                ('reason', models.TextField(blank=True)),
                ('matched_on', models.JSONField(null=True)),
                ('group', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.group')),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rule', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='circulation.schemerule')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='step_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'id', 'confidential'), name='step_lends_its_confidentiality'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='step_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='rule', name='step_rule_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='group', name='step_group_in_one_organisation'), models.CheckConstraint(condition=models.Q(('action__in', ['check', 'approve', 'code'])), name='step_asks_what_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', True), ('group__isnull', True), _connector='XOR'), models.Q(('per_line', True), ('state__in', ['waiting', 'ended'])), _connector='OR'), name='step_names_a_person_or_a_group_once_open'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'open', 'done', 'ended'])), name='step_state_is_known'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('organisation', 'invoice', 'part'), name='invoice_waits_once_for_a_part'), models.CheckConstraint(condition=models.Q(('needs_all', False), ('group__isnull', False), _connector='OR'), name='step_needs_all_of_a_group'), models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('organisation', 'invoice', 'position', 'part'), name='steps_stand_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('due_on', models.DateField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('fallback', models.TextField(blank=True)),
                ('on_hold_until', models.DateField(null=True)),
                ('barred', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('why', models.JSONField()),
                ('for_person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.group')),
                ('holder', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('step', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='circulation.step')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(models.F('holder'), models.Case(models.When(due_on__isnull=True, then=models.Value(datetime.date(9999, 12, 31))), default=models.F('due_on')), models.F('id'), condition=models.Q(('ended_at__isnull', True)), name='worklist_of_person'), models.Index(models.F('group'), models.Case(models.When(due_on__isnull=True, then=models.Value(datetime.date(9999, 12, 31))), default=models.F('due_on')), models.F('id'), condition=models.Q(('ended_at__isnull', True)), name='worklist_of_group'), models.Index(models.F('holder'), models.Case(models.When(due_on__isnull=True, then=models.Value(datetime.date(9999, 12, 31))), default=models.F('due_on')), models.F('id'), condition=models.Q(('ended_at__isnull', True), ('on_hold_until__isnull', False)), name='on_hold_of_person'), models.Index(models.F('group'), models.Case(models.When(due_on__isnull=True, then=models.Value(datetime.date(9999, 12, 31))), default=models.F('due_on')), models.F('id'), condition=models.Q(('ended_at__isnull', True), ('on_hold_until__isnull', False)), name='on_hold_of_group'), models.Index(fields=['organisation', 'invoice'], name='assignments_of_invoice')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='assignment_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'id', 'confidential'), name='assignment_lends_its_confidentiality'), omloop.tenancy.constraints.SameOrganisation(field='step', follows=('confidential',), name='assignment_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='assignment_invoice_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='group', name='assignment_group_in_one_organisation'), models.CheckConstraint(condition=models.Q(('holder__isnull', True), ('group__isnull', True), _connector='XOR'), name='assignment_has_one_holder_or_a_group'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'step'), name='step_has_one_holder_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('action', models.TextField(choices=[('check', 'checked'), ('approve', 'approved'), ('return', 'returned'), ('reject', 'rejected'), ('forward', 'forwarded'), ('hold', 'put on hold'), ('release', 'released'), ('code', 'coded')])),
                ('remark', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField()),
                ('counts', models.CharField(max_length=64)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawal', models.TextField(blank=True)),
                ('assignment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='circulation.assignment')),
                ('for_person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('voided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('step', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='circulation.step')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'invoice', 'decided_at'], name='decisions_of_invoice')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='decision_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='step', follows=('confidential',), name='decision_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='assignment', follows=('confidential',), name='decision_assignment_in_one_organisation'), models.UniqueConstraint(fields=('organisation', 'assignment'), name='assignment_is_decided_once'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='decision_invoice_in_one_organisation'), models.CheckConstraint(condition=models.Q(('action__in', ['check', 'approve', 'return', 'reject', 'forward', 'hold', 'release', 'code'])), name='decision_is_known'), models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', False), ('withdrawal', ''), _connector='OR'), name='decision_says_why_once_withdrawn')],
            },
        ),
        migrations.CreateModel(
            name='Consultation',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('kind', models.TextField(choices=[('advice', 'advice'), ('information', 'for information')])),
                ('waits', models.BooleanField(default=False)),
                ('asked_at', models.DateTimeField()),
                ('remark', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True)),
                ('recalled_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='consultations', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('step', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='consultations', to='circulation.step')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('answered_at__isnull', True), ('recalled_at__isnull', True)), fields=['person', 'asked_at'], name='consultations_of_person'), models.Index(fields=['organisation', 'invoice'], name='consultations_of_invoice')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='consultation_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='step', follows=('confidential',), name='consultation_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='consultation_invoice_in_one_organisation'), models.CheckConstraint(condition=models.Q(('kind', 'advice'), models.Q(('kind', 'information'), ('waits', False)), _connector='OR'), name='consultation_waits_for_advice_alone'), models.CheckConstraint(condition=models.Q(('person', models.F('asked_by')), _negated=True), name='consultation_is_of_somebody_else'), models.CheckConstraint(condition=models.Q(('answered_at__isnull', True), ('recalled_at__isnull', True), _connector='OR'), name='consultation_is_answered_or_recalled'), models.UniqueConstraint(condition=models.Q(('answered_at__isnull', True), ('recalled_at__isnull', True)), fields=('organisation', 'step', 'person'), name='person_is_consulted_once_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='StepLine',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('line', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.codingline')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('step', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='step_lines', to='circulation.step')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='stepline_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='step', follows=('confidential',), name='step_line_in_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='line', follows=('confidential',), name='step_line_coding_in_one_organisation'), models.UniqueConstraint(fields=('organisation', 'step', 'line'), name='step_is_about_a_line_once')],
            },
        ),
        migrations.CreateModel(
            name='CirculationSettings',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('four_eyes', models.TextField(choices=[('off', 'none'), ('approve', 'all steps that approve'), ('all', 'all steps')], default='approve', verbose_name='different people for')),
                ('counts_vat', models.BooleanField(default=True, verbose_name='limits count VAT')),
                ('answers_by_mail', models.BooleanField(default=False, verbose_name='answering by a link in a mail')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='circulationsettings_of_one_organisation'), models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True)), fields=('organisation',), name='organisation_has_one_way_of_circulating'), models.CheckConstraint(condition=models.Q(('four_eyes__in', ['off', 'approve', 'all'])), name='four_eyes_are_known')],
            },
        ),
        migrations.CreateModel(
            name='ExchangeRate',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('rate', models.DecimalField(decimal_places=8, max_digits=18, verbose_name='rate')),
                ('from_on', models.DateField(verbose_name='from')),
                ('set_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'currency', '-from_on', '-id'], name='newest_rate_first')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='exchangerate_of_one_organisation'), models.CheckConstraint(condition=models.Q(('rate__gt', 0)), name='rate_is_positive'), models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='rate_is_of_a_currency')],
            },
        ),
        migrations.CreateModel(
            name='ProposedRule',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('supplier', models.CharField(max_length=255)),
                ('supplier_kvk', models.TextField(blank=True, default='')),
                ('supplier_vat', models.TextField(blank=True, default='')),
                ('proposed_at', models.DateTimeField()),
                ('dismissed_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='proposedrule_of_one_organisation'), models.UniqueConstraint(condition=models.Q(('dismissed_at__isnull', True)), fields=('organisation', 'supplier', 'person'), name='rule_is_proposed_once')],
            },
        ),
    ]
