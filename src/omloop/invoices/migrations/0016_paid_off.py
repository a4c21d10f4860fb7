"""What is surely not payable stands on the invoice, so that lists needn't look at it."""

from django.db import migrations, models

OPEN = models.Q(state="approved", booked_at__isnull=False, paid_off=False)


class Migration(migrations.Migration):
    dependencies = [("invoices", "0015_words_of_pdfs")]
    operations = [
        migrations.AddField("invoice", "paid_off", models.BooleanField(db_default=False, default=False)),
        migrations.AddIndex(
            "invoice",
            models.Index(
                fields=["organisation", "-received_at", "id"], name="invoices_perhaps_payable", condition=OPEN
            ),
        ),
    ]
