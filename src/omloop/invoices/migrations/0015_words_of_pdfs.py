"""When the words of its PDFs came along with an invoice; and finding those of several states at once: the archive."""

from importlib import import_module

from django.db import migrations, models

FIND = import_module("omloop.invoices.migrations.0006_words_and_saved_filters").FIND
OF_ONE, OF_SEVERAL = "i.state = $3 ->> ''state''", "i.state = ANY (string_to_array($3 ->> ''state'', '',''))"
AGAIN = FIND.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("invoices", "0014_credit_notes_and_words")]

    operations = [
        migrations.AddField("invoicewords", "pdfs_read_at", models.DateTimeField(null=True)),
        migrations.RunSQL(AGAIN.replace(OF_ONE, OF_SEVERAL), AGAIN),
    ]
