"""Words and saved filters; and the function that finds invoices over the walls (architecture 3.4).

Search in text and comparing amounts are not leakproof: under the policy PostgreSQL would read every row
before it may use an index. So the ids come from a function of the owner, with the scope asked inside as the
policy of invoices asks it: no scope, no rows. The rows are then read under the policy.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
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
        CASE WHEN sought ? 'state' THEN 'AND i.state = $3 ->> ''state''' END,
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


class Migration(migrations.Migration):

    dependencies = [
        ('invoices', '0005_compared_amount'),
        ('organisations', '0007_index_of_organisation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
        migrations.RunSQL(FIND, "DROP FUNCTION invoices_found(uuid[], tsquery, jsonb, int)"),
    ]
