import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import omloop.invoices.supplier
import omloop.kernel.ids
import omloop.tenancy.constraints
from django.conf import settings
from django.db import migrations, models


FIND = """
CREATE FUNCTION invoices_found(places uuid[], words tsquery, sought jsonb, most int)
RETURNS TABLE (id uuid, received_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public
AS $$
DECLARE
    shown uuid[] := string_to_array(nullif(current_setting('app.organisation_ids', true), ''), ',')::uuid[];
    secret uuid[] := string_to_array(nullif(current_setting('app.confidential_ids', true), ''), ',')::uuid[];
    sight jsonb := nullif(current_setting('app.sight_until', true), '')::jsonb;
    day text := CASE sought ->> 'by' WHEN 'issued' THEN 'i.issued_on' WHEN 'due' THEN 'i.due_on'
                                     ELSE 'i.import_date' END;
BEGIN
    RETURN QUERY EXECUTE concat_ws(' ',
        'SELECT found.id, found.received_at FROM unnest($1) AS place(id) CROSS JOIN LATERAL (',
        'SELECT i.id, i.received_at FROM invoices_invoice i',
        CASE WHEN words IS NOT NULL
             THEN 'JOIN invoices_invoicewords w ON w.invoice_id = i.id AND w.words @@ $2' END,
        'WHERE i.organisation_id = place.id AND (NOT i.confidential OR i.organisation_id = ANY ($5))',
        CASE WHEN sight IS NOT NULL
             THEN 'AND coalesce(i.import_date <= ($6 ->> i.organisation_id::text)::date, true)' END,
        CASE WHEN sought ? 'state' THEN 'AND i.state = ANY (string_to_array($3 ->> ''state'', '',''))' END,
        CASE WHEN sought ? 'kind' THEN 'AND i.kind = $3 ->> ''kind''' END,
        CASE WHEN sought ? 'from_on' THEN format('AND %s >= ($3 ->> ''from_on'')::date', day) END,
        CASE WHEN sought ? 'to_on' THEN format('AND %s <= ($3 ->> ''to_on'')::date', day) END,
        CASE WHEN sought ? 'amount_from' THEN 'AND i.payable >= ($3 ->> ''amount_from'')::numeric' END,
        CASE WHEN sought ? 'amount_to' THEN 'AND i.payable <= ($3 ->> ''amount_to'')::numeric' END,
        CASE WHEN sought ? 'after_at'
             THEN 'AND i.received_at <= ($3 ->> ''after_at'')::timestamptz'
                  ' AND (i.received_at < ($3 ->> ''after_at'')::timestamptz'
                  ' OR i.id > ($3 ->> ''after_id'')::uuid)' END,
        'ORDER BY i.received_at DESC, i.id LIMIT $4) AS found ORDER BY 2 DESC, 1 LIMIT $4')
    USING ARRAY(SELECT unnest(places) INTERSECT SELECT unnest(shown)), words, sought, most, secret, sight;
END $$
"""
"""Finds invoices over the walls (architecture 3.4). Search in text and comparing amounts are not leakproof: under
the policy PostgreSQL would read every row before it may use an index. So the ids come from a function of the owner,
with the scope asked inside as the policy of invoices asks it: no scope, no rows. The rows are then read under the
policy."""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('intake', '0001_initial'),
        ('organisations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('kind', models.TextField(choices=[('invoice', 'invoice'), ('credit_note', 'credit note')])),
                ('state', models.TextField(choices=[('received', 'received'), ('held', 'held'), ('circulating', 'in circulation'), ('approved', 'approved'), ('rejected', 'rejected'), ('cancelled', 'cancelled')])),
                ('findings', models.PositiveIntegerField(default=0)),
                ('number', models.TextField(blank=True)),
                ('profile', models.TextField(blank=True)),
                ('issued_on', models.DateField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('currency', models.TextField(blank=True)),
                ('without_vat', models.DecimalField(decimal_places=4, max_digits=19, null=True)),
                ('vat', models.DecimalField(decimal_places=4, max_digits=19, null=True)),
                ('with_vat', models.DecimalField(decimal_places=4, max_digits=19, null=True)),
                ('payable', models.DecimalField(decimal_places=4, max_digits=19, null=True)),
                ('supplier_name', models.TextField(blank=True)),
                ('supplier_kvk', models.TextField(blank=True)),
                ('supplier_vat', models.TextField(blank=True)),
                ('supplier_oin', models.TextField(blank=True)),
                ('supplier_gln', models.TextField(blank=True)),
                ('supplier_key', omloop.invoices.supplier.SupplierKey(blank=True, editable=False)),
                ('supplier_numbers', omloop.invoices.supplier.SupplierNumbers(base_field=models.TextField(), default=list, editable=False, size=None)),
                ('number_key', omloop.invoices.supplier.NumberKey(blank=True, editable=False)),
                ('preceding_number', models.TextField(blank=True)),
                ('credits_id', models.UUIDField(null=True)),
                ('buyer_name', models.TextField(blank=True)),
                ('compared_amount', models.DecimalField(decimal_places=4, max_digits=30, null=True)),
                ('iban', models.TextField(blank=True)),
                ('order_reference', models.TextField(blank=True)),
                ('buyer_reference', models.TextField(blank=True)),
                ('payment_reference', models.TextField(blank=True)),
                ('received_at', models.DateTimeField()),
                ('import_date', models.DateField()),
                ('booked_at', models.DateTimeField(null=True)),
                ('paid_off', models.BooleanField(db_default=False, default=False)),
                ('document', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='invoice', to='intake.document')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', '-received_at', 'id'], name='invoices_by_arrival'), models.Index(fields=['organisation', 'number_key'], name='invoices_by_number'), models.Index(fields=['organisation', 'supplier_key', '-received_at'], name='invoices_of_supplier'), models.Index(condition=models.Q(('booked_at__isnull', False), ('paid_off', False), ('state', 'approved')), fields=['organisation', '-received_at', 'id'], name='invoices_perhaps_payable'), models.Index(condition=models.Q(('credits_id__isnull', False)), fields=['organisation', 'credits_id'], name='credit_notes_of_invoice'), models.Index(condition=models.Q(('credits_id__isnull', True), ('kind', 'credit_note'), models.Q(('preceding_number', ''), _negated=True)), fields=['organisation'], name='credit_notes_before_invoice')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='invoice_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'id', 'confidential'), name='invoice_lends_its_confidentiality'), omloop.tenancy.constraints.SameOrganisation(field='document', follows=('confidential',), name='invoice_in_one_organisation'), models.CheckConstraint(condition=models.Q(('state__in', ['received', 'held', 'circulating', 'approved', 'rejected', 'cancelled'])), name='invoice_state_is_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['invoice', 'credit_note'])), name='invoice_kind_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Duplicate',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('first_id', models.UUIDField()),
                ('is_certain', models.BooleanField()),
                ('found_at', models.DateTimeField()),
                ('outcome', models.TextField(blank=True, choices=[('', 'not decided'), ('original', 'an invoice of its own'), ('copy', 'a copy of the first')])),
                ('reason', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('invoice', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='duplicate', to='invoices.invoice')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'first_id'], name='duplicates_of_first')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='duplicate_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='duplicate_in_one_organisation'), models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'original', 'copy'])), name='duplicate_outcome_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='duplicate_says_when_it_was_decided')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('party', models.TextField(choices=[('seller', 'supplier'), ('buyer', 'buyer')])),
                ('name', models.TextField(blank=True)),
                ('email', models.TextField(blank=True)),
                ('telephone', models.TextField(blank=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='invoices.invoice')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'invoice'], name='contacts_of_invoice')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='contact_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='contact_in_one_organisation'), models.CheckConstraint(condition=models.Q(('party__in', ['seller', 'buyer'])), name='contact_party_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Cancellation',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('ground', models.TextField(choices=[('finance', 'cancelled by finance'), ('copy', 'a copy of another invoice'), ('elsewhere', 'belongs to another organisation'), ('wrong_name', 'wrong name on the invoice')])),
                ('reason', models.TextField(blank=True)),
                ('place', models.TextField(blank=True)),
                ('cancelled_at', models.DateTimeField()),
                ('cancelled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('invoice', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='cancellation', to='invoices.invoice')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='cancellation_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='cancellation_in_one_organisation'), models.CheckConstraint(condition=models.Q(('ground__in', ['finance', 'copy', 'elsewhere', 'wrong_name'])), name='cancellation_ground_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('position', models.PositiveIntegerField()),
                ('filename', models.TextField(blank=True)),
                ('description', models.TextField(blank=True)),
                ('mime_type', models.TextField(blank=True)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('external_uri', models.TextField(blank=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='invoices.invoice')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'invoice', 'position'], name='attachments_of_invoice')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='attachment_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='attachment_in_one_organisation')],
            },
        ),
        migrations.CreateModel(
            name='AddedAttachment',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('filename', models.TextField()),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='added_attachments', to='invoices.invoice')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'invoice', 'added_at'], name='added_to_invoice'), models.Index(fields=['organisation', 'sha256'], name='added_by_bytes')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='addedattachment_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='added_attachment_in_one_organisation'), models.UniqueConstraint(fields=('organisation', 'invoice', 'sha256'), name='same_bytes_are_added_once_to_an_invoice')],
            },
        ),
        migrations.CreateModel(
            name='InvoiceLine',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('position', models.PositiveIntegerField()),
                ('name', models.TextField(blank=True)),
                ('description', models.TextField(blank=True)),
                ('quantity', models.DecimalField(decimal_places=10, max_digits=30, null=True)),
                ('unit', models.TextField(blank=True)),
                ('price', models.DecimalField(decimal_places=10, max_digits=30, null=True)),
                ('vat_category', models.TextField(blank=True)),
                ('vat_rate', models.DecimalField(decimal_places=10, max_digits=30, null=True)),
                ('net', models.DecimalField(decimal_places=4, max_digits=19, null=True)),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'invoice', 'position'], name='lines_of_invoice')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='invoiceline_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='line_in_one_organisation')],
            },
        ),
        migrations.CreateModel(
            name='InvoiceWords',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('words', django.contrib.postgres.search.SearchVectorField()),
                ('invoice', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='words', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['words'], name='invoices_by_word')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='invoicewords_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='words_in_one_organisation')],
            },
        ),
        migrations.CreateModel(
            name='Misdelivery',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('place', models.TextField()),
                ('channel', models.TextField(choices=[('upload', 'upload'), ('api', 'API'), ('command_line', 'command line'), ('mail', 'mail'), ('folder', 'watched folder'), ('installation', 'directly in Omloop')])),
                ('received_at', models.DateTimeField()),
                ('import_date', models.DateField()),
                ('sent_at', models.DateTimeField()),
                ('document', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='misdelivery', to='intake.document')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='misdelivery_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='document', follows=('confidential',), name='misdelivery_in_one_organisation'), models.CheckConstraint(condition=models.Q(('channel__in', ['upload', 'api', 'command_line', 'mail', 'folder', 'installation'])), name='misdelivery_channel_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('reason', models.TextField()),
                ('released_at', models.DateTimeField()),
                ('invoice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='invoices.invoice')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('released_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'invoice'], name='releases_of_invoice')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='release_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='invoice', follows=('confidential',), name='release_in_one_organisation')],
            },
        ),
        migrations.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('query', models.TextField()),
                ('is_shared', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='savedfilter_of_one_organisation')],
            },
        ),
        migrations.CreateModel(
            name='Validation',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('validated_at', models.DateTimeField()),
                ('profile', models.TextField(blank=True)),
                ('rule_set', models.TextField(blank=True)),
                ('is_judged', models.BooleanField()),
                ('fatal', models.PositiveIntegerField()),
                ('warnings', models.PositiveIntegerField()),
                ('findings', models.JSONField()),
                ('document', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='validations', to='intake.document')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organisation', 'document', '-validated_at'], name='validations_of_document')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='validation_of_one_organisation'), omloop.tenancy.constraints.SameOrganisation(field='document', follows=('confidential',), name='validation_in_one_organisation')],
            },
        ),
        migrations.CreateModel(
            name='ConfidentialSupplier',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('confidential', models.BooleanField(default=False)),
                ('supplier', models.TextField()),
                ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('name', models.TextField(blank=True)),
                ('marked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('marked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='confidentialsupplier_of_one_organisation'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'supplier'), name='supplier_is_confidential_once'), models.CheckConstraint(condition=models.Q(('confidential', True)), name='confidential_supplier_is_confidential')],
            },
        ),
        migrations.RunSQL(FIND, "DROP FUNCTION invoices_found(uuid[], tsquery, jsonb, int)"),
    ]
