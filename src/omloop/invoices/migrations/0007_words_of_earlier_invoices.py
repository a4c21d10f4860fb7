"""The words of the invoices that were stored before they could be found by them."""

from django.db import migrations

AT_ONCE = 500


def fill_words(apps, schema_editor):
    """So many invoices at a time, with their lines and attachments."""
    from omloop.invoices.words import vector_of

    Invoice, InvoiceWords = apps.get_model("invoices", "Invoice"), apps.get_model("invoices", "InvoiceWords")
    earlier = Invoice.objects.filter(words=None).order_by("id").prefetch_related("lines", "attachments")
    while invoices := list(earlier[:AT_ONCE]):
        InvoiceWords.objects.bulk_create(
            InvoiceWords(
                organisation_id=each.organisation_id,
                invoice=each,
                confidential=each.confidential,
                words=vector_of(each, each.lines.all(), each.attachments.all()),
            )
            for each in invoices
        )


class Migration(migrations.Migration):
    dependencies = [("invoices", "0006_words_and_saved_filters")]
    operations = [migrations.RunPython(fill_words, migrations.RunPython.noop)]
