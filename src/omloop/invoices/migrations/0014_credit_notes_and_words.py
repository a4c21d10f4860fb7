"""Credit notes that came before their invoice; and earlier invoices are found by all their numbers and contacts.

What they were found by stays: the words of their PDFs would have to be read anew.
"""

from django.db import migrations, models

AT_ONCE = 2_000
NUMBERS = ("supplier_oin", "supplier_gln", "preceding_number", "payment_reference")
ADD = """
UPDATE invoices_invoicewords SET words = words
    || setweight(to_tsvector('dutch', %(said)s), 'D') || setweight(to_tsvector('english', %(said)s), 'D')
    || setweight(to_tsvector('simple', %(said)s), 'D')
WHERE invoice_id = %(invoice)s"""


def add_words(apps, schema_editor):
    """So many invoices at a time, of those that have any of these."""
    from omloop.invoices.words import of_contacts, without_signs, words_of

    said = models.Q(contacts__isnull=False)
    for name in NUMBERS:
        said |= ~models.Q(**{name: ""})
    rows = apps.get_model("invoices", "Invoice").objects.filter(said).distinct().order_by("id")
    rows = rows.only("id", *NUMBERS).prefetch_related("contacts")
    found = list(rows[:AT_ONCE])
    while found:
        changes = []
        for each in found:
            numbers = [getattr(each, name) for name in NUMBERS]
            words = [*map(without_signs, numbers)]
            for text in (*numbers, *of_contacts(each.contacts.all())):
                words += words_of(text)
            changes.append({"said": " ".join(dict.fromkeys(words)), "invoice": each.id})
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(ADD, changes)
        found = list(rows.filter(id__gt=found[-1].id)[:AT_ONCE])


class Migration(migrations.Migration):
    dependencies = [("intake", "0008_directly_in_omloop"), ("invoices", "0013_number_of_findings")]
    operations = [
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                fields=["organisation"],
                name="credit_notes_before_invoice",
                condition=models.Q(
                    ("credits_id__isnull", True),
                    ("kind", "credit_note"),
                    models.Q(("preceding_number", ""), _negated=True),
                ),
            ),
        ),
        migrations.RunPython(add_words, migrations.RunPython.noop),
    ]
