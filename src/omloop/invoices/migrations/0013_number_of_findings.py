"""How much was found of an invoice stands on the invoice: lists count by it."""

from django.db import migrations, models

NEWEST = """
UPDATE invoices_invoice i SET findings = v.found FROM (
    SELECT DISTINCT ON (document_id) document_id, fatal + warnings AS found
    FROM invoices_validation ORDER BY document_id, validated_at DESC, id DESC
) v WHERE v.document_id = i.document_id AND v.found > 0
"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0012_directly_in_omloop")]
    operations = [
        migrations.AddField("invoice", "findings", models.PositiveIntegerField(default=0)),
        migrations.RunSQL(NEWEST, migrations.RunSQL.noop),
    ]
