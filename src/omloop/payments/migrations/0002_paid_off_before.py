"""Which invoices were paid whole before that stood on the invoice."""

from django.db import migrations

FILL = """
UPDATE invoices_invoice i SET paid_off = true FROM (
    SELECT invoice_id, sum(amount) AS paid FROM payments_payment WHERE ended_at IS NULL
    GROUP BY invoice_id HAVING bool_and(paid_on IS NOT NULL)
) p WHERE p.invoice_id = i.id AND round(coalesce(i.payable, i.with_vat), 2)
    <= p.paid * CASE WHEN i.kind = 'credit_note' THEN -1 ELSE 1 END
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_payments"), ("invoices", "0016_paid_off")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
