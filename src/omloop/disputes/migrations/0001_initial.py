import django.db.models.deletion
import omloop.kernel.ids
import omloop.tenancy.constraints
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('invoices', '0001_initial'),
        ('organisations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('disputed_on', models.DateField()),
                ('reason', models.TextField()),
                ('payable', models.DecimalField(decimal_places=4, max_digits=19, null=True)),
                ('expects_credit_note', models.BooleanField(default=False)),
                ('credit_note_number', models.TextField(blank=True)),
                ('follow_up_on', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('outcome', models.TextField(blank=True, choices=[('credited', 'credit note received'), ('agreed', 'agreed on another amount'), ('payable', 'payable as invoiced after all'), ('lapsed', 'the supplier dropped the invoice'), ('cancelled', 'the invoice was cancelled')])),
                ('agreed', models.DecimalField(decimal_places=4, max_digits=19, null=True)),
                ('closing_remark', models.TextField(blank=True)),
                ('disputed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['organisation', 'disputed_on'], name='disputes_by_age')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='dispute_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'id', 'confidential'), name='dispute_lends_its_confidentiality'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='dispute_in_one_organisation'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'invoice'), name='invoice_is_disputed_once_at_a_time'), models.CheckConstraint(condition=models.Q(('payable__isnull', True), ('payable__gt', 0), _connector='OR'), name='dispute_leaves_a_part_payable'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('outcome', '')), models.Q(('ended_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='dispute_ends_with_an_outcome'), models.CheckConstraint(condition=models.Q(('agreed__isnull', True), models.Q(('agreed__gt', 0), ('outcome', 'agreed')), _connector='OR'), name='dispute_agrees_on_an_amount')],
            },
        ),
        migrations.CreateModel(
            name='DisputeNote',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('written_at', models.DateTimeField()),
                ('text', models.TextField()),
                ('is_told', models.BooleanField(default=False)),
                ('follow_up_on', models.DateField(null=True)),
                ('dispute', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='disputes.dispute')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'dispute'], name='notes_of_dispute')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='disputenote_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='dispute', follows=('confidential',), name='dispute_note_in_one_organisation')],
            },
        ),
    ]
